// Package sensortest is the one suite every driver passes, and the format of the traces it is fed with. It knows no
// particular device.
package sensortest

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"hearth/shared/care"
	"hearth/shared/sensor"
)

// A trace is what a device said, as it came over a link, in one file:
//
//	"HearthTrace1\n"
//	records, each beginning with a byte that says what it is:
//	  1 name          u8 number · 36 bytes service · 36 bytes characteristic: what number stands for from here on
//	  2 answer        u8 number · u16 length · bytes: what reading it gave while the driver prepared
//	  3 notification  u8 number · i64 arrival, µs since the Unix epoch · u16 length · bytes
//	  4 question      u8 number · u16 length · bytes · u16 length · bytes: what asking it that gave
//
// Little-endian. A characteristic that is named is there; one that is not named is not.
const magic = "HearthTrace1\n"

const (
	recordName         = 1
	recordAnswer       = 2
	recordNotification = 3
	recordQuestion     = 4
)

// Trace is a recorded connection.
type Trace struct {
	Has           map[sensor.Characteristic]bool
	Answers       map[sensor.Characteristic][]byte
	Replies       map[Question][]byte
	Notifications []sensor.Notification
}

// Question is what a control point was asked.
type Question struct {
	To    sensor.Characteristic
	Bytes string
}

// ErrTrace says that a file is no trace.
var ErrTrace = errors.New("sensortest: not a trace")

// Read reads a trace.
func Read(r io.Reader) (*Trace, error) {
	in := bufio.NewReader(r)
	head := make([]byte, len(magic))
	if _, err := io.ReadFull(in, head); err != nil || string(head) != magic {
		return nil, ErrTrace
	}
	t := &Trace{Has: map[sensor.Characteristic]bool{}, Answers: map[sensor.Characteristic][]byte{}, Replies: map[Question][]byte{}}
	var names [256]sensor.Characteristic
	for {
		kind, err := in.ReadByte()
		if err == io.EOF {
			return t, nil
		}
		number, err2 := in.ReadByte()
		if err := errors.Join(err, err2); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrTrace, err)
		}
		if err := t.record(in, kind, number, &names); err != nil {
			return nil, fmt.Errorf("%w: record of kind %d: %w", ErrTrace, kind, err)
		}
	}
}

func (t *Trace) record(in *bufio.Reader, kind, number byte, names *[256]sensor.Characteristic) error {
	if kind == recordName {
		b := make([]byte, 72)
		if _, err := io.ReadFull(in, b); err != nil {
			return err
		}
		c := sensor.Characteristic{Service: sensor.UUID(b[:36]), ID: sensor.UUID(b[36:])}
		if !c.Service.Valid() || !c.ID.Valid() {
			return errors.New("no UUID")
		}
		names[number], t.Has[c] = c, true
		return nil
	}
	c := names[number]
	if !t.Has[c] || kind < recordAnswer || kind > recordQuestion {
		return errors.New("of something without a name")
	}
	n := sensor.Notification{From: c}
	if kind == recordNotification {
		if err := binary.Read(in, binary.LittleEndian, &n.At); err != nil {
			return err
		}
	}
	var err error
	if n.Bytes, err = counted(in); err != nil {
		return err
	}
	switch kind {
	case recordAnswer:
		t.Answers[c] = n.Bytes
	case recordQuestion:
		t.Replies[Question{c, string(n.Bytes)}], err = counted(in)
	default:
		t.Notifications = append(t.Notifications, n)
	}
	return err
}

// counted reads a length and so many bytes.
func counted(in *bufio.Reader) ([]byte, error) {
	var length uint16
	if err := binary.Read(in, binary.LittleEndian, &length); err != nil {
		return nil, err
	}
	b := make([]byte, length)
	_, err := io.ReadFull(in, b)
	return b, err
}

// Recorder writes a trace.
type Recorder struct {
	w     io.Writer
	names map[sensor.Characteristic]byte
	err   error
}

// NewRecorder begins a trace.
func NewRecorder(w io.Writer) *Recorder {
	r := &Recorder{w: w, names: map[sensor.Characteristic]byte{}}
	_, r.err = io.WriteString(w, magic)
	return r
}

// Name says that the device has a characteristic.
func (r *Recorder) Name(c sensor.Characteristic) byte {
	number, known := r.names[c]
	if !known {
		if len(r.names) == 256 || !c.Service.Valid() || !c.ID.Valid() {
			r.err = errors.Join(r.err, fmt.Errorf("sensortest: cannot name %q", c.ID))
			return 0
		}
		number = byte(len(r.names))
		r.names[c] = number
		r.write(append([]byte{recordName, number}, string(c.Service)+string(c.ID)...))
	}
	return number
}

// Answer records what reading c gave.
func (r *Recorder) Answer(c sensor.Characteristic, value []byte) {
	r.write(withLength([]byte{recordAnswer, r.Name(c)}, value))
}

// Reply records what asking c a question gave.
func (r *Recorder) Reply(c sensor.Characteristic, question, answer []byte) {
	r.write(withLength(withLength([]byte{recordQuestion, r.Name(c)}, question), answer))
}

// Notification records a packet.
func (r *Recorder) Notification(n sensor.Notification) {
	head := []byte{recordNotification, r.Name(n.From)}
	r.write(withLength(binary.LittleEndian.AppendUint64(head, uint64(n.At)), n.Bytes))
}

// Err is the first thing that went wrong.
func (r *Recorder) Err() error { return r.err }

func withLength(head, value []byte) []byte {
	return append(binary.LittleEndian.AppendUint16(head, uint16(len(value))), value...)
}

func (r *Recorder) write(b []byte) {
	if r.err == nil {
		_, r.err = r.w.Write(b)
	}
}

// Span is the time from the first packet to the last.
func (t *Trace) span() (first, last care.Stamp) {
	if len(t.Notifications) == 0 {
		return 0, 0
	}
	return t.Notifications[0].At, t.Notifications[len(t.Notifications)-1].At
}
