package worn_test

import (
	"encoding/binary"
	"math"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"hearth/e2e/bluez"
	"hearth/e2e/bluez/worn"
	"hearth/shared/sensor"
	"hearth/shared/sensor/demo"
)

// central does over the bus what a browser would.
type central struct {
	t       *testing.T
	conn    *dbus.Conn
	device  dbus.ObjectPath
	values  map[sensor.UUID]dbus.ObjectPath
	signals chan *dbus.Signal
}

func join(t *testing.T, air *bluez.Air, address string) *central {
	t.Helper()
	conn, err := dbus.Connect(air.Address())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	c := &central{t: t, conn: conn, device: dbus.ObjectPath("/org/bluez/hci0/dev_" + address), signals: make(chan *dbus.Signal, 1<<14)}
	if err := conn.AddMatchSignal(dbus.WithMatchInterface("org.freedesktop.DBus.Properties")); err != nil {
		t.Fatal(err)
	}
	conn.Signal(c.signals)
	c.call("/org/bluez/hci0", "org.bluez.Adapter1.StartDiscovery")
	c.link()
	return c
}

func (c *central) call(path dbus.ObjectPath, method string, args ...any) []any {
	c.t.Helper()
	call := c.conn.Object("org.bluez", path).Call(method, 0, args...)
	if call.Err != nil {
		c.t.Fatalf("%s at %s: %v", method, path, call.Err)
	}
	return call.Body
}

// link connects and learns where the values are.
func (c *central) link() {
	c.t.Helper()
	c.call(c.device, "org.bluez.Device1.Connect")
	var all map[dbus.ObjectPath]map[string]map[string]dbus.Variant
	if err := c.conn.Object("org.bluez", "/").Call("org.freedesktop.DBus.ObjectManager.GetManagedObjects", 0).Store(&all); err != nil {
		c.t.Fatal(err)
	}
	c.values = map[sensor.UUID]dbus.ObjectPath{}
	for path, ifaces := range all {
		if p, ok := ifaces["org.bluez.GattCharacteristic1"]; ok {
			c.values[sensor.UUID(p["UUID"].Value().(string))] = path
		}
	}
}

var none = map[string]dbus.Variant{}

func (c *central) read(of sensor.Characteristic) []byte {
	c.t.Helper()
	return c.call(c.values[of.ID], "org.bluez.GattCharacteristic1.ReadValue", none)[0].([]byte)
}

func (c *central) write(of sensor.Characteristic, b []byte) {
	c.t.Helper()
	c.call(c.values[of.ID], "org.bluez.GattCharacteristic1.WriteValue", b, none)
}

func (c *central) listen(of ...sensor.Characteristic) {
	c.t.Helper()
	for _, o := range of {
		c.call(c.values[o.ID], "org.bluez.GattCharacteristic1.StartNotify")
	}
}

// next waits for a notification of a characteristic.
func (c *central) next(of sensor.Characteristic) []byte {
	c.t.Helper()
	patience := time.After(20 * time.Second)
	for {
		select {
		case s := <-c.signals:
			if s.Path != c.values[of.ID] || len(s.Body) < 2 || s.Body[0] != "org.bluez.GattCharacteristic1" {
				continue
			}
			if v, ok := s.Body[1].(map[string]dbus.Variant)["Value"]; ok {
				return v.Value().([]byte)
			}
		case <-patience:
			c.t.Fatalf("no notification of %s", of.ID)
		}
	}
}

// until waits for something nobody tells.
func until(t *testing.T, done func() bool) {
	t.Helper()
	tick, patience := time.NewTicker(10*time.Millisecond), time.After(20*time.Second)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-patience:
			t.Fatal("waited in vain")
		}
	}
}

const here = "C0:00:00:00:00:01"
const path = "C0_00_00_00_00_01"

func steady(speed float64) *worn.Person {
	return worn.NewPerson(demo.Options{Scenario: demo.Steady, HeartRate: 72}, speed)
}

