package identity_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hearth/backend/identity"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// state is where somebody stands on the way in.
type state string

const (
	nobody     state = "nobody"
	half       state = "half"
	mustChange state = "must change"
	mustSetUp  state = "must set up"
	in         state = "in"
)

// walker is one person with one browser, and what a model of the rules says of them.
type walker struct {
	h       *house
	b       *browser
	person  care.Person
	admin   identity.Who
	known   string // the password
	secret  string // of codes, "" for none
	begun   string // a secret that waits to be confirmed
	begunAt time.Time
	taken   int64    // the last step that was taken
	spare   []string // recovery codes not used
	off     bool     // disabled

	full     bool // a session is open
	handed   bool // its password was handed out
	proved   bool // the session has more than a password
	seen     time.Time
	verified time.Time
	halfAt   time.Time // zero: no half-session
}

// where is the state the model expects.
func (w *walker) where() state {
	now := w.h.now
	switch {
	case w.full && !w.off && now.Sub(w.seen) < 12*time.Hour:
		switch {
		case !w.proved && w.secret != "":
			return nobody // it began before the codes were set up
		case w.handed:
			return mustChange
		case !w.proved:
			return mustSetUp
		}
		return in
	case !w.halfAt.IsZero() && !w.off && now.Sub(w.halfAt) < 10*time.Minute:
		return half
	}
	return nobody
}

// stands asks the house where the browser is.
func (w *walker) stands(t *rapid.T) state {
	who, err := w.b.resolve(w.h)
	switch {
	case err == nil && who.MustChange:
		return mustChange
	case err == nil && who.MustSetUp:
		return mustSetUp
	case err == nil:
		return in
	case !fault.Is(err, fault.SignedOut):
		t.Fatalf("who is it: %v", err)
	}
	r, _ := http.NewRequest(http.MethodGet, "/", nil)
	for _, c := range w.b.cookies {
		r.AddCookie(c)
	}
	if _, err := w.h.Pending(r); err == nil {
		return half
	} else if !fault.Is(err, fault.SignedOut) {
		t.Fatalf("what is pending: %v", err)
	}
	return nobody
}

func (w *walker) who(t *rapid.T) identity.Who {
	who, err := w.b.resolve(w.h)
	if err != nil {
		t.Fatal(err)
	}
	w.used()
	return who
}

// used moves the end of an open session on, as asking does.
func (w *walker) used() {
	if at := w.where(); at != nobody && at != half && w.h.now.Sub(w.seen) >= 5*time.Minute {
		w.seen = w.h.now
	}
}

func (w *walker) begin(proved bool) {
	w.full, w.proved, w.seen, w.verified, w.halfAt = true, proved, w.h.now, w.h.now, time.Time{}
}

// patient lets whatever slows guessing down pass: what it does is another test's.
func (w *walker) patient() { w.h.now = w.h.now.Add(time.Hour) }

func (w *walker) password(t *rapid.T, typed string) {
	right := typed == w.known && !w.off
	_, err := w.b.signIn(w.h, w.person.Login, typed)
	code := ""
	if err != nil {
		code = fault.Of(err).Code
	}
	switch {
	case !right && code != "sign-in.wrong", right && w.secret != "" && code != "sign-in.second", right && w.secret == "" && code != "":
		t.Fatalf("a password that is right: %v, with codes: %v: %v", right, w.secret != "", err)
	case right && w.secret != "":
		w.halfAt = w.h.now
	case right:
		w.begin(false)
	}
}

func (w *walker) step() int64 { return w.h.now.Unix() / 30 }

