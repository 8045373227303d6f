package post

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"io"
	"math/big"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"hearth/shared/care"
	"hearth/shared/words"
	"hearth/shared/words/catalogue"
)

// office is a real SMTP server in whatever mood it is.
type office struct {
	mu    sync.Mutex
	got   []string
	rcpt  *smtp.SMTPError // its answers; nil: fine
	data  *smtp.SMTPError
	hang  bool // up after the last byte
	proof string
	conns []*smtp.Conn
}

func (o *office) NewSession(c *smtp.Conn) (smtp.Session, error) { return &session{o: o, c: c}, nil }

type session struct {
	o *office
	c *smtp.Conn
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user+":"+password != s.o.proof {
			return &smtp.SMTPError{Code: 535, Message: "no"}
		}
		return nil
	}), nil
}
func (s *session) Mail(string, *smtp.MailOptions) error { return nil }
func (s *session) Rcpt(string, *smtp.RcptOptions) error {
	if s.o.rcpt != nil {
		return s.o.rcpt
	}
	return nil
}
func (s *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	s.o.mu.Lock()
	defer s.o.mu.Unlock()
	switch {
	case err != nil:
		return err
	case s.o.hang:
		s.c.Conn().Close()
		return io.ErrUnexpectedEOF
	case s.o.data != nil:
		return s.o.data
	}
	s.o.got = append(s.o.got, string(b))
	return nil
}
func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

