package movesense

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"reflect"
	"runtime"
	"slices"
	"testing"
	"time"

	"hearth/shared/sensor"
	"hearth/shared/telemetry"
)

// logOf is a log of n ECG packets with a movement packet after every second one, and a chunk nobody wants before them, in long form.
func logOf(n int) []byte {
	b := append([]byte("SBEM0103"), 0xFF, 0x2C, 1, 0xFF, 4, 0, 0, 0, 9, 9, 9, 9)
	ecg := &packer{absolute: true, rate: 250, channels: 1, full: 16}
	move := &packer{absolute: true, rate: 52, channels: movementChannels, full: 8}
	for i := range n {
		for s := range 16 {
			if p := ecg.add(int16(100*i + s)); p != nil {
				b = append(append(b, logECG, 40), p...)
			}
		}
		if i%2 == 0 {
			continue
		}
		for s := range 8 {
			if p := move.add(int16(i), int16(s), 3, 4, 5, noValue, 7, 8, 0); p != nil {
				b = append(append(b, logMovement, 152), p...)
			}
		}
	}
	return append(append(b, 0xFF, logECG, 0, 0xFF, 40, 0, 0, 0), ecgPacket(ecg)...)
}

func ecgPacket(p *packer) []byte {
	for range 15 {
		p.add(1)
	}
	return p.add(0) // a log may well end with a byte of 0
}

// receive gives a decoder the pieces of a log, and their end, and returns what came out.
func receive(t interface{ Fatal(...any) }, pieces [][]byte) (blocks []sensor.Block, ended bool) {
	d := newDecoder(absolute, "0.9.0")
	d.describe()
	r := &reception{done: make(chan struct{})}
	d.reception.Store(r)
	var room [16]sensor.Block
	for _, p := range append(slices.Clone(pieces), []byte{0}) {
		got, err := d.Decode(sensor.Notification{From: transfer, At: traceStart + 120_000_000, Bytes: p}, room[:0])
		var bad *sensor.PacketError
		if err != nil && (len(got) > 0 || !errors.As(err, &bad)) {
			t.Fatal("blocks and an error: ", err)
		}
		for _, b := range got {
			b.Values = slices.Clone(b.Values)
			blocks = append(blocks, b)
		}
	}
	select {
	case <-r.done:
		ended = true
	default:
	}
	return blocks, ended
}

// pieces cuts a log as the device does.
func pieces(log []byte, size int) (cut [][]byte) { return slices.Collect(slices.Chunk(log, size)) }

func TestLogComesBackWhole(t *testing.T) {
	blocks, ended := receive(t, pieces(logOf(20), 155))
	if len(blocks) != 20+10+1 || !ended {
		t.Fatalf("%d packets, ended %v", len(blocks), ended)
	}
	n := 0
	for _, b := range blocks[:30] {
		if !b.Past || b.Anchor != sensor.LastSample {
			t.Fatalf("a packet of the log is %+v", b)
		}
		if b.Stream == 0 {
			if len(b.Values) != 16 || b.Values[3] != int32(100*n+3) || b.Tick != uint64(traceStart)+uint64(64*n+60)*1000 {
				t.Errorf("packet %d is %v at %d", n, b.Values, b.Tick)
			}
			n++
		} else if want := []int32{int32(n - 1), 1, 3, 4, 5, telemetry.NoValue, 7, 8, 0}; len(b.Values) != 72 || !slices.Equal(b.Values[9:18], want) {
			t.Errorf("the movement after packet %d is %v", n, b.Values)
		}
	}
}

// TestAnyCutGivesTheSame: where the device cuts its log does not matter.
func TestAnyCutGivesTheSame(t *testing.T) {
	log := logOf(2)
	want, _ := receive(t, pieces(log, 155))
	for at := 1; at < len(log); at++ {
		if got, ended := receive(t, [][]byte{log[:at], log[at:]}); !ended || !reflect.DeepEqual(got, want) {
			t.Fatalf("cut after %d bytes it gives %d packets, not %d", at, len(got), len(want))
		}
	}
	for packets := range 12 {
		log := logOf(packets)
		want, _ := receive(t, pieces(log, 155))
		for size := 2; size < 512; size++ {
			if got, ended := receive(t, pieces(log, size)); !ended || !reflect.DeepEqual(got, want) {
				t.Fatalf("in pieces of %d bytes it gives %d packets, not %d", size, len(got), len(want))
			}
		}
	}
}