func (w *walker) code(t *rapid.T, ahead int) {
	code := w.h.appCode(t, w.secret, ahead)
	was, step := w.where(), w.step()+int64(ahead)
	right := step > w.taken && ahead >= -1 && ahead <= 1
	_, err := w.b.second(w.h, code)
	switch {
	case was != half && fault.Of(err).Code != "sign-in.needed" && w.halfAt.IsZero():
		t.Fatalf("a code where nobody is half in: %v", err)
	case was == half && right != (err == nil):
		t.Fatalf("a code %d steps ahead, the last taken %d, this %d: %v", ahead, w.taken, step, err)
	case err == nil:
		w.taken = step
		w.begin(true)
	}
}

// fresh reports whether the last proof is new enough for what matters.
func (w *walker) fresh() bool { return w.h.now.Sub(w.verified) <= 5*time.Minute }

// TestTheWayIn walks at random through everything that can happen on the way in, and holds the house to a model of it.
func TestTheWayIn(t *testing.T) {
	h := withSecond(t, mustHouse(t, nil))
	hash := h.mustHash(t)
	admin := h.mustPerson(t, "boss", access.Administrator)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		p, err := h.store.AddPerson(t.Context(), care.NewPerson{Name: "Walker", Login: fmt.Sprintf("walker%d", n), Roles: []access.Role{access.Therapist}, Hash: hash})
		if err != nil {
			t.Fatal(err)
		}
		w := &walker{h: h, b: &browser{}, person: p, admin: identity.Who{Person: admin}, known: good}
		t.Repeat(map[string]func(*rapid.T){
			"right password": func(t *rapid.T) { w.patient(); w.password(t, w.known) },
			"wrong password": func(t *rapid.T) { w.patient(); w.password(t, "wrong horse battery") },
			"code": func(t *rapid.T) {
				if w.secret == "" {
					t.Skip("no codes")
				}
				w.code(t, rapid.IntRange(-2, 2).Draw(t, "steps ahead"))
			},
			"the same code again": func(t *rapid.T) {
				if w.secret == "" || w.where() != half || w.taken != w.step() {
					t.Skip("nothing to repeat")
				}
				w.code(t, 0)
			},
			"recovery code": func(t *rapid.T) {
				if w.where() != half || len(w.spare) == 0 {
					t.Skip("not half in")
				}
				code := w.spare[0]
				w.spare = w.spare[1:]
				if _, err := w.b.second(h, code); err != nil {
					t.Fatalf("a recovery code: %v", err)
				}
				w.begin(true)
				if _, err := w.b.second(h, code); fault.Of(err).Code != "sign-in.needed" {
					t.Fatalf("it opens twice: %v", err)
				}
			},
			"begin codes": func(t *rapid.T) {
				at := w.where()
				if at != in && at != mustSetUp {
					t.Skip("not in")
				}
				who := w.who(t)
				_, err := w.b.do(h, func(_ http.ResponseWriter, r *http.Request) (identity.Who, error) { return who, h.BeginCode(r, who) })
				if allowed := at == mustSetUp && w.h.now.Sub(w.verified) <= 30*time.Minute || w.fresh(); allowed != (err == nil) {
					t.Fatalf("beginning codes when %s, fresh %v: %v", at, w.fresh(), err)
				}
				if err != nil {
					return
				}
				_, err = w.b.do(h, func(_ http.ResponseWriter, r *http.Request) (identity.Who, error) {
					c, err := h.BegunCode(r, who)
					w.begun, w.begunAt = c.Secret, h.now
					return who, err
				})
				if err != nil {
					t.Fatal(err)
				}
			},
			"confirm codes": func(t *rapid.T) {
				at := w.where()
				if w.begun == "" || at != in && at != mustSetUp {
					t.Skip("nothing to confirm")
				}
				_, codes, err := w.b.confirm(h, w.who(t), h.appCode(t, w.begun, 0))
				if late := h.now.Sub(w.begunAt) > 15*time.Minute; late != (fault.Of(err).Code == "code.none") || !late && err != nil {
					t.Fatalf("confirming, too late %v: %v", late, err)
				}
				if err == nil {
					w.secret, w.begun, w.taken, w.spare, w.proved, w.verified = w.begun, "", w.step(), codes, true, h.now
				}
			},
			"prove": func(t *rapid.T) {
				if w.where() != in || w.secret == "" || w.taken >= w.step() {
					t.Skip("nothing to prove")
				}
				who := w.who(t)
				if _, err := w.b.do(h, func(_ http.ResponseWriter, r *http.Request) (identity.Who, error) {
					return who, h.Prove(r, who, w.known, h.appCode(t, w.secret, 0))
				}); err != nil {
					t.Fatalf("proving: %v", err)
				}
				w.taken, w.verified = w.step(), h.now
			},
			"remove codes": func(t *rapid.T) {
				if w.where() != in {
					t.Skip("not in")
				}
				who := w.who(t)
				_, err := w.b.do(h, func(_ http.ResponseWriter, r *http.Request) (identity.Who, error) { return who, h.RemoveCode(r, who) })
				if w.fresh() != (err == nil) {
					t.Fatalf("removing codes, fresh %v: %v", w.fresh(), err)
				}
				if err == nil {
					w.secret, w.begun, w.spare, w.taken = "", "", nil, 0
				}
			},
			"change password": func(t *rapid.T) {
				if at := w.where(); at == nobody || at == half {
					t.Skip("not in")
				}
				w.patient()
				if at := w.where(); at == nobody || at == half {
					t.Skip("not in any more")
				}
				who, next := w.who(t), good
				if w.known == good {
					next = "seven grey geese fly"
				}
				if err := w.b.change(h, who, w.known, next); err != nil {
					t.Fatalf("changing the password: %v", err)
				}
				w.known, w.handed, w.halfAt = next, false, time.Time{}
			},
			"reset by an administrator": func(t *rapid.T) {
				_, handed, err := h.ResetPassword(&http.Request{}, w.admin, p.ID)
				if err != nil {
					t.Fatal(err)
				}
				w.known, w.handed, w.full, w.halfAt = handed, true, false, time.Time{}
			},
			"connections ended": func(t *rapid.T) {
				if _, err := h.EndConnections(t.Context(), w.admin, p.ID); err != nil {
					t.Fatal(err)
				}
				w.full, w.halfAt = false, time.Time{}
			},
			"disable or enable": func(t *rapid.T) {
				a, err := h.store.Account(t.Context(), p.ID)
				if err == nil {
					w.off = !w.off
					_, err = h.store.PatchPerson(t.Context(), w.admin.Reader(), p.ID, care.PersonPatch{Version: a.Version, Disabled: &w.off})
				}
				if err != nil {
					t.Fatal(err)
				}
				if w.off {
					w.full, w.halfAt = false, time.Time{}
				}
			},
			"sign out": func(t *rapid.T) {
				if at := w.where(); at == nobody || at == half {
					t.Skip("not in")
				}
				who := w.who(t)
				if _, err := w.b.do(h, func(rw http.ResponseWriter, r *http.Request) (identity.Who, error) { return who, h.SignOut(rw, r, who) }); err != nil {
					t.Fatal(err)
				}
				w.full = false
			},
			"leave the second step": func(t *rapid.T) {
				if _, err := w.b.do(h, func(rw http.ResponseWriter, r *http.Request) (identity.Who, error) {
					return identity.Who{}, h.LeaveSecond(rw, r)
				}); err != nil {
					t.Fatal(err)
				}
				w.halfAt = time.Time{}
			},
			"time passes": func(t *rapid.T) {
				h.now = h.now.Add(rapid.SampledFrom([]time.Duration{20 * time.Second, 3 * time.Minute, 11 * time.Minute, 5 * time.Hour, 13 * time.Hour}).Draw(t, "so long"))
			},
			"": func(t *rapid.T) {
				if got, want := w.stands(t), w.where(); got != want {
					t.Fatalf("stands at %q, want %q", got, want)
				}
				w.used()
			},
		})
	})
}
