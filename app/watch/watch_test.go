package watch

import (
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/telemetry"
	"hearth/wasm/rtc"
)

var (
	heart = []access.Signal{access.ECG}
	both  = []access.Signal{access.ECG, access.Movement}
)

func announced() live.Sensor {
	return live.Sensor{Key: "demo-ecg", Signal: access.ECG, State: "streaming"}
}

func TestSignalsArriveAndTheBooksClose(t *testing.T) {
	s := mustStand(t)
	tablet := s.house.enter("tablet", s.maker, announced())
	s.Start(heart)
	s.mustStream(t)
	until(t, "the sensor is described and the clocks compared", func() bool {
		_, ready := s.Session(care.StampOf(time.Now()))
		return ready && len(s.State().Sensors) == 1
	})
	until(t, "the first samples are here", func() bool { tablet.measure(1); n, _ := s.sink.count(); return n > 0 })
	tally := tablet.measure(50)
	until(t, "everything sent is accounted for", func() bool {
		a := s.State().Sensors[0].Account
		return a.Sent == tally.Sent && a.Open == 0
	})
	a := s.State().Sensors[0].Account
	if got, turned := s.sink.count(); a.Sent != a.Received+a.Lost+a.Refused || got != a.Received || turned {
		t.Errorf("sent %d, received %d, lost %d, refused %d; handed on %d, out of order %v", a.Sent, a.Received, a.Lost, a.Refused, got, turned)
	}
	if st := s.State(); !st.Wanted || len(st.Signals) != 1 || st.Fault != nil {
		t.Errorf("while streaming: wanted %v, signals %v, fault %v", st.Wanted, st.Signals, st.Fault)
	}
}

// TestBeforeAnyStreamTheHouseTellsTheTime: what is labelled early stands where the tablet's samples will.
func TestBeforeAnyStreamTheHouseTellsTheTime(t *testing.T) {
	s := mustStand(t)
	s.house.mu.Lock()
	s.house.clock = live.Clock{Offset: -time.Hour, Known: true}
	s.house.mu.Unlock()
	if at, compared := s.Session(5e9); at != care.Stamp(5e9).Add(-time.Hour) || compared {
		t.Errorf("session time %d, compared %v", at, compared)
	}
}

// TestTheBooksCloseAtEveryLook: whenever a page looks, its numbers are of one moment.
func TestTheBooksCloseAtEveryLook(t *testing.T) {
	s := mustStand(t)
	tablet := s.house.enter("tablet", s.maker, announced())
	s.Start(heart)
	s.mustStream(t)
	until(t, "the first tally is here", func() bool {
		tablet.measure(1)
		list := s.State().Sensors
		return len(list) == 1 && list[0].Tally.Decoded > 0
	})
	between := 0
	for range 40 {
		tablet.untold(1)
		tablet.link().Control(telemetry.Control{Tally: &telemetry.Tally{Key: "stranger", Decoded: 1}})
		for _, v := range s.State().Sensors {
			a := v.Account
			if v.Missing() != 0 || v.Tally.Decoded != v.Tally.Sent+v.Tally.Held || a.Sent < v.Tally.Sent || a.Sent != a.Received+a.Lost+a.Refused+a.Open {
				t.Fatalf("the books say %+v of %+v", a, v.Tally)
			}
			if a.Received > 12 {
				between++
			}
		}
	}
	off := tablet.link().Control(telemetry.Control{Tally: &telemetry.Tally{Key: ecgSensor.Key, Decoded: 500, Twice: 3, Waiting: 5, Sent: 480}})
	until(t, "twelve samples are missed", func() bool { return off && s.State().Sensors[0].Missing() == 12 })
	until(t, "samples came without a tally", func() bool { tablet.untold(1); n, _ := s.sink.count(); return n > 24 })
	if n := len(s.link.all()); n != 1 {
		t.Errorf("%d inlets, one of them for a sensor nobody knows", n)
	}
	if between == 0 {
		t.Log("no look fell between two tallies")
	}
}

// TestAShareThroughTheRelayGoesNoOtherWay: whoever watches beside a visit learns no address, from the first connection on; one
// that was made another way is not kept.
func TestAShareThroughTheRelayGoesNoOtherWay(t *testing.T) {
	s := mustStand(t)
	s.house.enter("tablet", s.maker, announced())
	s.Start(heart)
	s.mustStream(t)
	if got := s.ways.all(); !slices.Equal(got, []bool{false}) {
		t.Errorf("at home, connections through the relay: %v", got)
	}
	s.house.relayed.Store(true)
	s.house.end(s.house.shares()[0].ID, live.Restarted)
	until(t, "a connection through the relay", func() bool { return len(s.ways.all()) > 1 })
	if got := s.ways.all(); !slices.Equal(got, []bool{false, true}) {
		t.Errorf("in the visit, connections through the relay: %v", got)
	}
	s.house.end(s.house.shares()[0].ID, "aggregator-gone")
	until(t, "the next", func() bool { return len(s.ways.all()) > 2 })
	if got := s.ways.all(); !got[2] {
		t.Errorf("in the visit, connections through the relay: %v", got)
	}
}

