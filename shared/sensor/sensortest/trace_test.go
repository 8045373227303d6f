package sensortest

import (
	"bytes"
	"errors"
	"reflect"
	"testing"

	"hearth/shared/sensor"
)

func TestTraceComesBack(t *testing.T) {
	c := sensor.Characteristic{Service: sensor.Short(0x180D), ID: sensor.Short(0x2A37)}
	var file bytes.Buffer
	r := NewRecorder(&file)
	r.Answer(sensor.BatteryLevel, []byte{50})
	want := []sensor.Notification{{From: c, At: 5, Bytes: []byte{1, 2}}, {From: sensor.BatteryLevel, At: 6, Bytes: []byte{49}}, {From: c, At: 7, Bytes: []byte{}}}
	for _, n := range want {
		r.Notification(n)
	}
	if r.Err() != nil {
		t.Fatal(r.Err())
	}
	got, err := Read(bytes.NewReader(file.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got.Notifications, want) || !got.Has[c] || !bytes.Equal(got.Answers[sensor.BatteryLevel], []byte{50}) {
		t.Errorf("came back as %+v", got)
	}
	whole := 0
	for cut := range file.Len() {
		if _, err := Read(bytes.NewReader(file.Bytes()[:cut])); err == nil {
			whole++ // between two records
		} else if !errors.Is(err, ErrTrace) {
			t.Errorf("cut after %d bytes: %v", cut, err)
		}
	}
	if whole > 6 {
		t.Errorf("%d cuts look whole", whole)
	}
}

func FuzzTrace(f *testing.F) {
	var file bytes.Buffer
	r := NewRecorder(&file)
	r.Answer(sensor.BatteryLevel, []byte{50})
	r.Notification(sensor.Notification{From: sensor.BatteryLevel, At: 1, Bytes: []byte{50}})
	f.Add(file.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		if trace, err := Read(bytes.NewReader(b)); err == nil && trace == nil || err != nil && trace != nil {
			t.Fatal("neither a trace nor an error")
		}
	})
}
