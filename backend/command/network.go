package command

import (
	"fmt"
	"net"
	"strings"

	"rsc.io/qr"

	"hearth/backend/house"
)

// openToNetwork makes the demo reachable for neighbours: every interface, https with an own certificate.
func openToNetwork(c *house.Config) error {
	_, port, err := net.SplitHostPort(c.Address)
	if err != nil {
		return fmt.Errorf("read the address %q: %w", c.Address, err)
	}
	c.Address, c.LAN = net.JoinHostPort("", port), true
	c.TLS, err = house.OwnCertificate(c.Dir)
	return err
}

// quiet is the empty border a reader needs around a code, in modules (ISO/IEC 18004 asks for 4).
const quiet = 4

// square draws a QR code with half blocks, two modules a line, light on dark as terminals are: most readers take both.
func square(text string) (string, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return "", fmt.Errorf("draw a code: %w", err)
	}
	light := func(x, y int) bool { return !code.Black(x, y) }
	var b strings.Builder
	for y := -quiet; y < code.Size+quiet; y += 2 {
		b.WriteString("  ")
		for x := -quiet; x < code.Size+quiet; x++ {
			switch up, down := light(x, y), light(x, y+1); {
			case up && down:
				b.WriteRune('█')
			case up:
				b.WriteRune('▀')
			case down:
				b.WriteRune('▄')
			default:
				b.WriteByte(' ')
			}
		}
		b.WriteByte('\n')
	}
	return b.String(), nil
}
