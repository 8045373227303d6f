package movesense

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"testing"

	"hearth/shared/care"
	"hearth/shared/sensor"
)

// device is a connected device whose values can be written, and that sends a log when it is asked to.
type device struct {
	now      care.Stamp
	firm     string
	layout   *layout
	log      []byte
	piece    int  // bytes of a log a notification holds
	stubborn bool // it keeps its intervals

	mu         sync.Mutex // guards the fields below
	values     map[sensor.Characteristic][]byte
	writes     [][]byte
	subscribed []sensor.Characteristic

	out    chan sensor.Notification
	closed chan struct{}
}

func newDevice(l *layout, firm string) *device {
	d := &device{now: traceStart, firm: firm, layout: l, piece: 155, values: map[sensor.Characteristic][]byte{},
		out: make(chan sensor.Notification, 4096), closed: make(chan struct{})}
	if firm != "" {
		d.values[sensor.FirmwareRevision] = []byte(firm)
	}
	for _, c := range []sensor.Characteristic{l.ecg, l.movement, l.transfer} {
		if c != none {
			d.values[c] = nil
		}
	}
	if l.ecgInterval != none {
		d.values[l.ecgInterval] = []byte{4, 0}
	}
	if l.movementInterval != none {
		d.values[l.movementInterval] = []byte{20, 0}
	}
	if l.config != none {
		d.values[l.config] = append([]byte{4, 20}, make([]byte, 14)...)
	}
	return d
}

func (d *device) Find(_ context.Context, c sensor.Characteristic) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, ok := d.values[c]
	return ok, nil
}

func (d *device) Read(_ context.Context, c sensor.Characteristic) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if b, ok := d.values[c]; ok {
		return slices.Clone(b), nil
	}
	return nil, sensor.ErrUnknown
}

func (d *device) Write(_ context.Context, c sensor.Characteristic, b []byte) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.values[c]; !ok {
		return sensor.ErrUnknown
	}
	d.writes = append(d.writes, slices.Clone(b))
	if d.stubborn {
		return nil
	}
	d.values[c] = slices.Clone(b)
	if c != configField {
		return nil
	}
	if b[askTransfer] == 1 {
		d.values[c][askTransfer] = 0
		d.send()
	}
	if b[askDelete] == 1 {
		d.values[c][askDelete] = 0
		d.log = nil
	}
	return nil
}

// send gives the log in pieces and its end.
func (d *device) send() {
	for b := range slices.Chunk(d.log, d.piece) {
		d.out <- sensor.Notification{From: transfer, At: d.now, Bytes: slices.Clone(b)}
	}
	d.out <- sensor.Notification{From: transfer, At: d.now, Bytes: []byte{0}}
}

func (d *device) Ask(context.Context, sensor.Characteristic, []byte, sensor.Characteristic, func([]byte) bool) ([][]byte, error) {
	return nil, sensor.ErrUnknown
}

func (d *device) Subscribe(_ context.Context, c sensor.Characteristic) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.subscribed = append(d.subscribed, c)
	return nil
}

func (d *device) Unsubscribe(context.Context, sensor.Characteristic) error { return nil }
func (d *device) Notifications() <-chan sensor.Notification                { return d.out }
func (d *device) Now() care.Stamp                                          { return d.now }
func (d *device) Closed() <-chan struct{}                                  { return d.closed }
func (d *device) Err() error                                               { return nil }
func (d *device) Close() error                                             { return nil }

func prepare(t *testing.T, link sensor.Link, last sensor.Decoder) *decoder {
	t.Helper()
	d, err := Driver{}.Prepare(t.Context(), link, last)
	if err != nil {
		t.Fatal(err)
	}
	return d.(*decoder)
}