func TestARestartedHouseKeepsTheConnection(t *testing.T) {
	s := mustStand(t)
	tablet := s.house.enter("tablet", s.maker, announced())
	s.Start(heart)
	s.mustStream(t)
	before := s.house.shares()[0]
	s.house.end(before.ID, live.Restarted)
	until(t, "the page asked again", func() bool { return len(s.house.shares()) == 1 && s.house.shares()[0].ID != before.ID })
	if s.phase() != Streaming {
		t.Errorf("after the restart the page is %s, want streaming all along", s.phase())
	}
	n, _ := s.sink.count()
	until(t, "samples come over the old connection", func() bool { tablet.measure(2); now, _ := s.sink.count(); return now > n })
	tablet.mu.Lock()
	defer tablet.mu.Unlock()
	if tablet.peers != 1 {
		t.Errorf("the tablet made %d connections, want the one it had", tablet.peers)
	}
}

// TestAPageThatLeftDuringARestartIsLetGo: there was no share whose end could have told.
func TestAPageThatLeftDuringARestartIsLetGo(t *testing.T) {
	s := mustStand(t)
	tablet := s.house.enter("tablet", s.maker, announced())
	s.Start(heart)
	s.mustStream(t)
	s.house.mu.Lock()
	s.house.refuse = live.Fault(live.CodeNotNow)
	s.house.mu.Unlock()
	s.house.end(s.house.shares()[0].ID, live.Restarted)
	until(t, "the page asked in vain", func() bool { return s.State().Fault != nil })
	tablet.leave()
	s.house.leave("tablet")
	until(t, "the page waits for the patient", func() bool { return s.phase() == Absent })
	s.house.mu.Lock()
	s.house.refuse = nil
	s.house.mu.Unlock()
	s.house.enter("tablet-2", s.maker, announced())
	s.mustStream(t)
}

func TestAReloadedAggregatorIsAskedAgain(t *testing.T) {
	s := mustStand(t)
	s.house.enter("tablet", s.maker, announced())
	s.Start(heart)
	s.mustStream(t)
	s.house.leave("tablet")
	until(t, "the page waits for the patient", func() bool { return s.phase() == Absent })
	again := s.house.enter("tablet-2", s.maker, announced())
	s.mustStream(t)
	until(t, "samples come from the new page", func() bool { again.measure(2); n, _ := s.sink.count(); return n > 0 })
}

// TestSomebodysWillIsRespected: who ended a stream is not asked again, whatever else happens in the room.
func TestSomebodysWillIsRespected(t *testing.T) {
	for _, reason := range []string{reasonPatient, reasonWithdrawn} {
		t.Run(reason, func(t *testing.T) {
			s := mustStand(t)
			s.house.enter("tablet", s.maker, announced())
			s.Start(heart)
			s.mustStream(t)
			asked := s.house.questions()
			s.house.end(s.house.shares()[0].ID, reason)
			until(t, "the page knows", func() bool { st := s.State(); return st.Ended == reason && !st.Wanted && st.Phase == Idle })
			s.house.enter("tablet-2", nil, announced())
			s.house.leave("tablet")
			time.Sleep(700 * time.Millisecond) // longer than a beat of the Watch, in which it would ask
			if now := s.house.questions(); now != asked {
				t.Errorf("asked %d more times", now-asked)
			}
			s.house.enter("tablet-3", s.maker, announced())
			s.Start(heart) // somebody presses the button
			s.mustStream(t)
			if ended := s.State().Ended; ended != "" {
				t.Errorf("still says %q", ended)
			}
		})
	}
}

// TestAByeIsEnough: the patient stops while the house is away; the room still shows the share.
func TestAByeIsEnough(t *testing.T) {
	s := mustStand(t)
	tablet := s.house.enter("tablet", s.maker, announced())
	s.Start(heart)
	s.mustStream(t)
	until(t, "the tablet can speak", func() bool {
		return tablet.link().Control(telemetry.Control{Bye: &telemetry.Bye{Reason: reasonPatient}})
	})
	until(t, "the page knows", func() bool { st := s.State(); return st.Ended == reasonPatient && !st.Wanted })
	if n := s.house.questions(); n != 1 {
		t.Errorf("asked %d times, want once", n)
	}
}

