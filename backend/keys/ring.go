package keys

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"hearth/shared/care"
)

// Config says where the master key is.
type Config struct {
	Master *Master // as the operator set it; nil: the folder's
	Dir    string  // whose file holds it when none is set, made at the first start; "": there is no folder
	Now    func() time.Time
	Log    *slog.Logger // nil: silence
}

// Ring is the open ring. It may be used by many goroutines at once.
type Ring struct {
	store  Store
	c      Config
	master Master
	folder bool // the master key is the folder's

	mu     sync.Mutex
	held   map[ID]held
	loaded time.Time
}

// held is a key that is open.
type held struct {
	Key
	plain []byte
}

// fresh is how long the ring goes by what it knows: so much later at the most it follows a rotation elsewhere.
const fresh = time.Minute

// Open finds the master key and opens the keys of the store with it. Where there are no keys yet it makes their
// beginning. A master key that is missing or is another than that of the keys is refused, and nothing is changed.
func Open(ctx context.Context, store Store, c Config) (*Ring, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	r := &Ring{store: store, c: c, folder: c.Master == nil}
	all, err := store.Keys(ctx)
	if err != nil {
		return nil, err
	}
	if err := r.findMaster(all); err != nil {
		return nil, err
	}
	if len(all) == 0 {
		if err := store.ChangeKeys(ctx, r.begin); err != nil {
			return nil, err
		}
	}
	return r, r.load(ctx)
}

// findMaster takes the master key that is set or lies in the folder. A folder gets a new one only when nothing is sealed.
func (r *Ring) findMaster(all []Key) (err error) {
	path := filepath.Join(r.c.Dir, MasterFile)
	switch {
	case r.c.Master != nil:
		r.master = *r.c.Master
		return nil
	case r.c.Dir == "":
		return ErrMasterNeeded
	case len(all) == 0:
		var made bool
		if r.master, made, err = keepMaster(r.c.Dir); made {
			r.c.Log.Info("a master key was made; keep a copy apart from the backups of the database, which cannot be opened without it", "file", path)
		}
		return err
	}
	r.master, err = ReadMaster(path)
	if err == nil && r.fits(all) == nil {
		return nil
	}
	if r.follow(path, all) {
		return nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		return ErrMasterMissing.With("file", path)
	}
	return err
}

// begin makes the check value; somebody else's that came first stays.
func (r *Ring) begin(all []Key) ([]Key, error) {
	if len(all) > 0 {
		return nil, nil
	}
	k, err := r.make("master", check, Current, nil)
	return []Key{k}, err
}

// make makes a key, sealed, of what was generated before, or now when nothing was.
func (r *Ring) make(purpose string, kind Kind, state State, ready *stock) (Key, error) {
	k := Key{ID: care.NewID[ID](), Purpose: purpose, Kind: kind, State: state, Created: r.now()}
	plain, err := ready.take(kind)
	if err == nil {
		k.Sealed, err = seal((*[size]byte)(&r.master), plain, k.about()...)
	}
	return k, err
}

// about is what a key's seal is bound to, so that no row passes for another.
func (k Key) about() []string { return []string{"key", string(k.Kind), k.Purpose, string(k.ID)} }

// fits reports ErrMasterWrong unless the keys are sealed by the master key of this ring.
func (r *Ring) fits(all []Key) error {
	for _, k := range all {
		if k.Kind != check {
			continue
		}
		if _, err := open((*[size]byte)(&r.master), k.Sealed, k.about()...); err == nil {
			return nil
		}
	}
	return ErrMasterWrong
}

// change is ChangeKeys by a ring whose master key is still the one in use, which then knows what changed.
func (r *Ring) change(ctx context.Context, do func(all []Key) ([]Key, error)) error {
	err := r.store.ChangeKeys(ctx, func(all []Key) ([]Key, error) {
		if err := r.fits(all); err != nil {
			return nil, err
		}
		return do(all)
	})
	if err != nil {
		return err
	}
	return r.load(ctx)
}

// load opens every key of the store.
func (r *Ring) load(ctx context.Context) error {
	all, err := r.store.Keys(ctx)
	if err != nil {
		return err
	}
	if err := r.fits(all); err != nil {
		return err
	}
	keys := map[ID]held{}
	for _, k := range all {
		if k.State == Gone || k.Kind == check {
			continue
		}
		plain, err := open((*[size]byte)(&r.master), k.Sealed, k.about()...)
		if err != nil {
			return err
		}
		keys[k.ID] = held{k, plain}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held, r.loaded = keys, r.now()
	return nil
}

// keys lists what the ring holds of a purpose, the newest first. A store that is away does not keep it from what it knows.
func (r *Ring) keys(ctx context.Context, purpose string) ([]held, error) {
	r.mu.Lock()
	stale := r.now().Sub(r.loaded).Abs() >= fresh
	if stale {
		r.loaded = r.now() // a store that is away is asked again in a while
	}
	r.mu.Unlock()
	var err error
	if stale {
		if err = r.load(ctx); err != nil {
			r.c.Log.Warn("the keys could not be read anew", "error", err)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	var list []held
	for _, k := range r.held {
		if k.Purpose == purpose {
			list = append(list, k)
		}
	}
	slices.SortFunc(list, func(a, b held) int { return b.Created.Compare(a.Created) })
	if len(list) == 0 && err != nil {
		return nil, err
	}
	return list, nil
}

// key finds a key by its id, be it one another node made a moment ago.
func (r *Ring) key(ctx context.Context, id ID) (held, error) {
	for _, again := range []bool{false, true} {
		r.mu.Lock()
		k, ok := r.held[id]
		r.mu.Unlock()
		if ok {
			return k, nil
		}
		if !again {
			if err := r.load(ctx); err != nil {
				return held{}, err
			}
		}
	}
	return held{}, ErrBroken
}

func (r *Ring) now() time.Time { return r.c.Now().UTC().Truncate(time.Microsecond) }

// Close forgets the keys. It may be called twice.
func (r *Ring) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held, r.loaded = nil, time.Time{}
	return nil
}

// generate makes up what a kind of key consists of.
func generate(kind Kind) ([]byte, error) {
	if kind.signs() {
		return generateSigning(kind)
	}
	b := make([]byte, size)
	rand.Read(b)
	return b, nil
}
