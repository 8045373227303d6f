package rtc

import (
	"math"
	"time"
)

// Report is one entry of a connection's statistics, as far as they count here, under the names and in the units of W3C
// webrtc-stats: seconds, bytes, and Timestamp in milliseconds. What a browser does not count is 0.
type Report struct {
	ID        string  `json:"id"`
	Type      string  `json:"type"` // "inbound-rtp", "outbound-rtp", "remote-inbound-rtp", "candidate-pair", "media-source"
	Kind      Kind    `json:"kind"`
	Line      int     `json:"line"` // index of the line; −1: of none
	Timestamp float64 `json:"timestamp"`

	BytesReceived   float64 `json:"bytesReceived"`
	BytesSent       float64 `json:"bytesSent"`
	PacketsReceived float64 `json:"packetsReceived"`
	PacketsSent     float64 `json:"packetsSent"`
	PacketsLost     float64 `json:"packetsLost"`
	Jitter          float64 `json:"jitter"`

	FramesDecoded  float64 `json:"framesDecoded"`
	FramesEncoded  float64 `json:"framesEncoded"`
	FrameWidth     float64 `json:"frameWidth"`
	FrameHeight    float64 `json:"frameHeight"`
	Frozen         float64 `json:"totalFreezesDuration"`
	Samples        float64 `json:"totalSamplesReceived"`
	Concealed      float64 `json:"concealedSamples"`
	ConcealedQuiet float64 `json:"silentConcealedSamples"`
	Level          float64 `json:"audioLevel"`
	Limited        string  `json:"qualityLimitationReason"`

	RoundTrip float64  `json:"roundTripTime"`             // remote-inbound-rtp
	Fraction  *float64 `json:"fractionLost"`              // remote-inbound-rtp: of what was sent between the last two reports of the other page; nil: not told
	Trips     float64  `json:"roundTripTimeMeasurements"` // remote-inbound-rtp: grows with every report of the other page
	PairTrip  float64  `json:"currentRoundTripTime"`      // candidate-pair
	Available float64  `json:"availableOutgoingBitrate"`  // candidate-pair
	Local     string   `json:"localId"`                   // remote-inbound-rtp: its outbound-rtp
	JBDelay   float64  `json:"jitterBufferDelay"`         // inbound-rtp
	JBCount   float64  `json:"jitterBufferEmittedCount"`  // inbound-rtp
}

// Flow is what went through a line in one direction. Totals count since the connection was made; the rest is of the last
// interval.
type Flow struct {
	Bytes, Packets, Lost int64 // totals; Lost of Out is what the other page says

	Kbps      int           // thousand bits a second
	Loss      float64       // part of the packets that were lost, 0 to 1
	Jitter    time.Duration // between packets
	RoundTrip time.Duration // Out only: as the other page's reports tell; 0: not known
	Buffered  time.Duration // In only: how long sound or pictures wait to be played
	Rate      float64       // frames a second
	Width     int
	Height    int
	Frozen    time.Duration // In, pictures: stood still
	Concealed float64       // In, sound: part that was made up because nothing was there, but for silence, 0 to 1
	Level     float64       // sound: 0 to 1
	Limited   string        // Out, pictures: "cpu", "bandwidth", "other", or ""
}

// LineStats is one line.
type LineStats struct {
	Line    string
	In, Out Flow
}

// Stats is what a connection did in the last interval.
type Stats struct {
	Span      time.Duration // 0: nothing to compare with yet
	RoundTrip time.Duration // of the way in use; 0: not known
	Available int           // bits a second the way out takes, as the browser estimates; 0: not known
	Lines     []LineStats   // in the order of Options.Media
}

// Line returns the line of this name.
func (s Stats) Line(name string) LineStats {
	for _, l := range s.Lines {
		if l.Line == name {
			return l
		}
	}
	return LineStats{Line: name}
}

