package agenda

import (
	"strings"
	"testing"
	"time"

	"hearth/app/remote/remotetest"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

func TestElsewhere(t *testing.T) {
	remotetest.Speak(t, words.English)
	for _, c := range []struct {
		when       When
		zone, want string
	}{
		{When{"2026-11-21", "10:30", "Europe/Berlin"}, "Europe/Berlin", ""},
		{When{"2026-11-21", "10:30", "Europe/Berlin"}, "Europe/Paris", ""}, // the same clock by another name
		{When{"2026-11-21", "10:30", "Europe/Berlin"}, "Asia/Kolkata", "15:00"},
		{When{"2026-11-21", "22:30", "Europe/Berlin"}, "Asia/Kolkata", "Sun 22 Nov 03:00"},
		{When{"2026-11-21", "10:30", "Europe/Berlin"}, "Nowhere/Else", ""},
		{When{"2026-11-21", "", "Europe/Berlin"}, "Asia/Kolkata", ""},
	} {
		if got := c.when.Elsewhere(c.zone); got != c.want {
			t.Errorf("%+v in %s: %q, want %q", c.when, c.zone, got, c.want)
		}
	}
}

func TestWarning(t *testing.T) {
	remotetest.Speak(t, words.English)
	for when, want := range map[When][]string{
		{"2026-03-29", "02:30", "Europe/Berlin"}:    {"02:30", "Berlin", "03:30"},
		{"2026-10-25", "02:30", "Europe/Berlin"}:    {"02:30", "twice", "first"},
		{"2026-10-25", "03:30", "Europe/Berlin"}:    nil,
		{"2026-03-08", "02:15", "America/New_York"}: {"New York", "03:15"},
	} {
		got := when.Warning()
		if (got == "") != (want == nil) {
			t.Errorf("%+v: %q", when, got)
		}
		for _, part := range want {
			if !strings.Contains(got, part) {
				t.Errorf("%+v: %q lacks %q", when, got, part)
			}
		}
	}
}

func TestByDay(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	at := func(s string) api.Visit {
		start, _ := time.Parse(time.RFC3339, s)
		return api.Visit{ID: care.VisitID(s), Start: start}
	}
	list := []api.Visit{at("2026-11-22T09:00:00Z"), at("2026-11-21T23:30:00Z"), at("2026-11-21T08:00:00Z")}
	days := byDay(list, berlin, false)
	if len(days) != 2 || days[0].Date != "2026-11-21" || len(days[1].Visits) != 2 || days[1].Visits[0].ID != "2026-11-21T23:30:00Z" {
		t.Errorf("%+v", days)
	}
	if days := byDay(list, berlin, true); days[0].Date != "2026-11-22" || days[0].Visits[0].ID != "2026-11-22T09:00:00Z" {
		t.Errorf("newest first: %+v", days)
	}
}

func TestNext(t *testing.T) {
	v := api.Visit{State: care.Booked, Start: now.Add(20 * time.Minute), End: now.Add(70 * time.Minute)}
	later, open, over := v, v, v
	later.Start, later.End = now.Add(3*time.Hour), now.Add(4*time.Hour)
	open.State, over.State = care.Open, care.Ended
	for _, c := range []struct {
		name            string
		v               api.Visit
		attends, writes bool
		want            doing
	}{
		{"soon", v, true, true, begin}, {"soon, for a clerk", v, false, true, change}, {"later", later, true, true, change},
		{"open", open, true, true, goIn}, {"open, for a clerk", open, false, true, look}, {"over", over, true, true, look},
		{"later, for who only reads", later, false, false, look},
	} {
		if got := next(c.v, now, c.attends, c.writes); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
