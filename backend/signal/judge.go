package signal

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"hearth/shared/ecg/score"
)

// rules are how strictly a recording is judged, most usual first: hits within 150 ms or 50, from the first sample or, as
// EC57 has it, after five minutes of learning.
var rules = []score.Rule{{Window: 150}, {Window: 50}, {Window: 150, Skip: 300}, {Window: 50, Skip: 300}}

// result is what came of a recording.
type result struct {
	db, name string
	tallies  []score.Tally // one a rule
	busy     time.Duration // of the detector
	hours    float64       // of signal
}

// judge scores the detector over a folder.
func judge(args []string, s Streams) int {
	flags := flag.NewFlagSet("score", flag.ContinueOnError)
	det := flags.String("det", "", "folder to write what was found to")
	if code, ok := s.parse(flags, args, 1); !ok {
		return code
	}
	if flags.NArg() == 0 {
		return s.wrongly("Please name the folder of recordings.")
	}
	dir := flags.Arg(0)
	all, left, err := contents(dir)
	if err != nil {
		return s.refuse(fmt.Errorf("The folder %s cannot be used: %w", dir, err))
	}
	if len(left) > 0 {
		fmt.Fprintf(s.Err, "Without annotations, and so left out: %v\n", left)
	}
	if *det != "" {
		if err := distinct(all); err != nil {
			return s.refuse(fmt.Errorf("What is found cannot be written: %w", err))
		}
		if err := os.MkdirAll(*det, 0o777); err != nil {
			return s.refuse(fmt.Errorf("What is found cannot be written: %w", err))
		}
	}
	var out []result
	for _, e := range all {
		r, err := e.judge(*det)
		if err != nil {
			return s.refuse(fmt.Errorf("%s/%s cannot be scored: %w", e.db, e.name, err))
		}
		out = append(out, r)
	}
	if err := report(s.Out, out); err != nil {
		return s.refuse(fmt.Errorf("Nobody reads what is written here: %w", err))
	}
	return well
}

// file is where what was found in it is written.
func (e entry) file() string { return filepath.Base(e.name) + ".txt" }

// distinct refuses recordings of which one would be written over another.
func distinct(all []entry) error {
	of := map[string]entry{}
	for _, e := range all {
		if other, there := of[e.file()]; there {
			return fmt.Errorf("%s/%s and %s/%s have the same name", other.db, other.name, e.db, e.name)
		}
		of[e.file()] = e
	}
	return nil
}

// judge scores one recording, and writes what was found to a folder if there is one.
func (e entry) judge(det string) (result, error) {
	r, err := e.read()
	if err != nil {
		return result{}, err
	}
	found, busy, err := find(r)
	if err != nil {
		return result{}, err
	}
	out := result{db: e.db, name: e.name, busy: busy, hours: float64(len(r.samples)) / r.Rate / 3600}
	if det != "" {
		if err := keep(filepath.Join(det, e.file()), found); err != nil {
			return result{}, err
		}
	}
	for _, rule := range rules {
		out.tallies = append(out.tallies, score.Of(r.Reference, judged(found), rule))
	}
	return out, nil
}

// keep writes beats as the command peaks does.
func keep(name string, found []beat) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	l := lines{w: bufio.NewWriter(f), columns: plain}
	l.beats(found)
	if err := l.w.Flush(); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
