package aggregator

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"hearth/shared/sensor"
	"hearth/shared/sensor/phone"
)

// shaken is a phone that tells how it moves, or that nobody may know.
type shaken struct{ denied bool }

func (s *shaken) Permit(context.Context) error {
	if s.denied {
		return phone.ErrDenied
	}
	return nil
}

func (s *shaken) Listen(f func(phone.Event)) (stop func()) {
	ended, over, began := make(chan struct{}), make(chan struct{}), time.Now()
	go func() {
		defer close(over)
		for {
			select {
			case <-time.After(20 * time.Millisecond):
				f(phone.Event{At: float64(time.Since(began).Microseconds()) / 1000, Acc: [3]float64{0, 0, 9.81}})
			case <-ended:
				return
			}
		}
	}()
	return func() { close(ended); <-over }
}

// TestAWayOfItsOwn: the phone needs no radio, and a no is said in words.
func TestAWayOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shaken{denied: true}
		b := newBenchWith(t, Options{House: newTestHouse(), Now: time.Now, Own: map[string]sensor.Adapter{phone.Key: phone.NewAdapter(s, time.Now)}})
		b.Add(phone.Key)
		b.Connect(phone.Key)
		after(houseTime + 3*time.Second)
		if v := b.only(t); v.State != sensor.Failed || v.Fault != phone.ErrDenied.Code {
			t.Errorf("denied: %+v", v)
		}
		s.denied = false
		b.Connect(phone.Key)
		after(5 * time.Second)
		v := b.only(t)
		if v.State != sensor.Streaming || len(v.Streams) != 1 || v.Streams[0].Stirred != Still {
			t.Errorf("a phone on a table: %+v", v)
		}
		b.Close()
	})
}
