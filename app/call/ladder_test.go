package call

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"hearth/shared/live"
	"hearth/wasm/rtc"
)

var monday = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

func evidences() *rapid.Generator[Evidence] {
	return rapid.Custom(func(t *rapid.T) Evidence {
		e := Evidence{
			Loss:      rapid.Float64Range(0, 0.4).Draw(t, "loss"),
			RoundTrip: time.Duration(rapid.IntRange(0, 2000).Draw(t, "rtt")) * time.Millisecond,
			Jitter:    time.Duration(rapid.IntRange(0, 200).Draw(t, "jitter")) * time.Millisecond,
			Squeezed:  rapid.Bool().Draw(t, "squeezed"),
			Choked:    rapid.IntRange(0, 9).Draw(t, "choked") == 0,
			Busy:      rapid.IntRange(0, 3).Draw(t, "busy") == 0,
		}
		if rapid.Bool().Draw(t, "known") {
			e.Room, e.Sent = rapid.IntRange(1, 3_000_000).Draw(t, "room"), rapid.IntRange(0, 3_000_000).Draw(t, "sent")
		}
		return e
	})
}

// worse makes evidence that is nowhere better.
func worse(t *rapid.T, e Evidence) Evidence {
	e.Loss = min(e.Loss+rapid.Float64Range(0, 0.2).Draw(t, "more loss"), 1)
	e.RoundTrip += time.Duration(rapid.IntRange(0, 900).Draw(t, "more way")) * time.Millisecond
	e.Jitter += time.Duration(rapid.IntRange(0, 90).Draw(t, "more jitter")) * time.Millisecond
	e.Squeezed = e.Squeezed || rapid.Bool().Draw(t, "squeezed too")
	e.Choked = e.Choked || rapid.IntRange(0, 5).Draw(t, "choked too") == 0
	e.Held = e.Held || rapid.IntRange(0, 5).Draw(t, "held too") == 0
	if e.Room > 1 {
		e.Room = rapid.IntRange(1, e.Room).Draw(t, "less room")
	} else if e.Room == 0 && rapid.Bool().Draw(t, "room known") {
		e.Room = rapid.IntRange(1, 3_000_000).Draw(t, "room")
	}
	return e
}

// TestTheLadderNeverFlaps: whatever it is told, it goes up one step at a time and never within ten seconds of the last move;
// each step up that had to be taken back makes the next wait longer; and down it goes within two seconds of what it was told.
func TestTheLadderNeverFlaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, now, moved, fell := NewLadder(Level(rapid.IntRange(-1, 8).Draw(t, "start"))), monday, time.Time{}, time.Time{}
		ups := 0
		for range rapid.IntRange(1, 40).Draw(t, "spells") {
			e := evidences().Draw(t, "evidence")
			for range rapid.IntRange(1, 30).Draw(t, "seconds") {
				now = now.Add(time.Second)
				was := l.Level()
				is := l.Step(now, e)
				switch {
				case is < 0 || is > Paused:
					t.Fatalf("at level %d", is)
				case is < was && (is != was-1 || !moved.IsZero() && now.Sub(moved) < firstUp):
					t.Fatalf("from %d up to %d, %v after the last move", was, is, now.Sub(moved))
				case is > was && !fell.IsZero() && now.Sub(fell) < restDown:
					t.Fatalf("from %d down to %d at once", was, is)
				case is > was+2:
					t.Fatalf("from %d down to %d", was, is)
				}
				if is < was {
					ups++
				} else if is > was {
					fell = now
				}
				if is != was {
					moved = now
				}
			}
		}
		if limit := int(now.Sub(monday)/firstUp) + 1; ups > limit {
			t.Fatalf("%d steps up in %v", ups, now.Sub(monday))
		}
	})
}

