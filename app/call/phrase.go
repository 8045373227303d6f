package call

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
)

// The safety phrase is two groups of four digits that two people read to each other. It is made of the fingerprints of both
// DTLS certificates, to which the connection is bound, and of a number each page draws. Digits are the same in every language.
//
// Eight digits made of fingerprints alone could be hit by a dishonest server that makes certificates until two phrases
// agree, which is quick. So the pages bind themselves first (as ZRTP does, RFC 6189 section 4.4.1.1): the offerer sends the hash of
// its number, the other page its number, and only then the offerer shows its own. Whoever sits between them has to choose
// before knowing, and is right once in a hundred million connections.

// nonceSize is the number a page draws, in bytes.
const nonceSize = 16

func newNonce() []byte {
	b := make([]byte, nonceSize)
	_, _ = rand.Read(b) // never fails: it ends the program before it does (crypto/rand)
	return b
}

// commitment hides a number until it is shown.
func commitment(nonce []byte) []byte {
	sum := sha256.Sum256(append([]byte("hearth safety commitment 1\n"), nonce...))
	return sum[:]
}

var errCommitment = errors.New("call: the other page showed another number than it had bound itself to")

// Phrase makes the digits, the same on both pages: a and b are the fingerprints and numbers of the two, in whatever order.
func Phrase(printA string, nonceA []byte, printB string, nonceB []byte) string {
	if printB < printA || printA == printB && string(nonceB) < string(nonceA) {
		printA, nonceA, printB, nonceB = printB, nonceB, printA, nonceA
	}
	h := sha256.New()
	for _, part := range []string{"hearth safety phrase 1", printA, hex.EncodeToString(nonceA), printB, hex.EncodeToString(nonceB)} {
		fmt.Fprintf(h, "%d:%s\n", len(part), part) // lengths first, so that no two lists read the same
	}
	n := binary.BigEndian.Uint64(h.Sum(nil)) % 100_000_000
	return fmt.Sprintf("%04d %04d", n/10_000, n%10_000)
}

// pledge is how far two pages are with their numbers on one connection.
type pledge struct {
	offerer bool
	ours    []byte
	bound   []byte // the offerer's commitment, on the other page
	theirs  []byte
	broken  bool
}

func newPledge(offerer bool) *pledge { return &pledge{offerer: offerer, ours: newNonce()} }

// open is what the offerer says first; nil on the other page.
func (p *pledge) open() *safety {
	if !p.offerer {
		return nil
	}
	return &safety{Bind: hex.EncodeToString(commitment(p.ours))}
}

// hear takes what the other page says, and returns the answer; nil: there is none. Each step is taken once; the same said
// again is answered with the same.
func (p *pledge) hear(s safety) (answer *safety, err error) {
	switch {
	case p.broken:
	case s.Bind != "" && !p.offerer:
		bound, err := fixed(s.Bind, sha256.Size)
		if err != nil || p.bound != nil && !bytes.Equal(p.bound, bound) {
			return nil, err
		}
		p.bound = bound
		return &safety{Show: hex.EncodeToString(p.ours)}, nil
	case s.Show != "" && (p.offerer || p.bound != nil):
		theirs, err := fixed(s.Show, nonceSize)
		if err != nil || p.theirs != nil && !bytes.Equal(p.theirs, theirs) {
			return nil, err
		}
		if !p.offerer && subtle.ConstantTimeCompare(commitment(theirs), p.bound) != 1 {
			p.broken = true
			return nil, errCommitment
		}
		if p.theirs = theirs; p.offerer {
			return &safety{Show: hex.EncodeToString(p.ours)}, nil
		}
	}
	return nil, nil
}

// phrase is what to read aloud; "" until both numbers are there.
func (p *pledge) phrase(ours, theirs string) string {
	if p.theirs == nil || p.broken {
		return ""
	}
	return Phrase(ours, p.ours, theirs, p.theirs)
}

func fixed(s string, size int) ([]byte, error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != size {
		return nil, errors.New("call: not a number of a safety phrase")
	}
	return b, nil
}
