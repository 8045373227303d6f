package sensor

import (
	"context"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What only some drivers and decoders can. Owners ask by type assertion.

// Teller is a decoder that knows more of its device than its streams.
type Teller interface{ About() About }

// About is what a person may want to know of a connected device.
type About struct {
	Firmware string   // as the device says: "0.9.0"; "" when it does not
	Notes    []string // codes; the catalogues have words under "sensor.note."+code
}

// Recoverer is a driver of devices that keep what was measured while no link was there.
type Recoverer interface {
	// Recover has the device send what it kept and waits until d, which Prepare made for this link, has decoded the end
	// of it. The blocks come out of Decode, with Past set, on the goroutine that decodes; Recover runs on another.
	// A device that kept nothing is no error.
	Recover(ctx context.Context, link Link, d Decoder) error

	// Forget has the device delete what it sent. It is called after everything was laid in its place.
	Forget(ctx context.Context, link Link) error
}

// nameMost is how many characters of a device's name are shown.
const nameMost = 40

// CleanName makes a device's own name fit to show: one line of printable characters, at most 40 of them. Anybody can
// build a device with any name.
func CleanName(name string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError || unicode.Is(unicode.Cf, r):
			return -1
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return -1
		}
		return r
	}, name)
	clean = strings.Join(strings.Fields(clean), " ")
	if letters := []rune(clean); len(letters) > nameMost {
		clean = strings.TrimSpace(string(letters[:nameMost]))
	}
	return clean
}

// Meet does what Prepare does with any device: it reads the firmware revision and has the device tell its battery. A
// device that keeps these to itself is as good; only a broken link is an error.
func Meet(ctx context.Context, link Link) (firmware string, err error) {
	if firmware, err = Firmware(ctx, link); broken(ctx, err) {
		return "", err
	}
	found, err := link.Find(ctx, BatteryLevel)
	if err == nil && found {
		err = link.Subscribe(ctx, BatteryLevel)
	}
	if broken(ctx, err) {
		return "", err
	}
	return firmware, nil
}

func broken(ctx context.Context, err error) bool {
	return err != nil && (ctx.Err() != nil || errors.Is(err, ErrLost))
}

// FirmwareRevision is the standard characteristic for it (Device Information Service 1.1, section 3.5): UTF-8 text.
var FirmwareRevision = Characteristic{Service: Short(0x180A), ID: Short(0x2A26)}

// Firmware reads the standard firmware revision, "" where the device has none or it is no text. Only a broken link is
// an error.
func Firmware(ctx context.Context, link Link) (string, error) {
	found, err := link.Find(ctx, FirmwareRevision)
	if err != nil || !found {
		return "", err
	}
	b, err := link.Read(ctx, FirmwareRevision)
	if err != nil {
		return "", err
	}
	return CleanName(strings.TrimRight(string(b), "\x00")), nil
}
