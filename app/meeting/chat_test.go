package meeting

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/wasm/page"
)

// paper is a house that keeps lines, refuses some, and may be away.
type paper struct {
	mu    sync.Mutex
	away  bool
	lines []api.Line
}

func (p *paper) read(context.Context) (api.List[api.Line], error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.away {
		return api.List[api.Line]{}, fault.New(fault.Unavailable, "network", nil)
	}
	return api.List[api.Line]{Items: append([]api.Line(nil), p.lines...)}, nil
}

func (p *paper) write(_ context.Context, b api.LineBody) (api.Line, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.away:
		return api.Line{}, fault.New(fault.Unavailable, "network", nil)
	case b.Text == "bad":
		return api.Line{}, fault.New(fault.Invalid, "visit.line", nil)
	}
	l := api.Line{ID: b.ID, Text: b.Text, Mine: true}
	p.lines = append(p.lines, l)
	return l, nil
}

func (p *paper) leave(away bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.away = away
}

// What is written while the house is away is shown, marked, and sent in its order once it is back; nothing is sent twice.
func TestChatKeepsWhatTheHouseHasNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &paper{away: true, lines: []api.Line{{ID: care.NewID[care.LineID](), Text: "before", Name: "Wren-23"}}}
		c := OpenChat(ChatOptions{Lines: p.read, Write: p.write, Now: time.Now, Changed: func() {}})
		defer c.Close()
		c.Say("one")
		c.Say("two")
		synctest.Wait()
		if got := c.Shown(); len(got) != 2 || !got[0].Unsent || got[0].Text != "one" || c.Unsent() != 2 {
			t.Fatalf("while it is away: %+v", got)
		}
		p.leave(false)
		time.Sleep(postAgain + time.Second)
		synctest.Wait()
		got := c.Shown()
		if len(got) != 3 || got[0].Text != "before" || got[1].Text != "one" || got[2].Text != "two" || got[1].Unsent || c.Unsent() != 0 {
			t.Errorf("once it is back: %+v", got)
		}
		c.Say("bad")
		synctest.Wait()
		if got := c.Shown(); len(got) != 4 || !got[3].Failed {
			t.Errorf("a line that is refused: %+v", got)
		}
		c.Again(c.Shown()[3].ID)
		c.Stale()
		synctest.Wait()
		if got := c.Shown(); len(got) != 4 || !got[3].Failed || len(p.lines) != 3 {
			t.Errorf("refused again: %+v", got)
		}
	})
}

// What was written stays on its way when the visit is left, until the house has it; not for ever.
func TestALineOutlivesItsVisit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &paper{away: true}
		open := func() *Chat {
			return OpenChat(ChatOptions{Lines: p.read, Write: p.write, Now: time.Now, Changed: func() {}})
		}
		c, began := open(), time.Now()
		c.Say("See you on Tuesday")
		c.Say("bad")
		go func() {
			time.Sleep(10 * time.Second)
			p.leave(false)
		}()
		c.Finish(time.Minute)
		if took := time.Since(began); len(p.lines) != 1 || p.lines[0].Text != "See you on Tuesday" || took > 10*time.Second+postAgain {
			t.Errorf("after %v the house has %+v", took, p.lines)
		}
		c.Close()
		c, began = open(), time.Now()
		c.Finish(time.Minute)
		p.leave(true)
		c.Close()
		if took := time.Since(began); took > time.Second {
			t.Errorf("nothing was on its way, and it took %v", took)
		}
		c, began = open(), time.Now()
		c.Say("nobody hears it")
		c.Finish(time.Minute)
		if took := time.Since(began); took != time.Minute {
			t.Errorf("it took %v", took)
		}
	})
}

// tab keeps one text over a reload.
type tab struct {
	page.None
	mu   sync.Mutex
	kept map[string]string
}

func (t *tab) KeepHere(key, text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept[key] = text
}

func (t *tab) KeptHere(key string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.kept[key]
}

// A line that waits is sent by the page that is loaded next in this tab, once and as the same line, by the same person alone; what
// was sent or refused is kept nowhere.
func TestALineOutlivesItsPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, here := &paper{away: true}, &tab{kept: map[string]string{}}
		open := func(whose string) *Chat {
			return OpenChat(ChatOptions{Lines: p.read, Write: p.write, Now: time.Now, Changed: func() {}}.KeptIn(here, whose))
		}
		c := open("ann")
		c.Say("one")
		c.Say("bad")
		c.Say("two")
		synctest.Wait()
		before := c.Shown()
		c.Close() // the page goes
		other := open("bo")
		if got := other.Shown(); len(got) != 0 {
			t.Errorf("another says %+v", got)
		}
		other.Close()
		c = open("ann")
		synctest.Wait()
		if got := c.Shown(); len(got) != 3 || !got[0].Unsent || got[0].ID != before[0].ID || got[0].Time != before[0].Time || got[2].Text != "two" {
			t.Errorf("after a reload: %+v", got)
		}
		p.leave(false)
		time.Sleep(postAgain + time.Second)
		synctest.Wait()
		if len(p.lines) != 2 || string(p.lines[0].ID) != before[0].ID || p.lines[1].Text != "two" || here.KeptHere(linesKey+"ann") != "" {
			t.Errorf("once the house is back it has %+v, and the tab %q", p.lines, here.KeptHere(linesKey+"ann"))
		}
		p.leave(true)
		for range mostKept + 5 {
			c.Say("again")
		}
		synctest.Wait()
		c.Close()
		if n := len(takeUp(here.KeptHere(linesKey + "ann"))); n != mostKept {
			t.Errorf("%d lines are kept", n)
		}
		for _, bad := range []string{"", "x", "{}", "[1]", `[{"id":"x","text":"y"}]`, `[{"text":"y"}]`} {
			if got := takeUp(bad); len(got) != 0 {
				t.Errorf("%q is taken for %+v", bad, got)
			}
		}
	})
}
