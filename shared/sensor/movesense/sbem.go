package movesense

import (
	"bytes"
	"encoding/binary"
)

// logReader puts a log together that comes in pieces. A log is a stream in the maker's SBEM format:
//
//	"SBEM0103", then chunks: id · length · as many bytes
//	id      u8, or 0xFF and u16
//	length  u8, or 0xFF and u32
//
// In this firmware a chunk 104 is an ECG packet and a chunk 105 a movement packet, as on the air; others are skipped.
// Nothing in a log guards it against a piece lost on the way, so a packet is given when another one, or the end, follows it.
// What cannot be a chunk ends the reading: what was whole before has been given. The zero value is ready.
type logReader struct {
	begun  bool // what it begins with has been read
	broken bool // the rest is not read
	chunk  [packetMax]byte
	have   int // bytes of a header or of a chunk in hand
	want   int // bytes of the chunk, 0 while its header is read
	stream int // of the chunk
	skip   int // bytes still to come of a chunk nobody wants

	held       [packetMax]byte // a packet that waits for what follows
	heldBytes  int
	heldStream int
}

const (
	logMagic    = "SBEM"
	logHeader   = 8
	logECG      = 104
	logMovement = 105
	logSkipMost = 4096 // bytes: no chunk of this firmware comes near
	escape      = 0xFF
)

// lacksOne reports whether one more byte makes a chunk whole.
func (r *logReader) lacksOne() bool { return r.want > 0 && r.want-r.have == 1 }

// next reads on in a piece until a packet is given or the piece is at its end. The packet is valid until the next call.
func (r *logReader) next(piece []byte) (rest []byte, stream int, packet []byte) {
	for len(piece) > 0 && !r.broken {
		switch {
		case r.skip > 0:
			n := min(r.skip, len(piece))
			r.skip, piece = r.skip-n, piece[n:]
		case r.want == 0:
			r.chunk[r.have], piece = piece[0], piece[1:]
			r.have++
			if r.header() && r.heldBytes > 0 {
				stream, packet = r.release()
				return piece, stream, packet
			}
		default:
			n := copy(r.chunk[r.have:r.want], piece)
			r.have, piece = r.have+n, piece[n:]
			if r.have == r.want {
				r.heldBytes, r.heldStream = copy(r.held[:], r.chunk[:r.want]), r.stream
				r.have, r.want = 0, 0
			}
		}
	}
	return nil, 0, nil
}

// release gives the packet that waits, if the log did not break behind it.
func (r *logReader) release() (stream int, packet []byte) {
	n := r.heldBytes
	if r.heldBytes = 0; n == 0 || r.broken {
		return 0, nil
	}
	return r.heldStream, r.held[:n]
}

// header looks whether what a log or a chunk begins with is there; true says that a packet begins.
func (r *logReader) header() bool {
	if !r.begun && r.chunk[0] == logMagic[0] {
		if r.have == logHeader {
			r.begun, r.have, r.broken = true, 0, !bytes.HasPrefix(r.chunk[:], []byte(logMagic))
		}
		return false
	}
	r.begun = true
	id, length, whole := chunkHeader(r.chunk[:r.have])
	if !whole {
		return false
	}
	r.have = 0
	switch {
	case (id == logECG || id == logMovement) && length > 0 && length <= packetMax:
		r.stream, r.want = int(id-logECG), inBytes(id, length)
	case id != logECG && id != logMovement && length <= logSkipMost:
		r.skip, r.heldBytes = int(length), 0
	default:
		r.broken = true
	}
	return r.want > 0
}

// chunkHeader reads the id and length of a chunk; whole is false while bytes are missing.
func chunkHeader(b []byte) (id uint16, length uint32, whole bool) {
	if id = uint16(b[0]); id != escape {
		b = b[1:]
	} else if len(b) >= 3 {
		id, b = binary.LittleEndian.Uint16(b[1:]), b[3:]
	} else {
		return 0, 0, false
	}
	switch {
	case len(b) >= 1 && b[0] != escape:
		return id, uint32(b[0]), true
	case len(b) >= 5:
		return id, binary.LittleEndian.Uint32(b[1:]), true
	}
	return 0, 0, false
}

// inBytes is the length of a packet in bytes. The firmware's description gives it in 32-bit words, and no packet has
// so few bytes.
func inBytes(id uint16, length uint32) int {
	if id == logECG && length == 10 || id == logMovement && length == 38 {
		return int(4 * length)
	}
	return int(length)
}
