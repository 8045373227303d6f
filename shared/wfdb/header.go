package wfdb

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
)

// What a header means where it says nothing, header(5).
const (
	usualRate = 250
	usualGain = 200
	usualUnit = "mV"
	bits      = 12
	most      = 1024 // signals: more is no record
)

// Header is what a .hea file says.
type Header struct {
	Name    string
	Rate    float64 // samples a second of each signal
	Samples int     // of each signal; 0 when the header does not say
	Signals []Signal
	Info    []string // comments below the signals, without their mark
}

// Signal is one line of a header.
type Signal struct {
	File     string
	Format   int     // 16 and 212 can be read
	Offset   int     // bytes before the first sample
	Gain     float64 // ADC units per unit
	Baseline int     // ADC value of 0
	Unit     string  // of the quantity
	Bits     int     // ADC resolution
	Zero     int     // ADC value in the middle of its range
	First    int     // first sample; Zero where the header does not say
	Sum      uint16  // of all samples
	Summed   bool    // the header says so
	About    string  // such as the lead's name
}

// Physical is a raw sample in the signal's unit; NaN where it is Missing.
func (s Signal) Physical(raw int16) float64 {
	if raw == Missing {
		return math.NaN()
	}
	return (float64(raw) - float64(s.Baseline)) / s.Gain
}

// Reasons why a header cannot be used.
var (
	errEmpty    = errors.New("the header is empty")
	errSegments = errors.New("a record made of several segments cannot be read; score its segments instead")
	errFrames   = errors.New("a signal with several samples per frame cannot be read")
	errSkew     = errors.New("a signal with skew cannot be read")
)

// ParseHeader reads the text of a .hea file. It refuses records of several segments and signals with several samples a
// frame or skew, which no detector is scored on.
func ParseHeader(text string) (Header, error) {
	var h Header
	want, begun := 0, false
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		var err error
		switch {
		case line == "":
		case line[0] == '#':
			if begun && len(h.Signals) == want {
				h.Info = append(h.Info, strings.TrimSpace(line[1:]))
			}
		case !begun:
			begun = true
			want, err = h.record(strings.Fields(line))
		case len(h.Signals) < want:
			var s Signal
			s, err = signal(line)
			h.Signals = append(h.Signals, s)
		}
		if err != nil {
			return Header{}, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	if !begun {
		return Header{}, errEmpty
	}
	if len(h.Signals) < want {
		return Header{}, fmt.Errorf("the header speaks of %d signals and describes %d", want, len(h.Signals))
	}
	return h, nil
}

// record reads the record line: name, number of signals, rate[/counter[(base)]], samples; time and date are left.
func (h *Header) record(f []string) (signals int, err error) {
	if strings.Contains(f[0], "/") {
		return 0, errSegments
	}
	if len(f) < 2 {
		return 0, errors.New("the number of signals is missing")
	}
	h.Name, h.Rate = f[0], usualRate
	if signals, err = whole(f[1], "number of signals", 0, most); err != nil {
		return 0, err
	}
	if len(f) > 2 {
		rate, _, _ := strings.Cut(f[2], "/")
		if h.Rate, err = strconv.ParseFloat(rate, 64); err != nil || !(h.Rate > 0) || math.IsInf(h.Rate, 0) {
			return 0, fmt.Errorf("%q is no sampling rate", f[2])
		}
	}
	if len(f) > 3 {
		h.Samples, err = whole(f[3], "number of samples", 0, math.MaxInt32)
	}
	return signals, err
}

// signal reads a signal line: file, format, gain(baseline)/unit, resolution, zero, first sample, checksum, block size,
// description.
func signal(line string) (Signal, error) {
	f := strings.Fields(line)
	s := Signal{File: f[0], Gain: usualGain, Unit: usualUnit, Bits: bits}
	if len(f) < 2 {
		return s, errors.New("the signal's format is missing")
	}
	if err := s.form(f[1]); err != nil {
		return s, err
	}
	based := false
	if len(f) > 2 {
		var err error
		if based, err = s.scale(f[2]); err != nil {
			return s, err
		}
	}
	if err := s.numbers(f[min(3, len(f)):], based); err != nil {
		return s, err
	}
	s.About = after(line, 8)
	return s, nil
}

// after is what follows the first n fields of a line, as it stands, spaces and all.
func after(line string, n int) string {
	for range n {
		line = strings.TrimLeftFunc(line, unicode.IsSpace)
		line = line[strings.IndexFunc(line+" ", unicode.IsSpace):]
	}
	return strings.TrimSpace(line)
}

// form reads format[xsamples][:skew][+offset].
func (s *Signal) form(text string) (err error) {
	text, offset, has := strings.Cut(text, "+")
	if has {
		if s.Offset, err = whole(offset, "byte offset", 0, largest); err != nil {
			return err
		}
	}
	text, skew, has := strings.Cut(text, ":")
	if has && skew != "0" {
		return errSkew
	}
	text, frame, has := strings.Cut(text, "x")
	if has && frame != "1" {
		return errFrames
	}
	s.Format, err = whole(text, "format", 0, math.MaxInt16)
	return err
}

// scale reads gain[(baseline)][/unit] and says whether there was a baseline.
func (s *Signal) scale(text string) (based bool, err error) {
	gain, unit, has := strings.Cut(text, "/")
	if has && unit != "" {
		s.Unit = unit
	}
	gain, base, based := strings.Cut(gain, "(")
	if based {
		inner, closed := strings.CutSuffix(base, ")")
		if !closed {
			return false, fmt.Errorf("%q is no gain", text)
		}
		if s.Baseline, err = whole(inner, "baseline", math.MinInt32, math.MaxInt32); err != nil {
			return false, err
		}
	}
	g, err := strconv.ParseFloat(gain, 64)
	if err != nil || math.IsNaN(g) || math.IsInf(g, 0) {
		return false, fmt.Errorf("%q is no gain", text)
	}
	if g != 0 { // 0 says that nobody calibrated it
		s.Gain = g
	}
	return based, nil
}

// numbers reads resolution, zero, first sample and checksum; block size and description follow.
func (s *Signal) numbers(f []string, based bool) (err error) {
	sum := 0
	for i, to := range []*int{&s.Bits, &s.Zero, &s.First, &sum} {
		if i >= len(f) {
			break
		}
		if *to, err = whole(f[i], "number", math.MinInt32, math.MaxInt32); err != nil {
			return err
		}
	}
	if len(f) < 3 {
		s.First = s.Zero
	}
	if s.Summed = len(f) > 3; s.Summed {
		s.Sum = uint16(sum)
	}
	if !based {
		s.Baseline = s.Zero
	}
	return nil
}

// whole reads a whole number between least and greatest.
func whole(text, what string, least, greatest int) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > greatest {
		return 0, fmt.Errorf("%q is no %s", text, what)
	}
	return n, nil
}
