//go:build !js

package rtc_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"hearth/shared/live"
	"hearth/shared/telemetry"
	"hearth/wasm/rtc"
	"hearth/wasm/rtc/native"
)

// A page that is busy is sent no more control messages than it can keep; the sender is told so, and every one that was
// taken arrives, in order.
func TestControlWaitsForABusyPage(t *testing.T) {
	var toHere, toThere line
	maker := native.New(native.Options{Loopback: true})
	servers := func(context.Context) ([]live.ICEServer, error) { return nil, nil }
	busy, heard := make(chan struct{}), make(chan string, 10_000)
	here := rtc.Start(t.Context(), rtc.Options{Maker: maker, Send: toThere.send, Servers: servers, OnControl: func(c telemetry.Control) {
		<-busy
		heard <- c.Bye.Reason
	}})
	toHere.to.Store(here)
	there := rtc.Start(t.Context(), rtc.Options{Maker: maker, Offerer: true, Send: toHere.send, Servers: servers})
	toThere.to.Store(there)
	t.Cleanup(func() { there.Close(); here.Close() })
	until(t, "the pages have pinged each other", func() bool { return there.View().RoundTrip > 0 })

	sent := 0
	send := func() bool {
		if !there.Control(telemetry.Control{Bye: &telemetry.Bye{Reason: strconv.Itoa(sent)}}) {
			return false
		}
		sent++
		return true
	}
	for send() {
		if sent > 1000 {
			t.Fatal("a thousand messages were taken for a page that hears none")
		}
	}
	refused := sent
	time.AfterFunc(10*time.Millisecond, func() { close(busy) })
	until(t, "the page takes more", func() bool { return send() && sent > refused+100 })
	for i := range sent {
		select {
		case got := <-heard:
			if got != strconv.Itoa(i) {
				t.Fatalf("message %d is %s", i, got)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("message %d of %d is lost", i, sent)
		}
	}
	t.Logf("refused after %d", refused)
}
