package keys

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"time"
)

// Signer is the key that signs now.
type Signer struct {
	ID   ID
	Kind Kind
	Key  crypto.Signer
}

// Public is a key to check signatures with.
type Public struct {
	ID   ID
	Kind Kind
	Key  crypto.PublicKey
}

// Signer returns the key that signs for a purpose now. The first one is made when there is none, with the one that
// follows it; and one that signed for its Period makes room.
func (r *Ring) Signer(ctx context.Context, purpose string, kind Kind) (Signer, error) {
	if err := r.turn(ctx, purpose, kind); err != nil {
		return Signer{}, err
	}
	k, ok, err := r.current(ctx, purpose, kind)
	if err == nil && !ok {
		err = ErrBroken
	}
	if err != nil {
		return Signer{}, err
	}
	private, err := k.private()
	return Signer{k.ID, kind, private}, err
}

// Published lists the keys that signatures for a purpose may be checked with: the current one, the next and the old ones
// that something may still be signed by. Whoever is given them may keep them for an hour.
func (r *Ring) Published(ctx context.Context, purpose string, kind Kind) ([]Public, error) {
	if err := r.turn(ctx, purpose, kind); err != nil {
		return nil, err
	}
	list, err := r.keys(ctx, purpose)
	if err != nil {
		return nil, err
	}
	var all []Public
	for _, k := range list {
		if k.Kind != kind || k.dead(r.now()) {
			continue
		}
		private, err := k.private()
		if err != nil {
			return nil, err
		}
		all = append(all, Public{k.ID, kind, private.Public()})
	}
	return all, nil
}

// turn sees to it that a purpose has a key and its follower, and moves them on when their time has come.
func (r *Ring) turn(ctx context.Context, purpose string, kind Kind) error {
	list, err := r.keys(ctx, purpose)
	if err != nil {
		return err
	}
	all := make([]Key, len(list))
	for i, k := range list {
		all[i] = k.Key
	}
	if !due(all, purpose, kind, r.now()) {
		return nil
	}
	missing := 0
	for _, state := range []State{Current, Next} {
		if one(all, purpose, kind, state) == nil {
			missing++
		}
	}
	ready, err := generated(kind, missing)
	if err != nil {
		return err
	}
	return r.change(ctx, func(all []Key) ([]Key, error) {
		if !due(all, purpose, kind, r.now()) {
			return nil, nil // another was quicker
		}
		return r.moveOn(all, purpose, kind, false, ready)
	})
}

// due reports whether anything about a purpose's signing keys has to change.
func due(all []Key, purpose string, kind Kind, now time.Time) bool {
	current := one(all, purpose, kind, Current)
	if current == nil || one(all, purpose, kind, Next) == nil || !now.Before(since(all, *current).Add(Period)) {
		return true
	}
	for _, k := range all {
		if k.Purpose == purpose && k.Kind == kind && k.dead(now) {
			return true
		}
	}
	return false
}

// since is when a current key began to sign: when the latest before it ended.
func since(all []Key, current Key) time.Time {
	begin := current.Created
	for _, k := range all {
		if k.Purpose == current.Purpose && k.Kind == current.Kind && k.Retired.After(begin) {
			begin = k.Retired
		}
	}
	return begin
}

// moveOn makes what is missing, lets the next key follow a current one whose time is over, or any when now is set, and
// takes from the dead what they could still be used with.
func (r *Ring) moveOn(all []Key, purpose string, kind Kind, now bool, ready *stock) (changed []Key, err error) {
	current, next := one(all, purpose, kind, Current), one(all, purpose, kind, Next)
	if current != nil && next != nil && (now || !r.now().Before(since(all, *current).Add(Period))) {
		old, follower := *current, *next
		old.State, old.Retired, follower.State = Old, r.now(), Current
		changed = append(changed, old, follower)
		next = nil
	}
	for state, k := range map[State]*Key{Current: current, Next: next} {
		if k == nil {
			k, err := r.make(purpose, kind, state, ready)
			if err != nil {
				return nil, err
			}
			changed = append(changed, k)
		}
	}
	for _, k := range all {
		if k.Purpose == purpose && k.Kind == kind && k.dead(r.now()) {
			k.State, k.Sealed = Gone, nil
			changed = append(changed, k)
		}
	}
	return changed, nil
}

// dead reports whether nothing that a key signed is worth anything any more.
func (k Key) dead(now time.Time) bool {
	return k.Kind.signs() && k.State == Old && now.After(k.Retired.Add(Linger))
}

// stock is what keys will consist of, generated before the store is asked to hold still: an RSA key takes a small machine
// seconds. What is in it is only ever used once.
type stock map[Kind][][]byte

func generated(kind Kind, n int) (*stock, error) {
	s := stock{}
	return &s, s.add(kind, max(n, 1)) // one at least: who is due has one to follow
}

func (s stock) add(kind Kind, n int) error {
	for range n {
		plain, err := generate(kind)
		if err != nil {
			return err
		}
		s[kind] = append(s[kind], plain)
	}
	return nil
}

func (s *stock) take(kind Kind) ([]byte, error) {
	if s == nil || len((*s)[kind]) == 0 {
		return generate(kind)
	}
	plain := (*s)[kind][0]
	(*s)[kind] = (*s)[kind][1:]
	return plain, nil
}

func generateSigning(kind Kind) ([]byte, error) {
	var key any
	var err error
	if kind == RS256 {
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	} else {
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	if err != nil {
		return nil, err
	}
	return x509.MarshalPKCS8PrivateKey(key)
}

func (k held) private() (crypto.Signer, error) {
	key, err := x509.ParsePKCS8PrivateKey(k.plain)
	if err != nil {
		return nil, ErrBroken.Because(err)
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, ErrBroken
	}
	return signer, nil
}
