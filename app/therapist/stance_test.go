package therapist

import (
	"testing"

	"hearth/app/watch"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/telemetry"
	"hearth/wasm/rtc"
)

func TestStance(t *testing.T) {
	sensors := []watch.Sensor{{Sensor: telemetry.Sensor{Key: "demo-ecg", Signal: "ecg"}}}
	for _, c := range []struct {
		name      string
		state     watch.State
		link      live.LinkState
		permitted bool
		phase     string
		on, help  bool
	}{
		{"nothing yet", watch.State{Phase: watch.Idle}, live.Online, true, "idle", false, true},
		{"not permitted at all", watch.State{Phase: watch.Idle}, live.Online, false, "no-permission", false, true},
		{"nobody there", watch.State{Phase: watch.Absent, Wanted: true}, live.Online, true, "absent", true, true},
		{"asking", watch.State{Phase: watch.Asking, Wanted: true}, live.Online, true, "asking", true, true},
		{"connecting", watch.State{Phase: watch.Connecting, Wanted: true}, live.Online, true, "connecting", true, true},
		{"streaming", watch.State{Phase: watch.Streaming, Wanted: true, Sensors: sensors}, live.Online, true, "streaming", true, false},
		{"streaming while the house is away", watch.State{Phase: watch.Streaming, Wanted: true, Sensors: sensors}, live.Waiting, true, "streaming", true, true},
		{"no sensor yet", watch.State{Phase: watch.Streaming, Wanted: true}, live.Online, true, "no-sensor", true, true},
		{"mending", watch.State{Phase: watch.Mending, Wanted: true}, live.Online, true, "mending", true, true},
		{"the patient ended it", watch.State{Phase: watch.Idle, Ended: "stopped-by-patient"}, live.Online, true, "ended", false, true},
		{"withdrawn", watch.State{Phase: watch.Idle, Ended: "withdrawn"}, live.Online, false, "withdrawn", false, true},
		{"refused", watch.State{Phase: watch.Idle, Fault: live.Fault(live.CodeNoSignal)}, live.Online, true, "refused", false, true},
		{"busy for now", watch.State{Phase: watch.Absent, Wanted: true, Fault: live.Fault(live.CodeNotNow)}, live.Online, true, "absent", true, true},
		{"no peer connections", watch.State{Phase: watch.Connecting, Wanted: true, Peer: rtc.View{State: rtc.StateUnavailable}}, live.Online, true, "unavailable", true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := stanceOf(c.state, c.link, c.permitted)
			if got.Phase != c.phase || got.On != c.on || (got.Help != "") != c.help || got.Icon == "" {
				t.Errorf("got %+v, want %s, on %v, help %v", got, c.phase, c.on, c.help)
			}
		})
	}
}

func TestRoster(t *testing.T) {
	patient := func(id, name string) api.Patient { return api.Patient{ID: care.PatientID(id), Name: name} }
	room := func(id string, members ...live.Member) (live.RoomID, live.RoomView) {
		return live.PatientRoom(care.PatientID(id)), live.RoomView{Snapshot: live.Snapshot{Members: members}}
	}
	rooms := map[live.RoomID]live.RoomView{}
	add := func(id live.RoomID, v live.RoomView) { rooms[id] = v }
	add(room("b", live.Member{ID: "1", Portal: live.Aggregator, State: live.Here, Since: 50, Sensors: []live.Sensor{{Key: "ecg", Signal: access.ECG}}},
		live.Member{ID: "2", Portal: live.Patient, State: live.Here, Since: 40}))
	add(room("c", live.Member{ID: "3", Portal: live.Patient, State: live.Here, Since: 10}))
	add(room("d", live.Member{ID: "4", Portal: live.Aggregator, State: live.Reconnecting, Since: 10}))
	add(room("e", live.Member{ID: "5", Portal: live.Therapist, State: live.Here, Since: 10}))
	add(room("stranger", live.Member{ID: "6", Portal: live.Aggregator, State: live.Here, Since: 10}))
	withShare := rooms[live.PatientRoom("b")]
	withShare.Shares = []live.Share{{ID: "s", Therapist: live.PersonView{ID: "mira"}}}
	rooms[live.PatientRoom("b")] = withShare

	got := roster([]api.Patient{patient("a", "Ada"), patient("b", "Wren"), patient("c", "Finch"), patient("d", "Crow"), patient("e", "Eve")}, rooms, "mira")
	want := []struct {
		name           string
		online, tablet bool
		since          care.Stamp
		sensors        int
		watched        bool
	}{
		{"Finch", true, false, 10, 0, false}, {"Wren", true, true, 40, 1, true},
		{"Ada", false, false, 0, 0, false}, {"Crow", false, false, 0, 0, false}, {"Eve", false, false, 0, 0, false},
	}
	if len(got) != len(want) {
		t.Fatalf("%d rows, want %d: a room nobody listed must not be shown", len(got), len(want))
	}
	for i, w := range want {
		g := got[i]
		if g.Name != w.name || g.Online != w.online || g.Tablet != w.tablet || g.Since != w.since || len(g.Sensors) != w.sensors || g.Watched != w.watched {
			t.Errorf("row %d: got %+v, want %+v", i, g, w)
		}
	}
	if n := online(got); n != 2 {
		t.Errorf("%d online, want 2", n)
	}
}

func TestQuality(t *testing.T) {
	for q, want := range map[uint8]string{100: "good", 80: "good", 79: "fair", 50: "fair", 49: "poor", 0: "poor"} {
		if got, _, _ := qualityOf(q); got != want {
			t.Errorf("quality %d is %s, want %s", q, got, want)
		}
	}
}

func TestPathWord(t *testing.T) {
	if got := pathWord(rtc.View{Way: rtc.WayDirect, RoundTrip: 34e6}); got != "Direct · 34 ms" {
		t.Errorf("got %q", got)
	}
	if got := pathWord(rtc.View{}); got != "Connected" {
		t.Errorf("got %q", got)
	}
}
