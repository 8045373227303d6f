package aggregator

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/sensor"
	"hearth/shared/telemetry"
	"hearth/wasm/rtc"
	"hearth/wasm/rtc/native"
)

// therapist is a therapist's page reduced to its ears: a real peer, and a receiver for every stream.
type therapist struct {
	peer *rtc.Peer

	mu        sync.Mutex
	receivers map[string]*telemetry.Receiver
	tallies   map[string]telemetry.Tally
	last      map[string]time.Time // of a frame
	about     []telemetry.Sensor
	beats     int
	bye       string
}

// listen begins a therapist's page for a share, wired to the station through the house.
func listen(t *testing.T, h *testHouse, id live.ShareID) *therapist {
	t.Helper()
	th := &therapist{receivers: map[string]*telemetry.Receiver{}, tallies: map[string]telemetry.Tally{}, last: map[string]time.Time{}}
	th.peer = rtc.Start(t.Context(), rtc.Options{
		Maker: native.New(native.Options{Loopback: true}),
		Send: func(body json.RawMessage) {
			h.tell(live.Event{Signal: &live.Signalled{Room: theRoom, Share: id, From: live.MemberID(id), Body: body}})
		},
		OnFrame:   th.frame,
		OnControl: th.control,
	})
	t.Cleanup(func() { th.peer.Close() })
	h.mu.Lock()
	h.relay[id] = th.peer.Signal
	h.mu.Unlock()
	return th
}

func (th *therapist) frame(key string, b []byte) {
	th.mu.Lock()
	defer th.mu.Unlock()
	r := th.receivers[key]
	if r == nil {
		r = &telemetry.Receiver{}
		th.receivers[key] = r
	}
	th.last[key] = time.Now()
	_ = r.Receive(b, care.StampOf(time.Now()), func(f *telemetry.Frame) { th.beats += len(f.Beats) })
}

func (th *therapist) control(c telemetry.Control) {
	th.mu.Lock()
	defer th.mu.Unlock()
	switch {
	case c.Describe != nil:
		th.about = c.Describe.Sensors
	case c.Tally != nil:
		th.tallies[c.Tally.Key] = *c.Tally
	case c.Bye != nil:
		th.bye = c.Bye.Reason
	}
}

// until waits for something a therapist's page sees.
func (th *therapist) until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	end := time.After(30 * time.Second)
	for {
		th.mu.Lock()
		done := ok()
		th.mu.Unlock()
		if done {
			return
		}
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("never %s", what)
		}
	}
}

// books holds a receiver's account against the sender's: whatever was sent has arrived or is named as lost.
func (th *therapist) books(t *testing.T, key string) {
	t.Helper()
	th.until(t, "had an account of "+key, func() bool {
		tally, r := th.tallies[key], th.receivers[key]
		return r != nil && tally.Sent > 0 && r.Counts().Received+r.Counts().Lost+r.Counts().Refused >= tally.Sent
	})
	th.mu.Lock()
	defer th.mu.Unlock()
	tally, c := th.tallies[key], th.receivers[key].Counts()
	if tally.Missing() != 0 {
		t.Errorf("%s: %d samples are missing: %+v", key, tally.Missing(), tally)
	}
	if c.Unreadable != 0 || c.Refused != 0 || c.Lost != 0 {
		t.Errorf("%s: on one machine nothing is lost, but %+v", key, c)
	}
	t.Logf("%s: decoded %d = sent %d + held %d; received %d, lost %d", key, tally.Decoded, tally.Sent, tally.Held, c.Received, c.Lost)
}

// TestHeartbeatReachesTwoTherapists is the whole way on one machine: a made-up person, its device's packets, the
// station, real data channels, and the receivers of two pages.
func TestHeartbeatReachesTwoTherapists(t *testing.T) {
	h := newTestHouse()
	s := Open(Options{
		House: h, Maker: native.New(native.Options{Loopback: true}), Now: time.Now,
		Connect: func(ctx context.Context, o rtc.Options) Peer { return rtc.Start(ctx, o) },
	})
	t.Cleanup(s.Close)
	s.Restore([]Kept{{Kind: "demo", Story: "steady", Running: true}})

	one, two := listen(t, h, "one"), listen(t, h, "two")
	h.share("one", "one", access.ECG, access.Movement)
	h.share("two", "two", access.ECG)
	one.until(t, "heard heartbeats", func() bool { return one.beats > 3 && one.receivers["demo-movement"] != nil })
	two.until(t, "heard heartbeats", func() bool { return two.beats > 3 })
	one.books(t, "demo-ecg")
	one.books(t, "demo-movement")
	two.books(t, "demo-ecg")
	two.mu.Lock()
	if two.receivers["demo-movement"] != nil || len(two.about) != 1 {
		t.Errorf("who may see the heart only was told of %+v", two.about)
	}
	two.mu.Unlock()

	h.share("one", "one", access.ECG) // movement is withdrawn
	one.until(t, "was told", func() bool {
		return !slices.ContainsFunc(one.about, func(d telemetry.Sensor) bool { return d.Signal == "movement" })
	})
	withdrawn := time.Now()
	h.restart() // and the house forgets everything, while the heart goes on
	one.until(t, "heard on over a restart of the house", func() bool { return one.last["demo-ecg"].Sub(withdrawn) > time.Second })
	one.mu.Lock()
	if late := one.last["demo-movement"].Sub(withdrawn); late > 100*time.Millisecond {
		t.Errorf("movement came %v after it was withdrawn", late)
	}
	h.relay["again"], h.relay["one"] = one.peer.Signal, nil
	one.mu.Unlock()
	h.share("again", "one", access.ECG)
	h.linked(live.Link{State: live.Waiting, Lost: time.Now()}) // and the house is away
	away := time.Now()
	one.until(t, "heard on without the house", func() bool { return one.last["demo-ecg"].Sub(away) > time.Second })
	one.books(t, "demo-ecg")

	s.StopShare("again")
	one.until(t, "heard the goodbye", func() bool { return one.bye == "stopped-by-patient" })
	if st := s.View().Sensors[0]; st.State != sensor.Streaming {
		t.Errorf("the sensor is %s after sharing ended", st.State)
	}
}
