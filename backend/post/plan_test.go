package post

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"hearth/shared/care"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func mustVisit(t testing.TB, local, zone string) care.Visit {
	t.Helper()
	at, err := care.At(local, zone)
	if err != nil {
		t.Fatal(err)
	}
	return care.Visit{Local: local, Zone: zone, Start: at, End: at.Add(50 * time.Minute), Minutes: 50, State: care.Booked, Version: 1}
}

func kinds(list []Plan) (all string) {
	for _, p := range list {
		all += string(p.Kind) + " "
	}
	return all
}

func TestPlanned(t *testing.T) {
	g := care.Guest{ID: "g", As: care.AsPatient, State: care.NotCome, Since: noon}
	far, near, gone := mustVisit(t, "2026-11-24T10:00", "Europe/Berlin"), mustVisit(t, "2026-11-21T13:05", "Europe/Berlin"), mustVisit(t, "2026-11-20T10:00", "Europe/Berlin")
	open := near
	open.State, open.Start = care.Open, noon
	late := near
	late.Late = 15
	told, lost := Heard{Told: true}, Heard{Told: true, Lost: true}
	for name, c := range map[string]struct {
		e    Event
		v    care.Visit
		as   care.Invited
		h    Heard
		want string
	}{
		"days ahead":                          {Booked, far, "", Heard{}, "invitation day-before soon "},
		"in five minutes":                     {Booked, near, "", Heard{}, "soon "},
		"at once":                             {Booked, open, "", Heard{}, "now "},
		"in the past":                         {Booked, gone, "", Heard{}, ""},
		"a caller":                            {Booked, far, care.AsCaller, Heard{}, ""},
		"moved before they heard":             {Changed, far, "", Heard{}, "day-before soon "},
		"moved":                               {Changed, far, "", told, "changed day-before soon "},
		"cancelled unheard":                   {Cancelled, far, "", Heard{}, ""},
		"cancelled":                           {Cancelled, far, "", told, "cancelled "},
		"cancelled when over":                 {Cancelled, gone, "", told, ""},
		"late":                                {Late, late, "", told, "late "},
		"late, unheard":                       {Late, late, "", Heard{}, ""},
		"late no more":                        {Late, near, "", told, ""},
		"again":                               {Again, near, "", told, "again "},
		"again when over":                     {Again, gone, "", told, ""},
		"invited again, and the link is void": {Booked, near, "", Heard{Lost: true}, "again "},
		"again at once, and the link is void": {Booked, open, "", lost, "again "},
		"moved, and the link is void":         {Changed, far, "", lost, "changed day-before soon "},
		"elsewhere, days ahead":               {Readdressed, far, "", Heard{}, "invitation soon "},
		"elsewhere, after the link":           {Readdressed, near, "", Heard{Lost: true}, "again "},
		"elsewhere, and no link came":         {Readdressed, near, "", Heard{}, "again "},
		"elsewhere, link sent days ahead":     {Readdressed, far, "", Heard{Lost: true}, "again "},
		"elsewhere, and it waits":             {Readdressed, near, "", Heard{Waits: true}, ""},
		"elsewhere too, and they know":        {Readdressed, near, "", told, ""},
		"elsewhere when over":                 {Readdressed, gone, "", Heard{}, ""},
		"ended says nothing":                  {Ended, far, "", told, ""},
	} {
		g := g
		if c.as != "" {
			g.As = c.as
		}
		if got := kinds(Planned(c.e, c.v, g, c.h, true, noon)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if got := kinds(Planned(Booked, far, g, Heard{}, false, noon)); got != "invitation soon " {
		t.Errorf("without reminders: %q", got)
	}
	for _, g.State = range []care.GuestState{care.Arrived, care.InCall} {
		if list := Planned(Readdressed, near, g, Heard{Lost: true}, true, noon); len(list) != 0 {
			t.Errorf("somebody who is %s is told %v", g.State, list)
		}
	}
	g.State = care.Uninvited
	if list := Planned(Booked, far, g, told, true, noon); len(list) != 0 {
		t.Errorf("somebody uninvited is told %v", list)
	}
}

// Reminders follow the clock on the wall, also over the nights in which it is moved.
func TestReminderInstants(t *testing.T) {
	for local, want := range map[string]string{
		"2026-03-29T10:00": "2026-03-28T09:00:00Z", // the clock skips an hour in between: 23 hours
		"2026-10-25T10:00": "2026-10-24T08:00:00Z", // 25 hours
		"2026-11-24T10:00": "2026-11-23T09:00:00Z",
		"2026-11-24T07:00": "2026-11-23T07:00:00Z", // eight o'clock
		"2026-11-24T22:15": "2026-11-23T19:00:00Z", // twenty o'clock
	} {
		if got := DayBefore(mustVisit(t, local, "Europe/Berlin"), "").Format(time.RFC3339); got != want {
			t.Errorf("the day before %s is %s, want %s", local, got, want)
		}
	}
}

// Whatever is planned for a visit that is ahead lies between now and its start, one of a kind; and makes sense then.
func TestPlansMakeSense(t *testing.T) {
	zones := []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "UTC", "America/Sao_Paulo"}
	rapid.Check(t, func(r *rapid.T) {
		zone := rapid.SampledFrom(zones).Draw(r, "zone")
		start := noon.Add(time.Duration(rapid.IntRange(-3*24*60, 400*24*60).Draw(r, "minutes")) * time.Minute)
		where, _ := time.LoadLocation(zone)
		v := mustVisit(t, start.In(where).Format(care.LocalLayout), zone)
		g := care.Guest{ID: "g", As: care.AsRelative, State: care.NotCome, Zone: rapid.SampledFrom(append(zones, "")).Draw(r, "own zone")}
		seen := map[care.MessageKind]bool{}
		list := Planned(Booked, v, g, Heard{}, true, noon)
		if v.End.Before(noon) && len(list) != 0 {
			r.Fatalf("a past visit is told of: %v", list)
		}
		if v.End.After(noon) && !seen[care.TellSoon] && len(list) == 0 {
			r.Fatal("nobody gets a link")
		}
		for _, p := range list {
			if seen[p.Kind] || p.Due.Before(noon) || p.Due.After(v.Start) && p.Due.After(noon) {
				r.Fatalf("%+v for %s", p, v.Start)
			}
			seen[p.Kind] = true
			m := care.Message{Kind: p.Kind, Occasion: p.Occasion}
			if reason, sound := Sense(m, v, g, p.Due); !sound {
				r.Fatalf("%+v makes no sense when due: %s", p, reason)
			}
			if _, sound := Sense(m, v, g, v.End); sound {
				r.Fatalf("%+v makes sense when all is over", p)
			}
			moved := v
			moved.Start = v.Start.Add(time.Hour)
			if _, sound := Sense(m, moved, g, p.Due); sound && p.Kind != care.TellInvitation {
				r.Fatalf("%+v is sent although the visit moved", p)
			}
		}
	})
}
