package web

import (
	"net/http"
	"strings"

	"hearth/backend/porch"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
)

// deviceCard draws a code devices register with, for the one who made it and has it still: nothing of it is kept. The
// picture holds the house's address and, behind a #, the code.
func (s *Server) deviceCard(w http.ResponseWriter, r *http.Request) {
	who, ok := s.accountForm(w, r)
	if !ok {
		return
	}
	if !care.May(who.Person.Grants, access.WriteDevices) {
		s.nothingHere(w, r)
		return
	}
	issued, err := s.Devices.Issued(r.Context(), who.Reader(), r.PostForm.Get("code"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if err := s.Identity.NoteOn(r, who, "device.card", string(issued.Project)); err != nil {
		s.fail(w, r, err)
		return
	}
	address := strings.TrimSuffix(s.URL, "/")
	picture, err := pictureOf(address + api.DeviceRegister + "#" + issued.Code)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	set := s.setting(w, r)
	page(w, r, http.StatusOK, porch.DeviceCardPage(porch.DeviceCard{Setting: set, Project: issued.Name, Code: issued.Code, Address: address, Picture: picture,
		Left: issued.Left, Day: day(set, issued.Expires), Back: s.landing(who, api.AdminPage+"/devices") + "#as=" + string(who.Slot)}))
}
