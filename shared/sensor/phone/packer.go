package phone

import (
	"encoding/binary"
	"math"
	"slices"
)

// Event is one of the browser's tellings. NaN stands for what the phone cannot measure.
type Event struct {
	At   float64    // ms on the page's steady clock
	Acc  [3]float64 // acceleration with gravity, m/s²
	Turn [3]float64 // rotation, °/s, about x, y and z
}

// told reports whether the event says anything. A browser on a device without sensors sends one that does not.
func (e Event) told() bool {
	return !math.IsNaN(e.At) && !math.IsNaN(e.Acc[0]+e.Acc[1]+e.Acc[2])
}

// rateOf is the rate events come at, by the median of the time between them: one of the usual ones when it is near.
func rateOf(events []Event) (rate byte, ok bool) {
	var apart []float64
	for i := 1; i < len(events); i++ {
		if d := events[i].At - events[i-1].At; d > 0 {
			apart = append(apart, d)
		}
	}
	if len(apart) < 3 {
		return 0, false
	}
	slices.Sort(apart)
	r := 1000 / apart[len(apart)/2]
	for _, usual := range []float64{50, usualRate, 100} {
		if math.Abs(r-usual) < 0.06*usual {
			r = usual
		}
	}
	if r = math.Round(r); r < leastRate || r > mostRate {
		return 0, false
	}
	return byte(r), true
}

// packer gathers events into packets of a tenth of a second. Where two are missing a packet ends, so that the hole lies
// between two packets and is seen; one is often only stamped late, by a page that was busy.
type packer struct {
	period float64 // ms
	most   int
	last   float64 // ms; of the newest event
	body   []byte
}

func newPacker(rate byte) *packer {
	return &packer{period: 1000 / float64(rate), most: min(max(int(rate)/10, 1), mostIn)}
}

// add takes an event and returns the packets that are full: none, one, or the one before a hole.
func (p *packer) add(e Event) (packet []byte) {
	if !e.told() || e.At <= p.last && p.last != 0 {
		return nil
	}
	if p.last != 0 && e.At-p.last > 2.5*p.period {
		packet = p.take()
	}
	for _, v := range e.Acc {
		p.body = binary.LittleEndian.AppendUint16(p.body, uint16(step(v, accStep)))
	}
	for _, v := range e.Turn {
		p.body = binary.LittleEndian.AppendUint16(p.body, uint16(step(v, turnStep)))
	}
	p.last = e.At
	if packet == nil && len(p.body) >= p.most*2*channels {
		packet = p.take()
	}
	return packet
}

// take is the packet of what is gathered, nil when there is nothing.
func (p *packer) take() []byte {
	if len(p.body) == 0 {
		return nil
	}
	packet := binary.LittleEndian.AppendUint64(make([]byte, 0, stampSize+len(p.body)), uint64(math.Round(p.last*1000)))
	packet = append(packet, p.body...)
	p.body = p.body[:0]
	return packet
}

// step is a quantity in steps; what is out of range has no value.
func step(v, of float64) int16 {
	s := math.Round(v / of)
	if !(s > math.MinInt16 && s <= math.MaxInt16) {
		return noValue
	}
	return int16(s)
}
