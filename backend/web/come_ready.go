package web

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"hearth/backend/identity"
	"hearth/backend/porch"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// comeByLink lets somebody in who holds a link.
func (s *Server) comeByLink(w http.ResponseWriter, r *http.Request) {
	if !s.formBy(w, r, r.PathValue("link")) {
		return
	}
	if e, ok := s.found(w, r); ok {
		s.come(w, r, e)
	}
}

// comeBySession lets somebody in who came before with this browser, or is signed in.
func (s *Server) comeBySession(w http.ResponseWriter, r *http.Request) {
	if !s.formBy(w, r, r.PathValue("guest")) {
		return
	}
	if e, ok := s.attending(w, r); ok {
		s.come(w, r, e)
	}
}

// comesAnew reports whether somebody in this state has "I'm ready" before them.
func comesAnew(state care.GuestState) bool {
	_, can := state.After(care.Arrive)
	return can
}

// come is "I'm ready".
func (s *Server) come(w http.ResponseWriter, r *http.Request, e entry) {
	if err := e.Visit.Comes(s.Now()); err != nil || s.closedTo(e.Doorway) != "" {
		s.notNow(w, r, e)
		return
	}
	if !e.here && !s.admit(w, r, &e) {
		return
	}
	if err := s.arrive(r, e); err != nil {
		s.notIn(w, r, e, err)
		return
	}
	if forScript(r) {
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(api.Came{Guest: e.Guest.ID, Visit: e.Visit.ID, Slot: string(e.who.Slot), To: api.VisitPage + string(e.Guest.ID), Theme: e.Theme})
		return
	}
	http.Redirect(w, r, api.VisitPage+string(e.Guest.ID), http.StatusSeeOther)
}

// notNow answers a tap that came too early or too late with the page as it is now.
func (s *Server) notNow(w http.ResponseWriter, r *http.Request, e entry) {
	if forScript(r) {
		w.WriteHeader(http.StatusConflict)
		return
	}
	s.entryPage(w, r, e, porch.Trouble{}, http.StatusConflict)
}

// forScript reports whether a page's script reads the answer.
func forScript(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Accept"), "application/json")
}

// admit opens a session for this browser. When it may not come in it has answered.
func (s *Server) admit(w http.ResponseWriter, r *http.Request, e *entry) (may bool) {
	proved, may := s.secondDevice(w, r, *e)
	if !may {
		return false
	}
	who, err := s.Identity.AdmitGuest(w, r, e.Guest.ID, !proved)
	if err != nil {
		s.notIn(w, r, *e, err)
		return false
	}
	e.who, e.here = who, true
	return true
}

// arrive keeps what somebody says of where they are, and knocks.
func (s *Server) arrive(r *http.Request, e entry) error {
	kind, agreed := agreedTo(r.PostForm.Get("terms"), e.Doorway)
	if err := s.tellWhere(r, e.Guest.ID); err != nil {
		return err
	}
	return s.step(r.Context(), e.who, e.Doorway, care.Step{Act: care.Arrive, Agreed: agreed, AgreedTo: kind})
}

// tellWhere keeps where a guest says they are. Nobody stays outside because that cannot be kept, or because what they said another
// time cannot be read any more: staff see that nothing is known, and ask.
func (s *Server) tellWhere(r *http.Request, guest care.GuestID) error {
	var err error
	switch where := r.PostForm.Get("where"); {
	case strings.TrimSpace(where) != "":
		if err = s.Door.TellWhere(r.Context(), guest, where); fault.Is(err, fault.Invalid) {
			return err
		}
	case r.PostForm.Has("same"):
		err = s.Door.StillThere(r.Context(), guest)
	default:
		return nil
	}
	if err == nil {
		err = s.noteGuest(r, guest, "visit.where")
	}
	if err != nil {
		s.logFailure(r, seen(err))
	}
	return nil
}

// step moves a guest on; the book tells everybody concerned.
func (s *Server) step(ctx context.Context, who identity.Who, d care.Doorway, step care.Step) error {
	_, err := s.Visits.StepGuest(ctx, who.Reader(), d.Visit.ID, d.Guest.ID, step)
	return err
}
