package store

import (
	"errors"
	"sync"
	"testing"
	"time"

	"hearth/backend/keys"
)

// The ring works on both databases: many begin at once, seal, rotate, exchange the master key, and open what was sealed.
func TestKeys(t *testing.T) {
	onBoth(t, func(t *testing.T, c Config) {
		s, master := mustOpen(t, c), keys.NewMaster()
		rings := make([]*keys.Ring, 4)
		var wait sync.WaitGroup
		for i := range rings {
			wait.Go(func() {
				var err error
				if rings[i], err = keys.Open(t.Context(), s, keys.Config{Master: &master}); err != nil {
					t.Error(err)
				} else if _, err = rings[i].Signer(t.Context(), "ticket", keys.ES256); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if t.Failed() {
			return
		}
		sealed, err := rings[0].Seal(t.Context(), "otp", []byte("x"), []byte("row"))
		if err != nil {
			t.Fatal(err)
		}
		if err := rings[1].Rotate(t.Context()); err != nil {
			t.Fatal(err)
		}
		path := t.TempDir() + "/master"
		if _, err := rings[2].RotateMaster(t.Context(), path); err != nil {
			t.Fatal(err)
		}
		fresh, err := keys.ReadMaster(path)
		if err != nil {
			t.Fatal(err)
		}
		again, err := keys.Open(t.Context(), s, keys.Config{Master: &fresh})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := again.Open(t.Context(), "otp", sealed, []byte("row")); err != nil || string(got) != "x" {
			t.Errorf("opened %q, %v", got, err)
		}
		if list, err := again.List(t.Context()); err != nil || len(list) != 5 {
			t.Errorf("there are %d keys, %v; want three that sign and two that seal", len(list), err)
		}
	})
}

// A change that fails leaves every key as it was; one that goes through keeps all of a key.
func TestChangeKeys(t *testing.T) {
	onBoth(t, func(t *testing.T, c Config) {
		s := mustOpen(t, c)
		k := keys.Key{ID: "a", Purpose: "otp", Kind: keys.Sealing, State: keys.Current, Created: noon, Sealed: []byte{0, 1, 255}}
		put := func(k keys.Key, err error) error {
			return s.ChangeKeys(t.Context(), func([]keys.Key) ([]keys.Key, error) { return []keys.Key{k}, err })
		}
		if err := put(k, nil); err != nil {
			t.Fatal(err)
		}
		broken := errors.New("broken")
		if err := put(keys.Key{ID: "b"}, broken); !errors.Is(err, broken) {
			t.Errorf("got %v, want what went wrong", err)
		}
		k.State, k.Retired = keys.Old, noon.Add(time.Hour)
		if err := put(k, nil); err != nil {
			t.Fatal(err)
		}
		all, err := s.Keys(t.Context())
		if err != nil || len(all) != 1 || !all[0].Retired.Equal(k.Retired) || all[0].State != keys.Old || string(all[0].Sealed) != string(k.Sealed) || !all[0].Created.Equal(noon) {
			t.Errorf("kept %+v, %v; want %+v", all, err, k)
		}
	})
}
