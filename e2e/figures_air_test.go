package e2e

import (
	"encoding/binary"
	"flag"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"hearth/e2e/bluez"
	"hearth/e2e/bluez/worn"
	"hearth/e2e/stage"
	"hearth/shared/sensor"
)

var rounds = flag.Int("rounds", 5, "how often a device goes away for the figures")

// TestFiguresOnAir measures what the README tells of sensors on the air, through the browser's own Bluetooth, and prints it
// as a table. Like TestFigures it judges nothing but lost samples.
func TestFiguresOnAir(t *testing.T) {
	if !*figures {
		t.Skip("figures are measured with -figures only")
	}
	w := admit(t, true, 1)
	chest := worn.NewLate(t, w.air, w.person, worn.Clock{PPM: 40, Uptime: 100 * time.Minute}, "Movesense 174230000042", onChest, "0.9.0")
	polar := worn.NewPolar(t, w.air, w.person, worn.Clock{PPM: -30}, "Polar H10 1A2B3C4D", onStrap)
	stage.Eval[bool](w.tablet, overhear)
	w.pick("movesense", "Movesense")
	w.pick("polar", "Polar")
	w.running("movesense-ecg", "movesense-movement", "polar-ecg", "polar-movement")
	w.watch()
	table := [][2]string{{"figure", "here"}, {"---", "---"}}
	row := func(name, format string, args ...any) {
		table = append(table, [2]string{name, fmt.Sprintf(format, args...)})
		t.Logf("%s: %s", name, table[len(table)-1][1])
	}
	w.paced(t, chest, row)
	w.lasting(t, chest, polar, row)
	for _, away := range []time.Duration{5 * time.Second, 70 * time.Second} {
		w.returns(t, chest, away, row)
	}
	for _, r := range table {
		fmt.Printf("| %s | %s |\n", r[0], r[1])
	}
}

// overhear has the tablet's page note when an ECG packet comes to it, beside its stamp.
const overhear = `(() => {
	window.overheard = [];
	const listen = EventTarget.prototype.addEventListener;
	BluetoothRemoteGATTCharacteristic.prototype.addEventListener = function (kind, ...rest) {
		if (kind === "characteristicvaluechanged" && this.uuid.startsWith("00002bf1"))
			listen.call(this, kind, e => window.overheard?.push([e.target.value.getBigUint64(0, true).toString(), performance.timeOrigin + performance.now()]));
		return listen.call(this, kind, ...rest);
	};
	return true;
})()`

// paced measures, for a minute, how long a packet takes from the air to the tablet's page and from there to the chart.
func (w *ward) paced(t *testing.T, chest *worn.Late, row func(name, format string, args ...any)) {
	t.Helper()
	var mu sync.Mutex
	pushed := map[string]time.Time{}
	chest.Change(func(of sensor.Characteristic, b []byte) []byte {
		if of == worn.LateECG {
			mu.Lock()
			defer mu.Unlock()
			pushed[strconv.FormatUint(binary.LittleEndian.Uint64(b), 10)] = time.Now()
		}
		return b
	})
	w.use(t, time.Minute)
	chest.Change(nil)
	heard := stage.Eval[[][2]any](w.tablet, "(h => (window.overheard = undefined, h))(window.overheard)")
	mu.Lock()
	defer mu.Unlock()
	var air []float64 // ms
	for _, h := range heard {
		stamp, _ := h[0].(string)
		at, _ := h[1].(float64)
		if from, ok := pushed[stamp]; ok {
			air = append(air, at-float64(from.UnixMicro())/1e3)
		}
	}
	if len(air) < 600 {
		t.Fatalf("%d of %d packets were overheard", len(air), len(pushed))
	}
	slices.Sort(air)
	said := [2][]string{}
	for _, p := range []int{50, 95, 99} {
		a := air[len(air)*p/100]
		wait, err := strconv.ParseFloat(w.desk.Data("#pace", "wait-"+strconv.Itoa(p)), 64)
		if err != nil {
			t.Fatal(err)
		}
		said[0] = append(said[0], fmt.Sprintf("%.1f", a))
		said[1] = append(said[1], fmt.Sprintf("%.0f", a+wait))
	}
	row("a notification on the air to the tablet's page, p50 / p95 / p99", "%s / %s / %s ms", said[0][0], said[0][1], said[0][2])
	row("a notification on the air to drawn at the therapist, p50 / p95 / p99 at most", "%s / %s / %s ms", said[1][0], said[1][1], said[1][2])
}

