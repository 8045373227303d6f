// Package signal is what a researcher can ask of the program hearth: R peaks of a recording, variability of intervals,
// and the score of the detector over a folder of annotated recordings. It reads and prints; the finding, measuring and
// judging is done in shared. It is the one room of the backend that knows signals, and no part of a clinic: the house
// never opens onto it.
package signal

import (
	"errors"
	"flag"
	"fmt"
	"io"
)

// Streams are where a command reads and speaks.
type Streams struct {
	In  io.Reader
	Out io.Writer // what was asked for
	Err io.Writer // complaints
}

// How a command ends.
const (
	well   = 0
	failed = 1 // what was read makes no sense
	misled = 2 // asked wrongly
)

// Usage is what can be asked.
const Usage = `  hearth signal peaks --rate HZ [--channels N --channel K] [--quality] [--header]
      R peaks of an ECG: int16 little-endian samples on standard input, 100 to 1000 a second, of N
      channels in turns (1), of which K, counted from 0, is looked at (0). Writes a line for every
      beat as soon as it is found, sample,fed: index of the R peak with its fraction, and index of
      the newest sample known by then; samples are taken in packets of 16. --quality adds quality
      (0 to 1), and late, gap and normal as 0 or 1; further columns may follow in later versions.
      --header writes the names of the columns first.
  hearth signal hrv [--window all|30|60|120|300] [--correct]
      heart rate variability: intervals in ms on standard input, one a line (# begins a comment).
      Writes JSON: time domain, Welch and Lomb-Scargle of every window of so many seconds, one after
      the other from the start; all is 48 hours at most. --correct mends wrong intervals first and
      says how many.
  hearth signal score [--det DIR] DIR
      the detector's score over annotated recordings: a folder with records.csv, or PhysioNet's own
      files (.hea, .dat in format 16 or 212, .atr). --det DIR also writes what was found, a file
      for each record.
`

// Run does what args ask and returns the program's exit status.
func Run(args []string, s Streams) int {
	name := "help"
	if len(args) > 0 {
		name, args = args[0], args[1:]
	}
	switch name {
	case "peaks":
		return peaks(args, s)
	case "hrv":
		return variability(args, s)
	case "score":
		return judge(args, s)
	case "help", "--help", "-h":
		fmt.Fprint(s.Out, Usage)
		return well
	}
	return s.wrongly("There is no command %q.", name)
}

// wrongly says what was asked wrongly and what can be asked.
func (s Streams) wrongly(format string, args ...any) int {
	fmt.Fprintf(s.Err, format+"\n\n%s", append(args, Usage)...)
	return misled
}

// refuse says why a command cannot go on.
func (s Streams) refuse(err error) int {
	fmt.Fprintln(s.Err, err)
	return failed
}

// parse reads flags and refuses more than so many words after them. It has answered when ok is false.
func (s Streams) parse(flags *flag.FlagSet, args []string, words int) (code int, ok bool) {
	flags.SetOutput(io.Discard)
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(s.Out, Usage)
		return well, false
	case err != nil:
		return s.wrongly("%s", err), false
	case flags.NArg() > words:
		return s.wrongly("It is not clear what %q means here.", flags.Arg(words)), false
	}
	return well, true
}
