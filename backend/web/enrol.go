package web

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"hearth/backend/identity"
	"hearth/backend/porch"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/words"
)

func (s *Server) enrolOperations(a huma.API) {
	handle(s, a, api.IssueEnrolment, "Make a code with which a person signs in anew, shown once; any code before is void", s.issueEnrolment)
}

// enrolRoutes are the pages of those who hold a code, and the card that is handed over.
func (s *Server) enrolRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET "+api.EnrolPage, timed(s.showEnrol))
	mux.HandleFunc("POST "+api.EnrolPage, timed(s.redeem))
	mux.HandleFunc("POST "+api.EnrolPage+"/options", timed(s.options(s.Identity.BeginEnrolment)))
	mux.HandleFunc("POST "+api.EnrolPage+"/passkey", timed(s.enrolPasskey))
	mux.HandleFunc("POST "+api.EnrolPage+"/password", timed(s.enrolPassword))
	mux.HandleFunc("POST "+api.EnrolPage+"/leave", timed(s.leaveEnrolment))
	mux.HandleFunc("POST "+api.EnrolPage+"/card", timed(s.card))
	mux.HandleFunc("POST "+api.EnrolPage+"/cards", within(longer, s.cards)) // every code is one slow hash
}

func (s *Server) issueEnrolment(ctx context.Context, who *asking, in *OfPerson) (*answer[api.Enrolment], error) {
	e, err := s.Identity.Enrol(who.request, who.Who, in.Person)
	if err != nil {
		return nil, err
	}
	who.about(e.Person.Patient)
	return reply(api.Enrolment{Person: who.person(e.Person), Code: e.Code, Address: s.address(api.EnrolPage), Expires: e.Expires}), nil
}

// address is a page's whole address, for paper and for other devices.
func (s *Server) address(page string) string { return strings.TrimSuffix(s.URL, "/") + page }

// showEnrol asks for a code; a browser that has entered one is where it was.
func (s *Server) showEnrol(w http.ResponseWriter, r *http.Request) {
	p, err := s.Identity.Enrolling(r)
	switch {
	case fault.Is(err, fault.Gone):
		page(w, r, http.StatusOK, porch.EnrolPage(porch.Enrol{Setting: s.setting(w, r)}))
	case err != nil:
		s.fail(w, r, err)
	default:
		s.keyPage(w, r, p, porch.Trouble{}, http.StatusOK)
	}
}

// redeem takes the code. Every other browser of the person is signed out from then on.
func (s *Server) redeem(w http.ResponseWriter, r *http.Request) {
	if !s.form(w, r) {
		return
	}
	p, err := s.Identity.Redeem(w, r, r.PostForm.Get("code"))
	if err == nil {
		s.Rooms.SignedOutEverywhere(context.WithoutCancel(r.Context()), p.ID, "")
		http.Redirect(w, r, api.EnrolPage, http.StatusSeeOther)
		return
	}
	v := porch.Enrol{Setting: s.setting(w, r), Code: r.PostForm.Get("code")}
	v.Address = again(api.EnrolPage, "", "")
	if v.Trouble = s.trouble(w, r, err, map[string]string{"": "code"}); v.Trouble.Words != "" {
		page(w, r, statusOf(seen(err)), porch.EnrolPage(v))
	}
}

func (s *Server) keyPage(w http.ResponseWriter, r *http.Request, p care.Person, t porch.Trouble, status int) {
	v := porch.Enrol{Setting: s.setting(w, r), Trouble: t, Person: p.Name, Login: p.Login, Passkeys: s.passkeysAt(r), Child: !isStaff(p)}
	v.Address, v.Name = again(api.EnrolPage, "", ""), s.deviceName(r, v.Setting)
	page(w, r, status, porch.KeyPage(v))
}

func isStaff(p care.Person) bool {
	return slices.ContainsFunc(p.Roles, func(one access.Role) bool { return one != access.Patient && one != access.Guest })
}

func (s *Server) enrolPasskey(w http.ResponseWriter, r *http.Request) {
	s.enrolBy(w, r, func() (identity.Who, error) {
		return s.Identity.EnrolPasskey(w, r, r.PostForm.Get("name"), []byte(r.PostForm.Get("credential")))
	})
}

func (s *Server) enrolPassword(w http.ResponseWriter, r *http.Request) {
	s.enrolBy(w, r, func() (identity.Who, error) { return s.Identity.EnrolPassword(w, r, r.PostForm.Get("fresh")) })
}

