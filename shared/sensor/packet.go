package sensor

import "fmt"

// Why says what is wrong with a packet.
type Why string

// What can be wrong with a packet.
const (
	BadSource  Why = "nothing this decoder reads"
	BadLength  Why = "a length no packet has"
	BadContent Why = "values that cannot be"
)

// PacketError says why a packet gave no samples. It names lengths, never values.
type PacketError struct {
	From   Characteristic
	Length int // bytes
	Why    Why
}

// Error is for the log.
func (e *PacketError) Error() string {
	return fmt.Sprintf("sensor packet of %d bytes from %s: %s", e.Length, e.From.ID, e.Why)
}
