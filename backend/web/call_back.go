package web

import (
	"net/http"

	"hearth/backend/identity"
	"hearth/shared/api"
	"hearth/shared/care"
)

// callBack writes down that somebody who came too late wants to be called. The answer is the same whatever was there before.
func (s *Server) callBack(w http.ResponseWriter, r *http.Request) {
	if !s.formBy(w, r, r.PathValue("link")) {
		return
	}
	e, ok := s.found(w, r)
	if !ok {
		return
	}
	if why := s.closedTo(e.Doorway); why != "" && why != "denied" && s.Door.Ending(r.Context(), e.Doorway) != "" {
		news, err := s.Door.WishCallBack(r.Context(), e.Guest.ID)
		if err == nil && news {
			s.tellDesk(r.Context(), e.Visit.Project)
			err = s.noteGuest(r, e.Guest.ID, "visit.call-back")
		}
		if err != nil {
			s.fail(w, r, err)
			return
		}
	}
	http.Redirect(w, r, api.LinkPage+e.link, http.StatusSeeOther)
}

// noteGuest writes down what somebody did who holds a guest's link.
func (s *Server) noteGuest(r *http.Request, guest care.GuestID, action string) error {
	return s.Identity.NoteOn(r, identity.Who{Person: care.Person{ID: identity.GuestPerson(guest)}}, action, string(guest))
}
