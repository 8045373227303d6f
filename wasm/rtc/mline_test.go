//go:build !js

package rtc

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hearth/shared/live"
)

// What goes over a connection that works is changed while a restart waits for its answer: a picture that is to rest does, and
// what is muted is taken off.
func TestLinesDoNotWaitForAnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &paper{start: time.Now()}
		var said []signal
		lines := CallLines()
		peer := Start(t.Context(), Options{Maker: p, Offerer: true, Media: lines,
			Servers: func(context.Context) ([]live.ICEServer, error) { return []live.ICEServer{{Username: "pass"}}, nil },
			Send:    func(b json.RawMessage) { var s signal; _ = json.Unmarshal(b, &s); said = append(said, s) }})
		synctest.Wait()
		peer.Put(LineAudio, nil)
		synctest.Wait()
		b, _ := json.Marshal(signal{From: "other", Conn: 1, Offer: 1, Description: &Description{Type: "answer", SDP: "a"}})
		peer.Signal(b)
		p.conns[0].h.State(Connected)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		peer.NetworkChanged()
		time.Sleep(time.Second)
		synctest.Wait()
		if last := said[len(said)-1]; last.Description == nil || last.Offer != 2 {
			t.Fatalf("no restart is offered: %+v", last)
		}
		camera := slices.IndexFunc(lines, func(l Line) bool { return l.Name == LineCamera })
		p.story = nil
		peer.Put(LineAudio, nil)
		peer.Shape(LineCamera, Shape{Paused: true})
		synctest.Wait()
		for _, want := range []string{"put 0 <nil>", fmt.Sprintf("shape %d paused true", camera)} {
			if !slices.ContainsFunc(p.story, func(s string) bool { return strings.HasSuffix(s, want) }) {
				t.Errorf("%q waits for an answer: %q", want, p.story)
			}
		}
		peer.Close()
	})
}

// still is a track of a kind.
type still Kind

func (s still) Kind() Kind { return Kind(s) }

// A picture that is paused is taken off its line and comes back by itself; sound is never taken off.
func TestAPausedPictureIsTakenOff(t *testing.T) {
	lines := []*mline{{line: Line{LineAudio, Audio}}, {line: Line{LineCamera, Video}}}
	p := &Peer{inbox: newInbox()}
	p.talk.media = lines
	is := func(line int, want Track, anew bool) {
		t.Helper()
		for f := p.inbox.take(); f != nil; f = p.inbox.take() {
			f(t.Context())
		}
		if got := lines[line].gives(); got != want || lines[line].placed == anew {
			t.Errorf("line %d gives %v, placed %v", line, got, lines[line].placed)
		}
		lines[line].placed = true
	}
	p.Put(LineAudio, still(Audio))
	p.Put(LineCamera, still(Video))
	is(0, still(Audio), true)
	is(1, still(Video), true)
	p.Shape(LineAudio, Shape{Paused: true})
	is(0, still(Audio), false)
	p.Shape(LineCamera, Shape{Bits: 30_000})
	is(1, still(Video), false)
	p.Shape(LineCamera, Shape{Paused: true})
	is(1, nil, true)
	p.Shape(LineCamera, Shape{Paused: true, Bits: 1})
	is(1, nil, false)
	p.Put(LineCamera, nil)
	is(1, nil, true)
	p.Put(LineCamera, still(Video))
	is(1, nil, true)
	p.Shape(LineCamera, Shape{})
	is(1, still(Video), true)
}

// However much has piled up, what this page wants is done.
func TestWishesAreNeverDropped(t *testing.T) {
	i, done := newInbox(), false
	for range 3 * maxInbox {
		i.put(func(context.Context) {})
	}
	i.must(func(context.Context) { done = true })
	for f := i.take(); f != nil; f = i.take() {
		f(t.Context())
	}
	if !done {
		t.Error("it was dropped")
	}
}
