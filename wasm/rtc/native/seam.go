//go:build !js

package native

import (
	"sync"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// seam joins the tracks that follow each other on a line. They share its SSRC, and each would begin to count its packets
// anywhere: half the time at a number that a receiver takes for an old one and drops (RFC 3711 section 3.3.2). So the numbers
// go on where the track before stopped, and so do the times (RFC 3550 section 5.1).
type seam struct {
	mu    sync.Mutex // guards what follows
	any   bool       // something was sent
	last  rtp.Header
	at    time.Time
	clock uint32 // of the last, times a second
}

// seamed is a track on a line.
type seamed struct {
	*webrtc.TrackLocalStaticSample
	seam *seam
}

// on makes a track ready for the line.
func (s *seam) on(t *Track) *seamed { return &seamed{t.local, s} }

// Bind lets what the track writes pass the seam.
func (s *seamed) Bind(c webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	w := &stitch{TrackLocalWriter: c.WriteStream(), seam: s.seam}
	codec, err := s.TrackLocalStaticSample.Bind(seamContext{c, w})
	w.seam.mu.Lock()
	w.clock = codec.ClockRate
	w.seam.mu.Unlock()
	return codec, err
}

// Unbind finds what was bound by its id.
func (s *seamed) Unbind(c webrtc.TrackLocalContext) error { return s.TrackLocalStaticSample.Unbind(c) }

type seamContext struct {
	webrtc.TrackLocalContext
	w *stitch
}

func (c seamContext) WriteStream() webrtc.TrackLocalWriter { return c.w }

// stitch moves the packets of one track.
type stitch struct {
	webrtc.TrackLocalWriter
	seam  *seam
	began bool   // under seam.mu, as what follows
	clock uint32 // times a second
	by    uint16
	later uint32
}

// WriteRTP writes a packet under its number on the line. The header is the track's, and goes to its other lines too.
func (w *stitch) WriteRTP(h *rtp.Header, payload []byte) (int, error) {
	moved := h.Clone()
	s := w.seam
	s.mu.Lock()
	now := time.Now()
	if !w.began && s.any {
		w.by = s.last.SequenceNumber + 1 - h.SequenceNumber
		if w.clock == s.clock {
			w.later = s.last.Timestamp + uint32(now.Sub(s.at).Seconds()*float64(w.clock)) - h.Timestamp
		}
	}
	w.began = true
	moved.SequenceNumber += w.by
	moved.Timestamp += w.later
	s.any, s.last, s.at, s.clock = true, moved, now, w.clock
	s.mu.Unlock()
	return w.TrackLocalWriter.WriteRTP(&moved, payload)
}
