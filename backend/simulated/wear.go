package simulated

import (
	"context"
	"math/rand/v2"
	"time"

	"hearth/app/aggregator"
	"hearth/app/remote"
	"hearth/wasm/rtc"
)

// demoSensor is the catalogue's made-up person, which any page can wear.
const demoSensor = "demo"

// wear puts on the made-up sensor. It sends to whom the house lets it, once they ask; t counts the frames.
func wear(line *remote.Live, maker rtc.Maker, t *tally) *aggregator.Station {
	s := aggregator.Open(aggregator.Options{House: line, Maker: maker, Now: time.Now, Seed: rand.Uint64(),
		Connect: func(ctx context.Context, o rtc.Options) aggregator.Peer { return counting{rtc.Start(ctx, o), t} }})
	s.Add(demoSensor)
	s.Connect(demoSensor)
	return s
}

// counting is the way to a page that receives, with the account of what took it.
type counting struct {
	aggregator.Peer
	tally *tally
}

// Send sends a frame, or holds it back when the way is full.
func (c counting) Send(key string, frame []byte) bool {
	sent := c.Peer.Send(key, frame)
	c.tally.frame(sent)
	return sent
}
