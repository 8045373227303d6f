package patient

import (
	"slices"
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/live"
)

// Holds is how long a wish made while the house was away still holds once the house is back. A restarted house begins
// every stream anew under another name, and the therapist's page asks again by itself: without this a wish to stop would
// be answered by a new stream.
const Holds = 30 * time.Second

// Wish is a signal that a therapist shall no longer receive.
type Wish struct {
	Therapist care.PersonID
	Signal    access.Signal
}

// Order is what the house is told so that wishes come true; no signals means all of the stream.
type Order struct {
	Share   live.ShareID
	Signals []access.Signal
}

// Wishes are what was asked to stop and may still flow. The zero value has none. It has no clock.
type Wishes struct {
	open []*wish
}

type wish struct {
	Wish
	told  []live.ShareID
	away  bool      // the house was away meanwhile
	until time.Time // when a wish made while it was away is settled; zero while it is not back
}

// Add wishes that a therapist's signals stop. Wishing again tells the house again.
func (w *Wishes) Add(therapist care.PersonID, signals ...access.Signal) {
	for _, s := range signals {
		w.Forget(Wish{therapist, s})
		w.open = append(w.open, &wish{Wish: Wish{therapist, s}})
	}
}

// Forget takes a wish back, after the house refused it.
func (w *Wishes) Forget(one Wish) {
	w.open = slices.DeleteFunc(w.open, func(o *wish) bool { return o.Wish == one })
}

// Open reports whether a signal was asked to stop and that is not settled.
func (w *Wishes) Open(therapist care.PersonID, signal access.Signal) bool {
	return slices.ContainsFunc(w.open, func(o *wish) bool { return o.Wish == Wish{therapist, signal} })
}

// Any reports whether a wish is not settled.
func (w *Wishes) Any() bool { return len(w.open) > 0 }

// See compares the wishes with what flows and returns what to tell the house now. While it is away there is nobody to
// tell, and nothing is settled.
func (w *Wishes) See(s Sharing, now time.Time) []Order {
	if s.Away {
		for _, o := range w.open {
			o.away, o.until = true, time.Time{}
		}
		return nil
	}
	var orders []Order
	w.open = slices.DeleteFunc(w.open, func(o *wish) bool {
		if o.away && o.until.IsZero() {
			o.until = now.Add(Holds)
		}
		flow, flows := s.flow(o.Wish)
		if !flows {
			return !o.away || now.After(o.until)
		}
		for _, share := range flow.Shares {
			if !slices.Contains(o.told, share) {
				o.told = append(o.told, share)
				orders = with(orders, share, o.Signal)
			}
		}
		return false
	})
	for i, o := range orders {
		if len(o.Signals) == s.carried(o.Share) {
			orders[i].Signals = nil
		}
	}
	return orders
}

func with(orders []Order, share live.ShareID, signal access.Signal) []Order {
	i := slices.IndexFunc(orders, func(o Order) bool { return o.Share == share })
	if i < 0 {
		return append(orders, Order{share, []access.Signal{signal}})
	}
	orders[i].Signals = append(orders[i].Signals, signal)
	return orders
}