// A strap tells every beat once: the intervals add up to the time.
func TestStrap(t *testing.T) {
	for _, wide := range []bool{false, true} {
		air, p := bluez.Open(t), steady(20)
		s := worn.NewStrap(t, air, p, worn.Clock{}, "Strap", here, wide)
		c := join(t, air, path)
		c.listen(worn.HeartRate)
		c.next(worn.HeartRate)
		sum, n := 0.0, 0
		for n < 30 {
			b := c.next(worn.HeartRate)
			rate, rr := float64(b[1]), b[2:]
			if wide {
				rate, rr = float64(binary.LittleEndian.Uint16(b[1:])), b[5:]
			}
			if b[0]&1 == 1 != wide || b[0]&6 != 6 || math.Abs(rate-72) > 2 && n > 6 {
				t.Fatalf("wide %v: % x", wide, b)
			}
			for ; len(rr) > 0; rr = rr[2:] {
				sum += float64(binary.LittleEndian.Uint16(rr)) / 1024
				n++
			}
		}
		if mean := 60 * float64(n) / sum; math.Abs(mean-72) > 1 {
			t.Errorf("intervals of %.1f/min", mean)
		}
		s.TakeOff(true)
		for c.next(worn.HeartRate)[0]&2 != 0 {
		}
	}
}

// A Polar answers as its maker says and stamps its samples by its own clock.
func TestPolar(t *testing.T) {
	air, p := bluez.Open(t), steady(20)
	d := worn.NewPolar(t, air, p, worn.Clock{PPM: 50, Uptime: time.Hour}, "Polar H10", here)
	c := join(t, air, path)
	c.listen(worn.PolarControl, worn.PolarData)
	for question, answer := range map[string]string{
		"\x01\x00":                         "\xf0\x01\x00\x00\x00\x00\x01\x82\x00\x01\x01\x0e\x00",
		"\x02\x00\x00\x01\x83\x00":         "\xf0\x02\x00\x08",
		"\x02\x05\x00\x01\x82\x00":         "\xf0\x02\x05\x02",
		"\x02":                             "\xf0\x02\x00\x04",
		"\x03\x02":                         "\xf0\x03\x02\x00\x00",
		"\x02\x02\x00\x01\xc8\x00\x01\x01": "\xf0\x02\x02\x04",
	} {
		c.write(worn.PolarControl, []byte(question))
		if got := c.next(worn.PolarControl); string(got) != answer {
			t.Errorf("% x is answered % x, not % x", question, got, answer)
		}
	}
	c.write(worn.PolarControl, []byte("\x02\x00\x00\x01\x82\x00\x01\x01\x0e\x00"))
	if got := c.next(worn.PolarControl); string(got) != "\xf0\x02\x00\x00\x00" {
		t.Fatalf("start is answered % x", got)
	}
	var before uint64
	for range 10 {
		b := c.next(worn.PolarData)
		stamp := binary.LittleEndian.Uint64(b[1:])
		if len(b) != 229 || b[0] != 0 || b[9] != 0 {
			t.Fatalf("a packet of %d begins % x", len(b), b[:10])
		}
		if apart := float64(stamp-before) / 1e9; before > 0 && math.Abs(apart-73.0/130) > 1e-3 {
			t.Errorf("packets are %.4f s apart", apart)
		}
		before = stamp
	}
	if d.PushedECG() < 730 {
		t.Errorf("%d samples pushed", d.PushedECG())
	}
}

// An early Movesense takes the right samples at 500 Hz, and versions 0.5 to 0.7 the wrong ones at 250 Hz.
func TestEarly(t *testing.T) {
	for version, holes := range map[string]bool{"0.3.0": false, "0.5.0": true} {
		air := bluez.Open(t)
		worn.NewEarly(t, air, steady(10), worn.Clock{Uptime: time.Minute}, "Movesense 1", here, version)
		c := join(t, air, path)
		if b := c.read(worn.EarlyECGEvery); string(b) != "\x04\x00" {
			t.Fatalf("the interval is % x", b)
		}
		c.listen(worn.EarlyECG, worn.EarlyMovement)
		if jumps := jumps(c, 4); jumps > 0.05 != holes {
			t.Errorf("%s at 250 Hz: the curve jumps by %.3f", version, jumps)
		}
		c.write(worn.EarlyECGEvery, []byte{2, 0})
		if jumps := jumps(c, 2); jumps > 0.05 {
			t.Errorf("%s at 500 Hz: the curve jumps by %.3f", version, jumps)
		}
		if b := c.next(worn.EarlyMovement); len(b) != 148 {
			t.Errorf("movement of %d bytes", len(b))
		}
	}
}

