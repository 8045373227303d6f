package post

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// Ring seals and opens; keys.Ring is one.
type Ring interface {
	Seal(ctx context.Context, purpose string, plain, context []byte) ([]byte, error)
	Open(ctx context.Context, purpose string, sealed, context []byte) ([]byte, error)
}

// Settings is the house's memory of small things.
type Settings interface {
	// KeepSetting remembers fresh under a name that has nothing yet, and returns what is remembered.
	KeepSetting(ctx context.Context, name, fresh string) (string, error)
}

// purpose is what the secrets of this room are sealed for.
const purpose = "messages"

// Secrets are what this room keeps sealed: a key by which addresses are known without being kept. There are so few
// telephone numbers that a plain hash of one hides nothing.
type Secrets struct{ key []byte }

// OpenSecrets finds the key of a house, or makes it. Two nodes that start at once agree on one.
func OpenSecrets(ctx context.Context, s Settings, ring Ring) (*Secrets, error) {
	key, err := keep(ctx, s, ring, "messages.key", func() ([]byte, error) {
		key := make([]byte, 32)
		_, err := rand.Read(key)
		return key, err
	})
	return &Secrets{key}, err
}

// keep is a secret that is made once and remembered sealed.
func keep(ctx context.Context, s Settings, ring Ring, name string, fresh func() ([]byte, error)) ([]byte, error) {
	plain, err := fresh()
	if err != nil {
		return nil, err
	}
	sealed, err := ring.Seal(ctx, purpose, plain, []byte("settings/"+name))
	if err != nil {
		return nil, err
	}
	kept, err := s.KeepSetting(ctx, name, base64.StdEncoding.EncodeToString(sealed))
	if err != nil {
		return nil, err
	}
	if sealed, err = base64.StdEncoding.DecodeString(kept); err != nil {
		return nil, err
	}
	return ring.Open(ctx, purpose, sealed, []byte("settings/"+name))
}

func (s *Secrets) mac(what, text string) []byte {
	m := hmac.New(sha256.New, s.key)
	m.Write([]byte(what + "\x00" + text))
	return m.Sum(nil)
}

// Hash is what an address is known by: the same for the same address, however its e-mail is capitalised.
func (s *Secrets) Hash(channel care.Channel, address string) string {
	if channel == care.ByMail {
		address = strings.ToLower(address)
	}
	return base64.RawURLEncoding.EncodeToString(s.mac("address/"+string(channel), address))
}

// StopToken is what stands in an e-mail's way out. It holds the hash of the address and a proof that the house made it,
// so nobody ends another's messages.
func (s *Secrets) StopToken(mail string) string {
	hash := s.mac("address/"+string(care.ByMail), strings.ToLower(mail))
	return base64.RawURLEncoding.EncodeToString(append(hash, s.mac("stop", string(hash))[:16]...))
}

// Stopped is the hash a token holds; fault.NotFound when the house did not make it.
func (s *Secrets) Stopped(token string) (hash string, err error) {
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(b) != sha256.Size+16 || !hmac.Equal(b[sha256.Size:], s.mac("stop", string(b[:sha256.Size]))[:16]) {
		return "", fault.New(fault.NotFound, "request.not-found", err)
	}
	return base64.RawURLEncoding.EncodeToString(b[:sha256.Size]), nil
}

// Callback is the proof in the address a provider reports to about one message, for providers that sign nothing.
func (s *Secrets) Callback(id care.MessageID) string {
	return base64.RawURLEncoding.EncodeToString(s.mac("report", string(id))[:16])
}

// stops and starts are the first words of an answer that end messages or bring them back, in any language we speak.
var (
	stops  = []string{"stop", "stopp", "stopall", "unsubscribe", "quit", "end", "cancel", "arret", "arrêt", "alto", "baja", "parar", "ende", "abmelden"}
	starts = []string{"start", "unstop", "yes", "ja", "oui", "si", "sí", "alta"}
)

// Wish is what an answer to an SMS asks for.
func Wish(text string) (stop, start bool) {
	word := strings.ToLower(strings.Trim(strings.TrimSpace(text), `.!"' `))
	for _, s := range stops {
		stop = stop || word == s
	}
	for _, s := range starts {
		start = start || word == s
	}
	return stop, start
}
