package house

import (
	"crypto/tls"
	"log/slog"
	"os"
	"sync"
	"time"
)

// lookAgain is how often certificate files are looked at, at most; whoever renews them need not tell the house.
const lookAgain = 10 * time.Second

// Certificate serves the certificate and key in two files, and the new ones when they change. Files that make no pair, as
// between the writing of the one and the other, leave the last pair in use.
func Certificate(certificate, key string, log *slog.Logger) (*tls.Config, error) {
	f := &files{certificate: certificate, key: key, log: log}
	if err := f.load(); err != nil {
		return nil, err
	}
	return &tls.Config{GetCertificate: f.current, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}, nil
}

type files struct {
	certificate, key string
	log              *slog.Logger

	mu     sync.Mutex
	pair   *tls.Certificate
	state  [2]state
	looked time.Time
}

// state is what changes about a file when it is written.
type state struct {
	changed time.Time
	size    int64
}

func (f *files) current(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if time.Since(f.looked) < lookAgain {
		return f.pair, nil
	}
	f.looked = time.Now()
	if now := f.stat(); now != f.state {
		if err := f.load(); err != nil {
			f.log.Warn("The certificate files changed and cannot be used; the old certificate stays.", "error", err)
		} else {
			f.log.Info("The certificate files changed; the new certificate is in use.")
		}
	}
	return f.pair, nil
}

// load reads the pair. The state is that of before, so that what is written meanwhile is read the next time.
func (f *files) load() error {
	state := f.stat()
	pair, err := tls.LoadX509KeyPair(f.certificate, f.key)
	if err != nil {
		return err
	}
	f.pair, f.state = &pair, state
	return nil
}

func (f *files) stat() (s [2]state) {
	for i, name := range []string{f.certificate, f.key} {
		if info, err := os.Stat(name); err == nil {
			s[i] = state{info.ModTime(), info.Size()}
		}
	}
	return s
}
