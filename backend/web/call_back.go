package web

import (
	"net/http"

	"hearth/shared/api"
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
		if err := s.Door.WishCallBack(r.Context(), e.Guest.ID); err != nil {
			s.fail(w, r, err)
			return
		}
		s.tellDesk(r.Context(), e.Visit.Project)
	}
	http.Redirect(w, r, api.LinkPage+e.link, http.StatusSeeOther)
}
