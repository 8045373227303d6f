package web

import (
	"net/http"

	"hearth/backend/identity"
	"hearth/backend/porch"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// visitorPortal is the program of those who were invited.
const visitorPortal = "visit"

// comeRoutes are the pages of those who were invited: the link, and the page of somebody who came. Looking at either changes
// nothing, however often a program that checks links does so.
func (s *Server) comeRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET "+api.LinkPage+"{link}", timed(s.showLink))
	mux.HandleFunc("POST "+api.LinkPage+"{link}", timed(s.comeByLink))
	mux.HandleFunc("POST "+api.LinkPage+"{link}/call", timed(s.callBack))
	mux.HandleFunc("GET "+api.VisitPage+"{guest}", timed(s.showVisit))
	mux.HandleFunc("POST "+api.VisitPage+"{guest}", timed(s.comeBySession))
	mux.HandleFunc("POST "+api.VisitPage+"{guest}/leave", timed(s.leaveVisit))
}

// entry is one settled way to a visit: what the porch knows, and how it was come by.
type entry struct {
	care.Doorway
	link string       // the secret of it; "" with a session
	who  identity.Who // of the session; nobody with a link alone
	here bool         // there is one in this browser
}

// found looks up the link of a request. When it opens nothing it has answered.
func (s *Server) found(w http.ResponseWriter, r *http.Request) (entry, bool) {
	secret := r.PathValue("link")
	d, err := s.Door.Find(r.Context(), secret)
	switch {
	case fault.Is(err, fault.NotFound):
		s.gonePage(w, r, care.Doorway{}, "unknown", "", http.StatusNotFound)
		return entry{}, false
	case fault.Is(err, fault.Gone):
		s.gonePage(w, r, d, "unknown", "", http.StatusGone)
		return entry{}, false
	case err != nil:
		s.fail(w, r, err)
		return entry{}, false
	}
	e := entry{Doorway: d, link: secret}
	who, err := s.guestHere(r, d)
	if err != nil && !fault.Is(err, fault.SignedOut) {
		s.fail(w, r, err)
		return entry{}, false
	}
	e.who, e.here = who, err == nil
	return e, true
}

// guestHere finds the session this browser has for a guest: one of the guest's own, or the patient's, who signs in.
func (s *Server) guestHere(r *http.Request, d care.Doorway) (identity.Who, error) {
	who, err := s.Identity.GuestHere(r, d.Guest.ID)
	if !fault.Is(err, fault.SignedOut) || d.Guest.Person == "" {
		return who, err
	}
	all, failed := s.Identity.Here(r)
	if failed != nil {
		return identity.Who{}, failed
	}
	for _, one := range all {
		if one.Person.ID == d.Guest.Person && must(one) == nil {
			return one, nil
		}
	}
	return identity.Who{}, err
}

// showLink is what a link shows: the porch, or where things are for somebody who came already with this browser.
func (s *Server) showLink(w http.ResponseWriter, r *http.Request) {
	if !s.mayCome(w, r, r.PathValue("link")) {
		return
	}
	e, ok := s.found(w, r)
	if !ok {
		return
	}
	if e.here && !comesAnew(e.Guest.State) && s.closedTo(e.Doorway) == "" {
		http.Redirect(w, r, api.VisitPage+string(e.Guest.ID), http.StatusSeeOther)
		return
	}
	s.entryPage(w, r, e, porch.Trouble{}, http.StatusOK)
}
