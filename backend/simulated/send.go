package simulated

import (
	"context"
	"sync"
	"time"

	"hearth/app/call"
	"hearth/wasm/rtc"
	"hearth/wasm/rtc/native"
)

// send puts the tone and the film into the call, and writes both until ctx ends; done is closed then.
func (g *Guest) send(ctx context.Context, c *call.Call) (done chan struct{}, err error) {
	var all sync.WaitGroup
	if !g.o.Silent {
		t, err := native.NewTrack(native.PCMU)
		if err != nil {
			return nil, err
		}
		note := &tone{hertz: 220}
		c.Put(rtc.LineAudio, t)
		all.Go(func() {
			pace(ctx, soundTime, func() { _ = t.Write(note.packet(), soundTime) }) // nobody may be there to hear it
		})
	}
	if !g.o.Blind {
		t, err := native.NewTrack(native.VP8)
		if err != nil {
			return nil, err
		}
		c.Put(rtc.LineCamera, t)
		all.Go(func() { g.show(ctx, t) })
	}
	done = make(chan struct{})
	go func() { all.Wait(); close(done) }()
	return done, nil
}

// show plays the film, from its whole picture whenever somebody asks for one.
func (g *Guest) show(ctx context.Context, t *native.Track) {
	wanted := t.KeysWanted()
	pace(ctx, g.film.each, func() {
		if now := t.KeysWanted(); now != wanted {
			wanted = now
			g.film.again()
		}
		_ = t.Write(g.film.picture(), g.film.each)
	})
}

// pace calls f every so often, without falling behind.
func pace(ctx context.Context, every time.Duration, f func()) {
	next := time.NewTicker(every)
	defer next.Stop()
	for {
		select {
		case <-next.C:
			f()
		case <-ctx.Done():
			return
		}
	}
}
