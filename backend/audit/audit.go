// Package audit says what is remembered about who read or changed what, and proves that nothing was taken out of it. It
// never holds content: no names, no texts, no signals, and of an address only the network it came from; ids name people
// and things, so forgetting a person leaves the trail whole.
//
// # The chain
//
// Entries are numbered from 1 without holes. The hash of each covers its number, everything it says and the hash of the
// one before (of the first: 32 zero bytes), see Link.Sum. A change, a hole or an exchange anywhere therefore shows when the
// chain is walked (Verify). What a chain alone cannot show is its own end missing, or all of it written anew by somebody
// who owns the database: for that an Anchor, the number and hash of one entry, is kept somewhere else. The house says one
// a day in its log, and "hearth audit anchor" prints one.
package audit

import (
	"net/netip"
	"time"

	"hearth/shared/care"
)

// Entry is one line of the audit trail. What is not known or does not apply is empty.
type Entry struct {
	At      time.Time      // UTC, microseconds; the store fills it in when zero
	Person  care.PersonID  // who did it; "" for a stranger, such as somebody failing to sign in, and for the house itself
	Action  string         // an operation of the interface ("get-limits", "get-limits.refused"), or a dotted word such as "sign-in.wrong", "share.begin.ecg"
	Patient care.PatientID // whose data
	Object  string         // id of the sitting, label, person … it was done to; never a name
	From    string         // see Network
	Place   care.Place     // where what it was about belongs; the store finds it when it is zero
	Count   int            // how many things an answer held or a change touched; 0: one, or not known
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
