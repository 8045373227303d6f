//go:build !js

package native

import (
	"context"
	"fmt"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/stats"
	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"

	"hearth/shared/care"
	"hearth/wasm/rtc"
)

// way is one line of a connection: what is sent through it, and the silent track that is there when nothing is.
type way struct {
	line   rtc.Line
	sender *webrtc.RTPSender
	idle   *Track
	on     *Track // wanted, or nil
	now    *Track // on the sender
	seam   seam
	paused bool
}

// interceptors are pion's usual ones, with the statistics in our own hand.
func (m *Maker) interceptors(e *webrtc.MediaEngine) (*interceptor.Registry, error) {
	r := &interceptor.Registry{}
	counter, err := stats.NewInterceptor()
	if err != nil {
		return nil, err
	}
	counter.OnNewPeerConnection(func(_ string, g stats.Getter) { m.counter = g })
	r.Add(counter)
	if err := webrtc.ConfigureNack(e, r); err != nil {
		return nil, err
	}
	if err := webrtc.ConfigureRTCPReports(r); err != nil {
		return nil, err
	}
	return r, webrtc.ConfigureTWCCSender(e, r)
}

// Media prepares the lines.
func (c *conn) Media(_ context.Context, lines []rtc.Line, offer bool) error {
	person, screen := care.NewID[string](), care.NewID[string]()
	for _, l := range lines {
		codec, stream := Opus, person
		if l.Kind == rtc.Video {
			codec = VP8
		}
		if l.Name == rtc.LineScreen {
			stream = screen
		}
		idle, err := newTrack(codec, stream)
		if err != nil {
			return err
		}
		w := &way{line: l, idle: idle, now: idle}
		if offer {
			t, err := c.pc.AddTransceiverFromTrack(w.seam.on(idle), webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendrecv})
			if err != nil {
				return fmt.Errorf("opening line %s: %w", l.Name, err)
			}
			c.begin(w, t.Sender())
		}
		c.add(w)
	}
	c.pc.OnTrack(c.tracked)
	return nil
}

func (c *conn) add(w *way) {
	c.mu.Lock()
	c.ways = append(c.ways, w)
	c.mu.Unlock()
}

func (c *conn) way(i int) *way {
	c.mu.Lock()
	defer c.mu.Unlock()
	if i >= len(c.ways) {
		return nil
	}
	return c.ways[i]
}

// begin gives a line its sender, and listens to what the other side reports.
func (c *conn) begin(w *way, s *webrtc.RTPSender) {
	c.mu.Lock()
	w.sender = s
	c.mu.Unlock()
	c.loops.Go(func() {
		for {
			told, _, err := s.ReadRTCP()
			if err != nil {
				return
			}
			for _, p := range told {
				switch p.(type) {
				case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
					c.mu.Lock()
					on := w.on
					c.mu.Unlock()
					if on != nil {
						on.wanted.Add(1)
					}
				}
			}
		}
	})
}

// adopt takes the lines out of the other side's offer.
func (c *conn) adopt() error {
	there := c.pc.GetTransceivers()
	for i := 0; ; i++ {
		w := c.way(i)
		if w == nil || i >= len(there) || there[i].Kind().String() != string(w.line.Kind) {
			return nil
		}
		if w.sender != nil {
			continue
		}
		s, err := c.pc.AddTrack(w.seam.on(w.idle))
		if err != nil {
			return fmt.Errorf("taking line %s: %w", w.line.Name, err)
		}
		c.begin(w, s)
		if err := c.apply(w); err != nil {
			return err
		}
	}
}

// Put lets a track go through a line.
func (c *conn) Put(_ context.Context, line int, t rtc.Track) error {
	w := c.way(line)
	if w == nil {
		return nil
	}
	track, ours := t.(*Track)
	if t != nil && !ours {
		return rtc.ErrTrack
	}
	c.mu.Lock()
	w.on = track
	c.mu.Unlock()
	return c.apply(w)
}

// Shape pauses and goes on; how much is sent is up to who writes it.
func (c *conn) Shape(_ context.Context, line int, s rtc.Shape) error {
	w := c.way(line)
	if w == nil || w.paused == s.Paused {
		return nil
	}
	w.paused = s.Paused
	return c.apply(w)
}

func (c *conn) apply(w *way) error {
	if w.sender == nil {
		return nil // not offered yet
	}
	on := w.idle
	if w.on != nil && !w.paused {
		on = w.on
	}
	if w.now == on {
		return nil
	}
	if err := w.sender.ReplaceTrack(w.seam.on(on)); err != nil {
		return err
	}
	w.now = on
	return nil
}

// tracked is told of each track of the other side.
func (c *conn) tracked(remote *webrtc.TrackRemote, from *webrtc.RTPReceiver) {
	for i, t := range c.pc.GetTransceivers() {
		if t.Receiver() == from && c.way(i) != nil {
			r := &Received{remote: remote, tell: c.pc.WriteRTCP}
			if c.hear.Track != nil {
				c.hear.Track(i, r)
			}
			c.loops.Go(r.read)
		}
	}
}

// Reports are the statistics of all lines and of the way in use.
func (c *conn) Reports(ctx context.Context) ([]rtc.Report, error) {
	now := float64(time.Now().UnixMicro()) / 1000
	var all []rtc.Report
	for i, t := range c.pc.GetTransceivers() {
		w := c.way(i)
		if w == nil || c.counter == nil {
			break
		}
		base := rtc.Report{Kind: w.line.Kind, Line: i, Timestamp: now}
		if in := t.Receiver(); in != nil {
			for _, track := range in.Tracks() {
				if s := c.counter.Get(uint32(track.SSRC())); s != nil {
					all = append(all, received(base, s))
				}
			}
		}
		if out := t.Sender(); out != nil && len(out.GetParameters().Encodings) > 0 {
			if s := c.counter.Get(uint32(out.GetParameters().Encodings[0].SSRC)); s != nil {
				all = append(all, sent(base, s)...)
			}
		}
	}
	if p, err := c.Path(ctx); err == nil {
		all = append(all, rtc.Report{ID: "pair", Type: "candidate-pair", Line: -1, Timestamp: now, PairTrip: p.RoundTrip.Seconds()})
	}
	return all, nil
}

func received(r rtc.Report, s *stats.Stats) rtc.Report {
	r.ID, r.Type = fmt.Sprint("in", r.Line), "inbound-rtp"
	in := s.InboundRTPStreamStats
	r.BytesReceived, r.PacketsReceived, r.PacketsLost, r.Jitter = float64(in.BytesReceived), float64(in.PacketsReceived), float64(in.PacketsLost), in.Jitter
	return r
}

func sent(r rtc.Report, s *stats.Stats) []rtc.Report {
	out, there := r, r
	out.ID, out.Type = fmt.Sprint("out", r.Line), "outbound-rtp"
	out.BytesSent, out.PacketsSent = float64(s.OutboundRTPStreamStats.BytesSent), float64(s.OutboundRTPStreamStats.PacketsSent)
	told := s.RemoteInboundRTPStreamStats
	there.ID, there.Type, there.Local = fmt.Sprint("there", r.Line), "remote-inbound-rtp", out.ID
	there.PacketsReceived, there.PacketsLost = float64(told.PacketsReceived), float64(told.PacketsLost)
	there.Jitter, there.RoundTrip = told.Jitter, told.RoundTripTime.Seconds()
	return []rtc.Report{out, there}
}
