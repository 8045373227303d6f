package web

import (
	"net/http"
	"strings"

	"hearth/backend/porch"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// linkCard draws a guest's link, in the guest's language, for whoever has just made it and has it still: nothing of it is
// kept. It came in a form, so no address and no log holds it.
func (s *Server) linkCard(w http.ResponseWriter, r *http.Request) {
	who, ok := s.accountForm(w, r)
	if !ok {
		return
	}
	if !care.May(who.Person.Grants, access.WriteVisits) {
		s.nothingHere(w, r)
		return
	}
	link := r.PostForm.Get("link")
	_, secret, _ := strings.Cut(link, api.LinkPage)
	d, err := s.Door.Find(r.Context(), secret)
	if err == nil {
		err = s.Messages.MayWriteGuest(r.Context(), who.Reader(), d.Visit.ID, d.Guest.ID)
	}
	if err == nil {
		err = s.Identity.NoteOn(r, who, "visit.card", string(d.Guest.ID))
	}
	var picture porch.Picture
	if err == nil {
		link = s.URL + api.LinkPage + secret
		picture, err = pictureOf(link)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	v := s.visitOf(w, r, d)
	if l := words.Language(d.Guest.Language); l.Known() {
		v.Words = s.words[l]
	}
	page(w, r, http.StatusOK, porch.LinkCardPage(porch.LinkCard{Visit: v, Link: link, Picture: picture}))
}

// showPoster is the address of an open door to print. Anybody may know it.
func (s *Server) showPoster(w http.ResponseWriter, r *http.Request) {
	d, ok := s.openDoor(w, r)
	if !ok {
		return
	}
	link := s.URL + strings.TrimSuffix(r.URL.Path, "/poster")
	picture, err := pictureOf(link)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	v := porch.Poster{Setting: s.setting(w, r), Clinic: d.Clinic, Phone: d.Settings.Phone, Zone: d.Settings.Zone, Link: link, Picture: picture}
	v.Address = again(r.URL.Path, "", "")
	_, v.Days = hours(v.Setting, d.Settings, s.Now())
	page(w, r, http.StatusOK, porch.PosterPage(v))
}
