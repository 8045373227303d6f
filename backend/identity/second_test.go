package identity_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"hearth/backend/identity"
	"hearth/backend/keys"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// withSecond is a house whose staff need a second step, with a ring of keys of its own.
func withSecond(t testing.TB, h *house) *house {
	t.Helper()
	ring, err := keys.Open(t.Context(), h.store, keys.Config{Dir: t.TempDir(), Now: func() time.Time { return h.now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ring.Close() })
	h.reopen(t, func(c *identity.Config) { c.Second, c.Sealer, c.Issuer = true, ring, "clinic.example" })
	return h
}

// inSecond runs a test in such a house on either database.
func inSecond(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	onBoth(t, func(t *testing.T, h *house) { test(t, withSecond(t, h)) })
}

// failer is a test or a run of rapid's.
type failer interface {
	Helper()
	Fatal(...any)
}

// appCode is what an app shows at the house's time, or some steps later.
func (h *house) appCode(t failer, secret string, steps int) string {
	t.Helper()
	code, err := totp.GenerateCodeCustom(secret, h.now.Add(time.Duration(steps)*30*time.Second), totp.ValidateOpts{Period: 30, Digits: 6, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// wrongCode is six digits no app shows around now.
func (h *house) wrongCode(t failer, secret string) string {
	t.Helper()
	for n := 0; ; n++ {
		code, right := fmt.Sprintf("%06d", n), false
		for step := -2; step <= 2; step++ {
			right = right || code == h.appCode(t, secret, step)
		}
		if !right {
			return code
		}
	}
}

// mustBegin begins to set codes up and returns the secret.
func (b *browser) mustBegin(t testing.TB, h *house, who identity.Who) string {
	t.Helper()
	var code identity.NewCode
	_, err := b.do(h, func(_ http.ResponseWriter, r *http.Request) (identity.Who, error) {
		if err := h.BeginCode(r, who); err != nil {
			return who, err
		}
		var err error
		code, err = h.BegunCode(r, who)
		return who, err
	})
	if err != nil {
		t.Fatalf("begin codes: %v", err)
	}
	return code.Secret
}

func (b *browser) confirm(h *house, who identity.Who, code string) (identity.Who, []string, error) {
	var recovery []string
	who, err := b.do(h, func(w http.ResponseWriter, r *http.Request) (identity.Who, error) {
		fresh, codes, err := h.ConfirmCode(w, r, who, code)
		recovery = codes
		return fresh, err
	})
	return who, recovery, err
}

// mustSetUp signs in by the password and sets codes up. The clock stands a step after the code that confirmed.
func (b *browser) mustSetUp(t testing.TB, h *house, login string) (who identity.Who, secret string, recovery []string) {
	t.Helper()
	who = b.mustSignIn(t, h, login)
	secret = b.mustBegin(t, h, who)
	who, recovery, err := b.confirm(h, who, h.appCode(t, secret, 0))
	if err != nil {
		t.Fatalf("confirm codes: %v", err)
	}
	h.now = h.now.Add(30 * time.Second)
	return who, secret, recovery
}

func (b *browser) second(h *house, code string) (identity.Who, error) {
	return b.do(h, func(w http.ResponseWriter, r *http.Request) (identity.Who, error) { return h.Second(w, r, code) })
}

// A right password alone opens half a door: nothing is served for it but the second step.
func TestSecondStep(t *testing.T) {
	inSecond(t, func(t *testing.T, h *house) {
		ana := h.mustPerson(t, "ana", access.Therapist)
		var first browser
		who, secret, _ := first.mustSetUp(t, h, "ana")
		if who.MustSetUp || who.Proof != identity.ByCode {
			t.Errorf("after setting up: %+v", who)
		}
		b := browser{}
		_, err := b.signIn(h, "ana", good)
		wantFault(t, err, fault.SignedOut, "sign-in.second")
		if _, err := b.resolve(h); !fault.Is(err, fault.SignedOut) {
			t.Errorf("a half-session is somebody: %v", err)
		}
		if len(b.cookies) != 1 || b.cookies[0].Name != "hearth-half" || !b.cookies[0].HttpOnly {
			t.Fatalf("cookies %v, want the half-session's alone", b.cookies)
		}
		for _, name := range []string{"hearth-00c0ffee", "hearth-known-00000000"} { // the half's token is no other token
			_, err := (&browser{cookies: []*http.Cookie{{Name: name, Value: b.cookies[0].Value}}}).resolve(h)
			wantFault(t, err, fault.SignedOut, "sign-in.needed")
		}
		stolen := browser{cookies: b.cookies}
		_, err = b.second(h, h.wrongCode(t, secret))
		wantFault(t, err, fault.Invalid, "code.wrong")
		code := h.appCode(t, secret, 0)
		got, err := b.second(h, code[:3]+" "+code[3:])
		if err != nil || got.Person.ID != ana.ID || got.Proof != identity.ByCode || !got.Verified.Equal(h.now) {
			t.Fatalf("got %+v, %v", got, err)
		}
		if _, err := b.resolve(h); err != nil {
			t.Error(err)
		}
		_, err = stolen.second(h, h.appCode(t, secret, 1))
		wantFault(t, err, fault.SignedOut, "sign-in.needed") // the half-session is over
	})
}

// A code is good once, and so is every one before it; one step early or late is forgiven, two are not.
func TestCodesAreNeverTakenTwice(t *testing.T) {
	inSecond(t, func(t *testing.T, h *house) {
		h.mustPerson(t, "ana", access.Therapist)
		var b browser
		_, secret, _ := b.mustSetUp(t, h, "ana")
		try := func(steps int, want string) {
			t.Helper()
			b := browser{cookies: b.cookies} // known, so that counts do not get in the way
			if _, err := b.signIn(h, "ana", good); fault.Of(err).Code != "sign-in.second" {
				t.Fatal(err)
			}
			_, err := b.second(h, h.appCode(t, secret, steps))
			if got := fault.Of(err).Code; (err == nil) != (want == "") || (err != nil && got != want) {
				t.Errorf("%d steps from now: %v, want %q", steps, err, want)
			}
		}
		try(-1, "code.wrong") // it confirmed the setting up
		try(0, "")
		try(0, "code.wrong")
		try(2, "code.wrong")
		try(1, "")
		try(0, "code.wrong")
		h.now = h.now.Add(10 * time.Minute)
		try(-2, "code.wrong")
		try(-1, "")
		try(0, "")
	})
}

func TestRecoveryCodes(t *testing.T) {
	inSecond(t, func(t *testing.T, h *house) {
		h.mustPerson(t, "ana", access.Therapist)
		var b browser
		who, _, codes := b.mustSetUp(t, h, "ana")
		seen := map[string]bool{}
		for _, c := range codes {
			if seen[c] || len(c) != 19 || strings.Trim(c, "0123456789ABCDEFGHJKMNPQRSTVWXYZ-") != "" {
				t.Errorf("recovery codes %v", codes)
			}
			seen[c] = true
		}
		if len(codes) != 10 {
			t.Fatalf("%d codes, want 10", len(codes))
		}
		use := func(code, want string) {
			t.Helper()
			b := browser{cookies: b.cookies}
			if _, err := b.signIn(h, "ana", good); fault.Of(err).Code != "sign-in.second" {
				t.Fatal(err)
			}
			who, err := b.second(h, code)
			if (err == nil) != (want == "") || (err != nil && fault.Of(err).Code != want) {
				t.Errorf("%s: %v, want %q", code, err, want)
			}
			if err == nil && who.Proof != identity.ByRecovery {
				t.Errorf("proof %s", who.Proof)
			}
		}
		use(codes[0], "")
		use(codes[0], "code.wrong")
		use(" "+strings.ToLower(strings.ReplaceAll(codes[1], "-", " "))+" ", "") // as people type
		use("", "code.wrong")
		if is, err := h.Standing(t.Context(), who); err != nil || is.Recovery != 8 || !is.Code {
			t.Errorf("%+v, %v; want 8 left", is, err)
		}
		var fresh []string
		_, err := b.do(h, func(_ http.ResponseWriter, r *http.Request) (_ identity.Who, err error) {
			fresh, err = h.NewRecovery(r, who)
			return who, err
		})
		if err != nil {
			t.Fatal(err)
		}
		use(codes[2], "code.wrong") // a new set voids the old
		use(fresh[0], "")
		if got := h.actions(t); !strings.Contains(got, "sign-in.recovery") || !strings.Contains(got, "recovery.made") || !strings.Contains(got, "sign-in.code-wrong") {
			t.Errorf("the trail says %q", got)
		}
	})
}

// Staff with a password alone are let in to set a second step up and for nothing else; patients need none.
func TestStaffMustSetUp(t *testing.T) {
	inSecond(t, func(t *testing.T, h *house) {
		h.mustPerson(t, "ana", access.Therapist)
		h.mustPerson(t, "wren", access.Patient)
		var b, p browser
		if who := p.mustSignIn(t, h, "wren"); who.MustSetUp {
			t.Error("a patient must set something up")
		}
		who := b.mustSignIn(t, h, "ana")
		if got, err := b.resolve(h); !who.MustSetUp || err != nil || !got.MustSetUp {
			t.Fatalf("%+v, then %+v, %v", who, got, err)
		}
		before := browser{cookies: b.cookies}
		secret := b.mustBegin(t, h, who)
		_, _, err := b.confirm(h, who, h.wrongCode(t, secret))
		wantFault(t, err, fault.Invalid, "code.wrong")
		if again := b.mustSignIn(t, h, "ana"); !again.MustSetUp { // what is not confirmed does not count
			t.Error("an unconfirmed secret counts")
		}
		who, err = b.resolve(h)
		if err != nil {
			t.Fatal(err)
		}
		who, _, err = b.confirm(h, who, h.appCode(t, secret, 0))
		if err != nil || who.MustSetUp || who.Proof != identity.ByCode {
			t.Fatalf("%+v, %v", who, err)
		}
		if got, err := b.resolve(h); err != nil || got.MustSetUp {
			t.Errorf("%+v, %v", got, err)
		}
		_, err = before.resolve(h)
		wantFault(t, err, fault.SignedOut, "sign-in.needed") // the token was renewed with the step
	})
}

// The house's setting goes before what the program was started with, and sessions follow it at once.
func TestTheRuleChanges(t *testing.T) {
	inSecond(t, func(t *testing.T, h *house) {
		h.mustPerson(t, "ana", access.Therapist)
		h.mustPerson(t, "ben", access.Therapist)
		if err := h.RequireSecond(t.Context(), false); err != nil {
			t.Fatal(err)
		}
		var plain, coded, old browser
		who := plain.mustSignIn(t, h, "ana")
		if who.MustSetUp {
			t.Error("nobody needs a second step now")
		}
		ben := old.mustSignIn(t, h, "ben")
		coded.mustSetUp(t, h, "ben")
		if _, err := coded.signIn(h, "ben", good); fault.Of(err).Code != "sign-in.second" {
			t.Errorf("who has set codes up is asked for them, whatever the rule: %v", err)
		}
		if err := h.RequireSecond(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		if got, err := plain.resolve(h); err != nil || !got.MustSetUp {
			t.Errorf("ana: %+v, %v; want to set up first", got, err)
		}
		_, err := old.resolve(h)
		wantFault(t, err, fault.SignedOut, "sign-in.needed") // ben has codes, and did not use them here
		wantFault(t, h.Still(t.Context(), ben), fault.SignedOut, "sign-in.needed")
	})
}

// Guessing codes is slowed down before a code is looked at, however many guess at once; the owner's own browser is not kept
// out by others.
func TestGuessingCodesAtOnce(t *testing.T) {
	inSecond(t, func(t *testing.T, h *house) {
		h.mustPerson(t, "ana", access.Therapist)
		var own browser
		_, secret, _ := own.mustSetUp(t, h, "ana")
		h.from = "203.0.113.7"
		wrong := h.wrongCode(t, secret)
		guessers := make([]browser, 30)
		for i := range guessers {
			if _, err := guessers[i].signIn(h, "ana", good); fault.Of(err).Code != "sign-in.second" {
				t.Fatal(err)
			}
		}
		var wait sync.WaitGroup
		var mu sync.Mutex
		counts := map[string]int{}
		for i := range guessers {
			wait.Go(func() {
				_, err := guessers[i].second(h, wrong)
				mu.Lock()
				defer mu.Unlock()
				counts[fault.Of(err).Code]++
			})
		}
		wait.Wait()
		if counts["code.wrong"] != 5 || counts["sign-in.locked"] != 25 {
			t.Errorf("guesses at once ended as %v, want 5 looked at", counts)
		}
		_, err := guessers[0].second(h, h.appCode(t, secret, 0))
		wantFault(t, err, fault.TooMany, "sign-in.locked") // the right one too
		if _, err := own.signIn(h, "ana", good); fault.Of(err).Code != "sign-in.second" {
			t.Fatal(err)
		}
		if _, err := own.second(h, h.appCode(t, secret, 0)); err != nil {
			t.Errorf("the owner is kept out: %v", err)
		}
	})
}

// However many machines guess, and whatever passes, a day of guessing looks at few codes.
func TestADayOfGuessing(t *testing.T) {
	h := withSecond(t, mustHouse(t, nil))
	h.mustPerson(t, "ana", access.Therapist)
	_, secret, _ := new(browser).mustSetUp(t, h, "ana")
	looked := 0
	for turn := range 24 * 6 {
		h.from = fmt.Sprintf("10.0.%d.7", turn)
		var b browser
		if _, err := b.signIn(h, "ana", good); fault.Of(err).Code == "sign-in.second" {
			if _, err := b.second(h, h.wrongCode(t, secret)); fault.Of(err).Code == "code.wrong" {
				looked++
			}
		}
		h.now = h.now.Add(10 * time.Minute)
	}
	if looked > 40 {
		t.Errorf("%d codes were looked at in a day, want at most 40", looked)
	}
}

// A half-session ends by itself, with a new password, when its person is disabled, and when somebody begins anew.
func TestHalfSessionsEnd(t *testing.T) {
	inSecond(t, func(t *testing.T, h *house) {
		ana, admin := h.mustPerson(t, "ana", access.Therapist), h.mustPerson(t, "ada", access.Administrator)
		by := identity.Who{Person: admin}
		var b browser
		_, secret, _ := b.mustSetUp(t, h, "ana")
		yes, no := true, false
		for what, end := range map[string]func(other *browser) error{
			"time": func(*browser) error { h.now = h.now.Add(10 * time.Minute); return nil },
			"a new password": func(other *browser) error {
				_, _, err := h.ResetPassword(&http.Request{}, by, ana.ID)
				return err
			},
			"the end of all connections": func(*browser) error { _, err := h.EndConnections(t.Context(), by, ana.ID); return err },
			"leaving": func(other *browser) error {
				_, err := other.do(h, func(w http.ResponseWriter, r *http.Request) (identity.Who, error) {
					return identity.Who{}, h.LeaveSecond(w, r)
				})
				return err
			},
			"disabling": func(*browser) error {
				a, err := h.store.Account(t.Context(), ana.ID)
				if err == nil {
					a.Person, err = h.store.PatchPerson(t.Context(), by.Reader(), ana.ID, care.PersonPatch{Version: a.Version, Disabled: &yes})
				}
				if err == nil {
					_, err = h.store.PatchPerson(t.Context(), by.Reader(), ana.ID, care.PersonPatch{Version: a.Version, Disabled: &no})
				}
				return err
			},
		} {
			if err := h.store.ChangePassword(t.Context(), ana.ID, h.mustHash(t), identity.Hash{}); err != nil {
				t.Fatal(err)
			}
			var other browser
			if _, err := other.signIn(h, "ana", good); fault.Of(err).Code != "sign-in.second" {
				t.Fatalf("%s: %v", what, err)
			}
			kept := browser{cookies: other.cookies}
			if err := end(&other); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			if _, err := kept.second(h, h.appCode(t, secret, 0)); fault.Of(err).Code != "sign-in.needed" {
				t.Errorf("after %s the half-session lives: %v", what, err)
			}
		}
	})
}

// A session from before, planted or stolen, is worth nothing after any step.
func TestNoSessionIsFixed(t *testing.T) {
	inSecond(t, func(t *testing.T, h *house) {
		h.mustPerson(t, "ana", access.Therapist)
		_, secret, _ := new(browser).mustSetUp(t, h, "ana")
		planted := strings.Repeat("A", 43)
		victim := browser{cookies: []*http.Cookie{{Name: "hearth-half", Value: planted}, {Name: "hearth-00c0ffee", Value: planted}}}
		if _, err := victim.signIn(h, "ana", good); fault.Of(err).Code != "sign-in.second" {
			t.Fatal(err)
		}
		half := browser{cookies: victim.cookies}
		who, err := victim.second(h, h.appCode(t, secret, 0))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range victim.cookies {
			if c.Value == planted && c.Name != "hearth-00c0ffee" || c.Name == "hearth-half" {
				t.Errorf("the cookie %s stayed", c.Name)
			}
		}
		for what, thief := range map[string]*browser{"what was planted": {cookies: []*http.Cookie{{Name: "hearth-" + string(who.Slot), Value: planted}}}, "the half": &half} {
			_, err := thief.resolve(h)
			if wantFault(t, err, fault.SignedOut, "sign-in.needed"); err == nil {
				t.Errorf("%s signs in", what)
			}
		}
	})
}

// What a stranger can tell apart before a right password costs the same: the same calls of the store and of the hasher.
func TestUnknownCostsTheSame(t *testing.T) {
	h := withSecond(t, mustHouse(t, nil))
	h.mustPerson(t, "plain", access.Therapist)
	h.mustPerson(t, "coded", access.Therapist)
	new(browser).mustSetUp(t, h, "coded")
	counted := &counting{Store: h.store, calls: map[string]int{}}
	s, err := identity.Open(t.Context(), counted, identity.Config{Passwords: cheap, Second: true, Now: func() time.Time { return h.now }})
	if err != nil {
		t.Fatal(err)
	}
	real := h.Service
	h.Service = s
	defer func() { h.Service = real }()
	var want string
	for _, login := range []string{"plain", "coded", "nobody"} {
		counted.calls = map[string]int{}
		_, err := new(browser).signIn(h, login, "wrong horse battery")
		wantFault(t, err, fault.Invalid, "sign-in.wrong")
		got := fmt.Sprint(counted.calls)
		if want == "" {
			want = got
		}
		if got != want {
			t.Errorf("%s costs %s, want %s", login, got, want)
		}
	}
}

// counting notes which calls of the store are made.
type counting struct {
	identity.Store
	calls map[string]int
}

func (c *counting) AccountByLogin(ctx context.Context, login string) (identity.Account, error) {
	c.calls["account"]++
	return c.Store.AccountByLogin(ctx, login)
}

func (c *counting) Means(ctx context.Context, p care.PersonID) (identity.Means, error) {
	c.calls["means"]++
	return c.Store.Means(ctx, p)
}

func (c *counting) Code(ctx context.Context, p care.PersonID) (identity.Code, error) {
	c.calls["code"]++
	return c.Store.Code(ctx, p)
}

func (c *counting) Setting(ctx context.Context, key string) (string, error) {
	c.calls["setting"]++
	return c.Store.Setting(ctx, key)
}

func (c *counting) CreateHalf(ctx context.Context, half identity.Half) error {
	c.calls["half"]++
	return c.Store.CreateHalf(ctx, half)
}
