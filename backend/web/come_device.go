package web

import (
	"net/http"
	"strings"

	"hearth/backend/door"
	"hearth/backend/identity"
	"hearth/backend/porch"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// deviceCookie holds the token of a browser that asks to be let in as a second device.
const deviceCookie = "hearth-asks"

func deviceToken(r *http.Request) string {
	c, err := r.Cookie(deviceCookie)
	if err != nil || len(c.Value) > 64 {
		return ""
	}
	return c.Value
}

// elsewhere reports whether somebody has this place already, so that another browser needs more than the link. Being let in is
// for who was let in: the place of somebody inside is theirs however long their page has been silent. A patient who is signed
// in waits with that session, and none of a link's.
func (s *Server) elsewhere(r *http.Request, d care.Doorway) (bool, error) {
	if d.Guest.State.Inside() {
		return true, nil
	}
	there, err := s.Identity.Elsewhere(r, identity.GuestPerson(d.Guest.ID))
	if err == nil && !there && d.Guest.Person != "" && d.Guest.State.Queued() {
		there, err = s.Identity.Elsewhere(r, d.Guest.Person)
	}
	return there, err
}

// secondDevice asks a browser for more than the link while another one is in: the code the other shows, or somebody's yes.
// With proved it has given that. When it may not come in it has answered.
func (s *Server) secondDevice(w http.ResponseWriter, r *http.Request, e entry) (proved, may bool) {
	elsewhere, err := s.elsewhere(r, e.Doorway)
	if err == nil && !elsewhere {
		return false, true
	}
	token := deviceToken(r)
	if err == nil && token != "" {
		if err = s.Door.UseDevice(r.Context(), e.Guest.ID, token); err == nil {
			return true, true
		} else if fault.Is(err, fault.NotFound) {
			err = nil
		}
	}
	switch code := strings.TrimSpace(r.PostForm.Get("code")); {
	case err != nil:
	case r.PostForm.Has("ask"):
		err = s.askDevice(w, r, e, token)
	case code == "":
		err = fault.New(fault.Invalid, "link.code-needed", nil)
	default:
		if err = s.Identity.Counted(r, "guest-code", e.Guest.ID); err == nil {
			err = s.Door.TakeCode(r.Context(), e.Guest.ID, code)
		}
	}
	if err == nil {
		return true, !r.PostForm.Has("ask")
	}
	s.notIn(w, r, e, err)
	return false, false
}

// notIn says why somebody does not come in.
func (s *Server) notIn(w http.ResponseWriter, r *http.Request, e entry, err error) {
	if forScript(r) {
		w.WriteHeader(statusOf(seen(err)))
	} else if t := s.trouble(w, r, err, map[string]string{"": ""}); t.Words != "" {
		s.entryPage(w, r, e, porch.Trouble{Words: t.Words}, statusOf(seen(err)))
	}
}

// askDevice writes down that this browser asks to be let in, and shows the page that waits for the answer.
func (s *Server) askDevice(w http.ResponseWriter, r *http.Request, e entry, token string) error {
	asked, _, err := s.Door.Asked(r.Context(), e.Guest.ID, token)
	if err == nil && !asked {
		if err := s.Identity.Counted(r, "guest-ask", e.Guest.ID); err != nil { // each one who asks pushes another from the list
			return err
		}
		token = door.Device()
		http.SetCookie(w, &http.Cookie{Name: deviceCookie, Value: token, Path: api.LinkPage, MaxAge: 3600, Secure: s.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
		if err = s.Door.Ask(r.Context(), e.Guest.ID, token, r.UserAgent()); err == nil {
			s.tellDesk(r.Context(), e.Visit.Project)
			err = s.noteGuest(r, e.Guest.ID, "visit.device-ask")
		}
	}
	if err == nil {
		http.Redirect(w, r, api.LinkPage+e.link, http.StatusSeeOther)
	}
	return err
}
