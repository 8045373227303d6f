package sensor

import (
	"fmt"
	"strings"
)

// UUID names a GATT service or characteristic: 36 lower-case characters, as Web Bluetooth wants and gives them.
type UUID string

// Short expands a 16-bit number on the Bluetooth base UUID (Core Specification, volume 3, part B, section 2.5.1).
func Short(number uint16) UUID {
	return UUID(fmt.Sprintf("0000%04x-0000-1000-8000-00805f9b34fb", number))
}

// Valid reports whether u has the shape of a UUID.
func (u UUID) Valid() bool {
	if len(u) != 36 {
		return false
	}
	for i, c := range string(u) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (c == '-') || !dash && !strings.ContainsRune("0123456789abcdef", c) {
			return false
		}
	}
	return true
}

// Characteristic is one value of a device. Makers use the same number under different services, so only the pair
// names it.
type Characteristic struct {
	Service UUID
	ID      UUID
}

// BatteryLevel is the standard characteristic for it: one byte, per cent (Battery Service 1.0, section 3.1). A driver
// that finds it may subscribe to it; its notifications then come along with the others.
var BatteryLevel = Characteristic{Service: Short(0x180F), ID: Short(0x2A19)}
