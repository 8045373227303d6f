package demo

import (
	"bytes"
	"flag"
	"os"
	"testing"
	"time"

	"hearth/shared/sensor/sensortest"
)

const (
	restTrace  = "testdata/rest.bin"
	restLength = 25 * time.Second
)

var record = flag.Bool("record", false, "write testdata/rest.bin anew")

// TestRecord writes the trace when it is asked to, and else checks that the one there is what the device still says
// on this kind of machine: go test ./shared/sensor/demo -record.
func TestRecord(t *testing.T) {
	o := Options{Seed: 1, Scenario: Rest, Start: 1_780_000_000_000_000, Uptime: time.Hour}
	s := NewSource(o)
	var file bytes.Buffer
	r := sensortest.NewRecorder(&file)
	for e := s.Next(); e.At.Sub(o.Start) < restLength; e = s.Next() {
		r.Notification(e.Notification)
	}
	if r.Err() != nil {
		t.Fatal(r.Err())
	}
	if *record {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(restTrace, file.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept := sensortest.MustRead(t, os.DirFS("."), restTrace)
	now, err := sensortest.Read(&file)
	if err != nil {
		t.Fatal(err)
	}
	if len(kept.Notifications) != len(now.Notifications) {
		t.Errorf("the device sends %d packets, the trace holds %d: record it anew if that is meant", len(now.Notifications), len(kept.Notifications))
	}
}

func TestDriver(t *testing.T) { sensortest.Run(t, Driver{}, os.DirFS("."), restTrace) }

func FuzzDecode(f *testing.F) { sensortest.Fuzz(f, Driver{}, os.DirFS("."), restTrace) }
