package watch

import (
	"slices"
	"testing"
	"time"

	"hearth/shared/care"
	"hearth/shared/telemetry"
	"hearth/wasm/rtc"

	"pgregory.net/rapid"
)

// control answers questions about the past as a station does: the newest few of what was asked for.
func (t *tablet) control(peer *rtc.Peer, c telemetry.Control) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if c.Mark != nil {
		t.marks = append(t.marks, *c.Mark)
	}
	if c.Missing == nil {
		return
	}
	m := *c.Missing
	t.asked = append(t.asked, m)
	p := telemetry.Past{Key: m.Key, From: m.From, To: m.To, Done: true}
	for i := len(t.held) - 1; i >= 0; i-- {
		if tr := t.held[i]; tr.At >= m.From && tr.At < m.To {
			if len(p.Frames) == 7 {
				p.From, p.Done = t.held[i+1].At, false
				break
			}
			f := telemetry.Frame{Kind: telemetry.KindTrend, Trend: &tr}
			b, err := f.Append(nil)
			if err != nil {
				panic(err)
			}
			p.Frames = append(p.Frames, b)
		}
	}
	peer.Control(telemetry.Control{Past: &p})
}

// number makes a number of an instant, and sends it unless it is lost.
func (t *tablet) number(at care.Stamp, lost bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	tr := telemetry.Trend{At: at, HR: 70}
	if n := len(t.held); n == 0 || t.held[n-1].At != at {
		t.held = append(t.held, tr)
	}
	if !lost && t.peer != nil {
		_ = t.sender.Frame(telemetry.Frame{Kind: telemetry.KindTrend, Trend: &tr}, func(b []byte) bool { return t.peer.Send(ecgSensor.Key, b) })
	}
}

// heard lists the instants a page was told of the past.
func (s *sink) heard() (list []care.Stamp) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.past {
		if f.Trend != nil {
			list = append(list, f.Trend.At)
		}
	}
	slices.Sort(list)
	return list
}

func TestAPageAsksForWhatItLacks(t *testing.T) {
	s := mustStand(t)
	tablet := s.house.enter("tablet", s.maker, announced())
	now := care.StampOf(time.Now())
	for i := range 60 { // measured before this page was opened
		tablet.number(now.Add(time.Duration(i-60)*time.Second), true)
	}
	s.Start(heart)
	s.mustStream(t)
	until(t, "the clocks agree", func() bool { _, ready := s.Session(now); return ready })
	until(t, "the minute before is here", func() bool { return len(s.sink.heard()) == 60 })

	until(t, "the sensor's channel is open", func() bool { tablet.number(now, false); return s.State().Sensors[0].Trend.At == now })
	for i := range 20 { // of which eight are lost on the way, five of them together
		lost := i >= 5 && i < 10 || i == 13 || i == 15 || i == 17
		at := now.Add(time.Duration(i) * time.Second)
		tablet.number(at, lost)
		if !lost {
			until(t, "it is here", func() bool { return s.State().Sensors[0].Trend.At == at })
		}
	}
	until(t, "the five are here", func() bool { return len(s.sink.heard()) >= 65 })
	tablet.number(now.Add(20*time.Second), false)
	until(t, "all of it is here", func() bool { return s.State().Sensors[0].Trend.At == now.Add(20*time.Second) })

	// The connection is built anew: what came over the old one is not asked for again, what was measured meanwhile is.
	tablet.leave()
	s.house.end(s.house.shares()[0].ID, "left")
	for i := range 10 {
		tablet.number(now.Add(time.Duration(21+i)*time.Second), true)
	}
	until(t, "the ten are here", func() bool { tablet.number(now.Add(31*time.Second), false); return len(s.sink.heard()) >= 75 })
	list := s.sink.heard()
	if unique := slices.Compact(slices.Clone(list)); len(unique) != len(list) || len(list) > 75 {
		for i := range list {
			list[i] -= now
		}
		t.Fatalf("%d instants were told, %d different ones, of 75: %d", len(list), len(unique), list)
	}
	tablet.mu.Lock()
	for i, m := range tablet.asked {
		if i > 0 && m == tablet.asked[i-1] {
			t.Errorf("asked twice: %+v", m)
		}
	}
	tablet.mu.Unlock()

	// News of something filled in is asked for.
	from := now.Add(-2 * time.Minute)
	tablet.mu.Lock()
	for i := range 5 {
		tablet.held = slices.Insert(tablet.held, i, telemetry.Trend{At: from.Add(time.Duration(i) * time.Second), HR: 60, Why: telemetry.Later})
	}
	peer := tablet.peer
	tablet.mu.Unlock()
	until(t, "news could be told", func() bool {
		return peer.Control(telemetry.Control{Past: &telemetry.Past{Key: ecgSensor.Key, From: from, To: from.Add(5 * time.Second)}})
	})
	until(t, "the news is here", func() bool { return len(s.sink.heard()) == len(list)+5 })
}

