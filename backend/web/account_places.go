package web

import (
	"context"
	"net/http"
	"time"

	"hearth/backend/identity"
	"hearth/backend/porch"
	"hearth/shared/api"
)

func init() {
	accountNotes["place-ended"], accountNotes["places-ended"] = "places.ended", "places.all-ended"
}

func (s *Server) placesRoutes(mux *http.ServeMux) {
	mux.HandleFunc("POST "+api.AccountPage+"/places/end", timed(s.endPlace))
	mux.HandleFunc("POST "+api.AccountPage+"/places/others", timed(s.endOtherPlaces))
}

// fillPlaces tells where somebody is signed in.
func (s *Server) fillPlaces(ctx context.Context, _ *http.Request, who identity.Who, v *porch.Account) error {
	list, err := s.Identity.Places(ctx, who)
	for _, p := range list {
		one := porch.Place{Slot: string(p.Slot), Name: placeName(v.Setting, p.Agent), Here: p.Here,
			Since: v.Say("places.since", "when", s.ago(v.Setting, p.Since)), Seen: v.Say("places.seen", "when", s.ago(v.Setting, p.Seen))}
		v.Places.List = append(v.Places.List, one)
		if !p.Here {
			v.Places.Others++
		}
	}
	return err
}

func placeName(say porch.Setting, a identity.Agent) string {
	switch {
	case a.Browser == "" && a.System == "":
		return say.Say("places.unknown")
	case a.Browser == "":
		return say.Say("places.browser-on", "system", a.System)
	case a.System == "":
		return a.Browser
	}
	return say.Say("places.on", "browser", a.Browser, "system", a.System)
}

// ago says how long ago something was, so that no time zone needs to be known. "" for never.
func (s *Server) ago(say porch.Setting, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	past := s.Now().Sub(at)
	switch {
	case past < 10*time.Minute: // the last use is known to five minutes
		return say.Say("ago.now")
	case past < 2*time.Hour:
		return say.Words.Count("porch.ago.minutes", int(past/time.Minute))
	case past < 48*time.Hour:
		return say.Words.Count("porch.ago.hours", int(past/time.Hour))
	}
	return say.Words.Count("porch.ago.days", int(past/(24*time.Hour)))
}

// endPlace signs somebody out of one other browser; its live sockets end at once.
func (s *Server) endPlace(w http.ResponseWriter, r *http.Request) {
	who, ok := s.accountForm(w, r)
	if !ok {
		return
	}
	slot := identity.Slot(r.PostForm.Get("slot"))
	if err := s.Identity.EndPlace(r, who, slot); err != nil {
		s.fail(w, r, err)
		return
	}
	s.Rooms.SignedOut(context.WithoutCancel(r.Context()), Session(identity.Who{Person: who.Person, Slot: slot}))
	s.accountDone(w, r, who, "place-ended")
}

func (s *Server) endOtherPlaces(w http.ResponseWriter, r *http.Request) {
	who, ok := s.accountForm(w, r)
	if !ok {
		return
	}
	if err := s.Identity.EndOtherPlaces(r, who); err != nil {
		s.fail(w, r, err)
		return
	}
	s.Rooms.SignedOutEverywhere(context.WithoutCancel(r.Context()), who.Person.ID, Session(who))
	s.accountDone(w, r, who, "places-ended")
}
