package passkey_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"hearth/backend/passkey"
	"hearth/backend/passkey/passkeytest"
)

const origin = "https://hearth.example"

func mustDesk(t testing.TB) *passkey.Desk {
	t.Helper()
	d, err := passkey.New(passkey.Config{ID: "hearth.example", Name: "Hearth", Origins: []string{origin}})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func somebody() passkey.Owner {
	h := make([]byte, passkey.HandleBytes)
	rand.Read(h)
	return passkey.Owner{Handle: h, Login: "mira", Name: "Mira Solano"}
}

func mustMake(t testing.TB, desk *passkey.Desk, device *passkeytest.Device, o passkey.Owner) passkey.Key {
	t.Helper()
	k, err := makeKey(t, desk, device, o)
	if err != nil {
		t.Fatalf("make a passkey: %v", err)
	}
	return k
}

// makeKey makes a passkey, and fails the test when the browser does not answer the options it was given.
func makeKey(t testing.TB, desk *passkey.Desk, device *passkeytest.Device, o passkey.Owner) (passkey.Key, error) {
	t.Helper()
	options, challenge, err := desk.Making(o, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := device.Create(options)
	if err != nil {
		t.Fatal(err)
	}
	made, err := passkey.ReadMade(answer)
	if err != nil {
		return passkey.Key{}, err
	}
	if made.Challenge != challenge {
		return passkey.Key{}, errors.New("another challenge")
	}
	return desk.Make(made, o)
}

// useKey signs in and says what the house would find.
func useKey(t testing.TB, desk *passkey.Desk, device *passkeytest.Device, o passkey.Owner, k passkey.Key) (passkey.Key, error) {
	t.Helper()
	options, challenge, err := desk.Asking()
	if err != nil {
		t.Fatal(err)
	}
	answer, err := device.Get(options)
	if err != nil {
		t.Fatal(err)
	}
	used, err := passkey.ReadUsed(answer)
	if err != nil {
		return k, err
	}
	if used.Challenge != challenge {
		return k, errors.New("another challenge")
	}
	return desk.Use(used, o, k)
}

func TestMakeAndUse(t *testing.T) {
	desk, device, o := mustDesk(t), passkeytest.New(origin), somebody()
	device.Counts = true
	k := mustMake(t, desk, device, o)
	if k.Synced || k.Kept || k.Counter != 0 || len(k.ID) == 0 {
		t.Errorf("a device's own passkey is %+v", k)
	}
	for n := range uint32(3) {
		var err error
		if k, err = useKey(t, desk, device, o, k); err != nil || k.Counter != n+1 {
			t.Fatalf("use %d: counter %d, %v", n+1, k.Counter, err)
		}
	}
	options, _, err := desk.Proving(o, []passkey.Key{k})
	if err != nil || !bytes.Contains(options, []byte("allowCredentials")) {
		t.Errorf("proving names no passkey: %s %v", options, err)
	}
	again, _, err := desk.Making(o, []passkey.Key{k})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := device.Create(again); !errors.Is(err, passkeytest.ErrNothing) {
		t.Errorf("a device that has one makes another: %v", err)
	}
}

// A passkey of a phone is in the cloud before or after it was made.
func TestSyncedPasskeys(t *testing.T) {
	desk, device, o := mustDesk(t), passkeytest.New(origin), somebody()
	device.Flags |= passkeytest.BackupEligible
	k := mustMake(t, desk, device, o)
	if !k.Synced || k.Kept {
		t.Errorf("a passkey that may be copied and is not yet: %+v", k)
	}
	device.Flags |= passkeytest.BackupState
	k, err := useKey(t, desk, device, o, k)
	if err != nil || !k.Kept {
		t.Errorf("now it is: %+v %v", k, err)
	}
	device.Flags &^= passkeytest.BackupEligible | passkeytest.BackupState
	if _, err := useKey(t, desk, device, o, k); !errors.Is(err, passkey.ErrRefused) {
		t.Errorf("it cannot become a device's own: %v", err)
	}
	device.Flags |= passkeytest.BackupState
	if _, err := useKey(t, desk, device, o, k); !errors.Is(err, passkey.ErrRefused) {
		t.Errorf("backed up and not eligible: %v", err)
	}
}

func TestWhatIsRefused(t *testing.T) {
	bent := map[string]struct {
		bend func(*passkeytest.Answer)
		want error
	}{
		"another origin": {func(a *passkeytest.Answer) { a.Origin = "https://hearth.example.evil.example" }, passkey.ErrRefused},
		"without TLS":    {func(a *passkeytest.Answer) { a.Origin = "http://hearth.example" }, passkey.ErrRefused},
		"another port":   {func(a *passkeytest.Answer) { a.Origin = origin + ":8443" }, passkey.ErrRefused},
		"another house":  {func(a *passkeytest.Answer) { a.RP = "evil.example" }, passkey.ErrRefused},
		"from a frame":   {func(a *passkeytest.Answer) { a.CrossOrigin = true }, passkey.ErrRefused},
		"the other ceremony": {func(a *passkeytest.Answer) {
			a.Type = map[bool]string{true: "webauthn.get", false: "webauthn.create"}[a.Type == "webauthn.create"]
		}, passkey.ErrRefused},
		"nobody there":         {func(a *passkeytest.Answer) { a.Flags &^= passkeytest.UserPresent }, passkey.ErrRefused},
		"nobody verified":      {func(a *passkeytest.Answer) { a.Flags &^= passkeytest.UserVerified }, passkey.ErrUnverified},
		"backed up, not able":  {func(a *passkeytest.Answer) { a.Flags |= passkeytest.BackupState }, passkey.ErrRefused},
		"reserved as attested": {func(a *passkeytest.Answer) { a.Flags ^= passkeytest.Attested }, passkey.ErrRefused},
	}
	for what, one := range bent {
		t.Run(what, func(t *testing.T) {
			desk, device, o := mustDesk(t), passkeytest.New(origin), somebody()
			device.Bend = one.bend
			if _, err := makeKey(t, desk, device, somebody()); !errors.Is(err, one.want) {
				t.Errorf("made: %v, want %v", err, one.want)
			}
			device.Bend = nil
			k := mustMake(t, desk, device, o)
			device.Bend = one.bend
			if _, err := useKey(t, desk, device, o, k); !errors.Is(err, one.want) {
				t.Errorf("used: %v, want %v", err, one.want)
			}
		})
	}
}

func TestOthersPasskeys(t *testing.T) {
	desk, o := mustDesk(t), somebody()
	mine, theirs := passkeytest.New(origin), passkeytest.New(origin)
	k := mustMake(t, desk, mine, o)
	mustMake(t, desk, theirs, somebody())
	if _, err := useKey(t, desk, theirs, o, k); !errors.Is(err, passkey.ErrRefused) {
		t.Errorf("another's passkey: %v", err)
	}
	theirs.Bend = func(a *passkeytest.Answer) { a.ID, a.Handle = k.ID, o.Handle } // claims to be ours
	if _, err := useKey(t, desk, theirs, o, k); !errors.Is(err, passkey.ErrRefused) {
		t.Errorf("another's passkey under our name: %v", err)
	}
	mine.Bend = func(a *passkeytest.Answer) { a.Handle = somebody().Handle }
	if _, err := useKey(t, desk, mine, o, k); !errors.Is(err, passkey.ErrRefused) {
		t.Errorf("ours under another's name: %v", err)
	}
	mine.Bend = func(a *passkeytest.Answer) { a.Handle = nil }
	if _, err := useKey(t, desk, mine, o, k); !errors.Is(err, passkey.ErrRefused) {
		t.Errorf("ours under no name: %v", err)
	}
}

// Who is not known is checked like who is, and never right: the signature is looked at.
func TestStrangers(t *testing.T) {
	desk, device, o := mustDesk(t), passkeytest.New(origin), somebody()
	mustMake(t, desk, device, o)
	options, _, err := desk.Asking()
	if err != nil {
		t.Fatal(err)
	}
	answer, err := device.Get(options)
	if err != nil {
		t.Fatal(err)
	}
	used, err := passkey.ReadUsed(answer)
	if err != nil {
		t.Fatal(err)
	}
	who, k, err := desk.Stranger(used)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := desk.Use(used, who, k); !errors.Is(err, passkey.ErrRefused) || !strings.Contains(err.Error(), "signature") {
		t.Errorf("a stranger: %v", err)
	}
}

func TestCopiedPasskeys(t *testing.T) {
	desk, device, o := mustDesk(t), passkeytest.New(origin), somebody()
	device.Counts = true
	k := mustMake(t, desk, device, o)
	twin := device.Copy()
	var err error
	for range 2 {
		if k, err = useKey(t, desk, device, o, k); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := useKey(t, desk, twin, o, k); !errors.Is(err, passkey.ErrCopied) {
		t.Errorf("a counter that went back: %v", err)
	}
}

func TestPossible(t *testing.T) {
	for host, want := range map[string]bool{"localhost": true, "hearth.example": true, "provider.localhost": true, "127.0.0.1": false, "::1": false, "192.168.1.2": false, "": false} {
		if got := passkey.Possible(host); got != want {
			t.Errorf("%q: %v, want %v", host, got, want)
		}
	}
}

// Whatever a stranger sends is refused and nothing breaks.
func FuzzAnswers(f *testing.F) {
	desk, device, o := mustDesk(f), passkeytest.New(origin), somebody()
	options, _, err := desk.Making(o, nil)
	if err != nil {
		f.Fatal(err)
	}
	made, err := device.Create(options)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(made)
	read, err := passkey.ReadMade(made)
	if err != nil {
		f.Fatal(err)
	}
	k, err := desk.Make(read, o)
	if err != nil {
		f.Fatal(err)
	}
	if options, _, err = desk.Asking(); err != nil {
		f.Fatal(err)
	}
	used, err := device.Get(options)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(used)
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if m, err := passkey.ReadMade(b); err == nil {
			desk.Make(m, o)
		}
		u, err := passkey.ReadUsed(b)
		if err != nil {
			return
		}
		if now, err := desk.Use(u, o, k); err == nil && !bytes.Equal(now.ID, k.ID) {
			t.Errorf("one passkey became another")
		}
	})
}
