package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"hearth/shared/fault"
)

// Sum is the hash of an entry.
type Sum [sha256.Size]byte

// String is the hash in hexadecimal, 64 characters.
func (s Sum) String() string { return hex.EncodeToString(s[:]) }

// ParseSum reads what String wrote.
func ParseSum(text string) (s Sum, err error) {
	if len(text) != 2*len(s) || strings.ToLower(text) != text {
		return s, fault.New(fault.Invalid, "audit.anchor", nil)
	}
	if _, err = hex.Decode(s[:], []byte(text)); err != nil {
		return Sum{}, fault.New(fault.Invalid, "audit.anchor", err)
	}
	return s, nil
}

// domain keeps hashes of entries apart from hashes of anything else. Its number is the version of the encoding.
const domain = "hearth audit entry 1\x00"

// Link is an entry in its place in the chain.
type Link struct {
	Number int64 // from 1
	Before Sum   // hash of the entry before; zero of the first
	Hash   Sum
	Entry
}

// Sum is what the hash of a link must be: SHA-256 over, in this order,
//
//	"hearth audit entry 1" and a zero byte
//	the hash of the entry before           32 bytes
//	number, moment, count                  8 bytes each, signed, most significant first; the moment in microseconds since 1970
//	person, action, patient, object,
//	network, site, project                 each: length in bytes (4 bytes, most significant first), then UTF-8
//
// Every part has a length that is fixed or said before it, so no two entries are written alike.
func (l Link) Sum() Sum {
	b := make([]byte, 0, 384)
	b = append(b, domain...)
	b = append(b, l.Before[:]...)
	for _, n := range []int64{l.Number, l.At.UnixMicro(), int64(l.Count)} {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	for _, s := range []string{string(l.Person), l.Action, string(l.Patient), l.Object, l.From, string(l.Place.Site), string(l.Place.Project)} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(s)))
		b = append(b, s...)
	}
	return sha256.Sum256(b)
}

// After makes the link of an entry that follows an anchor.
func (a Anchor) After(e Entry) Link {
	l := Link{Number: a.Number + 1, Before: a.Hash, Entry: e}
	l.Hash = l.Sum()
	return l
}

// Anchor is one entry of the chain by its number and hash. Kept elsewhere, it shows later that the chain up to there is
// still the one it was. The zero Anchor is the beginning of a chain.
type Anchor struct {
	Number int64
	Hash   Sum
}

// Anchor is the link as an anchor.
func (l Link) Anchor() Anchor { return Anchor{l.Number, l.Hash} }

// String writes an anchor as "number:hash".
func (a Anchor) String() string { return strconv.FormatInt(a.Number, 10) + ":" + a.Hash.String() }

// ParseAnchor reads what String wrote; fault.Invalid "audit.anchor" otherwise.
func ParseAnchor(text string) (a Anchor, err error) {
	number, sum, _ := strings.Cut(strings.TrimSpace(text), ":")
	if a.Number, err = strconv.ParseInt(number, 10, 64); err != nil || a.Number < 0 || strconv.FormatInt(a.Number, 10) != number {
		return Anchor{}, fault.New(fault.Invalid, "audit.anchor", err)
	}
	if a.Hash, err = ParseSum(sum); err != nil {
		return Anchor{}, err
	}
	if a.Number == 0 && a.Hash != (Sum{}) {
		return Anchor{}, fault.New(fault.Invalid, "audit.anchor", fmt.Errorf("nothing stands before the first entry"))
	}
	return a, nil
}