// TestTheLadderBelievesWhatItIsTold: from the same place, worse evidence never leads to a better level, neither at once nor
// when it lasts.
func TestTheLadderBelievesWhatItIsTold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, now := NewLadder(Level(rapid.IntRange(0, 6).Draw(t, "start"))), monday
		for range rapid.IntRange(0, 20).Draw(t, "spells") {
			e := evidences().Draw(t, "evidence")
			for range rapid.IntRange(1, 15).Draw(t, "seconds") {
				now = now.Add(time.Second)
				l.Step(now, e)
			}
		}
		e := evidences().Draw(t, "evidence")
		w := worse(t, e)
		for at := Level(0); at <= Paused; at++ {
			if e.judge(at) > w.judge(at) {
				t.Fatalf("at %d %+v is %d, and %+v %d", at, e, e.judge(at), w, w.judge(at))
			}
		}
		a, b := *l, *l
		now = now.Add(time.Second)
		if a.Step(now, e) > b.Step(now, w) {
			t.Fatalf("%+v leads to %d, %+v to %d", e, a.Level(), w, b.Level())
		}
	})
}

// way is a line of so many bits a second with a browser at its end, whose estimate follows what was sent and arrived: it falls
// when more is sent than goes, and grows to one and a half times of what is sent.
type way struct{ bits, estimate int }

// second sends a second's worth at a level. Loss is what the line loses whatever is sent.
func (w *way) second(at Level, loss float64) Evidence {
	wants := at.need() + besides*3/4
	e := Evidence{Loss: loss, RoundTrip: 60 * time.Millisecond, Jitter: 5 * time.Millisecond, Squeezed: at < Paused && wants > w.estimate}
	e.Sent = min(wants, max(w.estimate, besides*3/4)) // sound is sent whatever the estimate says
	if e.Sent > w.bits {
		over := float64(e.Sent-w.bits) / float64(e.Sent)
		e.Loss, e.RoundTrip, e.Jitter = min(1, e.Loss+over), 900*time.Millisecond, 80*time.Millisecond
		w.estimate = w.bits * 85 / 100
		e.Sent = w.bits
	} else if grown := min(w.estimate*108/100, e.Sent*3/2+10_000); grown > w.estimate {
		w.estimate = grown
	}
	e.Room = w.estimate
	return e
}

// TestTheLadderSettles: on a line that stays as it is the level comes to rest where the line carries it, tries seldom whether
// it carries more, and recovers when the line does.
func TestTheLadderSettles(t *testing.T) {
	for name, c := range map[string]struct {
		bits      int
		loss      float64
		best, bad Level
	}{
		"a good line":      {3_000_000, 0, 0, 0},
		"1.2 Mbit/s":       {1_200_000, 0, 1, 2},
		"500 kbit/s":       {500_000, 0, 2, 3},
		"250 kbit/s":       {250_000, 0, 3, 5},
		"150 kbit/s":       {150_000, 0, 4, Paused},
		"64 kbit/s":        {64_000, 0, Paused, Paused},
		"a fifth is lost":  {3_000_000, 0.2, Paused, Paused},
		"a little is lost": {3_000_000, 0.03, 2, 2},
	} {
		l, w, now, downAt := NewLadder(firstLevel), way{c.bits, 1_000_000}, monday, time.Duration(0)
		at, falls, late := map[Level]int{}, 0, 0
		for n := range 1200 {
			now = now.Add(time.Second)
			if before := l.Level(); l.Step(now, w.second(before, c.loss)) > before {
				if falls++; falls == 1 || l.Level() == Paused && downAt == 0 {
					downAt = now.Sub(monday)
				}
				if n >= 600 {
					late++
				}
			}
			if n >= 300 {
				at[l.Level()]++
			}
		}
		most := Level(0)
		for level := range at {
			if at[level] > at[most] {
				most = level
			}
		}
		if most < c.best || most > c.bad || late > 12 {
			t.Errorf("%s: mostly at %d, %d steps down in ten minutes; want %d to %d", name, most, late, c.best, c.bad)
		}
		if c.best == Paused && (downAt > 15*time.Second || at[Paused] < 800) {
			t.Errorf("%s: the picture paused after %v, and for %d seconds of 900", name, downAt, at[Paused])
		}
		w.bits = 3_000_000
		back := 0
		for ; back < 8*60 && l.Level() > 0; back++ {
			now = now.Add(time.Second)
			l.Step(now, w.second(l.Level(), 0))
		}
		if l.Level() != 0 {
			t.Errorf("%s: got no further than %d in %d s when the line was good again", name, l.Level(), back)
		}
		t.Logf("%s: seconds at each level %v, %d steps down, back after %d s", name, at, falls, back)
	}
	l, now := NewLadder(firstLevel), monday
	for range 60 {
		now = now.Add(time.Second)
		l.Step(now, Evidence{})
	}
	if l.Level() != 0 {
		t.Errorf("where nothing is known it stays at %d", l.Level())
	}
}

