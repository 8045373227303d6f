package e2e

import (
	"flag"
	"os"
	"testing"
)

// atOnce is how many scenes play at the same time. A scene waits most of its time, for heartbeats above all, and needs less
// than half of a core.
const atOnce = "4"

// TestMain lets as many scenes play at once as suit them, whatever the number of cores, unless -parallel says otherwise.
func TestMain(m *testing.M) {
	flag.Parse()
	said := false
	flag.Visit(func(f *flag.Flag) { said = said || f.Name == "test.parallel" })
	if !said {
		_ = flag.Set("test.parallel", atOnce)
	}
	os.Exit(m.Run())
}
