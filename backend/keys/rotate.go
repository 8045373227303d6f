package keys

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"hearth/shared/fault"
)

// ErrMasterIsSet refuses to exchange a master key that the operator holds without knowing where to put the new one.
var ErrMasterIsSet = fault.New(fault.Conflict, "keys.master-is-set", nil)

// About is what may be told of a key.
type About struct {
	ID      ID         `json:"id"`
	Purpose string     `json:"purpose"`
	Kind    Kind       `json:"kind"`
	State   State      `json:"state"`
	Created time.Time  `json:"created"`
	Retired *time.Time `json:"retired,omitempty"`
}

// List tells of every key, by purpose, the newest first.
func (r *Ring) List(ctx context.Context) ([]About, error) {
	all, err := r.store.Keys(ctx)
	if err != nil {
		return nil, err
	}
	list := []About{}
	for _, k := range all {
		if k.Kind == check {
			continue
		}
		a := About{ID: k.ID, Purpose: k.Purpose, Kind: k.Kind, State: k.State, Created: k.Created}
		if !k.Retired.IsZero() {
			a.Retired = &k.Retired
		}
		list = append(list, a)
	}
	slices.SortFunc(list, func(a, b About) int {
		return cmp.Or(strings.Compare(a.Purpose, b.Purpose), b.Created.Compare(a.Created), strings.Compare(string(a.ID), string(b.ID)))
	})
	return list, nil
}

// Rotate gives every purpose a new current key, at once: sealing keys anew, signing keys the ones that follow. Houses that
// run follow within a minute.
func (r *Ring) Rotate(ctx context.Context) error {
	before, err := r.store.Keys(ctx)
	if err != nil {
		return err
	}
	ready := stock{}
	for _, k := range before {
		if k.State == Current && k.Kind.signs() {
			if err := ready.add(k.Kind, 1); err != nil {
				return err
			}
		}
	}
	return r.change(ctx, func(all []Key) (changed []Key, err error) {
		for _, k := range all {
			if k.State != Current || k.Kind == check {
				continue
			}
			var some []Key
			if k.Kind.signs() {
				some, err = r.moveOn(all, k.Purpose, k.Kind, true, &ready)
			} else {
				some, err = r.replace(k)
			}
			if err != nil {
				return nil, err
			}
			changed = append(changed, some...)
		}
		return changed, nil
	})
}

// replace makes the follower of a sealing key.
func (r *Ring) replace(k Key) ([]Key, error) {
	k.State, k.Retired = Old, r.now()
	follower, err := r.make(k.Purpose, k.Kind, Current, nil)
	return []Key{k, follower}, err
}

// RotateMaster seals every key anew under a new master key, in one step, and returns the file the new one lies in. With
// no path given it takes the place of the folder's, which then lies beside it under a dated name: older backups need it.
// The new key is on the disk before the database needs it, so a fall at any moment leaves one that fits. Houses that run
// go on with what they know and make no new keys until they are opened again. Nobody else may use this ring meanwhile.
func (r *Ring) RotateMaster(ctx context.Context, path string) (string, error) {
	own := filepath.Join(r.c.Dir, MasterFile)
	inPlace := path == ""
	if inPlace {
		if !r.folder {
			return "", ErrMasterIsSet
		}
		path = own + ".new"
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) { // of an attempt that did not come to its end
			return "", err
		}
	}
	fresh := NewMaster()
	if err := WriteMaster(path, fresh); err != nil {
		return "", err
	}
	if err := r.store.ChangeKeys(ctx, func(all []Key) ([]Key, error) { return r.reseal(all, fresh) }); err != nil {
		// The file stays: whether the database took the change is not known of every error.
		return "", err
	}
	r.master = fresh
	if inPlace {
		path = own
		if err := r.takePlace(own); err != nil {
			return "", err
		}
	}
	return path, r.load(ctx)
}

// reseal seals every key under another master key.
func (r *Ring) reseal(all []Key, fresh Master) ([]Key, error) {
	if err := r.fits(all); err != nil {
		return nil, err
	}
	changed := slices.Clone(all)
	for i, k := range changed {
		if k.State == Gone {
			continue
		}
		plain, err := open((*[size]byte)(&r.master), k.Sealed, k.about()...)
		if err != nil {
			return nil, err
		}
		if changed[i].Sealed, err = seal((*[size]byte)(&fresh), plain, k.about()...); err != nil {
			return nil, err
		}
	}
	return changed, nil
}

// follow takes up a change of the folder's master key that ended between the database and the file's new name.
func (r *Ring) follow(path string, all []Key) bool {
	fresh, err := ReadMaster(path + ".new")
	if err != nil {
		return false
	}
	was := r.master
	r.master = fresh
	if r.fits(all) == nil && r.takePlace(path) == nil {
		return true
	}
	r.master = was
	return false
}

// takePlace lets the new file follow the folder's, whose key keeps a name of its own.
func (r *Ring) takePlace(own string) error {
	if err := os.Link(own, own+r.now().Format(".until-20060102-150405.000000")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.Rename(own+".new", own)
}
