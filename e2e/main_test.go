package e2e

import (
	"flag"
	"fmt"
	"log/slog"
	"os"
	"testing"

	"hearth/e2e/stage"
)

// atOnce is how many scenes play at the same time. A scene waits most of its time, for heartbeats above all, and needs about
// half of a core; a third one leaves too little of two cores for those whose time is hurried, or that a browser's radio feeds.
const atOnce = "2"

// TestMain refuses pages that are not those of this tree, and lets as many scenes play at once as suit them, whatever the
// number of cores, unless -parallel says otherwise.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // as the program does: the house has a log of its own
	flag.Parse()
	said := false
	flag.Visit(func(f *flag.Flag) { said = said || f.Name == "test.parallel" })
	if !said {
		_ = flag.Set("test.parallel", atOnce)
	}
	if err := stage.Pages(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}