// lasting streams two devices for so many minutes and accounts for every sample.
func (w *ward) lasting(t *testing.T, chest *worn.Late, polar *worn.Polar, row func(name, format string, args ...any)) {
	t.Helper()
	keys := []string{"movesense-ecg", "movesense-movement", "polar-ecg", "polar-movement"}
	counted := func() (books map[string]map[string]int64) {
		w.quiet(t, []hushing{chest, polar}, keys, func(all map[string]map[string]int64) {
			books = all
			for i, n := range []int{chest.Pushed(worn.LateECG), chest.Pushed(worn.LateMovement), polar.PushedECG(), polar.PushedAcc()} {
				books[keys[i]]["pushed"] = int64(n)
			}
		})
		return books
	}
	before := counted()
	var spent usage
	for at := 0.0; at < *long; at++ {
		if spent = w.use(t, time.Minute); at == 0 {
			row("two devices streaming, first minute: main thread / its process / whole browser", "%s", spent)
		}
	}
	row(fmt.Sprintf("the same in minute %.0f", *long), "%s", spent)
	after := counted()
	for _, key := range keys {
		closes(t, key, after[key])
		since := func(of string) int64 { return after[key][of] - before[key][of] }
		row(fmt.Sprintf("%s over %.0f min: handed to the radio, decoded, received, named as lost", key, *long), "%d, %d, %d, %d",
			since("pushed"), since("decoded"), since("received"), since("lost")+since("held"))
		if since("pushed") != since("decoded") {
			t.Errorf("%s: %d samples were handed to the radio, %d were decoded", key, since("pushed"), since("decoded"))
		}
	}
}

// returns takes a device away again and again, and measures from its return to its samples at the therapist's.
func (w *ward) returns(t *testing.T, chest *worn.Late, away time.Duration, row func(name, format string, args ...any)) {
	t.Helper()
	var all, linked []time.Duration
	for i := range *rounds {
		from := len(w.air.Log())
		gone := away + time.Duration(i)*170*time.Millisecond // wherever in a pause it comes back
		chest.Lose(gone)
		back := time.Now().Add(gone)
		w.tablet.UntilData("#tile-movesense-ecg", "state", "reconnecting")
		w.air.Until(from, gone+stage.Patience, "the link", func(o bluez.Operation) bool {
			if o.Verb == bluez.Connected {
				linked = append(linked, o.At.Sub(back))
			}
			return o.Verb == bluez.Connected
		})
		all = append(all, w.resumes(t, fmt.Sprintf("away for %v", gone), "movesense-ecg", back))
		w.air.Until(from, stage.Patience, "the log being deleted", func(o bluez.Operation) bool {
			return o.Verb == bluez.Written && o.Of == worn.LateConfig && o.Bytes[6] != 0
		})
	}
	slices.Sort(all)
	slices.Sort(linked)
	at := func(list []time.Duration, percent int) float64 { return list[(len(list)-1)*percent/100].Seconds() }
	row(fmt.Sprintf("Bluetooth back after %v: samples at the therapist, p50 / p95 of %d (linked)", away, len(all)),
		"%.1f / %.1f s (%.1f / %.1f s)", at(all, 50), all[len(all)-1].Seconds(), at(linked, 50), linked[len(linked)-1].Seconds())
}