// TestTheLadderAlwaysClimbsBack: whatever a line was like before, once it is good the whole picture is back within eight
// minutes, and within four where it was bad once and not for long; and the estimate of a browser that sends next to nothing is
// no reason to stay below.
func TestTheLadderAlwaysClimbsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, w, now := NewLadder(firstLevel), way{3_000_000, 1_000_000}, monday
		spells := rapid.IntRange(1, 8).Draw(t, "spells")
		longest := 90
		if spells == 1 {
			longest = 20
		}
		for range spells {
			w.bits = rapid.IntRange(10_000, 400_000).Draw(t, "bits")
			loss := rapid.Float64Range(0, 0.3).Draw(t, "loss")
			for range rapid.IntRange(1, longest).Draw(t, "seconds") {
				now = now.Add(time.Second)
				l.Step(now, w.second(l.Level(), loss))
			}
		}
		w.bits = 3_000_000
		within := 8 * time.Minute
		if spells == 1 {
			within = 4 * time.Minute
		}
		good := now
		for l.Level() > 0 {
			now = now.Add(time.Second)
			if now.Sub(good) > within {
				t.Fatalf("still at %d after %v of a good line", l.Level(), now.Sub(good))
			}
			l.Step(now, w.second(l.Level(), 0))
		}
	})
}

// TestABusyDeviceIsNoWeakLine: what only comes late where a device stands still makes a picture smaller, never none, and one
// that is paused comes back all the same; a line that takes no more pauses it there as everywhere.
func TestABusyDeviceIsNoWeakLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, now := NewLadder(Level(rapid.IntRange(0, 7).Draw(t, "start"))), monday
		late := func() Evidence {
			e := evidences().Draw(t, "evidence")
			e.Loss, e.Room, e.Sent, e.Squeezed, e.Busy = 0, 0, 0, false, true
			return e
		}
		for n := range 60 {
			was := l.Level()
			now = now.Add(time.Second)
			e := late()
			e.Held = n%5 == 0 // now and then a frame waits as well
			if is := l.Step(now, e); is == Paused && was != Paused {
				t.Fatal("a busy device pauses a picture")
			}
		}
		if l.Level() == Paused {
			t.Fatal("a paused picture does not come back")
		}
		narrow := way{rapid.IntRange(20_000, 60_000).Draw(t, "bits"), 100_000}
		for range 60 {
			now = now.Add(time.Second)
			e := narrow.second(l.Level(), 0)
			e.Busy = true
			if l.Step(now, e) == Paused {
				return
			}
		}
		t.Fatalf("at %d of a line of %d bit/s", l.Level(), narrow.bits)
	})
}

// TestSensorsComeBeforePictures: for as long as frames of sensors are held, whatever else is well, there is less of a picture
// with every few seconds until there is none, and it comes back once they go.
func TestSensorsComeBeforePictures(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, w, now := NewLadder(Level(rapid.IntRange(0, 5).Draw(t, "start"))), way{3_000_000, 3_000_000}, monday
		busy := rapid.Bool().Draw(t, "busy")
		for n := range 12 {
			now = now.Add(time.Second)
			e := w.second(l.Level(), 0)
			e.Busy = busy
			e.Held = rapid.IntRange(0, 2).Draw(t, "this second") > 0 || n < 2
			l.Step(now, e)
		}
		if before := l.Level(); before < 2 {
			t.Fatalf("still at %d", before)
		}
		for range 8 {
			now = now.Add(time.Second)
			l.Step(now, Evidence{Held: true, Busy: busy})
		}
		if l.Level() != Paused {
			t.Fatalf("at %d although sensors are held", l.Level())
		}
		for range 8 * 60 {
			now = now.Add(time.Second)
			l.Step(now, w.second(l.Level(), 0))
		}
		if l.Level() != 0 {
			t.Fatalf("at %d long after they go again", l.Level())
		}
	})
}

