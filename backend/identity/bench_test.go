package identity_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"testing"

	"hearth/backend/identity"
	"hearth/backend/store"
)

// BenchmarkSignIn lets 32 people sign in at once with right passwords at the cost a house hashes with, each from an address of
// their own, and says how many a second come in and how much memory that takes at most: the hashes wait for each other.
func BenchmarkSignIn(b *testing.B) {
	h := mustHouseIn(b, store.Config{Dir: b.TempDir()}, func(c *identity.Config) {
		c.Passwords = identity.Production
		var calls atomic.Uint32
		c.Address = func(*http.Request) netip.Addr {
			n := calls.Add(1)
			return netip.AddrFrom4([4]byte{byte(n >> 16), byte(n >> 8), byte(n), 1})
		}
	})
	const crowd = 32
	hash := h.mustHash(b)
	for i := range crowd {
		h.mustPersonWith(b, fmt.Sprint("ana", i), hash)
	}
	for i := range crowd { // the cheap hash of the stage is made anew at the price of the house
		if _, err := new(browser).signIn(h, fmt.Sprint("ana", i), good); err != nil {
			b.Fatal(err)
		}
	}
	defer debug.SetGCPercent(debug.SetGCPercent(10)) // what a hash held is given back soon
	b.ResetTimer()
	in := 0
	for b.Loop() {
		var all sync.WaitGroup
		for i := range crowd {
			all.Go(func() {
				if _, err := new(browser).signIn(h, fmt.Sprint("ana", i), good); err != nil {
					b.Error(err)
				}
			})
		}
		all.Wait()
		in += crowd
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	b.ReportMetric(float64(in)/b.Elapsed().Seconds(), "people/s")
	b.ReportMetric(float64(memory.Sys)/1e6, "MB")
	b.ReportMetric(0, "ns/op")
}
