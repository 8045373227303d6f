package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"hearth/backend/porch"
	"hearth/shared/api"
	"hearth/shared/care"
)

// dropInRoutes are a clinic's open door: a page anybody may look at, and the button that begins a visit of one's own.
func (s *Server) dropInRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET "+api.DropInPage+"{project}", timed(s.showDropIn))
	mux.HandleFunc("POST "+api.DropInPage+"{project}", timed(s.dropIn))
	mux.HandleFunc("GET "+api.DropInPage+"{project}/poster", timed(s.showPoster))
	mux.HandleFunc("POST "+api.LinkCardPage, timed(s.linkCard))
}

// perCaller is how many visits one household may begin at open doors: one in a while, and a few at once where tests ask fast.
func perCaller(door Rate) Rate { return Rate{Each: 100 * door.Each, Burst: max(1, door.Burst/8)} }

// perNetwork is how many a network may, in which there are many households: too few to fill a door.
func perNetwork(door Rate) Rate { return Rate{Each: 25 * door.Each, Burst: max(1, door.Burst/2)} }

// openDoor finds the door an address names. When there is none it has answered.
func (s *Server) openDoor(w http.ResponseWriter, r *http.Request) (care.Doorway, bool) {
	d, err := s.Door.OpenDoor(r.Context(), r.PathValue("project"))
	if err != nil {
		s.fail(w, r, err)
	}
	return d, err == nil
}

func (s *Server) showDropIn(w http.ResponseWriter, r *http.Request) {
	if d, ok := s.openDoor(w, r); ok {
		s.dropInPage(w, r, d, porch.Trouble{}, http.StatusOK)
	}
}

func (s *Server) dropInPage(w http.ResponseWriter, r *http.Request, d care.Doorway, t porch.Trouble, status int) {
	now := s.Now()
	v := porch.DropIn{Setting: s.setting(w, r), Clinic: d.Clinic, Phone: d.Settings.Phone, Urgent: d.Settings.Emergency, Where: r.PostForm.Get("where"), Open: d.Settings.OpenAt(now), Zone: d.Settings.Zone,
		Action: r.URL.Path, Trouble: t}
	v.Terms = termsOf(d, v.Lang())
	v.Address = again(r.URL.Path, "", "")
	v.Until, v.Days = hours(v.Setting, d.Settings, now)
	page(w, r, status, porch.DropInPage(v))
}

// hours are the lines of opening hours, Monday first, and until when it is open now.
func hours(set porch.Setting, v care.Visiting, now time.Time) (until string, days []porch.Day) {
	wall := inZone(now, v.Zone)
	names := strings.Split(set.Say("visit.weekdays"), ",")
	for _, day := range []time.Weekday{1, 2, 3, 4, 5, 6, 0} {
		var spans []string
		for _, o := range v.Hours {
			if o.Day != day {
				continue
			}
			spans = append(spans, o.From+"–"+o.Until)
			if at := wall.Format("15:04"); day == wall.Weekday() && o.From <= at && at < o.Until {
				until = o.Until
			}
		}
		if len(spans) == 0 {
			spans = []string{set.Say("drop-in.none")}
		}
		days = append(days, porch.Day{Name: names[int(day)%len(names)], Hours: strings.Join(spans, ", ")})
	}
	return until, days
}

// calledBefore finds the calls that were begun at a door with this browser and are not over.
func (s *Server) calledBefore(r *http.Request, d care.Doorway) (list []entry, err error) {
	here, err := s.Identity.Guests(r)
	for _, who := range here {
		one, err := s.Door.Doorway(r.Context(), who.Person.Guest)
		if err == nil && one.Visit.DropIn && one.Visit.Project == d.Settings.Project && (one.Guest.State.Queued() || one.Guest.State.Inside()) && s.closedTo(one) == "" {
			list = append(list, entry{Doorway: one, who: who, here: true})
		}
	}
	return list, err
}

// sameTap is within which time a call under the same name is the button pressed twice, and no other person.
const sameTap = 20 * time.Second

// backTo leads a browser back to the call it has here already: a second tap is no second visit. But a tablet in a library, or in
// a family, has many callers, and the next must not sit down in the call of the one before: unless it is that tap, they are
// asked. It reports whether it has answered.
func (s *Server) backTo(w http.ResponseWriter, r *http.Request, d care.Doorway, before []entry) bool {
	if len(before) == 0 {
		return false
	}
	one, name := before[0], strings.TrimSpace(r.PostForm.Get("name"))
	switch said := r.PostForm.Get("caller"); {
	case said == "other":
		return false
	case said == "same", said == "" && name == one.Guest.Name && s.Now().Sub(one.Visit.Created) < sameTap:
		http.Redirect(w, r, api.VisitPage+string(one.Guest.ID), http.StatusSeeOther)
	default:
		v := porch.DropIn{Setting: s.setting(w, r), Clinic: d.Clinic, Phone: d.Settings.Phone, Urgent: d.Settings.Emergency, Action: r.URL.Path,
			Before: inZone(one.Visit.Created, d.Settings.Zone).Format("15:04"), Name: name, Where: r.PostForm.Get("where"), Agreed: r.PostForm.Get("terms")}
		v.Address = again(r.URL.Path, "", "")
		page(w, r, http.StatusOK, porch.CalledPage(v))
	}
	return true
}

// hangUp ends the calls of whoever was at this browser before: the calls, and what would open them.
func (s *Server) hangUp(w http.ResponseWriter, r *http.Request, before []entry) error {
	for _, e := range before {
		if err := s.step(r.Context(), e.who, e.Doorway, care.Step{Act: care.Leave}); err != nil {
			return err
		}
		if err := s.Identity.SignOut(w, r, e.who); err != nil {
			return err
		}
		s.Rooms.SignedOut(context.WithoutCancel(r.Context()), Session(e.who))
	}
	return nil
}

// dropIn begins a visit for whoever calls, and lets them into its waiting room.
func (s *Server) dropIn(w http.ResponseWriter, r *http.Request) {
	if !s.fields(w, r) {
		return
	}
	d, ok := s.openDoor(w, r)
	if !ok {
		return
	}
	before, err := s.calledBefore(r, d)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if s.backTo(w, r, d, before) {
		return
	}
	at := s.Address(r)
	if !s.paced(w, r, s.callers, household(at)) || !s.paced(w, r, s.networks, network(at)) {
		return
	}
	if err := s.hangUp(w, r, before); err != nil {
		s.fail(w, r, err)
		return
	}
	_, guest, err := s.Door.Call(r.Context(), d.Settings.Project, care.Caller{Name: r.PostForm.Get("name"), Language: string(s.language(r)),
		Relay: s.Health.Relay().Code != relayOff})
	if err != nil {
		if t := s.trouble(w, r, err, map[string]string{"": ""}); t.Words != "" {
			s.dropInPage(w, r, d, t, statusOf(seen(err)))
		}
		return
	}
	door, err := s.Door.Doorway(r.Context(), guest)
	if err == nil {
		e := entry{Doorway: door}
		if e.who, err = s.Identity.AdmitGuest(w, r, guest, true); err == nil {
			e.here = true
			s.come(w, r, e)
			return
		}
	}
	s.fail(w, r, err)
}
