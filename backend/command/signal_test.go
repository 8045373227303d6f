package command

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// pulse is seconds of a made-up ECG at 250 Hz, a beat every 0.8 s from 0.5 s on.
func pulse(seconds int) []byte {
	var b []byte
	for i := range 250 * seconds {
		x := (math.Mod(float64(i)/250+0.3, 0.8) - 0.8*math.Round(math.Mod(float64(i)/250+0.3, 0.8)/0.8)) * 1000
		v := 1000*math.Exp(-x*x/2/11/11) + 9*math.Sin(float64(i)*float64(i))
		b = binary.LittleEndian.AppendUint16(b, uint16(int16(v)))
	}
	return b
}

// Beats come out while samples still come in, and the program ends when it is interrupted, even while it waits for more.
func TestPeaksComeAtOnce(t *testing.T) {
	in, out, p := filter(t, "signal", "peaks", "--rate", "250")
	if _, err := in.Write(pulse(10)); err != nil {
		t.Fatal(err)
	}
	lines := make(chan string)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(out); s.Scan(); {
			lines <- s.Text()
		}
	}()
	for i := range 8 {
		select {
		case l := <-lines:
			at, fed, ok := strings.Cut(l, ",")
			a, err1 := strconv.ParseFloat(at, 64)
			f, err2 := strconv.Atoi(fed)
			if !ok || err1 != nil || err2 != nil || float64(f) < a || f%16 != 15 {
				t.Fatalf("line %d is %q", i, l)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("only %d beats of ten seconds came while more are awaited; said %s", i, p.errs)
		}
	}
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	for range lines { // until the program has ended
	}
	if p.wait(); p.cmd.ProcessState.Success() {
		t.Error("interrupted, it says that all went well")
	}
	if s, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus); ok && s.Signaled() && s.Signal() != syscall.SIGINT {
		t.Errorf("it ended by %s", s.Signal())
	}
}

// filter starts the program with both ends in our hands.
func filter(t *testing.T, args ...string) (io.WriteCloser, io.Reader, *program) {
	t.Helper()
	p := &program{t: t, cmd: exec.Command(os.Args[0], args...), errs: &bytes.Buffer{}}
	p.cmd.Env, p.cmd.Stderr = append(os.Environ(), asProgram+"=1"), p.errs
	in, err := p.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if !p.stopped {
			p.cmd.Process.Kill()
			p.cmd.Wait()
		}
	})
	return in, out, p
}

func TestSignalAsAProgram(t *testing.T) {
	for what, c := range map[string]struct {
		args      []string
		in        string
		code      int
		out, errs string
	}{
		"variability":     {[]string{"hrv"}, "800\n810\n790\n", 0, `"rmssd": 15.811`, ""},
		"a bad interval":  {[]string{"hrv"}, "800\nx\n", 1, "", `Line 2: "x"`},
		"half a sample":   {[]string{"peaks", "--rate", "250"}, "abc", 1, "", "middle of a sample"},
		"a bad rate":      {[]string{"peaks", "--rate", "50"}, "", 2, "", "100 to 1000"},
		"no folder":       {[]string{"score"}, "", 2, "", "name the folder"},
		"a folder of air": {[]string{"score", t.TempDir()}, "", 1, "", "records.csv"},
		"nothing":         {nil, "", 0, "hearth signal peaks", ""},
	} {
		in, out, p := filter(t, append([]string{"signal"}, c.args...)...)
		if _, err := io.WriteString(in, c.in); err != nil {
			t.Fatal(err)
		}
		in.Close()
		said, err := io.ReadAll(out)
		if err != nil {
			t.Fatal(err)
		}
		if code := p.wait(); code != c.code || !strings.Contains(string(said), c.out) || !strings.Contains(p.errs.String(), c.errs) || c.errs == "" && p.errs.Len() > 0 {
			t.Errorf("%s: exit %d, wrote %s, said %s", what, code, said, p.errs)
		}
	}
}
