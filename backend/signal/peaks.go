package signal

import (
	"bufio"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
)

// most is how many channels a stream may have.
const most = 1024

// A sample's index is written to a thousandth: four microseconds.
const (
	decimals = 3
	finest   = 1000
)

// columns of a line, in order; those after the first two with --quality only. New ones are added at the end.
var columns = []struct {
	name string
	text func(beat) string
}{
	{"sample", func(b beat) string { return strconv.FormatFloat(b.At, 'f', decimals, 64) }},
	{"fed", func(b beat) string { return strconv.FormatInt(b.known, 10) }},
	{"quality", func(b beat) string { return strconv.FormatFloat(b.Quality, 'f', 3, 64) }},
	{"late", func(b beat) string { return bit(b.Late) }},
	{"gap", func(b beat) string { return bit(b.AfterGap) }},
	{"normal", func(b beat) string { return bit(b.Normal) }},
	{"why", func(b beat) string { return b.Why.String() }},
}

// plain is how many columns there are without --quality.
const plain = 2

func bit(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

// peaks finds beats in the samples on standard input.
func peaks(args []string, s Streams) int {
	flags := flag.NewFlagSet("peaks", flag.ContinueOnError)
	rate := flags.Float64("rate", 0, "samples a second of each channel")
	channels := flags.Int("channels", 1, "channels in turns")
	channel := flags.Int("channel", 0, "the one to look at, from 0")
	quality := flags.Bool("quality", false, "more columns")
	header := flags.Bool("header", false, "names of the columns first")
	if code, ok := s.parse(flags, args, 0); !ok {
		return code
	}
	switch {
	case *rate == 0:
		return s.wrongly("Please say how many samples a second there are: --rate HZ.")
	case *channels < 1 || *channels > most:
		return s.wrongly("%d channels cannot be read: 1 to %d can.", *channels, most)
	case *channel < 0 || *channel >= *channels:
		return s.wrongly("There is no channel %d of %d: they are counted from 0.", *channel, *channels)
	}
	f, err := newFinder(*rate)
	if err != nil {
		return s.wrongly("A rate of %g cannot be used: 100 to 1000 samples a second can.", *rate)
	}
	l := lines{w: bufio.NewWriter(s.Out), columns: plain}
	if *quality {
		l.columns = len(columns)
	}
	if *header {
		l.names()
	}
	if err := stream(s.In, frames{channels: *channels, channel: *channel}, f, l); err != nil {
		return s.refuse(err)
	}
	return well
}

// stream finds beats in r until it ends; what a read brought is written before the next.
func stream(r io.Reader, fr frames, f *finder, l lines) error {
	buf := make([]byte, 1<<16)
	for {
		n, err := r.Read(buf)
		l.beats(f.take(fr.take(buf[:n])))
		if err != nil {
			l.beats(f.end())
		}
		if flushed := l.w.Flush(); flushed != nil {
			return fmt.Errorf("Nobody reads what is written here: %w", flushed)
		}
		switch {
		case errors.Is(err, io.EOF):
			return fr.end()
		case err != nil:
			return fmt.Errorf("The samples could not be read: %w", err)
		}
	}
}

// frames takes one channel out of bytes that come in pieces of any size.
type frames struct {
	channels, channel int
	rest              []byte // less than a frame
	out               []float64
}

// take gives the channel's samples; they are good until the next call.
func (f *frames) take(b []byte) []float64 {
	f.rest = append(f.rest, b...)
	size := 2 * f.channels
	f.out = f.out[:0]
	from := 0
	for ; from+size <= len(f.rest); from += size {
		f.out = append(f.out, float64(int16(binary.LittleEndian.Uint16(f.rest[from+2*f.channel:]))))
	}
	f.rest = f.rest[:copy(f.rest, f.rest[from:])]
	return f.out
}

// end refuses a stream that stops within a frame.
func (f *frames) end() error {
	switch {
	case len(f.rest) == 0:
		return nil
	case f.channels == 1:
		return errors.New("The input ends in the middle of a sample: a sample has two bytes.")
	}
	return fmt.Errorf("The input ends in the middle of a frame: %d bytes are left over, and a frame of %d channels has %d.",
		len(f.rest), f.channels, 2*f.channels)
}

// lines writes beats.
type lines struct {
	w       *bufio.Writer
	columns int
}

func (l lines) names() {
	for i, c := range columns[:l.columns] {
		l.cell(i, c.name)
	}
}

func (l lines) beats(all []beat) {
	for _, b := range all {
		for i, c := range columns[:l.columns] {
			l.cell(i, c.text(b))
		}
	}
}

// cell writes to the buffer, whose error Flush gives again.
func (l lines) cell(i int, text string) {
	_, _ = l.w.WriteString(text)
	if i == l.columns-1 {
		_ = l.w.WriteByte('\n')
	} else {
		_ = l.w.WriteByte(',')
	}
}
