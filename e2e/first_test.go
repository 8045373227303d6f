package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"hearth/backend/command"
	"hearth/e2e/stage"
)

// Somebody who has never seen Hearth starts the demo, and from what it prints alone, by clicks alone, is in a visit from both
// sides: the therapist's page, the inbox with the guest's message, and the guest's phone.
func TestFirstTwoMinutes(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- command.Run(ctx, []string{"demo", "--addr", "localhost:0", "--data", t.TempDir(), "--json"}, command.Terminal{Out: in, Err: io.Discard})
	}()
	t.Cleanup(func() {
		stop()
		if code := <-ended; code != 0 {
			t.Errorf("the demo ended with %d", code)
		}
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var printed struct {
		Links struct{ Therapist string }
		Visit struct{ Page, Inbox string }
	}
	if err := json.Unmarshal(line, &printed); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	desk, phone := stage.Browse(t, "first-desk"), stage.Browse(t, "first-phone")
	desk.Goto(printed.Links.Therapist)
	desk.Click("button[type=submit]")
	desk.Until("!!document.querySelector('#waiting-room')")
	desk.Click(".account > summary")
	desk.Until("document.querySelector('#demo-inbox')?.getAttribute('href') === '/demo/inbox'")
	desk.Click(".account > summary")

	phone.Size(390, 844, true)
	phone.Goto(printed.Visit.Inbox)
	phone.Until("document.title.length > 8 && !!document.querySelector('#messages a[href*=\"/i/\"]')") // it looks by itself
	stage.Eval[bool](phone, "(document.querySelector('#messages > li').remove(), true)")
	phone.Until("!!document.querySelector('#messages a[href*=\"/i/\"]') && document.querySelector('#said').textContent.length > 8") // what is not there comes
	t.Run("the inbox is for everybody", func(t *testing.T) {
		phone.For(t)
		phone.Accessible("light", "dark")
		phone.Pictures("demo-inbox")
		for _, language := range []string{"de", "fr", "es", "en"} {
			phone.Goto(printed.Visit.Inbox + "?lang=" + language)
			phone.Until("document.documentElement.lang === '" + language + "' && !!document.querySelector('#messages a')")
			phone.Narrow(320)
		}
		phone.Size(390, 844, true)
	})
	phone.Click("#messages a[href*=\"/i/\"]")
	phone.Click("#ready")
	on(phone, "waiting")
	desk.Click("#knock-in")
	on(phone, "in-call")
	if page := strings.TrimPrefix(printed.Visit.Page, printed.Visit.Inbox[:strings.Index(printed.Visit.Inbox, "/demo/")]); !stage.Eval[bool](desk, "location.pathname === '"+page+"'") {
		desk.Click("a[href='" + page + "']")
	}
	for _, w := range []*stage.Window{desk, phone} {
		w.UntilData("#tile-1", "state", "here")
		w.Until("document.querySelector('#cam-1').srcObject.getAudioTracks().some(t => t.readyState === 'live' && !t.muted)")
	}
	t.Logf("from the printed line to sound both ways: %.1f s", time.Since(began).Seconds())
}
