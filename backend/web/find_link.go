package web

import (
	"context"
	"errors"
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

func (s *Server) showFind(w http.ResponseWriter, r *http.Request) {
	page(w, r, http.StatusOK, porch.FindPage(porch.Find{Setting: s.setting(w, r), Action: api.LinkPage}))
}

// find sends whoever is expected soon their link anew: to the number or address the clinic has, never to what was typed. It
// answers before anybody is looked for: neither its words nor its time tell who has a visit here.
func (s *Server) find(w http.ResponseWriter, r *http.Request) {
	if !s.paced(w, r, s.finders, network(s.Address(r))) || !s.fields(w, r) {
		return
	}
	typed := strings.TrimSpace(r.PostForm.Get("reach"))
	if !s.Later(func(ctx context.Context) { s.seek(r.WithContext(ctx), typed) }) {
		s.slow(w, 5*time.Second)
		s.fail(w, r, fault.New(fault.TooMany, "request.too-many", nil))
		return
	}
	v := porch.Find{Setting: s.setting(w, r), Done: true}
	v.Address = again(api.LinkPage, "", "")
	page(w, r, http.StatusOK, porch.FindPage(v))
}

// mostReach is the longest number or address that is looked for.
const mostReach = 254

func (s *Server) seek(r *http.Request, typed string) {
	if typed == "" || len(typed) > mostReach {
		return
	}
	if err := s.sendAnew(r, typed); err != nil {
		s.logFailure(r, fault.Of(err))
	}
}

// sendAnew has everybody sent their link who is expected and reached so, whatever becomes of another's. Nobody is sent many,
// however often somebody asks.
func (s *Server) sendAnew(r *http.Request, typed string) error {
	found, err := s.Visits.Expected(r.Context(), typed)
	r = r.WithContext(context.WithoutCancel(r.Context())) // whoever was found is sent theirs
	for _, g := range found {
		if s.Identity.Counted(r, "link-anew", g.ID) != nil {
			continue
		}
		failed := s.Anew(r.Context(), g.Visit, g.ID)
		if failed == nil {
			failed = s.Identity.NoteOn(r, identity.Who{Person: care.Person{ID: identity.GuestPerson(g.ID)}}, "link.anew", string(g.Visit))
		}
		if !fault.Is(failed, fault.TooMany) && !fault.Is(failed, fault.Conflict) {
			err = errors.Join(err, failed)
		}
	}
	return err
}