// TestOneSlowReceiverOfSensorsIsTheirLine: pictures to others stay; where all are held up everybody's give way, for a moment.
func TestOneSlowReceiverOfSensorsIsTheirLine(t *testing.T) {
	now := monday
	c := &Call{o: Options{Now: func() time.Time { return now }}, wake: make(chan struct{}, 1)}
	mira, tomas := &pair{}, &pair{}
	c.k.pairs = map[live.MemberID]*pair{"mira": mira, "tomas": tomas}
	says := func(to []live.MemberID, all, first, second bool) {
		t.Helper()
		now = now.Add(time.Minute)
		c.Full(to, all)
		c.act()
		if got := [2]bool{c.held(mira, now), c.held(tomas, now)}; got != [2]bool{first, second} {
			t.Errorf("full to %v, all %v: %v", to, all, got)
		}
		if later := now.Add(heldFor); c.held(mira, later) || c.held(tomas, later) {
			t.Error("it does not end")
		}
	}
	says([]live.MemberID{"tomas"}, false, false, true)
	says([]live.MemberID{"watcher"}, false, false, false)
	says([]live.MemberID{"watcher"}, true, true, true)
	says([]live.MemberID{"mira", "tomas"}, true, true, true)
}

// TestSoundIsNoneOfTheLadders: no level shapes any line but pictures, and paused they stay on their lines.
func TestSoundIsNoneOfTheLadders(t *testing.T) {
	var last rtc.Shape
	for at := Level(0); at <= Paused; at++ {
		for _, p := range []Part{Full, Large, Tile} {
			s := Camera(at, p, 1080)
			if s.Paused != (at == Paused) || !s.Paused && (s.Bits < 1 || s.Scale < 1 || s.Rate < 1) || s.Priority != rtc.PriorityVeryLow {
				t.Errorf("at %d as %d: %+v", at, p, s)
			}
			if p == Full && at > 0 && !s.Paused && (s.Bits >= last.Bits || s.Scale < last.Scale || s.Rate > last.Rate) {
				t.Errorf("at %d: %+v after %+v", at, s, last)
			}
			if p == Full {
				last = s
			}
		}
		if s := Screen(at); s.Paused != (at == Paused) {
			t.Errorf("a screen at %d: %+v", at, s)
		}
	}
	if s := Camera(0, Full, 360); s.Scale != 1 {
		t.Errorf("a small picture is made smaller: %+v", s)
	}
	if large, tile := Camera(0, Large, 720), Camera(0, Tile, 720); large.Bits <= tile.Bits || tile.Scale != 4 {
		t.Errorf("large %+v, tile %+v", large, tile)
	}
	for _, c := range []struct {
		people int
		lit    bool
		shows  string
		want   Part
	}{{2, false, "", Full}, {3, false, showsSmall, Full}, {4, false, "", Tile}, {6, true, "", Large}, {6, true, "a word of later", Large},
		{4, true, showsSmall, Tile}, {4, false, showsLarge, Large}, {6, false, showsSmall, Tile}} {
		if got := part(c.people, c.lit, c.shows); got != c.want {
			t.Errorf("%+v: %d", c, got)
		}
	}
}

// TestSoundWithoutPictures: where no camera is on, sound is made smaller all the same when it has gaps, and is as it was when the
// line is well again; what a browser estimates of so little says nothing. A camera that is switched on then begins no larger
// than at a line nothing is known of, and not at none.
func TestSoundWithoutPictures(t *testing.T) {
	l, now := NewLadder(firstLevel), monday
	steps := func(seconds int, e Evidence) {
		for range seconds {
			now = now.Add(time.Second)
			l.Step(now, e)
		}
	}
	steps(10, Evidence{Dark: true, Choked: true})
	if s := Sound(l.Level()); s.Bits == 0 || s.Bits > 16_000 {
		t.Errorf("sound with gaps is sent with %d bit/s", s.Bits)
	}
	lowest := *l
	if lowest.Begin(); lowest.Level() != Paused-1 {
		t.Errorf("a camera begins at %d of a bad line", lowest.Level())
	}
	steps(5*60, Evidence{Dark: true, Room: 45_000, Sent: 40_000, RoundTrip: 60 * time.Millisecond})
	if s := Sound(l.Level()); s.Bits != 0 {
		t.Errorf("on a good line it is still sent with %d bit/s", s.Bits)
	}
	if l.Begin(); l.Level() != firstLevel {
		t.Errorf("a camera begins at %d of a line of which only sound is known", l.Level())
	}
}