// TestAnEndThatIsLateOvertakesNobody: the room has lost the share before the page hears why.
func TestAnEndThatIsLateOvertakesNobody(t *testing.T) {
	s := mustStand(t)
	s.house.enter("tablet", s.maker, announced())
	s.Start(heart)
	s.mustStream(t)
	share := s.house.shares()[0]
	s.house.mu.Lock()
	s.house.room.Shares = nil
	s.house.mu.Unlock()
	time.Sleep(700 * time.Millisecond) // a beat of the Watch sees the room without it
	s.house.tell(live.Event{Ended: &live.ShareOver{Room: theRoom, Share: share, Reason: reasonPatient}})
	until(t, "the page knows", func() bool { st := s.State(); return st.Ended == reasonPatient && !st.Wanted })
	if n := s.house.questions(); n != 1 {
		t.Errorf("asked %d times, want once", n)
	}
}

func TestARefusalIsSaidAndNotRepeated(t *testing.T) {
	s := mustStand(t)
	s.house.refuse = live.Fault(live.CodeNoSignal)
	s.house.enter("tablet", nil, announced())
	s.Start(both)
	until(t, "the refusal is there", func() bool { st := s.State(); return !st.Wanted && st.Fault != nil && st.Phase == Idle })
	time.Sleep(700 * time.Millisecond)
	if n := s.house.questions(); n != 1 {
		t.Errorf("asked %d times, want once", n)
	}
}

// What has to be said to the other page waits until there is a share to say it under: said before, it would be lost, and the
// next try comes seconds later.
func TestNothingIsSaidWithoutAShare(t *testing.T) {
	s := mustStand(t)
	s.house.enter("tablet", s.maker, announced())
	s.Start(heart)
	s.mustStream(t)
	s.house.mu.Lock()
	s.house.refuse, s.house.heard = live.Fault(live.CodeNotNow), nil
	s.house.mu.Unlock()
	s.house.end(s.house.shares()[0].ID, live.Restarted)
	until(t, "the house said not now", func() bool { return s.State().Fault != nil })
	s.NetworkChanged()
	broke := time.Now()
	s.house.mu.Lock()
	s.house.refuse = nil
	s.house.mu.Unlock()
	until(t, "the page asks for a new way", func() bool {
		s.house.mu.Lock()
		defer s.house.mu.Unlock()
		return slices.ContainsFunc(s.house.heard, func(b string) bool { return strings.Contains(b, `"ask":true`) })
	})
	if took := time.Since(broke); took > 6*time.Second {
		t.Errorf("it asked after %v: the first time was lost", took)
	}
}

func TestAnAccidentIsAskedAgainAfterAPause(t *testing.T) {
	s := mustStand(t)
	s.house.refuse = live.Fault(live.CodeNotNow)
	s.house.enter("tablet", s.maker, announced())
	s.Start(heart)
	until(t, "the house said not now", func() bool { return s.State().Fault != nil })
	if n := s.house.questions(); n != 1 {
		t.Errorf("asked %d times at once", n)
	}
	s.house.mu.Lock()
	s.house.refuse = nil
	s.house.mu.Unlock()
	s.mustStream(t)
}

func TestAChangedNetworkIsMended(t *testing.T) {
	s := mustStand(t)
	tablet := s.house.enter("tablet", s.maker, announced())
	s.Start(heart)
	s.mustStream(t)
	s.NetworkChanged()
	n, _ := s.sink.count()
	until(t, "samples come again", func() bool { tablet.measure(2); now, _ := s.sink.count(); return now > n && s.phase() == Streaming })
}

// TestStopThenStart: the house's answer to the stop comes after the new start and must not end it.
func TestStopThenStart(t *testing.T) {
	s := mustStand(t)
	s.house.enter("tablet", s.maker, announced())
	s.Start(heart)
	s.mustStream(t)
	first := s.house.shares()[0].ID
	s.Stop()
	s.Start(heart)
	until(t, "a new share is there and the old one gone", func() bool {
		shares := s.house.shares()
		return len(shares) == 1 && shares[0].ID != first
	})
	s.mustStream(t)
	if st := s.State(); !st.Wanted || st.Ended != "" {
		t.Errorf("wanted %v, ended %q", st.Wanted, st.Ended)
	}
}

func TestWantingOthersChangesTheShare(t *testing.T) {
	s := mustStand(t)
	tablet := s.house.enter("tablet", s.maker, announced())
	s.Start(heart)
	s.mustStream(t)
	s.Start(both)
	until(t, "the share has both", func() bool { sh := s.house.shares(); return len(sh) == 1 && len(sh[0].Signals) == 2 })
	tablet.mu.Lock()
	defer tablet.mu.Unlock()
	if tablet.peers != 1 {
		t.Errorf("%d connections, want the one there was", tablet.peers)
	}
}

