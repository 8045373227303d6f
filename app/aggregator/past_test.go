package aggregator

import (
	"math"
	"testing"
	"testing/synctest"
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/telemetry"
)

// learnt is what a receiver got to know of the past of a stream.
type learnt struct {
	trends map[care.Stamp]bool
	beats  map[care.Stamp]bool
	gaps   int
}

// count is how many seconds between two instants have numbers.
func (d learnt) count(from, to time.Time) (n int) {
	for at := range d.trends {
		if t := at.Time(); !t.Before(from) && t.Before(to) {
			n++
		}
	}
	return n
}

// ask asks for a stretch until there is no more, as a page does.
func (b *bench) ask(t *testing.T, p *testPeer, key string, from, to care.Stamp) learnt {
	t.Helper()
	d := learnt{map[care.Stamp]bool{}, map[care.Stamp]bool{}, 0}
	for range 1000 {
		p.o.OnControl(telemetry.Control{Missing: &telemetry.Missing{Key: key, From: from, To: to}})
		after(10 * time.Millisecond)
		p.mu.Lock()
		answers := p.past
		p.past = nil
		p.mu.Unlock()
		if len(answers) != 1 {
			t.Fatalf("%d answers", len(answers))
		}
		a, bytes := answers[0], 0
		if a.To != to || a.From < from || a.Key != key {
			t.Fatalf("asked for %d to %d, told of %d to %d", from, to, a.From, a.To)
		}
		for _, f := range a.Frames {
			bytes += len(f)
		}
		if bytes > telemetry.MaxPastBytes {
			t.Errorf("an answer of %d bytes", bytes)
		}
		a.Each(func(f *telemetry.Frame) {
			switch {
			case f.Trend != nil:
				if d.trends[f.Trend.At] {
					t.Errorf("the numbers of %d twice", f.Trend.At)
				}
				d.trends[f.Trend.At] = true
			case f.Beats != nil:
				for _, beat := range f.Beats {
					if d.beats[beat.At] {
						t.Errorf("the beat at %d twice", beat.At)
					}
					d.beats[beat.At] = true
				}
			case f.Gap != nil:
				d.gaps++
			}
		})
		if to = a.From; a.Done {
			return d
		}
	}
	t.Fatal("no end of it")
	return d
}

const (
	ever  = telemetry.MinStamp
	never = telemetry.MaxStamp
)

func TestAReloadedPageIsToldWhatItLacks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.start(t)
		after(20 * time.Second) // measured before anybody was let in
		began := time.Now()
		b.house.share("s1", "mira", access.ECG)
		after(90 * time.Second)
		b.house.end("s1", "left")
		after(5 * time.Second)
		b.house.share("s2", "mira/2", access.ECG)
		after(3 * time.Second)
		d := b.ask(t, b.peer(t, 1), "demo-ecg", ever, never)
		seconds := int(time.Since(began).Seconds())
		if n := d.count(began, time.Now()); n < seconds-2 || n != len(d.trends) {
			t.Errorf("the numbers of %d seconds of %d, %d in all", n, seconds, len(d.trends))
		}
		if n := float64(len(d.beats)); math.Abs(n/float64(seconds)*60-68) > 12 {
			t.Errorf("%v beats in %d s", n, seconds)
		}
		if n := b.ask(t, b.peer(t, 1), "demo-ecg", care.StampOf(began.Add(10*time.Second)), care.StampOf(began.Add(20*time.Second))); len(n.trends) != 10 {
			t.Errorf("the numbers of %d seconds out of ten", len(n.trends))
		}
		account(t, b.peer(t, 1), "demo-ecg")
	})
}

