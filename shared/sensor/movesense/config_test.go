package movesense

import (
	"bytes"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// checkWrite fails when a write could stop the device, begin a recording, or change what is not ours.
func checkWrite(t interface{ Fatalf(string, ...any) }, read, written []byte) {
	if len(written) != 16 {
		t.Fatalf("%d bytes are written", len(written))
	}
	if !slices.Contains([]byte{2, 4, 8, 10}, written[0]) || !slices.Contains([]byte{5, 10, 20, 40}, written[1]) {
		t.Fatalf("the intervals %d and %d are written", written[0], written[1])
	}
	if written[2] > 1 || written[3] > 1 || written[4] != 0 || written[5]+written[6] > 1 {
		t.Fatalf("the switches %v are written", written[2:7])
	}
	if written[7] != read[7] || (read[2] != 0) != (written[2] != 0) || (read[3] != 0) != (written[3] != 0) {
		t.Fatalf("of %v, %v is made", read[:8], written[:8])
	}
}

// TestWritesOnlyWhatIsListed: whatever a device says of itself, and whatever is asked of the driver.
func TestWritesOnlyWhatIsListed(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		read := rapid.SliceOfN(rapid.OneOf(rapid.Byte(), rapid.ByteRange(0, 1)), 16, 16).Draw(r, "configuration")
		link := newDevice(absolute, rapid.SampledFrom([]string{"0.8.0", "0.9.0", "", "2.3.1"}).Draw(r, "firmware"))
		link.values[configField] = slices.Clone(read)
		link.log = nil
		d, err := Driver{}.Prepare(t.Context(), link, nil)
		if err != nil {
			r.Fatal(err)
		}
		if read[4] == 0 && read[5] == 0 {
			done := make(chan error)
			go func() { done <- Driver{}.Recover(t.Context(), link, d) }()
			for end := false; !end; {
				select {
				case n := <-link.out:
					if _, err := d.Decode(n, nil); err != nil {
						r.Fatal(err)
					}
				case err := <-done:
					if end = true; err != nil {
						r.Fatal(err)
					}
				}
			}
			if err := (Driver{}).Forget(t.Context(), link); err != nil {
				r.Fatal(err)
			}
		}
		for _, w := range link.writes {
			checkWrite(r, read, w)
		}
		if read[4] != 0 && len(link.writes) > 0 {
			r.Fatalf("a device that records is written %v", link.writes)
		}
	})
}

// TestRequestsChangeNothingElse: a transfer or a deletion is asked for with the time and rates that are there.
func TestRequestsChangeNothingElse(t *testing.T) {
	c := config{8, 40, 1, 0, 0, 0, 0, 77, 1, 2, 3, 4, 5, 6, 7, 8}
	for place, want := range map[int]config{
		askTransfer: {8, 40, 1, 0, 0, 1, 0, 77, 1, 2, 3, 4, 5, 6, 7, 8},
		askDelete:   {8, 40, 1, 0, 0, 0, 1, 77, 1, 2, 3, 4, 5, 6, 7, 8},
	} {
		if got := c.request(place); got != want {
			t.Errorf("asking writes %v, not %v", got, want)
		}
	}
}

// TestWritesAreSafeOnTheirOwn: also of what was read in the instant a device began to record, or was set otherwise.
func TestWritesAreSafeOnTheirOwn(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		c := config(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(r, "configuration"))
		for _, w := range []config{c.safe(), c.usual(), c.request(askTransfer), c.request(askDelete)} {
			checkWrite(r, c[:], w[:])
			if w.time() != c.time() {
				r.Fatalf("the time %d becomes %d", c.time(), w.time())
			}
		}
	})
}

func FuzzConfig(f *testing.F) {
	f.Add([]byte{4, 20, 15: 0})
	f.Add([]byte{0, 1, 1, 1, 0, 0, 0, 9, 1, 2, 3, 4, 5, 6, 7, 8})
	f.Add([]byte{10, 5, 1, 1, 1, 1, 1, 0, 255, 255, 255, 255, 255, 255, 255, 127})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		link := newDevice(absolute, "0.9.0")
		link.values[configField] = b
		d, err := Driver{}.Prepare(t.Context(), link, nil)
		if len(b) != 16 {
			if err == nil || len(link.writes) > 0 {
				t.Fatalf("%d bytes are taken for a configuration", len(b))
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range d.Streams() {
			if err := s.Check(); err != nil {
				t.Fatal(err)
			}
		}
		for _, w := range link.writes {
			checkWrite(t, b, w)
		}
		if len(link.writes) > 1 || len(link.writes) == 1 && bytes.Equal(link.writes[0], b) {
			t.Fatalf("writes %v", link.writes)
		}
	})
}