// jumps is how much more the curve changes from every eighth sample to the next than anywhere else, over some beats: 0 when it
// changes alike.
func jumps(c *central, ms uint32) float64 {
	c.t.Helper()
	var before uint32
	var values []int16
	for k := 0; k < 200; k++ {
		b := c.next(worn.EarlyECG)
		if len(b) != 36 {
			c.t.Fatalf("a packet of %d bytes", len(b))
		}
		stamp := binary.LittleEndian.Uint32(b)
		if k == 0 || stamp-before != 16*ms {
			before, values, k = stamp, nil, 1 // from before the rate was set
		}
		before = stamp
		for i := range 16 {
			values = append(values, int16(binary.LittleEndian.Uint16(b[4+2*i:])))
		}
	}
	var at, all float64
	for i := 1; i < len(values); i++ {
		d := math.Abs(float64(values[i]) - float64(values[i-1]))
		all += d
		if i%8 == 0 {
			at += d
		}
	}
	return at/all - 1.0/8
}

// A late Movesense takes a time, is off by the modulus after a long day, keeps what nobody hears and gives it back once.
func TestLate(t *testing.T) {
	air := bluez.Open(t)
	const uptime = 100 * time.Minute
	d := worn.NewLate(t, air, steady(4), worn.Clock{Uptime: uptime}, "Movesense 2", here, "0.9.0")
	c := join(t, air, path)
	stamp := func(b []byte) float64 { return float64(binary.LittleEndian.Uint64(b)) / 1e6 }
	c.listen(worn.LateECG, worn.LateMovement)
	if b := c.next(worn.LateECG); len(b) != 40 || math.Abs(stamp(b)-uptime.Seconds()) > 5 {
		t.Errorf("before it knows the time: %d bytes, %.1f s", len(b), stamp(b))
	}
	const unix = 1_790_000_000
	config := c.read(worn.LateConfig)
	binary.LittleEndian.PutUint64(config[8:], unix*1e6)
	c.write(worn.LateConfig, config)
	off := 0.0
	for range 100 {
		if off = stamp(c.next(worn.LateECG)) - unix; off > 0 {
			break
		}
	}
	if want := math.Floor(uptime.Seconds()/4294.967296) * 4294.967296; math.Abs(off-want) > 5 {
		t.Errorf("after %v the clock is off by %.1f s, not %.1f", uptime, off, want)
	}
	if b := c.next(worn.LateMovement); len(b) != 152 {
		t.Errorf("movement of %d bytes", len(b))
	}

	d.Lose(time.Second)
	until(t, func() bool { return d.Kept() >= 2000 })
	until(t, func() bool {
		return c.conn.Object("org.bluez", c.device).Call("org.bluez.Device1.Connect", 0).Err == nil
	})
	c.link()
	config = c.read(worn.LateConfig)
	config[5] = 1
	c.listen(worn.LateLog, worn.LateECG)
	c.write(worn.LateConfig, config) // it still records: movement is missing
	c.listen(worn.LateMovement)
	for range 3 { // it has begun to send again
		c.next(worn.LateECG)
	}
}

// The log comes out in pieces, ends with a single 0 and is gone when it was deleted.
func TestLog(t *testing.T) {
	air := bluez.Open(t)
	d := worn.NewLate(t, air, steady(4), worn.Clock{}, "Movesense 2", here, "0.9.0")
	c := join(t, air, path)
	c.listen(worn.LateECG)
	c.next(worn.LateECG)
	d.Lose(0)
	until(t, func() bool { return d.Kept() >= 2000 })
	d.Return()
	c.link()
	config := c.read(worn.LateConfig)
	config[5] = 1
	c.listen(worn.LateLog)
	c.write(worn.LateConfig, config)
	c.listen(worn.LateECG)
	c.next(worn.LateECG)
	if d.Delivered(worn.LateLog) != 0 {
		t.Error("it gives its log while it records")
	}
	c.write(worn.LateConfig, config)
	var log []byte
	for {
		b := c.next(worn.LateLog)
		if len(b) == 1 && b[0] == 0 {
			break
		}
		log = append(log, b...)
	}
	chunks := 0
	for rest := log[8:]; len(rest) > 0; rest = rest[42:] {
		if rest[0] != 104 || rest[1] != 40 {
			t.Fatalf("chunk %d begins % x", chunks, rest[:2])
		}
		chunks++
	}
	if len(log) != d.Kept() || chunks < 40 {
		t.Errorf("%d chunks in %d bytes of %d", chunks, len(log), d.Kept())
	}
	config[5], config[6] = 0, 1
	c.write(worn.LateConfig, config)
	if d.Kept() != 0 {
		t.Errorf("%d bytes are left", d.Kept())
	}
}
