package therapist

import (
	"testing"
	"time"

	"hearth/shared/care"
	"hearth/shared/telemetry"
)

// Packets of 64 ms come 10 ms after their last sample and are drawn by a cursor 85 ms behind the sensor: from 11 ms for the
// first sample of a packet to 75 ms for the last after they came, whatever the frames that draw them.
func TestPaceTellsAgeFromWait(t *testing.T) {
	var p pace
	var came arrivals
	const noon care.Stamp = 1_790_000_000_000_000
	packet := noon
	for now := noon + 200_000; now < noon+10_000_000; now += 16_000 {
		for ; packet+74_000 <= now; packet += 64_000 {
			came.add(telemetry.Samples{Start: packet, Came: packet + 74_000, PeriodNS: 4e6, Channels: 1, Values: make([]int32, 16)})
		}
		p.drew(time.Millisecond, now, now-77_000, came.of) // the middle of what is new is 8 ms older than the newest
	}
	f := p.figures()
	if f.Age != [3]float64{85, 85, 85} || f.Cost != [3]float64{1, 1, 1} {
		t.Errorf("ages %v, costs %v, want 85 and 1 ms", f.Age, f.Cost)
	}
	if w := f.Wait; w[0] < 35 || w[0] > 51 || w[1] < 59 || w[2] > 75 {
		t.Errorf("waits %v ms, want half of them by 43 and all by 75", w)
	}
}

// A cursor that moves on through a gap draws nothing: no age, and nothing newer.
func TestPaceStandsStillInAGap(t *testing.T) {
	var p pace
	var came arrivals
	const noon care.Stamp = 1_790_000_000_000_000
	came.add(telemetry.Samples{Start: noon, Came: noon + 70_000, PeriodNS: 4e6, Channels: 1, Values: make([]int32, 250)})
	for now := noon; now < noon+5_000_000; now += 16_000 {
		p.drew(time.Millisecond, now+50_000, now, came.of)
	}
	if f := p.figures(); f.Drawn < noon+980_000 || f.Drawn >= noon+1_000_000 || p.ages.n > 63 {
		t.Errorf("drawn up to %v after the second there is, %d ages", f.Drawn.Sub(noon), p.ages.n)
	}
}

// A cursor that stands, a jump back and an unknown clock draw nothing that has an age.
func TestPaceCountsOnlyWhatIsNew(t *testing.T) {
	var p pace
	for _, head := range []care.Stamp{0, 5e6, 5e6, 4e6} {
		p.drew(0, 6e6, head, (&arrivals{}).of)
	}
	p.drew(0, 0, 7e6, (&arrivals{}).of)
	if p.ages.n != 0 || p.costs.n != 5 {
		t.Errorf("%d ages of %d frames, want none of 5", p.ages.n, p.costs.n)
	}
}
