package web

import (
	"context"
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"hearth/backend/identity"
	"hearth/backend/porch"
	"hearth/shared/api"
	"hearth/shared/fault"
)

func init() {
	accountNotes["pin-set"], accountNotes["pin-removed"], accountNotes["pin-none"] = "pin.set", "pin.removed", "pin.none"
}

// lockRoutes are the pages of a tablet that is locked between uses. To every other address of the house a locked account
// is nobody, because identity resolves it to nobody.
func (s *Server) lockRoutes(mux *http.ServeMux) {
	mux.HandleFunc("POST "+api.LockPage, timed(s.lock))
	mux.HandleFunc("POST "+api.LockPage+"/awake", timed(s.awake))
	mux.HandleFunc("GET "+api.UnlockPage, timed(s.showUnlock))
	mux.HandleFunc("POST "+api.UnlockPage, timed(s.unlock))
	mux.HandleFunc("GET "+api.PinPage, timed(s.showPin))
	mux.HandleFunc("POST "+api.PinPage, timed(s.setPin))
	mux.HandleFunc("POST "+api.PinPage+"/remove", timed(s.removePin))
}

// lock locks the account a form names, and leads to the page that asks for its PIN. One that is locked already, or gone,
// leads there too.
func (s *Server) lock(w http.ResponseWriter, r *http.Request) {
	if !s.fields(w, r) { // without the door's limit: locking must always work
		return
	}
	next := ownPath(r.PostForm.Get("next"))
	who, err := s.account(r, r.PostForm.Get("as"))
	if err == nil {
		err = s.Identity.Lock(r, who)
	}
	switch {
	case fault.Of(err).Code == "pin.none":
		s.accountDone(w, r, who, "pin-none")
	case err != nil && !fault.Is(err, fault.SignedOut):
		s.fail(w, r, err)
	default:
		http.Redirect(w, r, unlockFor(r.PostForm.Get("as"), next), http.StatusSeeOther)
	}
}

