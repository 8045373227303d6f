package room

import (
	"bytes"
	"fmt"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/live"
)

// BenchmarkSockets holds idle sockets, an aggregator and its therapist's page in every room, and prints what one costs
// the house: heap and stacks, with the pages' ends kept as bare connections that hold no buffer.
func BenchmarkSockets(b *testing.B) {
	const pages = 4000
	c := newClinic()
	for i := range pages / 2 {
		c.assign(c.patient(i).Patient, c.therapist(i).Person.ID, access.ECG)
	}
	for b.Loop() {
		h := MustOpen(b, c, nil)
		before := memory()
		ends := make([]net.Conn, 0, pages)
		for i := range pages / 2 {
			ends = append(ends, h.bare(b, c.patient(i), live.Aggregator), h.bare(b, c.therapist(i), live.Therapist))
		}
		b.ReportMetric(float64(memory()-before)/pages, "B/socket")
		b.ReportMetric(float64(h.Pages()), "sockets")
		for _, end := range ends {
			end.Close()
		}
		h.Close()
	}
}

// bare opens a socket by hand, so that the page's end costs next to nothing: request, one masked frame with the hello
// (RFC 6455 section 5.2, with a mask of zeroes), then read until the room is there.
func (h *house) bare(b *testing.B, who Who, portal live.Portal) net.Conn {
	b.Helper()
	h.people.Store(string(who.Person.ID), who)
	address := strings.TrimPrefix(h.url, "ws://")
	end, err := net.Dial("tcp", address)
	if err != nil {
		b.Fatal(err)
	}
	hello, err := live.FromPage{Hello: &live.Hello{Protocol: live.Protocol, Member: care.NewID[live.MemberID](), Portal: portal}}.Encode()
	if err != nil {
		b.Fatal(err)
	}
	fmt.Fprintf(end, "GET / HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nWho: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n", address, home, who.Person.ID)
	readUntil(b, end, "\r\n\r\n")
	end.Write(append([]byte{0x81, 0x80 | 126, byte(len(hello) >> 8), byte(len(hello)), 0, 0, 0, 0}, hello...))
	readUntil(b, end, `{"enter"`)
	return end
}

func readUntil(b *testing.B, end net.Conn, text string) {
	b.Helper()
	var seen []byte
	for part := make([]byte, 2048); !bytes.Contains(seen, []byte(text)); {
		n, err := end.Read(part)
		if err != nil {
			b.Fatal(err)
		}
		seen = append(seen, part[:n]...)
	}
}

func memory() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}

// BenchmarkRelay measures a signal from the aggregator to the therapist's page, over real sockets, many pairs at once.
func BenchmarkRelay(b *testing.B) {
	c := newClinic()
	h := MustOpen(b, c, func(c *Config) { c.Rate, c.Burst = 1e9, 1e9 })
	aggregator, _, therapist, room, share := h.share(b)
	var wg sync.WaitGroup
	wg.Go(func() {
		for range b.N {
			if _, err := aggregator.read(); err != nil {
				return
			}
		}
	})
	b.ResetTimer()
	for i := range b.N {
		r := therapist.do(room, live.Command{Signal: &live.Signal{Share: share, Body: []byte(fmt.Sprint(i))}})
		if r.Code != "" {
			b.Fatal(r.Code)
		}
	}
	wg.Wait()
}
