package e2e

import (
	"context"
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"
	"time"

	"hearth/backend/simulated"
	"hearth/e2e/stage"
	"hearth/shared/api"
)

// companion is a simulated person in a visit.
type companion struct {
	gone chan struct{}  // closed when they have left
	told simulated.Told // what it was like; after gone
	err  error
}

// company lets a simulated person come by a link, with sound and picture, until the visit ends or the test does.
func company(t *testing.T, link string) *companion {
	t.Helper()
	guest, err := simulated.New(simulated.Options{Link: link})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	c := &companion{gone: make(chan struct{})}
	go func() {
		defer close(c.gone)
		c.told, c.err = guest.Run(ctx)
	}()
	t.Cleanup(func() { cancel(); <-c.gone })
	return c
}

// left waits until they have gone, and fails when they were turned away or met fewer than they should have.
func (c *companion) left(t *testing.T, met int) {
	t.Helper()
	select {
	case <-c.gone:
	case <-time.After(stage.Patience):
		t.Fatal("a simulated person stays")
	}
	if c.err != nil || c.told.Met < met || met > 0 && (c.told.Hears < 0 || c.told.Sees < 0) {
		t.Errorf("a simulated person: %+v, %v", c.told, c.err)
	}
}

var (
	short  = regexp.MustCompile(`(?s)<li class="inbox-item is-sms.*?</li>`)
	inside = regexp.MustCompile(`href="([^"]*` + api.LinkPage + `[^"]+)"`)
)

// messaged waits for the newest short message with a link to a number, and returns the link.
func messaged(t *testing.T, house *stage.House, number string) string {
	t.Helper()
	for end := time.Now().Add(stage.Patience); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		_, body := house.Stranger(t).Send("GET", api.InboxPage, nil)
		for _, item := range short.FindAllString(body, -1) {
			if found := inside.FindStringSubmatch(item); found != nil && strings.Contains(item, number) {
				return html.UnescapeString(found[1])
			}
		}
	}
	t.Fatalf("no link came to %s", number)
	return ""
}

// message finds the link of the message to a telephone, where it stands in the demo's inbox: a selector of it.
func message(w *stage.Window, number string) string {
	item := fmt.Sprintf("[...document.querySelectorAll('.inbox-item.is-sms')].find(e => e.textContent.includes(%q) && e.querySelector('a'))", number)
	w.Until("!!" + item)
	return fmt.Sprintf(`[id=%q] a`, stage.Eval[string](w, item+".id"))
}
