package e2e

import (
	"fmt"
	"testing"

	"hearth/e2e/bluez/worn"
	"hearth/e2e/stage"
	"hearth/shared/sensor"
)

// hushing is a device that can be told to say nothing of what it measures, and that tells its battery.
type hushing interface {
	Hush(on bool)
	Battery(level int)
}

// quiet has devices say nothing until all they had said is in the books of these streams, and hands over what the books say
// then. However slow the machine is, that is never too early: what a device tells of its battery comes to the tablet after its
// samples, and the tablet tells the therapist's page of it before its next tally, on one channel. So the first tally after a new
// level leaves nothing out.
func (w *ward) quiet(t *testing.T, devices []hushing, keys []string, then func(books map[string]map[string]int64)) {
	t.Helper()
	w.quiets++
	level := 100 - w.quiets // none is told twice
	for _, d := range devices {
		d.Hush(true)
		d.Battery(level)
	}
	books, tallies := map[string]map[string]int64{}, map[string]int{}
	of := func(key string) string {
		return fmt.Sprintf("document.querySelector('.book[data-sensor=%q]').dataset", key)
	}
	for _, key := range keys {
		w.desk.Until(fmt.Sprintf("+%s.battery === %d", of(key), level))
	}
	for _, key := range keys {
		tallies[key] = stage.Eval[int](w.desk, "+"+of(key)+".tallies")
	}
	for _, key := range keys {
		w.desk.Until(fmt.Sprintf("(d => +d.tallies > %d && d.sent === d.told && +d.open === 0)(%s)", tallies[key], of(key)))
	}
	for _, key := range keys {
		books[key] = book(t, w.desk, key)
	}
	then(books)
	for _, d := range devices {
		d.Hush(false)
	}
}

// closes fails the test when a sample was neither sent nor named, or sent and neither received nor named.
func closes(t *testing.T, key string, b map[string]int64) {
	t.Helper()
	if n := unnamed(b); n != 0 {
		t.Errorf("%s: %d samples were neither sent nor named: %v", key, n, b)
	}
	if b["sent"] != b["received"]+b["lost"] || b["refused"] != 0 || b["received"] == 0 {
		t.Errorf("%s: the books say %v", key, b)
	}
}

// accounted holds what came off the air, one packet in ten being lost there, against what was decoded, sent and received:
// of both signals, between two moments at which the device says nothing.
func (w *ward) accounted(t *testing.T, chest *worn.Late) {
	t.Helper()
	streams := map[string]struct {
		of      sensor.Characteristic
		samples int64 // in a packet
	}{"movesense-ecg": {worn.LateECG, 16}, "movesense-movement": {worn.LateMovement, 8}}
	keys := []string{"movesense-ecg", "movesense-movement"}
	type count struct{ decoded, arrived, pushed int64 }
	counted := func() map[string]count {
		all := map[string]count{}
		w.quiet(t, []hushing{chest}, keys, func(books map[string]map[string]int64) {
			for _, key := range keys {
				closes(t, key, books[key])
				s := streams[key]
				all[key] = count{books[key]["decoded"], int64(chest.Delivered(s.of)) * s.samples, int64(chest.Pushed(s.of))}
			}
		})
		return all
	}
	before := counted()
	chest.Swallow(10)
	w.desk.Until(fmt.Sprintf("+document.querySelector('.book[data-sensor=%q]').dataset.decoded > %d", keys[0], before[keys[0]].decoded+1000))
	chest.Swallow(0)
	after := counted()
	for _, key := range keys {
		a, b := after[key], before[key]
		decoded, arrived, sent := a.decoded-b.decoded, a.arrived-b.arrived, a.pushed-b.pushed
		if decoded != arrived {
			t.Errorf("%s: %d samples came off the air, %d were decoded", key, arrived, decoded)
		}
		if sent <= arrived {
			t.Errorf("%s: %d samples were handed to the radio, %d came off it: nothing was lost", key, sent, arrived)
		}
		t.Logf("%s: handed to the radio %d, lost on the air %d, decoded %d", key, sent, sent-arrived, decoded)
	}
}