// TestTheTabletWithSensorsIsChosen: a second page of the patient without sensors disturbs nobody; one that has the
// sensors now takes over from one that has none.
func TestTheTabletWithSensorsIsChosen(t *testing.T) {
	s := mustStand(t)
	s.house.enter("old", s.maker, announced())
	s.Start(heart)
	s.mustStream(t)
	s.house.enter("empty", s.maker)
	time.Sleep(700 * time.Millisecond)
	if sh := s.house.shares(); len(sh) != 1 || sh[0].From != "old" {
		t.Fatalf("an empty page took over: %+v", sh)
	}
	s.house.enter("new", s.maker, announced())
	s.house.change(func(r *live.Snapshot) {
		for i := range r.Members {
			if r.Members[i].ID == "old" {
				r.Members[i].Sensors = nil
			}
		}
	})
	until(t, "the page with the sensor is received", func() bool { sh := s.house.shares(); return len(sh) == 1 && sh[0].From == "new" })
	s.mustStream(t)
}

func TestCloseEndsEverything(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	t.Run("a page", func(t *testing.T) {
		s := mustStand(t)
		s.house.enter("tablet", s.maker, announced())
		s.Start(heart)
		s.mustStream(t)
		s.Close()
		s.Close()
		if sh := s.house.shares(); len(sh) != 0 {
			t.Errorf("shares are left: %v", sh)
		}
		s.Start(heart) // after the end nothing happens any more
	})
}

// TestSilenceIsTold: when a tablet goes on being connected and sends nothing, the page hears of the hole after two
// seconds and as long as it grows, and the hole lies where the samples ended.
func TestSilenceIsTold(t *testing.T) {
	s := mustStand(t)
	tablet := s.house.enter("tablet", s.maker, announced())
	s.Start(heart)
	s.mustStream(t)
	until(t, "samples flow and the clocks are compared", func() bool {
		tablet.measure(1)
		n, _ := s.sink.count()
		_, ready := s.Session(care.StampOf(time.Now()))
		return n > 0 && ready
	})
	until(t, "all of them are here", func() bool { a := s.State().Sensors; return len(a) == 1 && a[0].Account.Open == 0 })
	newest := s.State().Sensors[0].Newest
	holes := func() (all []telemetry.Gap) {
		s.sink.mu.Lock()
		defer s.sink.mu.Unlock()
		for _, g := range s.sink.gaps {
			if g.Lost == 0 && g.From == newest { // those of this silence
				all = append(all, g)
			}
		}
		return all
	}
	until(t, "the silence is told twice", func() bool { return len(holes()) > 1 })
	v, list := s.State(), holes()
	first, last := list[0], list[len(list)-1]
	if v.Phase != Streaming || last.To <= first.To || first.To.Sub(first.From) < Silence-500*time.Millisecond {
		t.Errorf("in phase %s: told from %+v to %+v", v.Phase, first, last)
	}
	told := len(list)
	until(t, "samples flow again", func() bool { tablet.measure(1); return s.State().Sensors[0].Newest > last.To })
	if n := len(holes()); n > told+1 {
		t.Errorf("the silence was told %d times after it ended", n-told)
	}
}

// TestTwoPagesThatHaveNotToldYetAreConnecting: it is no news that there is no sensor before the tablet said what it has,
// and had a moment to find what it knows.
func TestTwoPagesThatHaveNotToldYetAreConnecting(t *testing.T) {
	now := care.Stamp(1e9)
	l := &link{now: func() care.Stamp { return now }, inlets: map[string]*inlet{}}
	connected := rtc.View{State: rtc.StateConnected}
	expect := func(when string, want Phase) {
		t.Helper()
		if got := phaseOf(Connecting, connected, l.unpacked()); got != want {
			t.Errorf("%s: %s, want %s", when, got, want)
		}
	}
	expect("nothing told", Connecting)
	l.describe(nil)
	expect("told of nothing", Connecting)
	now = now.Add(unpacking)
	expect("nothing for a while", Streaming)
	l = &link{now: l.now, inlets: map[string]*inlet{}}
	l.describe([]telemetry.Sensor{ecgSensor})
	expect("told of a sensor", Streaming)
	l.describe(nil)
	now = now.Add(unpacking)
	expect("the sensor went", Streaming)
}

// TestWhosePastIsAskedFor: the heart's first, then the torso's; what hands did is not asked for.
func TestWhosePastIsAskedFor(t *testing.T) {
	l := &link{now: func() care.Stamp { return 1 }, inlets: map[string]*inlet{}}
	l.describe([]telemetry.Sensor{
		{Key: "wrist", Signal: "movement", Worn: "wrist"}, {Key: "torso", Signal: "movement", Worn: "chest"}, {Key: "somewhere", Signal: "movement"}, ecgSensor, {Key: "eyes", Signal: "eye"}})
	var keys []string
	for _, in := range l.remembering() {
		keys = append(keys, in.about.Key)
	}
	if !slices.Equal(keys, []string{ecgSensor.Key, "torso"}) {
		t.Errorf("asked for is the past of %v", keys)
	}
}