// mustOffice opens one with a certificate for localhost, and a sender that trusts it.
func mustOffice(t *testing.T, o *office, mode string, secure bool) *Mail {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	server := smtp.NewServer(o)
	server.Domain, server.AllowInsecureAuth = "localhost", true
	own := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if secure && mode == "tls" {
		listener = tls.NewListener(listener, own)
	} else if secure {
		server.TLSConfig = own
	}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	port := listener.Addr().(*net.TCPAddr).Port
	user, password, _ := strings.Cut(o.proof, ":")
	m, err := NewMail(Mailbox{Host: "localhost", Port: port, User: user, Password: password, From: "Praxis Müller <visits@clinic.example>", TLS: mode, Trust: &tls.Config{RootCAs: roots, ServerName: "localhost"}})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func letterOf(t *testing.T) Letter {
	t.Helper()
	start := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	o := Outgoing{Message: care.Message{ID: care.NewID[care.MessageID](), Kind: care.TellInvitation}, Guest: care.Guest{ID: "g1"}, Clinic: `Praxis "Müller" & Söhne`,
		Visit: care.Visit{Start: start, End: start.Add(time.Hour), Minutes: 60, Zone: "Europe/Berlin"}}
	s := said(o, catalogue.Load(words.German))
	s.Stop = "https://h.example/m/token"
	return Letter{ID: o.ID, Kind: o.Kind, To: "guest@home.example", Subject: s.Subject(), Text: s.Mail(), Stop: s.Stop, Calendar: calendarOf(o, s, "h.example", start.Add(-time.Hour))}
}

// A real server gets an e-mail every program can read: text, calendar, a file, and a way out.
func TestMailArrives(t *testing.T) {
	for _, mode := range []string{"starttls", "tls"} {
		o := &office{proof: "clinic:pass"}
		m := mustOffice(t, o, mode, true)
		l := letterOf(t)
		if a := m.Send(t.Context(), l); a.Fate != Taken || a.Provider != string(l.ID)+"@clinic.example" {
			t.Fatalf("%s: %+v", mode, a)
		}
		msg, err := mail.ReadMessage(strings.NewReader(o.got[0]))
		if err != nil {
			t.Fatal(err)
		}
		subject, err := new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject"))
		if err != nil || subject != "Ihr Videogespräch: Dienstag, 24. November 2026, 10:00 Uhr" || strings.Contains(subject, "Müller") {
			t.Errorf("the subject is %q, %v", subject, err)
		}
		for name, want := range map[string]string{"To": "<guest@home.example>", "List-Unsubscribe": "<https://h.example/m/token>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "Auto-Submitted": "auto-generated"} {
			if got := msg.Header.Get(name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		parts := map[string]string{}
		collect(t, msg.Header.Get("Content-Type"), msg.Header.Get("Content-Transfer-Encoding"), "", msg.Body, parts)
		if text := strings.ReplaceAll(parts["text/plain"], "\r\n", "\n"); text != l.Text {
			t.Errorf("the text is %q, want %q", text, l.Text)
		}
		for _, part := range []string{"text/calendar; method=REQUEST", "visit.ics"} {
			got := strict(t, parts[part])
			if got["METHOD"] != "REQUEST" || got["DTSTART"] != "20261124T090000Z" || got["ORGANIZER"] != "mailto:visits@clinic.example" || got["ATTENDEE"] != "mailto:guest@home.example" || got["UID"] != "g1@h.example" {
				t.Errorf("%s is %v", part, got)
			}
		}
	}
}

// collect reads the parts of an e-mail by what they are.
func collect(t *testing.T, kind, encoding, name string, r io.Reader, into map[string]string) {
	t.Helper()
	base, params, err := mime.ParseMediaType(kind)
	if err != nil {
		t.Fatal(kind, err)
	}
	if strings.HasPrefix(base, "multipart/") {
		for parts := multipart.NewReader(r, params["boundary"]); ; {
			p, err := parts.NextRawPart()
			if err == io.EOF {
				return
			} else if err != nil {
				t.Fatal(err)
			}
			collect(t, p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p.FileName(), p, into)
		}
	}
	b, err := io.ReadAll(decoder(encoding, r))
	if err != nil {
		t.Fatal(err)
	}
	if name == "" {
		name = base
		if params["method"] != "" {
			name += "; method=" + params["method"]
		}
	}
	into[name] = string(b)
}

func TestMailFates(t *testing.T) {
	for name, c := range map[string]struct {
		o      *office
		secure bool
		want   Answer
	}{
		"refused":         {&office{rcpt: &smtp.SMTPError{Code: 550, Message: "no such user"}}, true, Answer{Fate: Refused, Reason: "refused"}},
		"later":           {&office{rcpt: &smtp.SMTPError{Code: 451, Message: "greylisted"}}, true, Answer{Fate: NotNow, Reason: "unreachable"}},
		"refused at last": {&office{data: &smtp.SMTPError{Code: 554, Message: "spam"}}, true, Answer{Fate: Refused, Reason: "refused"}},
		"later at last":   {&office{data: &smtp.SMTPError{Code: 452, Message: "full"}}, true, Answer{Fate: NotNow, Reason: "unreachable"}},
		"hangs up":        {&office{hang: true}, true, Answer{Fate: Perhaps, Reason: "silent"}},
		"no TLS there":    {&office{}, false, Answer{Fate: NotNow, Reason: "unreachable"}},
	} {
		m := mustOffice(t, c.o, "starttls", c.secure)
		if a := m.Send(t.Context(), letterOf(t)); a != c.want {
			t.Errorf("%s: %+v, want %+v", name, a, c.want)
		}
		if len(c.o.got) != 0 {
			t.Errorf("%s: and something arrived", name)
		}
	}
	o := &office{proof: "clinic:pass"}
	m := mustOffice(t, o, "starttls", true)
	m.b.Password = "wrong"
	if a := m.Send(t.Context(), letterOf(t)); a.Fate != NotNow {
		t.Errorf("a wrong password: %+v", a)
	}
	m = mustOffice(t, &office{}, "starttls", true)
	m.b.Trust = nil // the machine does not know this certificate
	if a := m.Send(t.Context(), letterOf(t)); a.Fate != NotNow {
		t.Errorf("a certificate nobody knows: %+v", a)
	}
	plain := &office{}
	if a := mustOffice(t, plain, "none", false).Send(t.Context(), letterOf(t)); a.Fate != Taken || len(plain.got) != 1 {
		t.Errorf("without TLS, as told: %+v", a)
	}
	if _, err := NewMail(Mailbox{Host: "h", Port: 25, TLS: "none", User: "u", From: "a@b.example"}); err == nil {
		t.Error("a password goes without TLS")
	}
	m.b.Port, _ = strconv.Atoi("1")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if a := m.Send(ctx, letterOf(t)); a.Fate != NotNow {
		t.Errorf("nobody there: %+v", a)
	}
}

// Whatever an address or a clinic is called, it ends no header.
func FuzzCompose(f *testing.F) {
	f.Add("a@b.example", "Subject", "x")
	f.Add("a@b.example\r\nBcc: c@d.example", "S\r\nBcc: x@y", "y\r\n.\r\n")
	m := &Mail{from: &mail.Address{Name: "N", Address: "n@n.example"}}
	f.Fuzz(func(t *testing.T, to, subject, text string) {
		msg, err := m.Compose(Letter{ID: "i", To: to, Subject: subject, Text: text})
		if err != nil {
			return
		}
		var b bytes.Buffer
		if _, err := msg.WriteTo(&b); err != nil {
			return
		}
		read, err := mail.ReadMessage(&b)
		if err != nil {
			t.Fatal(err)
		}
		if read.Header.Get("Bcc") != "" {
			t.Errorf("%q and %q made a header", to, subject)
		}
	})
}

// decoder undoes a transfer encoding (RFC 2045 section 6).
func decoder(encoding string, r io.Reader) io.Reader {
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		return quotedprintable.NewReader(r)
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, r)
	}
	return r
}
