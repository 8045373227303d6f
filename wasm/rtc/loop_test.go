//go:build !js

package rtc_test

import (
	"context"
	"testing"
	"time"

	"hearth/shared/live"
	"hearth/wasm/rtc"
	"hearth/wasm/rtc/native"
)

// A message goes through the relay and back when the relay is there and the credential good, and else it is said so in
// time.
func TestLoop(t *testing.T) {
	at, allocations := mustRelay(t)
	server := func(at, pass string) []live.ICEServer {
		return []live.ICEServer{{URLs: []string{"turn:" + at + "?transport=udp"}, Username: "u", Credential: pass}}
	}
	m := native.New(native.Options{Loopback: true, RelayOnly: true})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if took, err := rtc.Loop(ctx, m, server(at, "p")); err != nil || took <= 0 {
		t.Errorf("through a good relay: %v, %v", took, err)
	}
	if n := allocations.Load(); n != 2 {
		t.Errorf("%d relays, want one each", n)
	}
	if _, err := rtc.Loop(ctx, m, server(at, "wrong")); err == nil || ctx.Err() != nil {
		t.Errorf("with a wrong credential it is told %v, after all time: %v", err, ctx.Err())
	}
	if _, err := rtc.Loop(t.Context(), rtc.None{}, nil); err != rtc.ErrUnavailable {
		t.Errorf("nowhere: %v", err)
	}
}
