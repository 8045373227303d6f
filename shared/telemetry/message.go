package telemetry

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"hearth/shared/care"
)

// Limits of a control message; anything beyond is refused.
const (
	MaxControl = 16 << 10 // bytes of JSON
	MaxSensors = 16       // in one description
	MaxText    = 120      // characters of a name, key, unit or reason
)

// ErrControl is under every refusal of a control message.
var ErrControl = errors.New("telemetry: not a control message")

// EncodeControl writes c as JSON. It refuses what DecodeControl would.
func EncodeControl(c Control) ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	b, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrControl, err)
	}
	if len(b) > MaxControl {
		return nil, fmt.Errorf("%w: %d bytes", ErrControl, len(b))
	}
	return b, nil
}

// DecodeControl reads and checks one control message. Unknown fields are passed over; a message of which nothing is
// known, or more than one thing is said, is refused.
func DecodeControl(b []byte) (Control, error) {
	if len(b) > MaxControl {
		return Control{}, fmt.Errorf("%w: %d bytes", ErrControl, len(b))
	}
	var c Control
	if err := json.Unmarshal(b, &c); err != nil {
		return Control{}, fmt.Errorf("%w: %v", ErrControl, err)
	}
	if err := c.check(); err != nil {
		return Control{}, err
	}
	return c, nil
}

func (c Control) check() error {
	said := 0
	var ok = true
	if c.Ping != nil {
		said++
		ok = ok && validStamp(c.Ping.T0)
	}
	if c.Pong != nil {
		said++
		ok = ok && validStamp(c.Pong.T0) && validStamp(c.Pong.T1) && validStamp(c.Pong.T2) && c.Pong.T1 <= c.Pong.T2 &&
			(c.Pong.Taken == nil || validIndex(*c.Pong.Taken))
	}
	if c.Describe != nil {
		said++
		ok = ok && c.Describe.valid()
	}
	if c.Tally != nil {
		said++
		ok = ok && c.Tally.valid()
	}
	if c.Missing != nil {
		said++
		ok = ok && c.Missing.valid()
	}
	if c.Past != nil {
		said++
		ok = ok && c.Past.valid()
	}
	if c.Mark != nil {
		said++
		ok = ok && c.Mark.valid()
	}
	if c.Bye != nil {
		said++
		ok = ok && validText(c.Bye.Reason)
	}
	if said != 1 || !ok {
		return fmt.Errorf("%w: %d things said, or one that cannot be", ErrControl, said)
	}
	return nil
}

func (d *Describe) valid() bool {
	if len(d.Sensors) > MaxSensors {
		return false
	}
	seen := make(map[string]bool, len(d.Sensors))
	for _, s := range d.Sensors {
		if seen[s.Key] || !s.valid() {
			return false
		}
		seen[s.Key] = true
	}
	return true
}

func (s Sensor) valid() bool {
	for _, c := range s.Channels {
		if !validText(c.Name) || !validText(c.Unit) || !(c.Scale > 0) || math.IsInf(c.Scale, 0) {
			return false
		}
	}
	return s.Key != "" && validText(s.Key) && validText(s.Signal) && validText(s.Name) && validText(s.State) && validText(s.Worn) &&
		s.Rate >= 0 && s.Rate <= 1e6 && len(s.Channels) <= MaxChannels && s.Battery >= -1 && s.Battery <= 100
}

func (t *Tally) valid() bool {
	for _, n := range []int64{t.Decoded, t.Lost, t.Twice, t.Late, t.Refused, t.Filled, t.Waiting, t.Sent, t.Held} {
		if !validIndex(n) {
			return false
		}
	}
	return t.Key != "" && validText(t.Key)
}

// validText takes what a page may show as it is.
func validText(s string) bool { return care.Readable(s, MaxText) }
