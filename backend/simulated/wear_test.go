package simulated

import (
	"sync/atomic"
	"testing"
	"time"

	"hearth/app/watch"
	"hearth/backend/caller"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/telemetry"
	"hearth/wasm/rtc"
	"hearth/wasm/rtc/native"
)

// counted is a therapist's page that only counts what it receives.
type counted struct{ samples, beats atomic.Int64 }

func (c *counted) Samples(_ telemetry.Sensor, s telemetry.Samples) {
	c.samples.Add(int64(len(s.Values)))
}
func (c *counted) Beats(_ telemetry.Sensor, b []telemetry.Beat) { c.beats.Add(int64(len(b))) }
func (*counted) Trend(telemetry.Sensor, telemetry.Trend)        {}
func (*counted) Gap(telemetry.Sensor, telemetry.Gap)            {}
func (*counted) Past(telemetry.Sensor, []telemetry.Frame)       {}

// TestSomebodyWearsASensor lets the patient of a visit come with the made-up sensor: once let in, and not before, the
// therapist's page sees it and receives it.
func TestSomebodyWearsASensor(t *testing.T) {
	c := openClinic(t)
	patient := must(caller.Do[api.List[api.Patient]](t.Context(), c.mira, api.ListPatients, nil, nil))(t).Items[0]
	visit, guest := care.NewID[care.VisitID](), care.NewID[care.GuestID]()
	must(caller.Do[api.Visit](t.Context(), c.mira, api.BookVisit, nil, api.BookVisitBody{ID: visit, Project: patient.Project, Patient: patient.ID,
		Kind: care.Therapy, Now: true, Minutes: 30, Guests: []api.NewGuest{{ID: guest, As: care.AsPatient}}}))(t)
	g, err := New(Options{Link: must(c.MintLink(t.Context(), guest))(t), Sensor: true, Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	over := make(chan error, 1)
	var told Told
	go func() {
		var err error
		told, err = g.Run(t.Context())
		over <- err
	}()
	at := caller.Params{"visit": string(visit), "guest": string(guest)}
	until(t, "the patient waits", func() (struct{}, bool) {
		v := must(caller.Do[api.Visit](t.Context(), c.mira, api.GetVisit, at, nil))(t)
		return struct{}{}, v.Guests[0].State == care.WaitingRoom
	})
	got := &counted{}
	w := watch.Open(watch.Options{House: c.line, Peers: func(bool) rtc.Maker { return native.New(native.Options{Loopback: true}) }, Room: live.PatientRoom(patient.ID),
		Now: func() care.Stamp { return care.StampOf(time.Now()) }, Sink: got})
	defer w.Close()
	announced := func() (sensors []live.Sensor) {
		for _, m := range c.line.View().Rooms[live.PatientRoom(patient.ID)].Members {
			sensors = append(sensors, m.Sensors...)
		}
		return sensors
	}
	if all := announced(); len(all) > 0 {
		t.Errorf("whoever is not let in announces %+v", all)
	}
	must(caller.Do[api.Visit](t.Context(), c.mira, api.AdmitGuest, at, nil))(t)
	until(t, "the therapist's page sees the sensor", func() (struct{}, bool) { return struct{}{}, len(announced()) > 0 })
	w.Start([]access.Signal{access.ECG})
	until(t, "the therapist's page receives signals", func() (struct{}, bool) {
		return struct{}{}, w.State().Phase == watch.Streaming && got.samples.Load() > 250 && got.beats.Load() > 0
	})
	for _, s := range w.State().Sensors {
		if !s.Demo {
			t.Errorf("%s does not say that it is made up", s.Key)
		}
	}
	must(caller.Do[api.Visit](t.Context(), c.mira, api.EndVisit, at, api.EndVisitBody{}))(t)
	if err := <-over; err != nil || told.Frames < 10 {
		t.Errorf("%d frames of the sensor were sent, %d held, %v", told.Frames, told.Held, err)
	}
}
