package e2e

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"

	"hearth/e2e/stage"
)

// clock lets a page's wall clock be set, as an operating system does that finds out it was wrong: Date jumps, the
// monotonic clock of the page does not.
const clock = `(() => {
	const real = globalThis.__Date ??= Date;
	globalThis.Date = class extends real {
		constructor(...a) { a.length ? super(...a) : super(real.now() + globalThis.__ahead) }
		static now() { return real.now() + globalThis.__ahead }
	};
	globalThis.__ahead = %d;
	return true;
})()`

func jump(w *stage.Window, by time.Duration) {
	stage.Eval[bool](w, fmt.Sprintf(clock, by.Milliseconds()))
}

// stamped is a label that was pressed between two moments: how far into the sitting the page says that was, and the stamp it has.
type stamped struct {
	from, to time.Time
	said     time.Duration
	at       int64 // µs
}

// pressed presses a label.
func pressed(t *testing.T, w *stage.Window) (p stamped) {
	t.Helper()
	p.from = time.Now()
	n := stage.Eval[int](w, "document.querySelectorAll('#labels li').length")
	w.Click("#label-0")
	w.Until(fmt.Sprintf("document.querySelectorAll('#labels li').length === %d && !document.querySelector('#labels li[data-pending=true]')", n+1))
	p.to = time.Now()
	var err error
	if p.at, err = strconv.ParseInt(w.Data("#labels li", "at"), 10, 64); err != nil {
		t.Fatal(err)
	}
	text := stage.Eval[string](w, `document.querySelector('#labels li').innerText.match(/\d+:\d\d(:\d\d)?/)?.[0] ?? ''`)
	for _, part := range strings.Split(text, ":") {
		v, err := strconv.Atoi(part)
		if err != nil {
			t.Fatalf("the label says no time: %q", text)
		}
		p.said = p.said*60 + time.Duration(v)*time.Second
	}
	return p
}

// gaps is how many interruptions the trend speaks of; -1 when it says nothing.
func gaps(w *stage.Window) int {
	return stage.Eval[int](w, `+(document.querySelector('#trend')?.getAttribute('aria-label').match(/, (\d+) gaps/)?.[1] ?? -1)`)
}

// Somebody's clock is set while signals flow, or was wrong from the beginning: the stream goes on, times stay right, and
// neither an alarm nor a gap is invented.
func TestClockJumps(t *testing.T) {
	t.Parallel()
	s := streaming(t)
	first, known := pressed(t, s.desk), 0
	well := func(what string) {
		t.Helper()
		received := book(t, s.desk, "demo-ecg")["received"]
		s.desk.Until(fmt.Sprintf("+document.querySelector('.book[data-sensor=demo-ecg]').dataset.received > %d", received+1500)) // 6 s
		s.flowing()
		if alarm := s.desk.Data("#alarm", "alarm"); alarm != "" {
			t.Errorf("%s: an alarm was invented: %s", what, alarm)
		}
		later := pressed(t, s.desk)
		least, most := later.from.Sub(first.to)-5*time.Second, later.to.Sub(first.from)+5*time.Second
		for kind, got := range map[string]time.Duration{"the list says": later.said - first.said, "its stamp is": time.Duration(later.at-first.at) * time.Microsecond} {
			if got < least || got > most {
				t.Errorf("%s: a label between %v and %v after the first: %s %v", what, least, most, kind, got)
			}
		}
		if n := gaps(s.desk); n > known {
			if by, is := s.overloaded(); is {
				t.Logf("%s: %d gaps, and the machine was late by %v", what, n, by)
			} else {
				t.Errorf("%s: %d gaps, want %d", what, n, known)
			}
			known = n
		}
		if age, err := strconv.ParseFloat(s.desk.Data("#pace", "age-50"), 64); err != nil || age < -1000 || age > 10_000 {
			t.Errorf("%s: what is drawn is said to be %v ms old (%v)", what, age, err)
		}
	}
	for _, w := range []*stage.Window{s.tablet, s.desk} {
		for _, by := range []time.Duration{2 * time.Hour, -2 * time.Hour, 0} {
			jump(w, by)
			well(fmt.Sprintf("%s %v", w.Name, by))
		}
	}
	s.closeBooks(t)

	t.Run("the therapist's clock is wrong from the beginning", func(t *testing.T) {
		s.on(t)
		source := fmt.Sprintf(clock, (2 * time.Hour).Milliseconds())
		stage.Call(s.desk, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: source})
		s.desk.Reload() // to this page it is two hours later, so it does not go on with what was wanted then
		s.desk.Until("document.querySelectorAll('#labels li').length === 7")
		s.desk.Click("#stream")
		s.flowing()
		well("therapist, reloaded")
		s.desk.Reload()
		s.flowing() // by itself
		well("therapist, reloaded once more")
	})
}