// What somebody's will or a doubt has ended stays untold, whatever a page asks for.
func TestNobodyIsToldWhatWasNotPermitted(t *testing.T) {
	for name, test := range map[string]struct {
		stop, again func(b *bench)
		between     time.Duration
		told        bool // what was measured between
	}{
		"an accident": {
			stop:    func(b *bench) { b.house.end("s1", "left") },
			between: 30 * time.Second, told: true,
		},
		"withdrawn":                             {stop: func(b *bench) { b.house.end("s1", "withdrawn") }},
		"stopped by the patient, for the house": {stop: func(b *bench) { b.house.end("s1", "stopped-by-patient") }},
		"stopped at the tablet":                 {stop: func(b *bench) { b.StopShare("s1"); synctest.Wait(); b.house.end("s1", "stopped-by-patient") }},
		"stopped by the therapist":              {stop: func(b *bench) { b.house.end("s1", "stopped-by-therapist") }},
		"a reason nobody knows":                 {stop: func(b *bench) { b.house.end("s1", "eclipse") }},
		"an accident that lasted":               {stop: func(b *bench) { b.house.end("s1", "left") }, between: accident + time.Second},
		"permissions changed while away": {stop: func(b *bench) {
			b.house.end("s1", "left")
			b.house.change(live.Change{Data: &live.DataNote{What: "permissions", ID: "wren"}})
		}},
		"one signal of two": {
			stop:  func(b *bench) { b.house.share("s1", "mira", access.Movement) },
			again: func(b *bench) { b.house.share("s1", "mira", access.ECG, access.Movement) },
		},
		"held back by the patient": {
			stop:  func(b *bench) { b.Pause("demo", "demo-ecg", true) },
			again: func(b *bench) { b.Pause("demo", "demo-ecg", false) },
		},
		"forgotten by a house that began anew": {stop: func(b *bench) { b.house.restart(); after(parkedFor + time.Second) }, between: time.Second},
		"a house that began anew and was asked again": {
			stop: func(b *bench) { b.house.restart() }, between: 5 * time.Second, told: true,
		},
		"unchecked": {
			stop: func(b *bench) { b.house.linked(live.Link{State: live.Waiting, Lost: time.Now().Add(-uncheckedFor)}) },
			again: func(b *bench) {
				b.house.linked(live.Link{State: live.Online})
				b.house.share("s2", "mira/2", access.ECG)
			},
			between: 30 * time.Second,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t)
				b.start(t)
				b.house.share("s1", "mira", access.ECG, access.Movement)
				after(20 * time.Second)
				test.stop(b)
				after(time.Second)
				stopped := time.Now()
				after(max(test.between, 10*time.Second))
				again := time.Now()
				if test.again == nil {
					test.again = func(b *bench) { b.house.share("s2", "mira/2", access.ECG) }
				}
				test.again(b)
				after(10 * time.Second)
				b.mu.Lock()
				newest := b.peers[len(b.peers)-1]
				b.mu.Unlock()
				d := b.ask(t, newest, "demo-ecg", ever, never)
				if n := d.count(stopped.Add(-15*time.Second), stopped.Add(-2*time.Second)); n < 12 {
					t.Errorf("of before it %d seconds are told, want 13", n)
				}
				if n := d.count(again.Add(time.Second), time.Now()); n < 8 {
					t.Errorf("of after it %d seconds are told, want 9", n)
				}
				between := d.count(stopped, again)
				if test.told && between < int(again.Sub(stopped).Seconds())-1 || !test.told && between > 0 {
					t.Errorf("of the %v between, %d seconds are told", again.Sub(stopped), between)
				}
				for at := range d.beats {
					if when := at.Time(); !test.told && when.After(stopped) && when.Before(again) {
						t.Errorf("a beat of %v", when)
					}
				}
			})
		})
	}
}

// A receiver that asks for everything, of everybody, all the time, learns what it may know and stops nobody.
func TestHostileReceiver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.start(t)
		b.house.share("s1", "mira", access.ECG, access.Movement)
		b.house.share("s2", "tom", access.Movement)
		after(20 * time.Second)
		tom := b.peer(t, 1)
		for _, key := range []string{"demo-ecg", "demo", "tom", "../demo-ecg"} {
			if d := b.ask(t, tom, key, ever, never); len(d.trends)+len(d.beats)+d.gaps > 0 {
				t.Errorf("%s: %d numbers and %d beats for who may see movement", key, len(d.trends), len(d.beats))
			}
		}
		for range 10_000 {
			tom.o.OnControl(telemetry.Control{Missing: &telemetry.Missing{Key: "demo-movement", From: ever, To: never}})
		}
		synctest.Wait()
		tom.mu.Lock()
		if n := len(tom.past); n > maxAnswers {
			t.Errorf("%d answers at once", n)
		}
		tom.past = nil
		tom.mu.Unlock()
		b.house.end("s2", "withdrawn")
		tom.o.OnControl(telemetry.Control{Missing: &telemetry.Missing{Key: "demo-movement", From: ever, To: never}})
		after(time.Second)
		tom.mu.Lock()
		defer tom.mu.Unlock()
		if len(tom.past) != 0 {
			t.Errorf("told %+v after the end", tom.past)
		}
		account(t, b.peer(t, 0), "demo-ecg")
	})
}

// Marks reach pages that join later, without anybody's words, and only of the time they were let in for.
func TestMarksAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.start(t)
		b.house.share("s1", "mira", access.ECG)
		after(time.Second)
		one, first, early := b.peer(t, 0), care.NewID[care.LabelID](), care.StampOf(time.Now())
		tell := func(m telemetry.Mark) { one.o.OnControl(telemetry.Control{Mark: &m}) }
		tell(telemetry.Mark{ID: first, At: early, Kind: care.Phase, Word: "pause"})
		after(5 * time.Second)
		b.house.share("s2", "tom", access.ECG)
		after(2 * time.Second)
		second, now := care.NewID[care.LabelID](), care.StampOf(time.Now())
		tell(telemetry.Mark{ID: second, At: now, Kind: care.Rating, Level: 60})
		for range 3 {
			tell(telemetry.Mark{ID: second, At: now, Kind: care.Rating, Level: 70})
		}
		after(time.Second)
		tom := b.peer(t, 1)
		tom.mu.Lock()
		if len(tom.marks) != 1 || tom.marks[0].ID != second || tom.marks[0].Level != 70 {
			t.Errorf("tom was told %+v", tom.marks)
		}
		tom.mu.Unlock()
		b.house.end("s1", "left")
		b.house.share("s3", "mira/2", access.ECG)
		after(2 * time.Second)
		again := b.peer(t, 2)
		again.mu.Lock()
		if len(again.marks) != 2 || again.marks[0].ID != first || again.marks[1].ID != second {
			t.Errorf("the page that joined later was told %+v", again.marks)
		}
		again.mu.Unlock()
		for range 2 * maxMarks {
			again.o.OnControl(telemetry.Control{Mark: &telemetry.Mark{ID: care.NewID[care.LabelID](), At: now, Kind: care.Rating}})
		}
		if synctest.Wait(); len(b.marks.list) != maxMarks {
			t.Errorf("%d marks are kept", len(b.marks.list))
		}
	})
}
