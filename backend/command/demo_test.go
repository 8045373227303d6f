package command

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"hearth/backend/house"
)

// printed is what a person reads in the terminal until the last line of a greeting is there.
func printed(t *testing.T, last string, args ...string) (text string) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan int, 1)
	var errs bytes.Buffer
	go func() { ended <- Run(ctx, args, Terminal{Out: in, Err: &errs}); in.Close() }()
	t.Cleanup(func() {
		stop()
		go io.Copy(io.Discard, out)
		if code := <-ended; code != well {
			t.Errorf("ended with %d, said %s", code, &errs)
		}
	})
	for b := make([]byte, 4096); !strings.Contains(text, last); {
		n, err := out.Read(b)
		if text += string(b[:n]); err != nil {
			t.Fatalf("the greeting ended at %q; said %s", text, &errs)
		}
	}
	return text
}

// Whoever sees the demo for the first time finds both sides of a visit in what is printed, and every address opens.
func TestDemoLeadsToAVisit(t *testing.T) {
	text := printed(t, "Ctrl+C closes the house.", "demo", "--addr", "localhost:0", "--data", t.TempDir())
	for _, says := range []string{"Mira Solano, therapist", "Kim Lovell, clerk", "A visit has begun", "/demo/inbox", "hearth simulate --count 3 --invite http://localhost:"} {
		if !strings.Contains(text, says) {
			t.Errorf("does not say %q:\n%s", says, text)
		}
	}
	opens := map[string]string{"/demo/inbox": "", "/i/": `id="ready"`, "/c/": `name="name"`}
	for _, address := range regexp.MustCompile(`http://localhost:\d+/\S+`).FindAllString(text, -1) {
		code, body := status(t, "GET", address, "")
		if code != http.StatusOK {
			t.Errorf("%s opens with %d", address, code)
		}
		for part, shows := range opens {
			if strings.Contains(address, part) {
				if delete(opens, part); !strings.Contains(body, shows) {
					t.Errorf("%s shows no %s", address, shows)
				}
			}
		}
	}
	if len(opens) > 0 {
		t.Errorf("leads nowhere: %v in\n%s", opens, text)
	}
	inbox := regexp.MustCompile(`http://localhost:\d+/demo/inbox`).FindString(text)
	for end := time.Now().Add(40 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if _, body := status(t, "GET", inbox, ""); strings.Contains(body, "/i/") {
			break
		}
		if time.Now().After(end) {
			t.Fatal("no link ever came into the inbox")
		}
	}
}

// With https, a phone on the network finds its way by its camera.
func TestDemoOnTheNetwork(t *testing.T) {
	last := "\n\n  ██"
	if len(house.LocalAddresses()) == 0 {
		last = "has no address in a local network"
	}
	text := printed(t, last, "demo", "--addr", "localhost:0", "--data", t.TempDir(), "--https")
	if strings.Contains(last, "█") != strings.Contains(text, "Wren-23's way into the visit") || strings.Contains(text, "hearth simulate") {
		t.Errorf("printed:\n%s", text)
	}
}
