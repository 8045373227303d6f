//go:build !js

package rtc_test

import (
	"bytes"
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"hearth/wasm/rtc"
	"hearth/wasm/rtc/native"
)

// side is one page of a call: what it received, in the order it came.
type side struct {
	peer   *rtc.Peer
	out    line
	offers int

	mu     sync.Mutex
	tracks map[string][]*native.Received
	stats  rtc.Stats
}

// newest is the newest track of a line, and how many came before it.
func (s *side) newest(line string) (r *native.Received, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n = len(s.tracks[line]); n > 0 {
		r = s.tracks[line][n-1]
	}
	return r, n
}

// flows reports whether new packets of a line come in, with this codec.
func (s *side) flows(t *testing.T, line string, c native.Codec) {
	t.Helper()
	began := time.Now()
	until(t, string(c)+" comes through "+line, func() bool {
		r, _ := s.newest(line)
		return r != nil && r.Codec() == c && r.Last().After(began)
	})
}

// rests waits until nothing has come through a line for a while.
func (s *side) rests(t *testing.T, line string) {
	t.Helper()
	until(t, "nothing comes through "+line, func() bool {
		r, _ := s.newest(line)
		return r == nil || time.Since(r.Last()) > 300*time.Millisecond
	})
}

func newCall(t *testing.T, maker rtc.Maker) [2]*side {
	t.Helper()
	call := [2]*side{{tracks: map[string][]*native.Received{}}, {tracks: map[string][]*native.Received{}}}
	for i, s := range call {
		s.peer = rtc.Start(t.Context(), rtc.Options{Maker: maker, Offerer: i == 0, Media: rtc.CallLines(),
			Send: func(b json.RawMessage) {
				if bytes.Contains(b, []byte(`"type":"offer"`)) {
					s.mu.Lock()
					s.offers++
					s.mu.Unlock()
				}
				s.out.send(b)
			},
			OnTrack: func(l string, track rtc.Track) {
				s.mu.Lock()
				s.tracks[l] = append(s.tracks[l], track.(*native.Received))
				s.mu.Unlock()
			},
			OnStats: func(now rtc.Stats) { s.mu.Lock(); s.stats = now; s.mu.Unlock() }})
		t.Cleanup(func() { s.peer.Close() })
	}
	call[0].out.to.Store(call[1].peer)
	call[1].out.to.Store(call[0].peer)
	return call
}

// hum writes to a track until the test ends.
func hum(t *testing.T, c native.Codec) *native.Track {
	t.Helper()
	track, err := native.NewTrack(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				_ = track.Write(make([]byte, 160), 20*time.Millisecond)
			}
		}
	})
	t.Cleanup(func() { stop(); done.Wait() })
	return track
}

func (s *side) count() int { s.mu.Lock(); defer s.mu.Unlock(); return s.offers }

