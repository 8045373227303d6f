// Package audit says what is remembered about who read or changed what. It never holds content: no names, no texts, no
// signals, and of an address only the network it came from.
package audit

import (
	"net/netip"
	"time"

	"hearth/shared/care"
)

// Entry is one line of the audit trail. What is not known or does not apply is empty.
type Entry struct {
	At      time.Time      // UTC, microseconds; the store fills it in when zero
	Person  care.PersonID  // who did it; "" for a stranger, such as somebody failing to sign in
	Action  string         // an operation of the interface ("get-limits", "get-limits.refused"), or a dotted word such as "sign-in.wrong", "share.begin.ecg"
	Patient care.PatientID // whose data
	Object  string         // id of the sitting, label, person … it was done to; never a name
	From    string         // see Network
}

// Network reduces an address to the network it came from: a /24 of IPv4, a /48 of IPv6, so that the trail tells two
// clinics apart and nobody's home computer.
func Network(addr netip.Addr) string {
	addr = addr.Unmap().WithZone("")
	bits := 48
	switch {
	case !addr.IsValid():
		return ""
	case addr.Is4():
		bits = 24
	}
	p, err := addr.Prefix(bits)
	if err != nil {
		return ""
	}
	return p.String()
}
