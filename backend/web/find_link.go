package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"hearth/backend/identity"
	"hearth/backend/porch"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// findRoutes are the page for whoever lost their link. Its address is that of links, without one.
func (s *Server) findRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET "+api.LinkPage+"{$}", timed(s.showFind))
	mux.HandleFunc("POST "+api.LinkPage+"{$}", timed(s.find))
}

// findFor is how long an answer takes at least, whoever was found: neither its words nor its time tell who has a visit here.
const findFor = time.Second / 2

// seeking is how many may be looked for at once; looking opens the contacts of everybody expected.
const seeking = 2

func (s *Server) showFind(w http.ResponseWriter, r *http.Request) {
	page(w, r, http.StatusOK, porch.FindPage(porch.Find{Setting: s.setting(w, r), Action: api.LinkPage}))
}

// find sends whoever is expected soon their link anew: to the number or address the clinic has, never to what was typed. The
// answer is the same whoever typed what.
func (s *Server) find(w http.ResponseWriter, r *http.Request) {
	at := s.Address(r)
	if !s.paced(w, r, s.finders, network(at)) || !s.fields(w, r) {
		return
	}
	select {
	case s.seekers <- struct{}{}:
		defer func() { <-s.seekers }()
	default:
		s.slow(w, 5*time.Second)
		s.fail(w, r, fault.New(fault.TooMany, "request.too-many", nil))
		return
	}
	wait := time.NewTimer(findFor)
	defer wait.Stop()
	if typed := strings.TrimSpace(r.PostForm.Get("reach")); typed != "" && len(typed) <= mostReach {
		if err := s.sendAnew(r, typed); err != nil {
			s.logFailure(r, fault.Of(err)) // and no word of it: the answer is the same
		}
	}
	select {
	case <-wait.C:
	case <-r.Context().Done():
		return
	}
	v := porch.Find{Setting: s.setting(w, r), Done: true}
	v.Address = again(api.LinkPage, "", "")
	page(w, r, http.StatusOK, porch.FindPage(v))
}

// mostReach is the longest number or address that is looked for.
const mostReach = 254

// sendAnew has everybody sent their link who is expected and reached so. Nobody is sent many, however often somebody asks.
func (s *Server) sendAnew(r *http.Request, typed string) error {
	ctx := context.WithoutCancel(r.Context())
	found, err := s.Visits.Expected(ctx, typed)
	for _, g := range found {
		if s.Identity.Counted(r, "link-anew", g.ID) != nil {
			continue
		}
		err := s.Anew(ctx, g.Visit, g.ID)
		if err == nil {
			err = s.Identity.NoteOn(r, identity.Who{Person: care.Person{ID: identity.GuestPerson(g.ID)}}, "link.anew", string(g.Visit))
		}
		if err != nil && !fault.Is(err, fault.TooMany) && !fault.Is(err, fault.Conflict) {
			return err
		}
	}
	return err
}
