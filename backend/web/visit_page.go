package web

import (
	"net/http"

	"hearth/backend/identity"
	"hearth/backend/porch"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
)

// attending finds the invitation and the session behind a visit's page. When there is none it has answered.
func (s *Server) attending(w http.ResponseWriter, r *http.Request) (entry, bool) {
	again := func() (entry, bool) {
		s.gonePage(w, r, care.Doorway{}, "again", "", http.StatusUnauthorized)
		return entry{}, false
	}
	guest := care.GuestID(r.PathValue("guest"))
	if !care.ValidID(guest) {
		return again()
	}
	d, err := s.Door.Doorway(r.Context(), guest)
	if fault.Is(err, fault.NotFound) {
		return again()
	}
	var who identity.Who
	if err == nil {
		who, err = s.guestHere(r, d)
	}
	if fault.Is(err, fault.SignedOut) && fault.Of(err).Code == live.CodeMoved {
		s.gonePage(w, r, d, "moved-away", "", http.StatusUnauthorized)
		return entry{}, false
	}
	if fault.Is(err, fault.SignedOut) {
		return again()
	}
	if err != nil {
		s.fail(w, r, err)
		return entry{}, false
	}
	return entry{Doorway: d, who: who, here: true}, true
}

// showVisit is the page of somebody who came, or may come with the session they have.
func (s *Server) showVisit(w http.ResponseWriter, r *http.Request) {
	e, ok := s.attending(w, r)
	if !ok {
		return
	}
	why := s.closedTo(e.Doorway)
	switch {
	case why == "denied" || why == "cancelled" || why != "" && comesAnew(e.Guest.State) && e.Guest.State != care.LeftVisit:
		s.gonePage(w, r, e.Doorway, why, "", http.StatusOK)
		return
	case why == "" && comesAnew(e.Guest.State):
		s.entryPage(w, r, e, porch.Trouble{}, http.StatusOK)
		return
	}
	v := porch.At{Visit: s.visitOf(w, r, e.Doorway), State: "waiting", Leave: api.VisitPage + string(e.Guest.ID) + "/leave", Slot: string(e.who.Slot), Version: s.Files.Version()}
	v.Theme = e.Theme
	switch {
	case why != "":
		v.State, v.Leave = "after", ""
	case e.Guest.State.Inside():
		v.State = "inside"
	}
	if e.Visit.DropIn && e.Guest.State.Queued() {
		var err error
		if v.Ahead, err = s.Door.Ahead(r.Context(), e.Guest.ID); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	if s.Files.Built() {
		v.Load = load(s, visitorPortal)
	}
	w.Header().Set("Content-Security-Policy", s.portalPolicy(r))
	page(w, r, http.StatusOK, porch.AtPage(v))
}

// leaveVisit is the quiet way out of the waiting room.
func (s *Server) leaveVisit(w http.ResponseWriter, r *http.Request) {
	if !s.formBy(w, r, r.PathValue("guest")) {
		return
	}
	e, ok := s.attending(w, r)
	if !ok {
		return
	}
	if err := s.step(r.Context(), e.who, e.Doorway, care.Step{Act: care.Leave}); err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, api.VisitPage+string(e.Guest.ID), http.StatusSeeOther)
}