// Sum compares the reports of two moments of one connection. It knows nothing but what is given.
func Sum(lines []Line, before, now []Report) Stats {
	old := map[string]Report{}
	for _, r := range before {
		old[r.ID] = r
	}
	s := Stats{Lines: make([]LineStats, len(lines))}
	for i, l := range lines {
		s.Lines[i].Line = l.Name
	}
	owner, gone := map[string]int{}, map[string]float64{} // line of each outbound-rtp, and the packets it sent in between
	for _, r := range now {
		if r.Type == "outbound-rtp" {
			owner[r.ID], gone[r.ID] = r.Line, r.PacketsSent-old[r.ID].PacketsSent
		}
	}
	for _, r := range now {
		if r.Type == "candidate-pair" {
			s.RoundTrip, s.Available = seconds(r.PairTrip), whole(r.Available)
			continue
		}
		if line, is := owner[r.Local]; is && r.Type == "remote-inbound-rtp" {
			r.Line = line
		}
		if r.Line < 0 || r.Line >= len(lines) {
			continue
		}
		was, known := old[r.ID]
		if !known {
			was = r
		}
		if span := time.Duration((r.Timestamp - was.Timestamp) * float64(time.Millisecond)); span > s.Span {
			s.Span = span
		}
		l := &s.Lines[r.Line]
		switch r.Type {
		case "inbound-rtp":
			l.In.received(was, r)
		case "outbound-rtp":
			l.Out.sent(was, r)
		case "remote-inbound-rtp":
			l.Out.told(was, r, gone[r.Local])
		case "media-source":
			l.Out.Level = part(r.Level, 1)
		}
	}
	return s
}

func (f *Flow) received(was, is Report) {
	span := is.Timestamp - was.Timestamp
	f.Bytes, f.Packets, f.Lost = int64(is.BytesReceived), int64(is.PacketsReceived), int64(is.PacketsLost)
	f.Kbps = kbps(is.BytesReceived-was.BytesReceived, span)
	lost := max(is.PacketsLost-was.PacketsLost, 0)
	f.Loss = part(lost, lost+is.PacketsReceived-was.PacketsReceived)
	f.Jitter = seconds(is.Jitter)
	f.Rate = per(is.FramesDecoded-was.FramesDecoded, span)
	f.Width, f.Height = whole(is.FrameWidth), whole(is.FrameHeight)
	f.Frozen = seconds(is.Frozen - was.Frozen)
	f.Concealed = part(max(is.Concealed-was.Concealed-(is.ConcealedQuiet-was.ConcealedQuiet), 0), is.Samples-was.Samples)
	f.Level = part(is.Level, 1)
	if n := is.JBCount - was.JBCount; n > 0 {
		f.Buffered = seconds((is.JBDelay - was.JBDelay) / n)
	}
}

func (f *Flow) sent(was, is Report) {
	span := is.Timestamp - was.Timestamp
	f.Bytes, f.Packets = int64(is.BytesSent), int64(is.PacketsSent)
	f.Kbps = kbps(is.BytesSent-was.BytesSent, span)
	f.Rate = per(is.FramesEncoded-was.FramesEncoded, span)
	f.Width, f.Height = whole(is.FrameWidth), whole(is.FrameHeight)
	if is.Limited != "none" {
		f.Limited = is.Limited
	}
}

// told is what the other page's RTCP says of what we sent: the part that was lost as it counted it (RFC 3550 section 6.4.1),
// once for each of its reports, or, where a browser does not hand that on, what it lost of what it got or of what was sent.
func (f *Flow) told(was, is Report, sent float64) {
	f.Lost = int64(is.PacketsLost)
	f.Jitter, f.RoundTrip = seconds(is.Jitter), seconds(is.RoundTrip)
	lost := max(is.PacketsLost-was.PacketsLost, 0)
	news := is.Trips != was.Trips || is.PacketsLost != was.PacketsLost || is.Jitter != was.Jitter
	switch {
	case is.Fraction != nil && news:
		f.Loss = part(*is.Fraction, 1)
	case is.Fraction != nil:
	case is.PacketsReceived > 0:
		f.Loss = part(lost, lost+is.PacketsReceived-was.PacketsReceived)
	default:
		f.Loss = part(lost, sent)
	}
}

// sound turns what a browser may tell into a number there is.
func sound(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) || v < 0 || v > 1e15 {
		return 0
	}
	return v
}

func seconds(v float64) time.Duration {
	return time.Duration(min(sound(v), 1e6) * float64(time.Second))
}
func whole(v float64) int { return int(sound(v)) }

// kbps of bytes within milliseconds: bits a millisecond are thousands a second.
func kbps(bytes, ms float64) int { return whole(8 * per(bytes, ms) / 1000) }

func per(n, ms float64) float64 {
	if ms <= 0 {
		return 0
	}
	return sound(n * 1000 / ms)
}

func part(n, of float64) float64 {
	if of <= 0 {
		return 0
	}
	return min(sound(n/of), 1)
}
