package leftover

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const careless = "HEARTH_TEST_CARELESS"

// TestCareless is a process that starts much and clears nothing up: the other half of TestKilled.
func TestCareless(t *testing.T) {
	fifo := os.Getenv(careless)
	if fifo == "" {
		t.Skip("only TestKilled runs this, as another program")
	}
	if _, err := Clear(`echo cleared "$1" > "$2"`, "one thing", fifo); err != nil {
		t.Fatal(err)
	}
	gone, err := Clear(`echo cleared "$1" > "$2"`, "what is gone", fifo)
	if err != nil {
		t.Fatal(err)
	}
	gone()
	gone()
	// A program with a child: both write to what this process gave them, and hold it open while they live.
	cmd := exec.Command("/bin/sh", "-c", "sleep 1000 & echo started; sleep 1000")
	cmd.Stdout = os.Stdout
	if _, err := Start(cmd); err != nil {
		t.Fatal(err)
	}
	select {}
}

// A process that is killed leaves nothing it had said before.
func TestKilled(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "said")
	if out, err := exec.Command("mkfifo", fifo).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	cmd := exec.Command(os.Args[0], "-test.run", "^TestCareless$")
	cmd.Env = append(os.Environ(), careless+"="+fifo)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("it does not start: %v", err)
		}
		if strings.Contains(line, "started") {
			break
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	said, err := os.ReadFile(fifo)
	if got := string(said); err != nil || got != "cleared one thing\n" {
		t.Errorf("%q was cleared (%v), want one thing", got, err)
	}
	if _, err := io.Copy(io.Discard, lines); err != nil { // ends when nobody is left who could write
		t.Error(err)
	}
	_ = cmd.Wait()
}

// What is stopped is gone with its children, and a program that ended by itself may be stopped too.
func TestStop(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, script := range []string{"sleep 1000 & sleep 1000", "true"} {
		cmd := exec.Command("/bin/sh", "-c", script)
		cmd.Stdout = w
		stop, err := Start(cmd)
		if err != nil {
			t.Fatal(err)
		}
		stop()
		stop()
	}
	w.Close()
	if rest, err := io.ReadAll(r); err != nil || len(rest) > 0 {
		t.Error(fmt.Sprint("somebody wrote: ", rest, err))
	}
}