// TestBrokenLogGivesWhatIsWhole: what comes before the break is given, nothing after it is made up.
func TestBrokenLogGivesWhatIsWhole(t *testing.T) {
	log := logOf(8)
	want, _ := receive(t, pieces(log, 155))
	for end := range log {
		got, ended := receive(t, pieces(log[:end], 155))
		if end == 5*155 { // it lacks one byte after a full piece: nobody could tell its end from that byte
			got = got[:len(got)-1]
		}
		if !ended || len(got) > len(want) || len(got) > 0 && !reflect.DeepEqual(got, want[:len(got)]) {
			t.Fatalf("cut off after %d bytes it gives %d packets", end, len(got))
		}
	}
	lost := slices.Delete(pieces(log, 155), 2, 3)
	got, ended := receive(t, lost)
	if !ended || len(got) < 4 {
		t.Errorf("with a piece missing it gives %d packets", len(got))
	}
	for _, b := range got { // none of them is made of two halves
		if !slices.ContainsFunc(want, func(w sensor.Block) bool { return reflect.DeepEqual(w, b) }) {
			t.Errorf("with a piece missing it gives a packet at %d that never was", b.Tick)
		}
	}
	back := bytes.Clone(log)
	copy(back[20+42+2:], binary.LittleEndian.AppendUint64(nil, 5)) // the second packet is older than the first
	if got, _ := receive(t, pieces(back, 155)); len(got) != 1 {
		t.Errorf("a log that runs backwards gives %d packets", len(got))
	}
	long := append([]byte("SBEM0103"), 7, 0xFF, 0x88, 0x13, 0, 0)
	long = append(append(long, make([]byte, 5000)...), log[20:]...) // no chunk is that long
	if got, _ := receive(t, pieces(long, 155)); len(got) != 0 {
		t.Errorf("behind a chunk that cannot be come %d packets", len(got))
	}
	if got, _ := receive(t, pieces(append([]byte("SBEX0103"), log[20:]...), 155)); len(got) != 0 {
		t.Errorf("no log gives %d packets", len(got))
	}
}

// TestChunksNobodyKnows: descriptors and others are stepped over, wherever they stand and however long. The packet right
// before one is given up: after a lost piece anything may look like such a chunk.
func TestChunksNobodyKnows(t *testing.T) {
	log := logOf(8)
	want, _ := receive(t, pieces(log, 155))
	second := 20 + 42 // where the second packet begins
	for _, length := range []int{0, 1, 20, 254, 255, 300, 4096} {
		chunk := []byte{0, byte(length)}
		if length > 254 {
			chunk = binary.LittleEndian.AppendUint32([]byte{0xFF, 0, 3, 0xFF}, uint32(length))
		}
		chunk = append(chunk, bytes.Repeat([]byte{logECG}, length)...)
		for size := 20; size < 200; size += 27 {
			first := slices.Concat(log[:8], chunk, chunk, log[8:])
			if got, ended := receive(t, pieces(first, size)); !ended || !reflect.DeepEqual(got, want) {
				t.Errorf("behind two chunks of %d bytes, in pieces of %d, come %d packets, not %d", length, size, len(got), len(want))
			}
			between := slices.Concat(log[:second], chunk, log[second:])
			if got, ended := receive(t, pieces(between, size)); !ended || !reflect.DeepEqual(got, want[1:]) {
				t.Errorf("with a chunk of %d bytes between them, in pieces of %d, come %d packets, not %d", length, size, len(got), len(want)-1)
			}
		}
	}
}