// awake is where a page says that somebody has a hand on it, or that it measures ("measuring"), or asks how long it is
// until the account locks by itself ("look").
func (s *Server) awake(w http.ResponseWriter, r *http.Request) {
	if !s.fields(w, r) {
		return
	}
	here, err := s.Identity.Here(r)
	if err == nil {
		i := slices.IndexFunc(here, func(who identity.Who) bool { return string(who.Slot) == r.PostForm.Get("as") })
		if i < 0 {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		left := s.Identity.LocksIn(here[i])
		if !r.PostForm.Has("look") {
			left, err = s.Identity.KeepOpen(r.Context(), here[i], r.PostForm.Has("measuring"))
		}
		if err == nil {
			w.Header().Set("Content-Type", "application/json")
			json.NewEncoder(w).Encode(api.Awake{Left: int(math.Ceil(left.Seconds()))})
			return
		}
	}
	w.WriteHeader(statusOf(seen(err)))
}

func unlockFor(slot, next string) string {
	q := url.Values{}
	if slot != "" {
		q.Set("as", slot)
	}
	if next != "" {
		q.Set("next", next)
	}
	if len(q) == 0 {
		return api.UnlockPage
	}
	return api.UnlockPage + "?" + q.Encode()
}

// unlockPage fills the page that asks for a PIN. When nobody here is locked, or the one that is meant is not any more, it
// has answered.
func (s *Server) unlockPage(w http.ResponseWriter, r *http.Request, slot, next string) (porch.Unlock, bool) {
	shuts, err := s.Identity.Shuts(r)
	if err != nil {
		s.fail(w, r, err)
		return porch.Unlock{}, false
	}
	v := porch.Unlock{Setting: s.setting(w, r), Next: ownPath(next)}
	v.Address = again(api.UnlockPage, "as", slot)
	for _, one := range shuts {
		row := porch.Locked{Slot: string(one.Slot), Name: one.Person.Name, Left: one.Left, To: unlockFor(string(one.Slot), v.Next)}
		v.List = append(v.List, row)
		if row.Slot == slot || len(shuts) == 1 && slot == "" {
			v.Locked = row
		}
	}
	if len(shuts) == 0 || slot != "" && v.Slot == "" { // opened meanwhile, or signed out: home knows
		to := api.HomePage
		if len(shuts) > 0 {
			if who, err := s.account(r, slot); err == nil {
				s.comeIn(w, r, who, next)
				return v, false
			}
			to = unlockFor("", v.Next)
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
		return v, false
	}
	return v, true
}

func (s *Server) showUnlock(w http.ResponseWriter, r *http.Request) {
	if v, ok := s.unlockPage(w, r, r.URL.Query().Get("as"), r.URL.Query().Get("next")); ok {
		if r.URL.Query().Has("out") {
			v.Note = v.Say("signed-out")
		}
		page(w, r, http.StatusOK, porch.UnlockPage(v))
	}
}

func (s *Server) unlock(w http.ResponseWriter, r *http.Request) {
	if !s.form(w, r) {
		return
	}
	slot, next := r.PostForm.Get("as"), r.PostForm.Get("next")
	who, err := s.Identity.Unlock(w, r, identity.Slot(slot), r.PostForm.Get("pin"))
	switch {
	case err == nil:
		s.comeIn(w, r, who, next)
		return
	case fault.Is(err, fault.SignedOut): // it is over, or another page was quicker
		http.Redirect(w, r, api.HomePage, http.StatusSeeOther)
		return
	}
	v, ok := s.unlockPage(w, r, slot, next)
	if !ok {
		return
	}
	if v.Trouble = s.trouble(w, r, err, map[string]string{"": "pin", "pin.spent": ""}); v.Trouble.Words != "" {
		if v.Left == 0 {
			v.Trouble = porch.Trouble{} // the page itself says so
		}
		page(w, r, statusOf(seen(err)), porch.UnlockPage(v))
	}
}

// toUnlock leads a browser in which everybody is locked to the page that asks for a PIN, unless somebody else wants to
// sign in.
func (s *Server) toUnlock(w http.ResponseWriter, r *http.Request) bool {
	q := r.URL.Query()
	if q.Has("other") {
		return false
	}
	shuts, err := s.Identity.Shuts(r)
	if err != nil || len(shuts) == 0 {
		return false
	}
	if here, err := s.Identity.Here(r); err != nil || len(here) > 0 && !q.Has("out") {
		return false
	}
	to := unlockFor("", ownPath(q.Get("next")))
	if q.Has("out") {
		to = api.UnlockPage + "?out=1"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return true
}

// pinPage fills the page where a PIN is chosen.
func (s *Server) pinPage(w http.ResponseWriter, r *http.Request, who identity.Who, next string) porch.Pin {
	v := porch.Pin{Setting: s.ownSetting(w, r, who), Slot: string(who.Slot), Has: who.Pin, Old: s.Identity.NeedsPin(who), Next: ownPath(next), Idle: identity.PinIdles[0]}
	v.Address = again(api.PinPage, "as", v.Slot)
	v.Home = s.landing(who, v.Next) + "#as=" + v.Slot
	for _, d := range identity.PinIdles {
		v.Idles = append(v.Idles, d)
	}
	slices.Sort(v.Idles)
	return v
}

func (s *Server) showPin(w http.ResponseWriter, r *http.Request) {
	who, err := s.account(r, r.URL.Query().Get("as"))
	switch {
	case err != nil:
		s.fail(w, r, err)
	case must(who) != nil:
		s.toDuty(w, r, who, "")
	case isStaff(who.Person):
		s.accountTrouble(w, r, who, fault.New(fault.Conflict, "pin.staff", nil), map[string]string{})
	default:
		page(w, r, http.StatusOK, porch.PinPage(s.pinPage(w, r, who, r.URL.Query().Get("next"))))
	}
}

func (s *Server) setPin(w http.ResponseWriter, r *http.Request) {
	who, ok := s.accountForm(w, r)
	if !ok {
		return
	}
	v := s.pinPage(w, r, who, r.PostForm.Get("next"))
	if minutes, err := strconv.Atoi(r.PostForm.Get("idle")); err == nil {
		v.Idle = time.Duration(minutes) * time.Minute
	}
	err := error(fault.New(fault.Invalid, "pin.differs", nil))
	if pin := r.PostForm.Get("pin"); pin == r.PostForm.Get("again") {
		err = s.Identity.SetPin(r, who, r.PostForm.Get("old"), pin, v.Idle)
	}
	switch {
	case err != nil:
		if v.Trouble = s.trouble(w, r, err, map[string]string{"": "pin", "pin.old": "old", "pin.differs": "again"}); v.Trouble.Words != "" {
			page(w, r, statusOf(seen(err)), porch.PinPage(v))
		}
	case v.Next != "":
		s.comeIn(w, r, who, v.Next)
	default:
		s.accountDone(w, r, who, "pin-set")
	}
}

func (s *Server) removePin(w http.ResponseWriter, r *http.Request) {
	who, ok := s.accountForm(w, r)
	if !ok {
		return
	}
	err := s.Identity.RemovePin(r, who, r.PostForm.Get("gone"))
	if err == nil {
		s.accountDone(w, r, who, "pin-removed")
		return
	}
	v := s.pinPage(w, r, who, "")
	if v.Trouble = s.trouble(w, r, err, map[string]string{"": "gone"}); v.Trouble.Words != "" {
		page(w, r, statusOf(seen(err)), porch.PinPage(v))
	}
}

// fillPin tells whether this browser locks.
func (s *Server) fillPin(_ context.Context, _ *http.Request, who identity.Who, v *porch.Account) error {
	v.Pin = porch.PinState{Shown: !isStaff(who.Person), Has: who.Pin}
	return nil
}
