package patient

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"hearth/app/remote"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
)

const (
	wren = care.PatientID("wrenaaaaaaaaaaaaaaaaaaaaaa")
	mira = care.PersonID("mira")
	noor = care.PersonID("noor")

	tablet = live.MemberID("tabletaaaaaaaaaaaaaaaaaaaa")
	desk   = live.MemberID("deskaaaaaaaaaaaaaaaaaaaaaa")
)

var may = []api.SharingEntry{
	{Therapist: noor, Name: "Noor Haddad", Signals: []access.Signal{access.ECG}},
	{Therapist: mira, Name: "Mira Solano", Signals: []access.Signal{access.ECG, access.Movement}},
}

func share(id live.ShareID, to care.PersonID, since care.Stamp, signals ...access.Signal) live.Share {
	return live.Share{ID: id, Therapist: live.PersonView{ID: to, Name: "N. " + string(to)}, From: tablet, To: desk, Signals: signals, Since: since}
}

func view(state live.LinkState, members []live.Member, shares ...live.Share) remote.View {
	room := live.RoomView{Snapshot: live.Snapshot{Room: live.PatientRoom(wren), Members: members, Shares: shares}}
	return remote.View{Link: live.Link{State: state}, Rooms: map[live.RoomID]live.RoomView{room.Room: room}}
}

func TestSharingOf(t *testing.T) {
	here := live.Member{ID: desk, Person: live.PersonView{ID: mira}, Portal: live.Therapist, State: live.Here}
	gone := here
	gone.State = live.Reconnecting
	for name, c := range map[string]struct {
		view      remote.View
		allowed   []api.SharingEntry
		receivers []string // id, here, flows
		unseen    int
		known     bool
		away      bool
	}{
		"the house has not told anything": {view: remote.View{}, allowed: may, receivers: []string{"noor", "mira"}, unseen: 4, away: true},
		"nothing flows":                   {view: view(live.Online, nil), allowed: may, receivers: []string{"noor", "mira"}, unseen: 4, known: true},
		"who receives comes first": {view: view(live.Online, []live.Member{here}, share("s", mira, 7, access.Movement, access.ECG)), allowed: may,
			receivers: []string{"mira here ecg:s@7 movement:s@7", "noor"}, unseen: 2, known: true},
		"a page that reconnects is not there": {view: view(live.Online, []live.Member{gone}, share("s", mira, 7, access.ECG)), allowed: may,
			receivers: []string{"mira ecg:s@7", "noor"}, unseen: 3, known: true},
		"two pages of one person are one flow, since the first": {view: view(live.Online, nil, share("s", mira, 9, access.ECG), share("r", mira, 7, access.ECG)), allowed: may,
			receivers: []string{"mira ecg:s:r@7", "noor"}, unseen: 3, known: true},
		"nobody who receives is hidden because no permission names them": {view: view(live.Online, nil, share("s", "stranger", 7, access.Camera)),
			receivers: []string{"stranger camera:s@7"}, unseen: 3, known: true},
		"while the house is away the last known stays": {view: view(live.Waiting, nil, share("s", mira, 7, access.ECG)), allowed: may,
			receivers: []string{"mira ecg:s@7", "noor"}, unseen: 3, known: true, away: true},
	} {
		t.Run(name, func(t *testing.T) {
			s := SharingOf(c.view, wren, c.allowed)
			var got []string
			for _, r := range s.Receivers {
				line := string(r.ID)
				if r.Here {
					line += " here"
				}
				for _, f := range r.Flows {
					line += " " + string(f.Signal)
					for _, id := range f.Shares {
						line += ":" + string(id)
					}
					line += "@" + string(rune('0'+f.Since))
				}
				got = append(got, line)
			}
			if !slices.Equal(got, c.receivers) || len(s.Unseen) != c.unseen || s.Known != c.known || s.Away != c.away {
				t.Errorf("got %q, unseen %v, known %v, away %v; want %+v", got, s.Unseen, s.Known, s.Away, c)
			}
		})
	}
}

func TestDevicesAreThoseThatMeasure(t *testing.T) {
	sensors := []live.Sensor{{Key: "demo-ecg", Signal: access.ECG}}
	s := SharingOf(view(live.Online, []live.Member{
		{ID: tablet, Portal: live.Aggregator, State: live.Here, Sensors: sensors},
		{ID: "phone", Portal: live.Patient, State: live.Here},
		{ID: "old", Portal: live.Aggregator, State: live.Reconnecting},
	}), wren, nil)
	if want := []Device{{tablet, true, sensors}, {"old", false, nil}}; !reflect.DeepEqual(s.Devices, want) {
		t.Errorf("got %+v, want %+v", s.Devices, want)
	}
}

func TestMinutesAreWholeAndNeverNegative(t *testing.T) {
	start := care.StampOf(time.Unix(1000, 0))
	for after, want := range map[time.Duration]int{-time.Hour: 0, 59 * time.Second: 0, time.Minute: 1, 90 * time.Minute: 90} {
		if got := (Flow{Since: start}).Minutes(care.StampOf(time.Unix(1000, 0).Add(after))); got != want {
			t.Errorf("after %v: got %d, want %d", after, got, want)
		}
	}
}
