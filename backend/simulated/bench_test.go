package simulated

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"hearth/backend/caller"
	"hearth/shared/api"
	"hearth/shared/care"
)

// pair is a visit two people are invited to.
type pair struct {
	visit  care.VisitID
	guests [2]care.GuestID
	people [2]*Guest
}

// BenchmarkVisits holds visits of two simulated people each, who send sound and a film to each other. It tells how many come as
// far as the waiting room in a second, how many are let in and hear somebody in a second, how much of what was said in half a minute
// arrived, and what the house and all of its people cost together in processor time and memory.
func BenchmarkVisits(b *testing.B) {
	for _, n := range []int{5, 20, 40} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				c := openClinic(b)
				c.visits(b, n)
				c.Shut()
			}
		})
	}
}

func (c *clinic) visits(b *testing.B, n int) {
	patient := must(caller.Do[api.List[api.Patient]](b.Context(), c.mira, api.ListPatients, nil, nil))(b).Items[0]
	pairs := make([]*pair, n)
	for i := range pairs {
		pairs[i] = c.invite(b, patient)
	}
	ctx, leave := context.WithCancel(context.Background())
	var all sync.WaitGroup
	defer func() { leave(); all.Wait() }()

	before, began := memory(), time.Now()
	for _, p := range pairs {
		for _, g := range p.people {
			all.Go(func() {
				if _, err := g.Run(ctx); err != nil {
					b.Error(err)
				}
			})
		}
	}
	every(b, pairs, "everybody waits", func(t *tally) bool { return !t.waiting.IsZero() })
	b.ReportMetric(float64(2*n)/time.Since(began).Seconds(), "arrivals/s")
	b.ReportMetric(float64(memory()-before)/float64(2*n)/1e3, "kB/waiting")

	began = time.Now()
	for _, p := range pairs {
		for _, g := range p.guests {
			must(caller.Do[api.Visit](b.Context(), c.mira, api.AdmitGuest, caller.Params{"visit": string(p.visit), "guest": string(g)}, nil))(b)
		}
	}
	every(b, pairs, "everybody hears somebody", func(t *tally) bool { return !t.hears.IsZero() })
	b.ReportMetric(float64(2*n)/time.Since(began).Seconds(), "joins/s")

	const held = 30 * time.Second
	was, spent := sound(pairs), processor()
	time.Sleep(held) // a benchmark may
	b.ReportMetric((processor()-spent).Seconds()/held.Seconds(), "cores")
	b.ReportMetric(100*float64(sound(pairs)-was)/(float64(2*n)*float64(held/soundTime)), "sound-%")
	b.ReportMetric(float64(n), "visits")
	b.ReportMetric(0, "ns/op")
}

// invite books a visit for two interpreters, so that one patient is enough for all. They meet directly: what is measured is the
// house, and a relay of its own would be measured with it.
func (c *clinic) invite(b *testing.B, patient api.Patient) *pair {
	p := &pair{visit: care.NewID[care.VisitID]()}
	body := api.BookVisitBody{ID: p.visit, Project: patient.Project, Patient: patient.ID, Kind: care.Therapy, Now: true, Minutes: 30, Relay: new(false)}
	for i := range p.guests {
		p.guests[i] = care.NewID[care.GuestID]()
		body.Guests = append(body.Guests, api.NewGuest{ID: p.guests[i], As: care.AsInterpreter, Name: fmt.Sprint("Noor ", i+1), Language: "en",
			Address: care.Address{Mobile: "+4917055501043"}})
	}
	must(caller.Do[api.Visit](b.Context(), c.mira, api.BookVisit, nil, body))(b)
	for i, g := range p.guests {
		p.people[i] = must(New(Options{Link: must(c.MintLink(b.Context(), g))(b), Loopback: true}))(b)
	}
	return p
}

// every waits until something is true of everybody.
func every(b *testing.B, pairs []*pair, what string, is func(*tally) bool) {
	b.Helper()
	until(b, what, func() (struct{}, bool) {
		for _, p := range pairs {
			for _, g := range p.people {
				g.tally.mu.Lock()
				ok := is(&g.tally)
				g.tally.mu.Unlock()
				if !ok {
					return struct{}{}, false
				}
			}
		}
		return struct{}{}, true
	})
}

// sound is how many packets of it all of them received.
func sound(pairs []*pair) (n int64) {
	for _, p := range pairs {
		for _, g := range p.people {
			n += g.tally.told().Sound
		}
	}
	return n
}

// memory is what lives on the heap and on stacks, in bytes.
func memory() int64 {
	runtime.GC()
	runtime.GC() // what the first one finalized goes with the second
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}

// processor is the time this program has used of all cores.
func processor() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // it does not fail for oneself
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
