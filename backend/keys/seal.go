package keys

import (
	"context"

	"hearth/shared/care"
)

// idSize is the length of an ID in bytes.
const idSize = 26

// Seal hides plain under the current key of a purpose, which is made when there is none. Context is not hidden, but Open
// wants the same again: say there whose it is and where it lies, such as the table and the row's id, so that what was
// sealed for one row opens in no other. The answer is "form, id of the key, nonce, ciphertext": 67 bytes more than plain.
func (r *Ring) Seal(ctx context.Context, purpose string, plain, context []byte) ([]byte, error) {
	k, err := r.sealing(ctx, purpose)
	if err != nil {
		return nil, err
	}
	box, err := seal((*[size]byte)(k.plain), plain, "data", purpose, string(k.ID), string(context))
	if err != nil {
		return nil, err
	}
	return append(append([]byte{form}, k.ID...), box...), nil
}

// Open undoes Seal, whatever key of the purpose it was done with. What was not sealed for this purpose and context, or
// was changed since, is ErrBroken.
func (r *Ring) Open(ctx context.Context, purpose string, sealed, context []byte) ([]byte, error) {
	if len(sealed) < 1+idSize || sealed[0] != form {
		return nil, ErrBroken
	}
	id := ID(sealed[1 : 1+idSize])
	if !care.ValidID(id) {
		return nil, ErrBroken
	}
	k, err := r.key(ctx, id)
	if err != nil {
		return nil, err
	}
	if k.Kind != Sealing || k.Purpose != purpose {
		return nil, ErrBroken
	}
	return open((*[size]byte)(k.plain), sealed[1+idSize:], "data", purpose, string(id), string(context))
}

// sealing is the current key of a purpose; the first of it is made now.
func (r *Ring) sealing(ctx context.Context, purpose string) (held, error) {
	k, ok, err := r.current(ctx, purpose, Sealing)
	if ok || err != nil {
		return k, err
	}
	err = r.change(ctx, func(all []Key) ([]Key, error) {
		if one(all, purpose, Sealing, Current) != nil {
			return nil, nil // another was quicker
		}
		k, err := r.make(purpose, Sealing, Current, nil)
		return []Key{k}, err
	})
	if err != nil {
		return held{}, err
	}
	k, ok, err = r.current(ctx, purpose, Sealing)
	if err == nil && !ok {
		err = ErrBroken
	}
	return k, err
}

// current is the key of a purpose that is in use.
func (r *Ring) current(ctx context.Context, purpose string, kind Kind) (held, bool, error) {
	list, err := r.keys(ctx, purpose)
	for _, k := range list {
		if k.Kind == kind && k.State == Current {
			return k, true, nil
		}
	}
	return held{}, false, err
}

// one is the key of a purpose in a state, nil when there is none.
func one(all []Key, purpose string, kind Kind, state State) *Key {
	for i, k := range all {
		if k.Purpose == purpose && k.Kind == kind && k.State == state {
			return &all[i]
		}
	}
	return nil
}