// enrolBy leads in whoever has made a passkey or chosen a password, and says what was wrong otherwise.
func (s *Server) enrolBy(w http.ResponseWriter, r *http.Request, do func() (identity.Who, error)) {
	if !s.form(w, r) {
		return
	}
	who, err := do()
	switch {
	case err == nil && r.PostForm.Has("shared") && must(who) == nil && !isStaff(who.Person):
		http.Redirect(w, r, forAccount(api.PinPage, who, s.landing(who, "")), http.StatusSeeOther)
		return
	case err == nil:
		s.comeIn(w, r, who, "")
		return
	}
	fields := map[string]string{"password.": "fresh"}
	p, lost := s.Identity.Enrolling(r)
	if lost != nil { // the time is over: a new code is needed
		v := porch.Enrol{Setting: s.setting(w, r)}
		v.Address = again(api.EnrolPage, "", "")
		if v.Trouble = s.trouble(w, r, lost, nil); v.Trouble.Words != "" {
			page(w, r, statusOf(seen(lost)), porch.EnrolPage(v))
		}
		return
	}
	if t := s.trouble(w, r, err, fields); t.Words != "" {
		s.keyPage(w, r, p, t, statusOf(seen(err)))
	}
}

func (s *Server) leaveEnrolment(w http.ResponseWriter, r *http.Request) {
	if !s.form(w, r) {
		return
	}
	if err := s.Identity.LeaveEnrolment(w, r); err != nil {
		s.fail(w, r, err)
		return
	}
	set := s.setting(w, r)
	set.Address = again(api.EnrolPage, "", "")
	page(w, r, http.StatusOK, porch.NoticePage(porch.Notice{Setting: set, Key: "enrol.left", Action: api.EnrolPage, Button: set.Say("enrol.have-code"), Icon: "key"}))
}

// card draws what is handed over, for the one who made the code and has it still: nothing of it is kept. The picture holds
// the code behind a #, which no browser sends to anybody.
func (s *Server) card(w http.ResponseWriter, r *http.Request) {
	who, ok := s.accountForm(w, r)
	if !ok {
		return
	}
	set := s.setting(w, r)
	c, err := s.cardOf(r, who, set, care.PersonID(r.PostForm.Get("person")), r.PostForm.Get("code"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	c.Back = s.landing(who, r.PostForm.Get("back")) + "#as=" + string(who.Slot)
	page(w, r, http.StatusOK, porch.CardPage(c))
}

// mostCards is how many cards one page holds.
const mostCards = 100

// cards draws many: persons and codes stand in their order, with spaces between.
func (s *Server) cards(w http.ResponseWriter, r *http.Request) {
	who, ok := s.accountForm(w, r)
	if !ok {
		return
	}
	persons, codes := strings.Fields(r.PostForm.Get("persons")), strings.Fields(r.PostForm.Get("codes"))
	if len(persons) == 0 || len(persons) > mostCards || len(persons) != len(codes) {
		s.fail(w, r, fault.New(fault.NotFound, "not-found", nil))
		return
	}
	all := porch.Cards{Setting: s.setting(w, r), Back: s.landing(who, r.PostForm.Get("back")) + "#as=" + string(who.Slot)}
	for i, person := range persons {
		c, err := s.cardOf(r, who, all.Setting, care.PersonID(person), codes[i])
		if err != nil {
			s.fail(w, r, err)
			return
		}
		all.List = append(all.List, c)
	}
	page(w, r, http.StatusOK, porch.CardsPage(all))
}

// cardOf is one card, in the language of whom it is for.
func (s *Server) cardOf(r *http.Request, who identity.Who, set porch.Setting, person care.PersonID, typed string) (porch.Card, error) {
	p, expires, err := s.Identity.Issued(r, who, person, typed)
	if err != nil {
		return porch.Card{}, err
	}
	code, _ := identity.ReadCode(typed)
	picture, err := pictureOf(s.address(api.EnrolPage) + "#" + identity.ShowCode(code))
	if err != nil {
		return porch.Card{}, err
	}
	if l := words.Language(p.Language); l.Known() {
		set.Words = s.words[l]
	}
	return porch.Card{Setting: set, Person: p.Name, Code: identity.ShowCode(code), Picture: picture, Address: s.address(api.EnrolPage), Day: day(set, expires)}, nil
}

// day writes a day as the language does, by the clock of the house.
func day(set porch.Setting, t time.Time) string {
	layout := map[words.Language]string{words.English: "2 Jan 2006", words.German: "02.01.2006"}[set.Words.Language]
	if layout == "" {
		layout = "02/01/2006"
	}
	return t.Local().Format(layout)
}
