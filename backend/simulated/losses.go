package simulated

import (
	"math"
	"sync"
	"time"

	"github.com/pion/rtp"

	"hearth/wasm/rtc/native"
)

// losses keeps the account of one stream of packets by RFC 3550, appendices A.1, A.3 and A.8. What comes twice never gets here:
// SRTP refuses it (RFC 3711 section 3.3.2). Nor does a stream begin to count anew, so that, other than in A.1, a jump of any length
// is a loss of as many: the network was away.
type losses struct {
	came     int64
	low, top int64 // least and greatest number that came, counted on over the wrap of its 16 bits

	clock   int64   // ticks of timestamps a second, of the packet before
	transit uint32  // of the packet before, ticks since no particular moment
	jitter  float64 // seconds
	sum     float64 // of jitter after each packet
}

// packet notes one that came, with the ticks of its codec a second, 0 for unknown, and the time since some beginning.
func (l *losses) packet(h *rtp.Header, clock int64, at time.Duration) {
	number := int64(h.SequenceNumber)
	if l.came++; l.came == 1 {
		l.low, l.top = number, number
	}
	number = l.top + int64(int16(h.SequenceNumber-uint16(l.top))) // the nearest with these 16 bits
	l.low, l.top = min(l.low, number), max(l.top, number)
	transit := uint32(int64(at/time.Second)*clock+int64(at%time.Second)*clock/int64(time.Second)) - h.Timestamp // both wrap
	if clock > 0 && clock == l.clock {
		late := float64(int32(transit-l.transit)) / float64(clock)
		l.jitter += (math.Abs(late) - l.jitter) / 16
	}
	l.clock, l.transit, l.sum = clock, transit, l.sum+l.jitter
}

// lost is how many packets between the least and the greatest number did not come.
func (l *losses) lost() int64 {
	if l.came == 0 {
		return 0
	}
	return max(l.top-l.low+1-l.came, 0)
}

// late is the jitter in milliseconds, meant over the packets: how unlike the time between two that came is to that between their
// timestamps.
func (l *losses) late() float64 { return l.sum * 1000 / float64(max(l.came, 1)) }

// clocks are the codecs' ticks a second.
var clocks = map[native.Codec]int64{native.Opus: 48_000, native.PCMU: 8_000, native.VP8: 90_000}

// ear is a line of another page, with what came of it.
type ear struct {
	mu sync.Mutex
	losses
}

func (e *ear) hear(p *rtp.Packet, codec native.Codec, at time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.packet(&p.Header, clocks[codec], at)
}

// account is how many packets were lost, and the jitter in milliseconds.
func (e *ear) account() (lost int64, jitter float64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.lost(), e.late()
}
