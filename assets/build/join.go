package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Sections of a WebAssembly program that matter here, and the length of what stands before the first one
// (WebAssembly Core Specification 2.0, 5.5.2 and 5.5.16).
const (
	dataSection      = 11
	dataCountSection = 12
	preamble         = 8
)

// widest is the longest run of zeros written out between two pieces of memory.
const widest = 4096

// piece is what memory holds from an address on when the program starts.
type piece struct {
	at    uint64
	bytes []byte
}

// joined returns the same program with its memory in a few long pieces. Go's linker cuts it at every run of zeros into as
// many pieces as browsers allow, a hundred thousand, and their addresses hardly compress: 120 kB of every first visit. Zeros
// compress to nothing, and few pieces are quicker to lay out.
func joined(program []byte) ([]byte, error) {
	if len(program) < preamble {
		return nil, io.ErrUnexpectedEOF
	}
	out := bytes.NewBuffer(program[:preamble:preamble])
	for in := bytes.NewReader(program[preamble:]); in.Len() > 0; {
		id, _ := in.ReadByte()
		content, err := chunk(in)
		switch {
		case err != nil:
			return nil, fmt.Errorf("section %d: %w", id, err)
		case id == dataCountSection:
			return nil, errors.New("the program counts its pieces of memory; joining them would break it")
		case id == dataSection:
			pieces, err := readPieces(content)
			if err != nil {
				return nil, fmt.Errorf("memory: %w", err)
			}
			content = writePieces(join(pieces))
		}
		out.WriteByte(id)
		writeChunk(out, content)
	}
	return out.Bytes(), nil
}

// join fills short gaps between pieces that follow each other with the zeros that memory begins with.
func join(pieces []piece) []piece {
	var out []piece
	for _, p := range pieces {
		if last := len(out) - 1; last >= 0 {
			if end := out[last].at + uint64(len(out[last].bytes)); end <= p.at && p.at-end <= widest {
				out[last].bytes = append(append(out[last].bytes, make([]byte, p.at-end)...), p.bytes...)
				continue
			}
		}
		out = append(out, piece{p.at, bytes.Clone(p.bytes)})
	}
	return out
}

// A data segment is 0x00 for memory 0, its address as the expression "i32.const n end", and its bytes (5.5.14).
const memory0, i32Const, end = 0x00, 0x41, 0x0b

func readPieces(section []byte) ([]piece, error) {
	in := bytes.NewReader(section)
	n, err := binary.ReadUvarint(in)
	if err != nil {
		return nil, err
	}
	var out []piece
	for range n {
		mode, _ := in.ReadByte()
		op, _ := in.ReadByte()
		at, err := binary.ReadUvarint(in) // addresses are signed numbers, read alike below 2 GiB
		stop, _ := in.ReadByte()
		if err != nil || mode != memory0 || op != i32Const || stop != end || at >= 1<<31 {
			return nil, errors.New("a piece of a form not known here")
		}
		content, err := chunk(in)
		if err != nil {
			return nil, err
		}
		out = append(out, piece{at, content})
	}
	return out, nil
}

func writePieces(pieces []piece) []byte {
	var out bytes.Buffer
	out.Write(binary.AppendUvarint(nil, uint64(len(pieces))))
	for _, p := range pieces {
		out.Write([]byte{memory0, i32Const})
		out.Write(signed(p.at))
		out.WriteByte(end)
		writeChunk(&out, p.bytes)
	}
	return out.Bytes()
}

// signed writes n ≥ 0 as a signed number: where the top bit of the last seven is set it would read as a minus, so zeros follow.
func signed(n uint64) []byte {
	b := binary.AppendUvarint(nil, n)
	if last := len(b) - 1; b[last]&0x40 != 0 {
		b[last] |= 0x80
		b = append(b, 0)
	}
	return b
}

// chunk reads a length and as many bytes.
func chunk(in *bytes.Reader) ([]byte, error) {
	n, err := binary.ReadUvarint(in)
	if err != nil {
		return nil, err
	}
	if n > uint64(in.Len()) {
		return nil, io.ErrUnexpectedEOF
	}
	out := make([]byte, n)
	_, err = io.ReadFull(in, out)
	return out, err
}

func writeChunk(out *bytes.Buffer, content []byte) {
	out.Write(binary.AppendUvarint(nil, uint64(len(content))))
	out.Write(content)
}
