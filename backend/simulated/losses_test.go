package simulated

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/pion/rtp"
	"pgregory.net/rapid"

	"hearth/app/aggregator"
)

// came is the account of packets of sound, one of 20 ms each, that come as they were sent, by these numbers.
func came(numbers ...uint16) *losses {
	l := &losses{}
	for _, n := range numbers {
		ticks := uint32(n-numbers[0]) * 160
		l.packet(&rtp.Header{SequenceNumber: n, Timestamp: ticks}, 8000, time.Duration(ticks)*time.Second/8000)
	}
	return l
}

func TestLosses(t *testing.T) {
	for what, c := range map[string]struct {
		numbers []uint16
		want    int64
	}{
		"none":                      {nil, 0},
		"one":                       {[]uint16{7}, 0},
		"all":                       {[]uint16{7, 8, 9}, 0},
		"a gap":                     {[]uint16{7, 8, 12, 13}, 3},
		"two gaps":                  {[]uint16{7, 9, 12}, 3},
		"a wrap":                    {[]uint16{65534, 65535, 0, 1}, 0},
		"a gap over the wrap":       {[]uint16{65534, 1}, 2},
		"another order":             {[]uint16{7, 9, 8, 10}, 0},
		"another order at the wrap": {[]uint16{65534, 0, 65535, 1}, 0},
		"the first comes second":    {[]uint16{0, 65535, 1}, 0},
		"a gap that is filled late": {[]uint16{7, 10, 11, 8}, 1},
		"the network was away long": {[]uint16{7, 20007}, 19999},
		"and once round, and again": {[]uint16{7, 20007, 40007, 60007, 20007}, 65536 + 20007 - 7 + 1 - 5},
	} {
		if got := came(c.numbers...).lost(); got != c.want {
			t.Errorf("%s: %d lost, want %d", what, got, c.want)
		}
	}
}

// Whatever is lost on the way, in whatever order the rest comes and however often numbers begin anew: what is called lost is
// what was, between the first that came and the last.
func TestLossesAreThoseThatWere(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		first := int64(rapid.Uint16().Draw(r, "first"))
		type sent struct{ number, place int64 }
		var some []sent
		number := first
		for range rapid.IntRange(1, 2000).Draw(r, "packets") {
			number += int64(rapid.SampledFrom([]int{1, 1, 1, 1, 1, 1, 2, 3, 200}).Draw(r, "step"))
			some = append(some, sent{number, number + int64(rapid.SampledFrom([]int{0, 0, 0, 0, 3, 40}).Draw(r, "late"))})
		}
		low, top := some[0].number, some[len(some)-1].number
		slices.SortStableFunc(some, func(a, b sent) int { return int(a.place - b.place) })
		l := losses{}
		for _, s := range some {
			l.packet(&rtp.Header{SequenceNumber: uint16(s.number), Timestamp: uint32(s.number * 3000)}, 90_000, time.Duration(s.place)*time.Second/30)
		}
		if want := top - low + 1 - int64(len(some)); l.lost() != want {
			r.Fatalf("%d lost, want %d", l.lost(), want)
		}
		if l.late() < 0 || l.late() > 2*41*1000/30.0 {
			r.Fatalf("jitter of %f ms", l.late())
		}
	})
}

// Jitter is nothing when packets come as they were sent, whenever timestamps begin anew, and what RFC 3550 says when not: packets of
// which every other is late by 20 ms differ by as much, which the estimate nears by a sixteenth each time.
func TestJitter(t *testing.T) {
	play := func(first uint32, late func(i int) time.Duration) float64 {
		l := losses{}
		for i := range 3000 {
			l.packet(&rtp.Header{SequenceNumber: uint16(i), Timestamp: first + uint32(i)*160}, 8000, time.Duration(i)*20*time.Millisecond+late(i))
		}
		return l.late()
	}
	if got := play(math.MaxUint32-1000, func(int) time.Duration { return 7 * time.Second }); got != 0 {
		t.Errorf("packets that come as they were sent: %f ms", got)
	}
	if got := play(math.MaxUint32-1000, func(i int) time.Duration { return time.Duration(i%2) * 20 * time.Millisecond }); got < 19.8 || got > 20 {
		t.Errorf("every other packet 20 ms late: %f ms", got)
	}
	if one := came(7); one.late() != 0 {
		t.Errorf("one packet: %f ms", one.late())
	}
	l := came(7, 8, 9)
	l.packet(&rtp.Header{SequenceNumber: 10, Timestamp: 12345}, 48_000, time.Hour) // another codec counts from elsewhere
	if l.late() != 0 || l.lost() != 0 {
		t.Errorf("another codec: %f ms, %d lost", l.late(), l.lost())
	}
}

// rim is the way out of a sensor's page that refuses what is odd.
type rim struct{ aggregator.Peer }

func (rim) Send(_ string, frame []byte) bool { return frame[0]%2 == 0 }

func TestSensorsAccount(t *testing.T) {
	var all tally
	way := counting{rim{}, &all}
	for i := range byte(9) {
		if way.Send("demo", []byte{i}) != (i%2 == 0) {
			t.Fatal("it says otherwise than the way does")
		}
	}
	if got := all.told(); got.Frames != 5 || got.Held != 4 {
		t.Errorf("%+v", got)
	}
}
