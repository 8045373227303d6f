package web

import (
	"net/http"
	"strconv"
	"time"

	"hearth/backend/porch"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// closedTo says why nobody comes in by an invitation any more; "" when somebody does, now or later.
func (s *Server) closedTo(d care.Doorway) string {
	err := d.Visit.Comes(s.Now())
	switch {
	case d.Guest.State == care.Denied || d.Guest.State == care.Uninvited: // the latter by somebody signed in: no link shows it
		return "denied"
	case d.Visit.State == care.Cancelled:
		return "cancelled"
	case d.Visit.State == care.Ended:
		return "over"
	case fault.Is(err, fault.Gone):
		return "late"
	}
	return ""
}

// entryPage shows an invitation as it is now.
func (s *Server) entryPage(w http.ResponseWriter, r *http.Request, e entry, t porch.Trouble, status int) {
	if why := s.closedTo(e.Doorway); why != "" {
		s.gonePage(w, r, e.Doorway, why, e.link, http.StatusOK)
		return
	}
	v, err := s.comePage(w, r, e)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	v.Trouble, v.Where = t, r.PostForm.Get("where")
	w.Header().Set("Content-Security-Policy", s.portalPolicy(r))
	page(w, r, status, porch.ComePage(v))
}

// visitOf is what a page may say about a visit. Who is met is not said long before: the link may lie anywhere until then.
func (s *Server) visitOf(w http.ResponseWriter, r *http.Request, d care.Doorway) porch.Visit {
	s.keepLanguage(w, r)
	now := s.Now()
	v := porch.Visit{Setting: porch.Setting{Words: s.words[s.language(r, chosenHere(r), d.Guest.Language)], Address: r.URL, File: s.Files.URL},
		Clinic: d.Clinic, Phone: d.Settings.Phone, Urgent: d.Settings.Emergency, Start: d.Visit.Start, End: d.Visit.End, Zone: d.Visit.Zone, Own: d.Guest.Zone, Now: now,
		Opens: d.Visit.Opens(), Moved: d.Visit.Told > 0}
	if d.Visit.State == care.Open {
		v.Opens = now
	}
	if !now.Before(d.Visit.Start.Add(-care.LinkBefore)) {
		v.Host = d.HostName
	}
	if v.Clinic == "" {
		v.Clinic = porch.Unnamed
	}
	if r.Method == http.MethodPost { // the language links lead to a page, not to a form
		v.Address = again(r.URL.Path, "", "")
	}
	return v
}

func (s *Server) comePage(w http.ResponseWriter, r *http.Request, e entry) (porch.Come, error) {
	v := porch.Come{Visit: s.visitOf(w, r, e.Doorway), To: api.VisitPage + string(e.Guest.ID), Version: s.Files.Version()}
	v.Action = v.To
	if e.link != "" {
		v.Action, v.Link = api.LinkPage+e.link, s.address(api.LinkPage+e.link)
	}
	v.Address = again(v.Action, "", "")
	v.Terms, v.Sits = termsOf(e.Doorway, v.Lang()), e.Guest.As == care.AsPatient || e.Guest.As == care.AsCaller
	told, err := s.Door.ToldWhere(r.Context(), e.Guest.ID)
	if err != nil { // the page asks anew
		s.logFailure(r, seen(err))
	} else if !told.IsZero() {
		v.Told = porch.DateIn(v.Setting, inZone(told, v.Zone))
	}
	if s.Files.Built() {
		v.Load = load(s, visitorPortal)
	}
	if e.here {
		v.Theme = e.Theme
		return v, nil
	}
	elsewhere, err := s.elsewhere(r, e.Doorway)
	if err != nil || !elsewhere {
		return v, err
	}
	asked, allowed, err := s.Door.Asked(r.Context(), e.Guest.ID, deviceToken(r))
	v.Second, v.Asked = !allowed, asked
	return v, err
}

// load is a portal's program as a page names it.
func load(s *Server, portal string) porch.Load {
	program := s.Files.Program(portal)
	return porch.Load{Program: program.Name, Address: program.URL, Size: strconv.FormatInt(program.Size, 10)}
}

// gonePage says kindly that a link opens nothing, and what helps.
func (s *Server) gonePage(w http.ResponseWriter, r *http.Request, d care.Doorway, why, link string, status int) {
	v := porch.Gone{Visit: s.visitOf(w, r, d), Key: why}
	if d.Guest.ID == "" || why == "unknown" || why == "again" || why == "moved-away" {
		v.Start = time.Time{} // what it was for is not said
	}
	if link != "" && why != "denied" {
		v.Call, v.Address = api.LinkPage+link+"/call", again(api.LinkPage+link, "", "")
		if v.Ending = s.Door.Ending(r.Context(), d); v.Ending == "" {
			v.Call = "" // nobody could be called
		} else if called, err := s.Door.CallBackWished(r.Context(), d.Guest.ID); err == nil {
			v.Called = called
		}
	}
	page(w, r, status, porch.GonePage(v))
}
