package identity_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"hearth/backend/identity"
	"hearth/backend/passkey/passkeytest"
	"hearth/shared/access"
	"hearth/shared/fault"
)

// addPasskey makes a passkey for who with a device of this browser.
func (b *browser) addPasskey(h *house, who identity.Who, device *passkeytest.Device) (now identity.Who, err error) {
	var options, answer []byte
	if _, err = b.do(h, func(w http.ResponseWriter, r *http.Request) (identity.Who, error) {
		options, err = h.BeginPasskey(w, r, who)
		return who, err
	}); err != nil {
		return who, err
	}
	if answer, err = device.Create(options); err != nil {
		return who, err
	}
	return b.do(h, func(w http.ResponseWriter, r *http.Request) (identity.Who, error) {
		return h.AddPasskey(w, r, who, " My phone ", answer)
	})
}

// mustAddPasskey returns the newest of who's passkeys, and who they are from then on.
func (b *browser) mustAddPasskey(t testing.TB, h *house, who identity.Who, device *passkeytest.Device) (identity.Passkey, identity.Who) {
	t.Helper()
	now, err := b.addPasskey(h, who, device)
	if err != nil {
		t.Fatalf("add a passkey: %v", err)
	}
	list, err := h.Passkeys(t.Context(), now)
	if err != nil || len(list) == 0 {
		t.Fatalf("passkeys after adding one: %v %v", list, err)
	}
	return list[len(list)-1], now
}

// shown is a passkey's answer to the house's question.
func (b *browser) shown(t testing.TB, h *house, device *passkeytest.Device) []byte {
	t.Helper()
	var options []byte
	if _, err := b.do(h, func(w http.ResponseWriter, r *http.Request) (_ identity.Who, err error) {
		options, err = h.BeginSignIn(w, r)
		return identity.Who{}, err
	}); err != nil {
		t.Fatalf("ask for a passkey: %v", err)
	}
	answer, err := device.Get(options)
	if err != nil {
		t.Fatalf("show a passkey: %v", err)
	}
	return answer
}

func (b *browser) enter(h *house, answer []byte) (identity.Who, error) {
	return b.do(h, func(w http.ResponseWriter, r *http.Request) (identity.Who, error) {
		return h.SignInWithPasskey(w, r, answer)
	})
}

func (b *browser) signInWithPasskey(t testing.TB, h *house, device *passkeytest.Device) (identity.Who, error) {
	t.Helper()
	return b.enter(h, b.shown(t, h, device))
}

func TestSignInWithPasskey(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		mira, device := h.mustPerson(t, "mira", access.Therapist), passkeytest.New(origin)
		device.Counts = true
		home := new(browser)
		made, now := home.mustAddPasskey(t, h, home.mustSignIn(t, h, "mira"), device)
		if made.Name != "My phone" || made.Synced || !made.Used.IsZero() {
			t.Errorf("made %+v", made)
		}
		if now.Proof != identity.ByPasskey {
			t.Errorf("after making one the session is of %q", now.Proof)
		}
		h.now = h.now.Add(time.Hour)
		other := new(browser)
		who, err := other.signInWithPasskey(t, h, device)
		if err != nil || who.Person.ID != mira.ID {
			t.Fatalf("signed in as %+v: %v", who.Person, err)
		}
		if got, err := other.resolve(h); err != nil || got.Person.ID != mira.ID {
			t.Errorf("the session is %+v's: %v", got.Person, err)
		}
		list, err := h.Passkeys(t.Context(), who)
		if err != nil || len(list) != 1 || !list[0].Used.Equal(h.now) || list[0].Counter != 1 {
			t.Errorf("passkeys after it: %+v %v", list, err)
		}
		if _, err := home.addPasskey(h, who, device); err != passkeytest.ErrNothing {
			t.Errorf("the same device once more: %v", err)
		}
		if got, want := h.actions(t), "passkey.added"; !strings.Contains(got, want) || !strings.Contains(got, "sign-in.passkey") {
			t.Errorf("the trail says %q", got)
		}
	})
}

