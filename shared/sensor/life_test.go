package sensor

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A life is told anything in any order; its owner does what it answers. At most one link is open or being opened, a
// sensor nobody wants has none, and one that is lost is tried again or given up, never forgotten.
func TestLifeKeepsItsWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l Life
		now := time.UnixMicro(1_780_000_000_000_000)
		dialling, open := false, false
		do := func(s Step) {
			switch s {
			case Dial:
				if dialling || open {
					t.Fatalf("dials while dialling %v, open %v", dialling, open)
				}
				dialling = true
			case HangUp:
				dialling, open = false, false
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"time passes": func(t *rapid.T) {
				now = now.Add(time.Duration(rapid.IntRange(1, 20_000).Draw(t, "ms")) * time.Millisecond)
				do(l.Due(now))
			},
			"connect": func(t *rapid.T) { do(l.Connect(now)) },
			"resume":  func(t *rapid.T) { do(l.Resume(now)) },
			"stop":    func(t *rapid.T) { do(l.Stop(now)) },
			"the attempt works": func(t *rapid.T) {
				if dialling {
					dialling, open = false, true
					do(l.Connected(now))
				}
			},
			"the attempt fails": func(t *rapid.T) {
				if dialling {
					dialling = false
					l.Missed(now, rapid.Bool().Draw(t, "final"))
				}
			},
			"a late answer": func(t *rapid.T) {
				if !dialling && !open {
					l.Missed(now, true)
					if l.Connected(now) != HangUp {
						t.Fatal("a link nobody asked for is kept")
					}
				}
			},
			"a packet": func(t *rapid.T) { l.Heard(now) },
			"the link breaks": func(t *rapid.T) {
				if open {
					open = false
					l.Lost(now)
				}
			},
			"": func(t *rapid.T) {
				s := l.State()
				if open != (s == Streaming) {
					t.Fatalf("%s with open %v", s, open)
				}
				if dialling && s != Connecting && s != Reconnecting {
					t.Fatalf("%s while dialling", s)
				}
				if s == Connecting && !dialling {
					t.Fatal("connecting, and nobody is")
				}
				if s == Reconnecting && !dialling && l.next.IsZero() {
					t.Fatal("lost and forgotten")
				}
				if w := l.Wait(now); w < 0 || w > LongPause {
					t.Fatalf("waits %v", w)
				}
			},
		})
	})
}

func TestLifeOfALostSensor(t *testing.T) {
	now := time.UnixMicro(1_780_000_000_000_000)
	began := now
	var l Life
	if l.Connect(now) != Dial || l.Connected(now) != Nothing || l.State() != Streaming {
		t.Fatal("cannot even connect")
	}
	if now = silent(&l, now, Silence); l.Due(now) != HangUp || l.State() != Reconnecting {
		t.Fatalf("silence leads to %s", l.State())
	}
	tries := 0
	for l.State() == Reconnecting && now.Sub(began) < time.Hour {
		if now = now.Add(250 * time.Millisecond); l.Due(now) == Dial {
			tries++
			l.Missed(now, false)
		}
	}
	if took := l.Since().Sub(began); l.State() != Failed || took < Patience || took > Patience+time.Minute || tries < 500 || tries > 640 {
		t.Errorf("%s after %v and %d tries", l.State(), took, tries)
	}
	if l.Connect(now) != Dial || l.State() != Connecting {
		t.Error("a person cannot try again")
	}
	l.Missed(now, false)
	if l.State() != Failed {
		t.Errorf("a first attempt that fails leads to %s", l.State())
	}
}

func TestLifeOfAQuietSensor(t *testing.T) {
	now := time.UnixMicro(1_780_000_000_000_000)
	l := Life{Quiet: time.Minute}
	if l.Resume(now) != Dial || l.Resume(now) != Nothing || l.State() != Reconnecting {
		t.Fatalf("resumed, it is %s", l.State())
	}
	l.Missed(now, false) // the strap is not on yet
	if now = now.Add(Pause(1)); l.Due(now) != Dial {
		t.Fatal("a sensor that is resumed is tried once")
	}
	l.Connected(now)
	if now = silent(&l, now, Silence); l.Due(now) != Nothing {
		t.Error("a strap that waits for skin counts as broken")
	}
	if now = silent(&l, now, time.Minute-Silence); l.Due(now) != HangUp {
		t.Error("a link that is silent for longer than the device ever is holds on")
	}
}

// silent lets so long pass without a packet, up to the look at its end.
func silent(l *Life, now time.Time, long time.Duration) time.Time {
	end := now.Add(long)
	for ; now.Before(end); now = now.Add(time.Second / 4) {
		l.Due(now)
	}
	return end
}

// A page that stood still does not take its own absence for the device's.
func TestLifeOfAPageThatStoodStill(t *testing.T) {
	now := time.UnixMicro(1_780_000_000_000_000)
	var l Life
	l.Connect(now)
	l.Connected(now)
	for range 10 {
		if now = now.Add(3 * Silence); l.Due(now) != Nothing {
			t.Fatal("a link is hung up before anybody has read what it brought")
		}
		now = now.Add(time.Millisecond)
		l.Heard(now)
		if l.Due(now) != Nothing {
			t.Fatal("a link is hung up that has just brought something")
		}
	}
	now = now.Add(3 * Silence)
	l.Due(now)
	if now = now.Add(secondLook); l.Due(now) != HangUp {
		t.Error("a link that really is silent holds on")
	}
}

func TestPausesGrow(t *testing.T) {
	var last time.Duration
	for n := range 100 {
		p := Pause(n)
		if p < last || p > LongPause || p < FirstPause {
			t.Fatalf("after %d attempts the pause is %v, before it was %v", n, p, last)
		}
		last = p
	}
	if last != LongPause {
		t.Errorf("pauses end at %v", last)
	}
}
