package agenda

import (
	"testing"
	"time"

	"hearth/shared/api"
	"hearth/shared/care"
)

func TestParties(t *testing.T) {
	minute := func(of care.GuestID, q, sound, breaks int, way string) api.PartyMinute {
		return api.PartyMinute{Guest: of, Minute: care.Minute{Quality: q, Sound: sound, Breaks: breaks, Way: way}}
	}
	got := parties(api.Report{Visit: api.Visit{Guests: []api.Guest{{ID: "a"}, {ID: "b"}, {ID: "never"}}},
		Minutes: []api.PartyMinute{minute("b", 4, 60, 0, "direct"), minute("", 3, 60, 1, ""), minute("b", 1, 20, 2, "relay"), minute("a", 0, 60, 0, "")}})
	want := []party{{Guest: "a", Minutes: 1}, {Guest: "b", Minutes: 2, Quality: 3, Breaks: 2, Silent: 1, Relay: true}, {Minutes: 1, Quality: 3, Breaks: 1}}
	if len(got) != 3 || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestTogether(t *testing.T) {
	at := func(minute int, g care.GuestID, to care.GuestState) api.VisitEvent {
		return api.VisitEvent{Guest: g, At: now.Add(time.Duration(minute) * time.Minute), To: string(to)}
	}
	r := api.Report{Events: []api.VisitEvent{at(0, "a", care.WaitingRoom), at(2, "a", care.InCall), at(5, "b", care.InCall), at(6, "a", care.Away), at(7, "a", care.InCall),
		at(10, "a", care.LeftVisit), at(12, "b", care.LeftVisit), at(20, "b", care.InCall)}}
	if got := together(r, now.Add(25*time.Minute)); got != 15*time.Minute {
		t.Errorf("together for %v, want 15 minutes", got)
	}
}