// TestLengthsInWords: the firmware's description gives lengths in words of 32 bits.
func TestLengthsInWords(t *testing.T) {
	log := logOf(2)
	want, _ := receive(t, pieces(log, 155))
	log[21] = 10
	if got, _ := receive(t, pieces(log, 155)); !reflect.DeepEqual(got, want) {
		t.Errorf("%d packets, not %d", len(got), len(want))
	}
}

// fetched runs Recover beside a decoder, as an owner does, and returns the blocks.
func fetched(t *testing.T, link *device, d *decoder) (blocks int, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- Driver{}.Recover(ctx, link, d) }()
	for {
		select {
		case n := <-link.out:
			got, err := d.Decode(n, nil)
			if err != nil {
				t.Fatal(err)
			}
			blocks += len(got)
		case err := <-done:
			return blocks, err
		}
	}
}

func TestRecover(t *testing.T) {
	link := newDevice(absolute, "0.9.0")
	link.log = logOf(50)
	d := prepare(t, link, nil)
	if n, err := fetched(t, link, d); err != nil || n != 76 {
		t.Fatalf("%d packets, error %v", n, err)
	}
	if !slices.Contains(link.subscribed, transfer) {
		t.Error("nobody listens")
	}
	if err := (Driver{}).Forget(t.Context(), link); err != nil || link.log != nil {
		t.Errorf("the log is still there, error %v", err)
	}
	if n, err := fetched(t, link, d); err != nil || n != 0 {
		t.Errorf("no log gives %d packets, error %v", n, err)
	}
	if got, err := d.Decode(sensor.Notification{From: transfer, Bytes: logOf(1)}, nil); len(got) != 0 || err != nil {
		t.Errorf("a log nobody asked for gives %d packets, error %v", len(got), err)
	}
}

// TestRecoverJoinsATransfer: a transfer from before the link broke is waited for, unread, and asked for anew.
func TestRecoverJoinsATransfer(t *testing.T) {
	link := newDevice(absolute, "0.9.0")
	link.log = logOf(10)
	d := prepare(t, link, nil)
	link.values[configField][askTransfer] = 1
	go func() {
		for {
			if r := d.reception.Load(); r != nil && r.joined { // Recover has seen that a transfer is under way
				break
			}
			runtime.Gosched() // WebAssembly has one thread, which nobody takes away
		}
		for _, piece := range pieces(link.log[20:], 155) {
			link.out <- sensor.Notification{From: transfer, At: traceStart, Bytes: piece}
		}
		link.mu.Lock()
		link.values[configField][askTransfer] = 0
		link.mu.Unlock()
		link.out <- sensor.Notification{From: transfer, At: traceStart, Bytes: []byte{0}}
	}()
	if n, err := fetched(t, link, d); err != nil || n != 16 {
		t.Errorf("%d packets, error %v", n, err)
	}
}

func TestRecoverEndsWithTheLink(t *testing.T) {
	link := newDevice(absolute, "0.9.0")
	d := prepare(t, link, nil)
	close(link.closed)
	link.stubborn = true // it never answers
	if err := (Driver{}).Recover(t.Context(), link, d); err != sensor.ErrLost {
		t.Errorf("a link that broke answers %v", err)
	}
}

func FuzzLog(f *testing.F) {
	log := logOf(4)
	f.Add(log, 155)
	f.Add(log[:len(log)-7], 20)
	f.Add(append([]byte("SBEM0103"), 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF), 3)
	f.Add(append([]byte("SBEM0103"), logMovement, 0xFF, 0xFF, 1, 0, 0), 155)
	f.Fuzz(func(t *testing.T, log []byte, size int) {
		blocks, _ := receive(t, pieces(log, min(max(size, 1), 600)))
		values := 0
		for _, b := range blocks {
			values += len(b.Values)
			if len(b.Values) == 0 || b.Stream > 1 || b.Stream == 1 && len(b.Values)%movementChannels != 0 || !b.Past {
				t.Fatalf("%d values of stream %d", len(b.Values), b.Stream)
			}
		}
		if 2*values > 4*len(log) {
			t.Fatalf("%d bytes become %d values", len(log), values)
		}
	})
}
