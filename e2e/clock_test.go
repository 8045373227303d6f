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

// pressed presses a label and returns how far into the sitting the page says that was, and the stamp it has.
func pressed(t *testing.T, w *stage.Window) (said time.Duration, at int64) {
	t.Helper()
	n := stage.Eval[int](w, "document.querySelectorAll('#labels li').length")
	w.Click("#label-0")
	w.Until(fmt.Sprintf("document.querySelectorAll('#labels li').length === %d && !document.querySelector('#labels li[data-pending=true]')", n+1))
	at, err := strconv.ParseInt(w.Data("#labels li", "at"), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	text := stage.Eval[string](w, `document.querySelector('#labels li').innerText.match(/\d+:\d\d(:\d\d)?/)?.[0] ?? ''`)
	for _, part := range strings.Split(text, ":") {
		v, err := strconv.Atoi(part)
		if err != nil {
			t.Fatalf("the label says no time: %q", text)
		}
		said = said*60 + time.Duration(v)*time.Second
	}
	return said, at
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
	said, at := pressed(t, s.desk)
	began, known := time.Now(), 0
	well := func(what string) {
		t.Helper()
		received := book(t, s.desk, "demo-ecg")["received"]
		s.desk.Until(fmt.Sprintf("+document.querySelector('.book[data-sensor=demo-ecg]').dataset.received > %d", received+1500)) // 6 s
		s.flowing()
		if alarm := s.desk.Data("#alarm", "alarm"); alarm != "" {
			t.Errorf("%s: an alarm was invented: %s", what, alarm)
		}
		passed := time.Since(began)
		laterSaid, laterAt := pressed(t, s.desk)
		for kind, got := range map[string]time.Duration{"the list says": laterSaid - said, "its stamp is": time.Duration(laterAt-at) * time.Microsecond} {
			if off := (got - passed).Abs(); off > 5*time.Second {
				t.Errorf("%s: a label %v after the first: %s %v", what, passed, kind, got)
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
