package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"

	"hearth/shared/fault"
	"hearth/shared/password"
)

// LongestPassword is in characters; the rule of new ones is in shared/password.
const LongestPassword = password.Longest

const (
	saltBytes = 16
	hashBytes = 32
	atOnce    = 2 // hashes at a time: each takes 64 MiB, and a flood of sign-ins must not take the machine
)

// hasher makes and checks argon2id hashes (RFC 9106) in PHC string form.
type hasher struct {
	cost  Cost
	slots chan struct{}
	dummy string // checked when nobody has the login, so that an unknown one costs the same time
}

func newHasher(cost Cost) (*hasher, error) {
	h := &hasher{cost: cost, slots: make(chan struct{}, atOnce)}
	var err error
	h.dummy, err = h.hash(context.Background(), rand.Text())
	return h, err
}

// turn waits for one of the slots.
func (h *hasher) turn(ctx context.Context) (done func(), err error) {
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// hash makes the PHC string of a password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	done, err := h.turn(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	salt := make([]byte, saltBytes)
	rand.Read(salt)
	key := argon2.IDKey([]byte(password), salt, h.cost.Time, h.cost.Memory, h.cost.Threads, hashBytes)
	text := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.cost.Memory, h.cost.Time, h.cost.Threads,
		text.EncodeToString(salt), text.EncodeToString(key)), nil
}

// fixed hashes a text with a salt that is always the same: for secrets that are found by their hash and are random
// themselves.
func (h *hasher) fixed(ctx context.Context, salt, text string) (Hash, error) {
	done, err := h.turn(ctx)
	if err != nil {
		return Hash{}, err
	}
	defer done()
	return Hash(argon2.IDKey([]byte(text), []byte(salt), h.cost.Time, h.cost.Memory, h.cost.Threads, hashBytes)), nil
}

var errHash = errors.New("a stored password hash is broken")

// check reports whether password makes the stored hash. stale says that it was made with less than today's cost and
// should be made anew.
func (h *hasher) check(ctx context.Context, stored, password string) (right, stale bool, err error) {
	cost, salt, want, err := parsePHC(stored)
	if err != nil {
		return false, false, err
	}
	done, err := h.turn(ctx)
	if err != nil {
		return false, false, err
	}
	defer done()
	got := argon2.IDKey([]byte(password), salt, cost.Time, cost.Memory, cost.Threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1, cost != h.cost, nil
}

// parsePHC reads "$argon2id$v=19$m=65536,t=3,p=1$salt$hash". The bounds keep a broken database from asking for more
// memory than there is.
func parsePHC(s string) (c Cost, salt, key []byte, err error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, errHash
	}
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Time, &c.Threads); err != nil || n != 3 {
		return c, nil, nil, errHash
	}
	salt, err = base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return c, nil, nil, errHash
	}
	key, err = base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(key) < 16 || len(key) > 64 || len(salt) < 8 || c.Memory < 8 || c.Memory > 1<<20 || c.Time < 1 || c.Time > 16 || c.Threads < 1 {
		return c, nil, nil, errHash
	}
	return c, salt, key, nil
}

// decent refuses passwords that are too short, that are tried first, or that say who they belong to.
func decent(given, login, name string) error {
	if v := password.Judge(given, login, name); v != password.Good {
		return fault.New(fault.Invalid, "password."+string(v), nil)
	}
	return nil
}

// madeUp is a password to be handed over: three groups that can be read aloud, 75 random bits.
func madeUp() string {
	const letters = "abcdefghjkmnpqrstuvwxyz23456789" // without what looks alike
	var b strings.Builder
	for i, r := 0, make([]byte, 1); i < 15; {
		rand.Read(r)
		if int(r[0]) >= 256/len(letters)*len(letters) {
			continue // keeps every letter as likely
		}
		if i > 0 && i%5 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(letters[int(r[0])%len(letters)])
		i++
	}
	return b.String()
}
