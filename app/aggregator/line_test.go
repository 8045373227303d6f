package aggregator

import (
	"testing"

	"pgregory.net/rapid"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/measure"
	"hearth/shared/sensor"
	"hearth/shared/telemetry"
)

// stamped decodes packets of the test: the number of samples and the device's clock, in samples.
type stamped struct{ streams []sensor.Stream }

func (d stamped) Streams() []sensor.Stream { return d.streams }

func (d stamped) Decode(n sensor.Notification, to []sensor.Block) ([]sensor.Block, error) {
	b := n.Bytes
	tick := uint64(b[1])<<16 | uint64(b[2])<<8 | uint64(b[3])
	return append(to, sensor.Block{Tick: tick, Values: make([]int32, b[0])}), nil
}

// strap is a device of one movement channel at 100 Hz.
type strap struct {
	*measure.Sensor
	tick int
}

func mustStrap(t interface{ Fatal(...any) }) *strap {
	kinds := []sensor.Stream{{Key: "x", Signal: access.Movement, Rate: 100, Channels: []telemetry.Channel{{Name: "x", Unit: "1", Scale: 1}},
		Clock: sensor.Clock{Bits: 64, Hz: 100}}}
	m, err := measure.New("strap", sensor.Description{Key: "strap", Streams: kinds})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Begin(stamped{kinds}); err != nil {
		t.Fatal(err)
	}
	return &strap{Sensor: m, tick: 1000}
}

func (s *strap) stream() *measure.Stream { return s.Streams()[0] }

// packet brings n samples from tick on.
func (s *strap) packet(n, tick int) {
	at := care.Stamp(1_800_000_000_000_000 + int64(tick+n)*10_000)
	_ = s.Feed(sensor.Notification{At: at, Bytes: []byte{byte(n), byte(tick >> 16), byte(tick >> 8), byte(tick)}})
}

func (s *strap) next(n int) { s.packet(n, s.tick); s.tick += n }

// TestALineSeesWhatIsLostBetweenDecoderAndSender is what its account is for.
func TestALineSeesWhatIsLostBetweenDecoderAndSender(t *testing.T) {
	s, l := mustStrap(t), newLine("strap-movement")
	s.next(3) // waits for a frame; it goes out with the first one
	l.open(s.stream())
	send := func() { l.offer(s.stream().Take(), func([]byte) bool { return true }) }
	for range 20 {
		s.next(4)
		send()
	}
	s.packet(4, s.tick-4) // twice
	if got := l.tally(); got.Missing() != 0 || got.Decoded != 87 || got.Twice != 4 || got.Sent+got.Waiting != 83 {
		t.Fatalf("%+v, %d missing; want all 83 sent or waiting, and 4 twice", got, got.Missing())
	}
	s.next(12)
	lost := int64(0)
	for _, f := range s.stream().Take() { // a mistake of ours
		lost += int64(f.Samples.Count())
	}
	s.next(12)
	send()
	if got := l.tally(); lost == 0 || got.Missing() != lost {
		t.Errorf("%+v, %d missing, want %d", got, got.Missing(), lost)
	}
}

// TestLinesCloseTheirBooks lets packets come, go missing, come twice and late, the way out be full, and the receiver's
// permission come and go; whatever happens, nothing is missing that is not named.
func TestLinesCloseTheirBooks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, l, full := mustStrap(t), newLine("strap-movement"), false
		open := false
		given := int64(0) // samples of packets while open: at least so many are accounted for
		spread := func() {
			frames := s.stream().Take()
			if open {
				l.offer(frames, func([]byte) bool { return !full })
			}
		}
		feed := func(n, tick int) {
			s.packet(n, tick)
			if open {
				given += int64(n)
			}
			spread()
		}
		n := rapid.IntRange(1, 30)
		t.Repeat(map[string]func(*rapid.T){
			"packet": func(t *rapid.T) { k := n.Draw(t, "n"); feed(k, s.tick); s.tick += k },
			"hole":   func(t *rapid.T) { s.tick += n.Draw(t, "n") },
			"again":  func(t *rapid.T) { k := n.Draw(t, "n"); feed(k, s.tick-k) },
			"long ago": func(t *rapid.T) {
				k := n.Draw(t, "n")
				feed(k, max(0, s.tick-500-k))
			},
			"lose": func(*rapid.T) {
				s.Lose(telemetry.CauseLink)
				spread()
				if err := s.Begin(stamped{[]sensor.Stream{{Key: "x", Signal: access.Movement, Rate: 100, Channels: []telemetry.Channel{{Name: "x", Unit: "1", Scale: 1}},
					Clock: sensor.Clock{Bits: 64, Hz: 100}}}}); err != nil {
					t.Fatal(err)
				}
			},
			"full": func(*rapid.T) { full = !full },
			"thin": func(t *rapid.T) { s.stream().Sparse(rapid.Bool().Draw(t, "thin")) },
			"open": func(*rapid.T) { open = true; l.open(s.stream()) },
			"shut": func(*rapid.T) { open = false; l.shut() },
			"another strap": func(*rapid.T) { // under the same key, counting from nothing
				s, given = mustStrap(t), 0
				if open {
					l.open(s.stream())
				}
			},
			"": func(t *rapid.T) {
				if !open {
					return
				}
				if got := l.tally(); got.Missing() != 0 || got.Decoded+30 < given {
					t.Fatalf("%+v, %d missing; %d came", got, got.Missing(), given)
				}
			},
		})
	})
}

// TestAnAccountIsToldUntilItIsKnown: twice while nothing changes, then seldom, and anew on another connection.
func TestAnAccountIsToldUntilItIsKnown(t *testing.T) {
	s, l, told := mustStrap(t), newLine("strap-movement"), 0
	l.open(s.stream())
	says := func(way bool, want int) {
		t.Helper()
		told = 0
		for range seldom / 2 {
			l.account(func(telemetry.Tally) bool { told++; return way })
		}
		if told != want {
			t.Errorf("told %d times, want %d", told, want)
		}
	}
	says(false, seldom/2) // nobody hears it
	says(true, enough)
	says(true, 0)
	says(true, 1)
	s.next(12)
	l.offer(s.stream().Take(), func([]byte) bool { return true })
	says(true, enough)
	sh := &sharing{lines: map[string]*line{"strap-movement": l}}
	sh.anew()
	says(true, enough)
}