func TestSetsWhatCanBeTrusted(t *testing.T) {
	for _, c := range []struct {
		name   string
		layout *layout
		firm   string
		before map[sensor.Characteristic][]byte
		writes [][]byte
		rates  []float64
		notes  []string
	}{
		{"0.2", early, "0.2.0", nil, nil, []float64{250}, []string{"movesense-no-movement", "movesense-old"}},
		{"0.2 at 1 kHz", early, "0.2.0", map[sensor.Characteristic][]byte{earlyInterval: {1, 0}}, [][]byte{{4, 0}}, []float64{250}, []string{"movesense-no-movement", "movesense-old"}},
		{"0.4", relative, "0.4.0", nil, nil, []float64{250, 52}, []string{"movesense-old"}},
		{"0.4 set otherwise", relative, "0.4.0", map[sensor.Characteristic][]byte{ecgInterval: {8, 0}, movementInterval: {5, 0}}, [][]byte{{4, 0}, {20, 0}}, []float64{250, 52}, []string{"movesense-old"}},
		{"0.5", relative, "0.5.1", nil, [][]byte{{2, 0}}, []float64{250, 52}, []string{"movesense-thinning", "movesense-old"}},
		{"0.7", relative, "0.7.0", nil, [][]byte{{2, 0}}, []float64{250, 52}, []string{"movesense-thinning", "movesense-old"}},
		{"unknown", relative, "", nil, [][]byte{{2, 0}}, []float64{250, 52}, []string{"movesense-no-version", "movesense-thinning", "movesense-old"}},
		{"the maker's version", relative, "2.1.5", nil, [][]byte{{2, 0}}, []float64{250, 52}, []string{"movesense-no-version", "movesense-thinning", "movesense-old"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			link := newDevice(c.layout, c.firm)
			for k, v := range c.before {
				link.values[k] = v
			}
			d := prepare(t, link, nil)
			if !slices.EqualFunc(link.writes, c.writes, bytes.Equal) {
				t.Errorf("writes %v, not %v", link.writes, c.writes)
			}
			var rates []float64
			for _, s := range d.Streams() {
				rates = append(rates, s.Rate)
			}
			if !slices.Equal(rates, c.rates) {
				t.Errorf("gives %v samples a second, not %v", rates, c.rates)
			}
			if a := d.About(); a.Firmware != c.firm || !slices.Equal(a.Notes, c.notes) {
				t.Errorf("tells %q with %v, not %v", a.Firmware, a.Notes, c.notes)
			}
			want := []sensor.Characteristic{c.layout.ecg}
			if c.layout.movement != none {
				want = append(want, c.layout.movement)
			}
			if !slices.Equal(link.subscribed, want) {
				t.Errorf("subscribes to %v", link.subscribed)
			}
		})
	}
}

// TestRefusesAHalfCurve: firmware that thins wrongly and will not be set otherwise gives wrong curves.
func TestRefusesAHalfCurve(t *testing.T) {
	link := newDevice(relative, "0.6.0")
	link.stubborn = true
	if d, err := (Driver{}).Prepare(t.Context(), link, nil); err == nil {
		t.Errorf("%T reads it", d)
	}
}

// TestTimeIsGivenOnce: after a loss a device that kept its time keeps its epoch; one that began anew, or that another
// page gave the time, is given it again.
func TestTimeIsGivenOnce(t *testing.T) {
	link := newDevice(absolute, "0.9.0")
	first := prepare(t, link, nil)
	if len(link.writes) != 1 || config(link.writes[0]).time() != int64(traceStart) {
		t.Fatalf("a device without time is written %v", link.writes)
	}
	first.epoch = epoch{known: true, excess: 2 * turn}
	link.now += 70_000_000
	second := prepare(t, link, first)
	if len(link.writes) != 1 {
		t.Errorf("the time is given again: %v", link.writes[1:])
	}
	if second.epoch != first.epoch || second.wrote != first.wrote {
		t.Errorf("the epoch is forgotten: %+v", second.epoch)
	}
	copy(link.values[configField][8:], make([]byte, 8)) // it began anew
	third := prepare(t, link, second)
	if len(link.writes) != 2 || config(link.writes[1]).time() != int64(link.now) || third.epoch.known {
		t.Errorf("a device that began anew is written %v, epoch %+v", link.writes[1:], third.epoch)
	}
	copy(link.values[configField][8:], []byte{1, 2, 3, 4, 5, 6, 0, 0})
	prepare(t, link, third)
	if len(link.writes) != 3 {
		t.Error("a time of somebody else's is kept")
	}
}

// TestLeavesARecordingAlone: nothing is written to a device that records, and its log is not asked for.
func TestLeavesARecordingAlone(t *testing.T) {
	link := newDevice(absolute, "0.9.0")
	link.values[configField][4] = 1
	d := prepare(t, link, nil)
	if !slices.Contains(d.About().Notes, "movesense-recording") {
		t.Errorf("tells %v", d.About().Notes)
	}
	if err := (Driver{}).Recover(t.Context(), link, d); err != ErrRecording {
		t.Errorf("fetching answers %v", err)
	}
	if err := (Driver{}).Forget(t.Context(), link); err != ErrRecording {
		t.Errorf("deleting answers %v", err)
	}
	if len(link.writes) != 0 {
		t.Errorf("writes %v", link.writes)
	}
}

// TestOlderLogsAreSomebodyElses: firmware 0.8 holds only what another program recorded.
func TestOlderLogsAreSomebodyElses(t *testing.T) {
	link := newDevice(absolute, "0.8.0")
	d := prepare(t, link, nil)
	writes := len(link.writes)
	if err := (Driver{}).Recover(t.Context(), link, d); err != nil {
		t.Error(err)
	}
	if err := (Driver{}).Forget(t.Context(), link); err != nil {
		t.Error(err)
	}
	if len(link.writes) != writes {
		t.Errorf("writes %v", link.writes[writes:])
	}
}