// Sound and pictures go both ways; tracks are put, replaced by others of another codec, taken off and paused, and one offer
// is all that is ever made.
func TestMediaLines(t *testing.T) {
	call := newCall(t, native.New(native.Options{Loopback: true}))
	tone, voice, picture := hum(t, native.PCMU), hum(t, native.Opus), hum(t, native.VP8)
	call[0].peer.Put(rtc.LineAudio, tone) // before anything is connected
	call[1].peer.Put(rtc.LineAudio, voice)
	call[1].peer.Put(rtc.LineCamera, tone) // of another kind
	call[1].peer.Put("other", tone)
	call[1].flows(t, rtc.LineAudio, native.PCMU)
	call[0].flows(t, rtc.LineAudio, native.Opus)
	for _, s := range call {
		s.rests(t, rtc.LineCamera)
		s.peer.Put(rtc.LineCamera, picture)
		s.peer.Put(rtc.LineScreen, picture)
	}
	for _, s := range call {
		s.flows(t, rtc.LineCamera, native.VP8)
		s.flows(t, rtc.LineScreen, native.VP8)
	}
	call[0].peer.Put(rtc.LineAudio, voice)
	call[1].flows(t, rtc.LineAudio, native.Opus)
	call[0].peer.Put(rtc.LineScreen, nil)
	call[1].rests(t, rtc.LineScreen)
	call[1].peer.Shape(rtc.LineCamera, rtc.Shape{Paused: true})
	call[0].rests(t, rtc.LineCamera)
	call[1].peer.Shape(rtc.LineCamera, rtc.Shape{})
	call[0].flows(t, rtc.LineCamera, native.VP8)
	until(t, "the books tell", func() bool {
		call[0].mu.Lock()
		defer call[0].mu.Unlock()
		l := call[0].stats.Line(rtc.LineAudio)
		return call[0].stats.Span > 0 && l.In.Kbps > 0 && l.Out.Kbps > 0 && l.Out.Packets > 0
	})
	if n := call[0].count(); n > 3 { // one; on a machine that is too busy a silence may be mended meanwhile. Nine changes were made
		t.Errorf("%d offers were made, want one", n)
	}
	for _, s := range call {
		if _, n := s.newest(rtc.LineAudio); n != 1 {
			t.Errorf("%d tracks of sound came, want one", n)
		}
	}
}

// After a restart and on a new connection all tracks are there again, what was taken off is not, and a paused line rests.
func TestMediaSurvives(t *testing.T) {
	call := newCall(t, native.New(native.Options{Loopback: true}))
	tone, picture := hum(t, native.PCMU), hum(t, native.VP8)
	for _, s := range call {
		s.peer.Put(rtc.LineAudio, tone)
		s.peer.Put(rtc.LineCamera, picture)
		s.peer.Put(rtc.LineScreen, picture)
		s.peer.Put(rtc.LineScreen, nil)
	}
	call[0].peer.Shape(rtc.LineCamera, rtc.Shape{Paused: true})
	flows := func() {
		t.Helper()
		call[0].flows(t, rtc.LineAudio, native.PCMU)
		call[1].flows(t, rtc.LineAudio, native.PCMU)
		call[0].flows(t, rtc.LineCamera, native.VP8)
		call[1].rests(t, rtc.LineCamera)
		call[1].rests(t, rtc.LineScreen)
	}
	flows()
	ours, theirs, ok := call[0].peer.Fingerprints()
	there, here, also := call[1].peer.Fingerprints()
	if !ok || !also || ours != here || theirs != there || ours[:8] != "sha-256 " {
		t.Errorf("fingerprints %q %q and %q %q, want the same two", ours, theirs, there, here)
	}

	time.Sleep(1100 * time.Millisecond) // no two tries within a second
	call[0].peer.NetworkChanged()
	until(t, "a restart is offered", func() bool { return call[0].count() == 2 })
	flows()
	if _, n := call[0].newest(rtc.LineAudio); n != 1 {
		t.Errorf("after a restart %d tracks of sound, want the same one", n)
	}

	call[0].out.cut.Store(true) // so that the goodbye is not heard
	call[1].out.cut.Store(true)
	call[1].peer.Close()
	again := newCall(t, native.New(native.Options{Loopback: true}))
	again[0].peer.Close()
	call[1].peer, call[1].tracks = again[1].peer, again[1].tracks
	again[1].out.to.Store(call[0].peer)
	call[0].out.cut.Store(false)
	call[0].out.to.Store(again[1].peer)
	again[1].peer.Put(rtc.LineAudio, tone)
	again[1].peer.Put(rtc.LineCamera, picture)
	call[1] = again[1]
	flows()
	if _, n := call[0].newest(rtc.LineAudio); n < 2 {
		t.Errorf("on a new connection %d tracks of sound, want another", n)
	}
	if now, _, _ := call[0].peer.Fingerprints(); now != ours {
		t.Errorf("the own fingerprint changed from %q to %q", ours, now)
	}
}
