package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"hearth/e2e/bluez"
	"hearth/e2e/stage"
	"hearth/shared/sensor"
)

var (
	beats = sensor.Characteristic{Service: sensor.Short(0x180D), ID: sensor.Short(0x2A37)}
	knob  = sensor.Characteristic{Service: sensor.Short(0x180D), ID: sensor.Short(0x2A39)}
)

// strap is the smallest device worth connecting.
func strap(name, address string) bluez.Peripheral {
	return bluez.Peripheral{Name: name, Address: address, Advertises: []sensor.UUID{sensor.Short(0x180D)}, Services: []bluez.Service{
		{ID: sensor.Short(0x180D), Characteristics: []bluez.Characteristic{
			{ID: beats.ID, Can: []string{"notify"}},
			{ID: knob.ID, Can: []string{"read", "write"}, Value: []byte{7}},
		}},
		{ID: sensor.Short(0x180F), Characteristics: []bluez.Characteristic{{ID: sensor.Short(0x2A19), Can: []string{"read", "notify"}, Value: []byte{88}}}},
	}}
}

// bare is a page without anything, in a browser with this air.
func bare(t *testing.T, air *bluez.Air, remembers bool) *stage.Window {
	t.Helper()
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<!doctype html><link rel=icon href="data:,"><title>bare</title><button id=b>b</button>`)
	}))
	t.Cleanup(page.Close)
	w := stage.Browse(t, "bare", stage.Bluetooth(air.Address(), remembers)...)
	w.Goto(strings.Replace(page.URL, "127.0.0.1", "localhost", 1))
	return w
}

// ask presses the button that opens the chooser; what becomes of it is in window.picked.
func ask(w *stage.Window) *stage.Chooser {
	stage.Eval[bool](w, `(window.picked = "", document.querySelector("#b").onclick = () => navigator.bluetooth.requestDevice(
		{filters: [{services: ["heart_rate"]}], optionalServices: ["battery_service"]}).then(d => { window.device = d; picked = d.name }, e => picked = String(e)), true)`)
	c := w.Chooser()
	w.Click("#b")
	return c
}

// try evaluates an asynchronous body and returns what it returns or the error it throws.
func try(w *stage.Window, body string) string {
	return stage.Eval[string](w, "(async () => {"+body+"})().then(String, String)")
}

// again connects until it works.
const again = `for (;;) try { await device.gatt.connect(); return "again" } catch { await new Promise(done => setTimeout(done, 50)) }`

const listen = `window.got = []; device.ongattserverdisconnected = () => got.push("gone");
	const s = await (await device.gatt.connect()).getPrimaryService("heart_rate");
	window.c = await s.getCharacteristic(0x2a37), window.knob = await s.getCharacteristic(0x2a39);
	await c.startNotifications();
	c.oncharacteristicvaluechanged = e => got.push([...new Uint8Array(e.target.value.buffer)].join());
	return "listening"`

// A page in an unmodified browser does with the air what it does with a real one. It is a second's work in which moments
// count, so it stands alone.
func TestAir(t *testing.T) {
	air := bluez.Open(t)
	d := air.Add(strap("Strap 1", "C0:00:00:00:00:01"))
	other := air.Add(strap("Strap 2", "C0:00:00:00:00:02"))
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(bluez.Lines(air.Log()))
		}
	})
	w := bare(t, air, true)

	said := func(when, want string) {
		t.Helper()
		if got := try(w, "return device.gatt.connect()"); !strings.HasPrefix(got, want) {
			t.Errorf("%s: the browser says %q, not %q", when, got, want)
		}
	}

	ask(w).Refuse()
	w.Until(`picked.startsWith("NotFoundError: User cancelled")`)
	ask(w).Pick("Strap 1")
	w.Until(`picked === "Strap 1"`)
	if got := try(w, listen); got != "listening" {
		t.Fatal(got)
	}

	const many = 2000
	for i := range many {
		d.Notify(beats, []byte{byte(i), byte(i >> 8)})
	}
	w.Until(fmt.Sprintf("got.length === %d", many))
	if wrong := stage.Eval[int](w, `got.filter((s, i) => s !== [i & 255, i >> 8].join()).length`); wrong != 0 || d.Delivered(beats) != many {
		t.Errorf("%d of %d notifications are wrong, %d were sent", wrong, many, d.Delivered(beats))
	}
	if other.Notify(beats, []byte{1}) {
		t.Error("a device nobody listens to was heard")
	}
	if got := try(w, `await knob.writeValueWithResponse(new Uint8Array([1, 2])); return [...new Uint8Array((await knob.readValue()).buffer)].join()`); got != "1,2" {
		t.Errorf("written 1,2, read %s", got)
	}
	if got := try(w, `const b = await (await device.gatt.getPrimaryService("battery_service")).getCharacteristic("battery_level"); return (await b.readValue()).getUint8(0)`); got != "88" {
		t.Errorf("the battery is at %s", got)
	}

	// The link breaks for a while.
	const away = 500 * time.Millisecond
	d.Lose(0)
	w.Until(`got.at(-1) === "gone"`)
	said("out of reach", "NetworkError: Connection Error: Connection attempt failed")
	d.Lose(away)
	lost := time.Now()
	try(w, again)
	if took := time.Since(lost); took < away/2 {
		t.Errorf("a device out of reach for %v is connected after %v", away, took)
	}

	d.Lose(0)
	w.Until("!device.gatt.connected")
	d.Return()
	d.Busy(true)
	said("busy", "NetworkError: Connection already in progress")
	d.Busy(false)
	d.Vanish()
	said("vanished", "NetworkError: Bluetooth Device is no longer in range")
	d.Return()

	// It is remembered, and a reload ends the link.
	if got := try(w, listen); got != "listening" {
		t.Fatal(got)
	}
	from := len(air.Log())
	w.Reload()
	air.Until(from, stage.Patience, "the end of the link", func(o bluez.Operation) bool { return o.Verb == bluez.Disconnected })
	if got := try(w, `window.device = (await navigator.bluetooth.getDevices()).find(d => d.name === "Strap 1"); return device.gatt.connect().then(g => g.connected)`); got != "true" {
		t.Errorf("a remembered device: %s", got)
	}

	// Two at once.
	if got := try(w, listen); got != "listening" {
		t.Fatal(got)
	}
	stage.Eval[bool](w, "(window.first = c, window.firstDevice = device, window.one = [], first.oncharacteristicvaluechanged = e => one.push(e.target.value.getUint8(0)), true)")
	ask(w).Pick("Strap 2")
	w.Until(`picked === "Strap 2"`)
	if got := try(w, listen); got != "listening" {
		t.Fatal(got)
	}
	d.Notify(beats, []byte{11})
	other.Notify(beats, []byte{22})
	w.Until(`got.join() === "22" && one.join() === "11"`)

	// What goes wrong with notifications.
	other.Swallow(2)
	other.Change(func(_ sensor.Characteristic, b []byte) []byte { return append(b, 0xFF) })
	for i := range 10 {
		other.Notify(beats, []byte{byte(i)})
	}
	w.Until(`got.length === 6 && got.at(-1).endsWith(",255")`)
	other.Swallow(0)
	other.Change(nil)
	other.Slow(300 * time.Millisecond)
	began := time.Now()
	other.Notify(beats, []byte{99})
	w.Until(`got.at(-1) === "99"`)
	if took := time.Since(began); took < 300*time.Millisecond {
		t.Errorf("the slow air took %v", took)
	}
	other.Slow(0)

	// An orderly end, in the order the page wanted.
	from = len(air.Log())
	if got := try(w, "await c.stopNotifications(); device.gatt.disconnect(); return 'bye'"); got != "bye" {
		t.Error(got)
	}
	end := air.Until(from, stage.Patience, "the end", func(o bluez.Operation) bool { return o.Verb == bluez.Disconnected && o.Device == "Strap 2" })
	if i := slices.IndexFunc(air.Log()[from:end], func(o bluez.Operation) bool { return o.Verb == bluez.Unsubscribed && o.Of == beats }); i < 0 {
		t.Errorf("not unsubscribed before the end:\n%s", bluez.Lines(air.Log()[from:]))
	}

	air.PowerOff()
	w.Until("!firstDevice.gatt.connected")
	stage.Eval[bool](w, "(device = firstDevice, true)")
	said("switched off", "InvalidStateError")
	chooser := ask(w) // it asks to switch Bluetooth on, and goes on when that is done
	air.PowerOn()
	chooser.Pick("Strap 1")
	w.Until(`picked === "Strap 1"`)
	if got := try(w, again); got != "again" {
		t.Error(got)
	}
}

// A browser that does not remember says so.
func TestForgetfulBrowser(t *testing.T) {
	air := bluez.Open(t)
	air.Add(strap("Strap 1", "C0:00:00:00:00:01"))
	w := bare(t, air, false)
	if got := try(w, "return typeof navigator.bluetooth.requestDevice + typeof navigator.bluetooth.getDevices"); got != "functionundefined" {
		t.Errorf("the browser has %s", got)
	}
	ask(w).Pick("Strap 1")
	w.Until(`picked === "Strap 1"`)
}