func TestMarksGoBothWays(t *testing.T) {
	s := mustStand(t)
	tablet := s.house.enter("tablet", s.maker, announced())
	s.Start(heart)
	s.mustStream(t)
	now := care.StampOf(time.Now())
	mine := telemetry.Mark{ID: care.NewID[care.LabelID](), At: now, Kind: care.Phase, Word: "pause"}
	theirs := telemetry.Mark{ID: care.NewID[care.LabelID](), At: now, Kind: care.Rating, Level: 50}
	told := func() int { tablet.mu.Lock(); defer tablet.mu.Unlock(); return len(tablet.marks) }
	until(t, "the tablet knows the mark", func() bool { s.Tell([]telemetry.Mark{mine}); return told() > 0 })
	for range 10 {
		s.Tell([]telemetry.Mark{mine})
	}
	for _, level := range []int{50, 60} {
		theirs.Level = level
		tablet.link().Control(telemetry.Control{Mark: &theirs})
	}
	until(t, "the page knows the mark", func() bool { m := s.State().Marks; return len(m) == 1 && m[0].Level == 60 })
	s.Tell([]telemetry.Mark{mine, theirs}) // it is the tablet's own
	mine.Removed = true
	s.Tell([]telemetry.Mark{mine})
	until(t, "the tablet knows that it is gone", func() bool { return told() == 2 })
}

// Whatever is put in and taken out, spans hold what they should, in order, and find what is missing.
func TestSpans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s spans
		var truth [64]bool
		for range rapid.IntRange(0, 30).Draw(t, "acts") {
			from := rapid.IntRange(0, 63).Draw(t, "from")
			to := rapid.IntRange(from, 64).Draw(t, "to")
			in := rapid.Bool().Draw(t, "in")
			if in {
				s = s.add(care.Stamp(from), care.Stamp(to))
			} else {
				s = s.remove(care.Stamp(from), care.Stamp(to))
			}
			for i := from; i < to; i++ {
				truth[i] = in
			}
		}
		free := 0
		newest := span{}
		for i := 63; i >= 0; i-- {
			if s.holds(care.Stamp(i)) != truth[i] {
				t.Fatalf("%d is %v in %v", i, !truth[i], s)
			}
			if free++; truth[i] {
				free = 0
			}
			if free == 3 && newest.to == 0 {
				newest.to = care.Stamp(i + 3)
			}
		}
		hole, ok := s.lacks(0, 64, 3)
		if ok != (newest.to != 0) || hole.to != newest.to || ok && hole.to-hole.from < 3 {
			t.Fatalf("%v lacks %v, want one up to %d", s, hole, newest.to)
		}
		for i := 1; i < len(s); i++ {
			if s[i].from <= s[i-1].to {
				t.Fatalf("out of order: %v", s)
			}
		}
	})
}