// A challenge is for one answer, of one browser, for five minutes, to one question.
func TestChallengesServeOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.mustPerson(t, "mira", access.Therapist)
		device, b := passkeytest.New(origin), new(browser)
		_, who := b.mustAddPasskey(t, h, b.mustSignIn(t, h, "mira"), device)

		answer := b.shown(t, h, device)
		if _, err := b.enter(h, answer); err != nil {
			t.Fatal(err)
		}
		_, err := b.enter(h, answer)
		wantFault(t, err, fault.Invalid, "passkey.again")

		answer = b.shown(t, h, device)
		_, err = new(browser).enter(h, answer)
		wantFault(t, err, fault.Invalid, "passkey.again")
		_, err = b.enter(h, answer) // somebody else has tried it: it is over
		wantFault(t, err, fault.Invalid, "passkey.again")

		answer = b.shown(t, h, device)
		h.now = h.now.Add(5 * time.Minute)
		_, err = b.enter(h, answer)
		wantFault(t, err, fault.Invalid, "passkey.again")

		answer = b.shown(t, h, device)
		_, err = b.do(h, func(_ http.ResponseWriter, r *http.Request) (identity.Who, error) {
			return who, h.ProvePasskey(r, who, answer)
		})
		wantFault(t, err, fault.Invalid, "passkey.again")

		device.Bend = func(a *passkeytest.Answer) { a.Challenge = "bm8gc3VjaCBjaGFsbGVuZ2UgYXQgYWxs" }
		_, err = b.signInWithPasskey(t, h, device)
		wantFault(t, err, fault.Invalid, "passkey.again")
	})
}

// Of many who send the same answer at once, one comes in.
func TestOneAnswerAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.mustPerson(t, "mira", access.Therapist)
		device, b := passkeytest.New(origin), new(browser)
		b.mustAddPasskey(t, h, b.mustSignIn(t, h, "mira"), device)
		answer := b.shown(t, h, device)
		var all sync.WaitGroup
		in := make(chan bool, 8)
		for range cap(in) {
			all.Go(func() {
				copied := browser{cookies: b.cookies}
				_, err := copied.enter(h, answer)
				in <- err == nil
			})
		}
		all.Wait()
		n := 0
		for range cap(in) {
			if <-in {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d came in, want 1", n)
		}
	})
}

func TestPasskeysRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.mustPerson(t, "mira", access.Therapist)
		noor := h.mustPerson(t, "noor", access.Therapist)
		b, device, others := new(browser), passkeytest.New(origin), passkeytest.New(origin)
		mine, _ := b.mustAddPasskey(t, h, b.mustSignIn(t, h, "mira"), device)
		b2 := new(browser)
		b2.mustAddPasskey(t, h, b2.mustSignIn(t, h, "noor"), others)
		for what, one := range map[string]struct {
			bend func(*passkeytest.Answer)
			code string
		}{
			"another origin":  {func(a *passkeytest.Answer) { a.Origin = "https://evil.example" }, "passkey.wrong"},
			"nobody verified": {func(a *passkeytest.Answer) { a.Flags &^= passkeytest.UserVerified }, "passkey.verify"},
			"became synced":   {func(a *passkeytest.Answer) { a.Flags |= passkeytest.BackupEligible }, "passkey.wrong"},
			"an unknown one":  {func(a *passkeytest.Answer) { a.ID = []byte("unknown") }, "passkey.wrong"},
			"another's":       {func(a *passkeytest.Answer) { a.ID = mine.Key.ID }, "passkey.wrong"},
		} {
			others.Bend = one.bend
			_, err := new(browser).signInWithPasskey(t, h, others)
			if err == nil || fault.Of(err).Code != one.code {
				t.Errorf("%s: %v, want %s", what, err, one.code)
			}
		}
		others.Bend = nil
		off := true
		if _, err := h.store.PatchPerson(t.Context(), b.mustAdmin(t, h).Reader(), noor.ID, patch(noor.Version, &off)); err != nil {
			t.Fatal(err)
		}
		_, err := new(browser).signInWithPasskey(t, h, others)
		wantFault(t, err, fault.Invalid, "passkey.wrong")
	})
}

// Two devices with the same counting passkey: the one that falls behind is a copy.
func TestCopiedPasskey(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.mustPerson(t, "mira", access.Therapist)
		b, device := new(browser), passkeytest.New(origin)
		device.Counts = true
		b.mustAddPasskey(t, h, b.mustSignIn(t, h, "mira"), device)
		twin := device.Copy()
		for range 2 {
			if _, err := new(browser).signInWithPasskey(t, h, device); err != nil {
				t.Fatal(err)
			}
		}
		_, err := new(browser).signInWithPasskey(t, h, twin)
		wantFault(t, err, fault.Invalid, "passkey.copied")
		if got := h.actions(t); !strings.Contains(got, "passkey.copied") {
			t.Errorf("the trail says %q", got)
		}
	})
}

// Sending what proves nothing is slowed down by network, and costs passwords nothing.
func TestPasskeyAttemptsAreCounted(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.mustPerson(t, "mira", access.Therapist)
		b := new(browser)
		var err error
		for range 31 {
			_, err = b.enter(h, []byte(`{}`))
		}
		wantFault(t, err, fault.TooMany, "sign-in.locked")
		if _, err := b.signIn(h, "mira", good); err != nil {
			t.Errorf("a password meanwhile: %v", err)
		}
		h.from = "203.0.113.7"
		_, err = b.enter(h, []byte(`{}`))
		wantFault(t, err, fault.Invalid, "passkey.wrong")
	})
}
