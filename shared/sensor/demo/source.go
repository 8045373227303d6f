package demo

import (
	"math"
	"math/rand/v2"
	"time"

	"hearth/shared/care"
	"hearth/shared/sensor"
)

// Source is the device as a stream of packets. It knows no clock: Next gives the next thing that happens, with the
// session time it happens at, as fast as one asks. Its methods belong to one goroutine.
type Source struct {
	o      Options
	plan   []Disturbance
	heart  *heart
	body   *body
	skin   *skin
	air    *rand.Rand
	now    float64 // s on the device's clock since the source began
	ecg    packer
	move   packer
	arrive care.Stamp // of the event before
	level  int        // battery last told
	epoch  float64    // what to take off now for the clock's value, after a restart
	down   bool       // the link is broken
	lossN  int
	reset  map[Disturbance]bool // restarts that have happened
}

// packer gathers the samples of one packet.
type packer struct {
	next   int64 // index of the next sample
	first  int64 // index of the first one in the packet
	values []int16
	rate   float64
}

func (p *packer) due() float64 { return float64(p.next) / p.rate }

// Event is one thing a device does: it sends a notification, or its link breaks.
type Event struct {
	Lost bool // the link breaks, at Notification.At; the next event is from after it could be opened again
	sensor.Notification
}

// NewSource switches a device on.
func NewSource(o Options) *Source {
	stream := func(n uint64) *rand.Rand { return rand.New(rand.NewPCG(o.Seed, n)) }
	return &Source{
		o: o, plan: o.Plan, heart: newHeart(stream(1), o.at(0)), body: newBody(stream(2)), skin: &skin{random: stream(3)}, air: stream(4),
		ecg: packer{rate: ECGRate}, move: packer{rate: MovementRate},
		epoch: -o.Uptime.Seconds(), arrive: o.Start, level: -1, reset: map[Disturbance]bool{},
	}
}

// Disturb adds a trouble that begins now.
func (s *Source) Disturb(t Trouble, length time.Duration) {
	s.plan = append(s.plan[:len(s.plan):len(s.plan)], Disturbance{t, time.Duration(s.now * 1e9), length})
}

// Truth is what the heart has truly done.
func (s *Source) Truth() Truth {
	return Truth{Now: s.now, Beats: append([]Beat(nil), s.heart.beats...)}
}

// Session is the session time of an instant of the device's clock (seconds since the source began).
func (s *Source) Session(device float64) care.Stamp {
	return s.o.Start + care.Stamp(device*1e6/(1+s.o.PPM*1e-6))
}

// Reachable reports whether a link could be opened now.
func (s *Source) Reachable() bool { return !s.troubled(LinkLoss) }

// Next lets time pass until something happens.
func (s *Source) Next() Event {
	for {
		if level := s.battery(); level != s.level && !s.down {
			s.level = level
			return s.event(sensor.BatteryLevel, []byte{byte(level)})
		}
		from, packet := s.packet()
		if down := s.troubled(LinkLoss); down != s.down {
			if s.down = down; down {
				e := s.event(sensor.Characteristic{}, nil)
				e.Lost = true
				return e
			}
			s.level = -1 // told again on a new link
		}
		if !s.down && !s.swallowed() {
			return s.event(from, packet)
		}
	}
}

// Skip lets time pass unseen until session time at: nobody is connected. Long times are jumped over, heart and all.
func (s *Source) Skip(at care.Stamp) {
	if away := at.Sub(s.Session(s.now)).Seconds(); away > 60 {
		s.now += away
		s.ecg.next, s.move.next = int64(s.now*ECGRate)+1, int64(s.now*MovementRate)+1
		s.ecg.values, s.move.values = nil, nil
	}
	for s.Session(s.now) < at {
		s.packet()
	}
	s.down, s.level = s.troubled(LinkLoss), -1
	s.arrive = max(s.arrive, at)
}

// packet lets time pass until a packet is full.
func (s *Source) packet() (sensor.Characteristic, []byte) {
	for {
		if s.ecg.due() <= s.move.due() {
			s.advance(s.ecg.due())
			v, ok := s.skin.through(s.heart.millivolts(), s.now, s.plan)
			step := int16(noValue)
			if ok {
				step = steps(v*1000, microVoltStep)
			}
			if p := s.ecg.add(s, ecgPerPacket, step); p != nil {
				return ECG, p
			}
			continue
		}
		s.advance(s.move.due())
		m := s.body.sample(1.0/MovementRate, s.heart.breath, s.o.at(s.now))
		var v [movementChannels]int16
		for i := range v {
			v[i] = steps(m[i], [3]float64{accStep, gyroStep, magStep}[i/3])
		}
		if p := s.move.add(s, movementPerPacket*movementChannels, v[:]...); p != nil {
			return Movement, p
		}
	}
}

// add puts a sample into the packet and returns it when it is full.
func (p *packer) add(s *Source, full int, values ...int16) []byte {
	if len(p.values) == 0 {
		p.first = p.next
	}
	p.values = append(p.values, values...)
	p.next++
	if len(p.values) < full {
		return nil
	}
	packet := encode(uint64(math.Round(1e6*max(0, float64(p.first)/p.rate-s.epoch))), p.values)
	p.values = p.values[:0]
	return packet
}

// advance lets the person live until t.
func (s *Source) advance(t float64) {
	for s.now < t-1e-9 {
		step := min(0.001, t-s.now)
		s.now += step
		s.heart.step(s.now, step, s.o.at(s.now))
	}
	for _, d := range s.plan {
		if d.Trouble == Restart && d.on(s.now) && !s.reset[d] {
			s.reset[d] = true
			s.epoch = s.now
			s.ecg.values, s.move.values = nil, nil
		}
	}
}

func (s *Source) troubled(t Trouble) bool {
	for _, d := range s.plan {
		if d.Trouble == t && d.on(s.now) {
			return true
		}
	}
	return false
}

// swallowed reports whether the packet just made is lost in the air.
func (s *Source) swallowed() bool {
	if !s.troubled(PacketLoss) {
		return false
	}
	s.lossN++
	return s.lossN%3 == 0
}

func (s *Source) battery() int {
	if s.troubled(LowBattery) {
		return 4
	}
	full := s.o.Battery
	if full == 0 {
		full = 87
	}
	return max(1, full-int(s.now/600))
}

// event stamps a notification: some milliseconds on the air, the wait for the next slot of the radio (15 ms), and,
// while packets come in bursts, for the burst.
func (s *Source) event(from sensor.Characteristic, packet []byte) Event {
	at := s.Session(s.now) + 4000 + care.Stamp(15000*s.air.Float64())
	if s.troubled(Bursts) {
		at += 300_000 - (at-s.o.Start)%300_000
	}
	s.arrive = max(at, s.arrive)
	return Event{Notification: sensor.Notification{From: from, At: s.arrive, Bytes: packet}}
}
