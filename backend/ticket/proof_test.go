package ticket_test

import (
	"bytes"
	"testing"

	"hearth/backend/ticket"
)

// FuzzPublicKey: whatever a device sends as its key is refused, or is a key that is taken again as the same.
func FuzzPublicKey(f *testing.F) {
	f.Add([]byte(`{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","kid":"a"}`))
	f.Add([]byte(`{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}`))
	f.Add([]byte(`{"kty":"oct","k":"eHh4"}`))
	f.Add([]byte(`{"keys":[]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		key, err := ticket.PublicKey(text)
		if err != nil {
			return
		}
		again, err := ticket.PublicKey(key)
		if err != nil || !bytes.Equal(key, again) {
			t.Errorf("%s is taken as %s, and that as %s, %v", text, key, again, err)
		}
	})
}
