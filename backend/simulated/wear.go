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

// wear puts on the made-up sensor. It sends to whom the house lets it, once they ask.
func wear(line *remote.Live, maker rtc.Maker) *aggregator.Station {
	s := aggregator.Open(aggregator.Options{House: line, Maker: maker, Now: time.Now, Seed: rand.Uint64(),
		Connect: func(ctx context.Context, o rtc.Options) aggregator.Peer { return rtc.Start(ctx, o) }})
	s.Add(demoSensor)
	s.Connect(demoSensor)
	return s
}
