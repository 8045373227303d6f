package admin

import (
	"context"
	"strconv"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/shared/words"
)

// part is how many rows of a long list are shown at once.
const part = 50

// typing is how long a search waits for the next letter before it asks the house.
const typing = 250 * time.Millisecond

// rowsOf is one part of a list as the house answers it; total counts all parts and is 0 in those after the first.
type rowsOf[T any] struct {
	items []T
	next  string
	total int
}

// list is one part of a list that may be long. It asks for one part at a time: a new question takes back the one under
// way, so that an old answer never overtakes a newer one.
type list[T any] struct {
	rowsOf[T]
	at    string   // cursor of the part shown
	back  []string // cursors of the parts before it
	known bool
	busy  bool
	fault error

	read   func(ctx context.Context, after string) (rowsOf[T], error)
	then   func()             // after an answer; nil: nothing
	cancel context.CancelFunc // of the question under way
}

// again asks for the part that is shown, from the first part on when what is asked for has changed.
func (l *list[T]) again(env *frame.Env, run errand, wait time.Duration, anew bool) {
	if anew {
		l.ask(env, run, wait, "", nil)
	} else {
		l.ask(env, run, wait, l.at, l.back)
	}
}

func (l *list[T]) ask(env *frame.Env, run errand, wait time.Duration, at string, back []string) {
	l.stop()
	within, cancel := context.WithCancel(context.Background())
	l.cancel, l.busy = cancel, true
	read := l.read // as it is now; the filters may change meanwhile
	run(func(page context.Context) func(app.Context) {
		stop := context.AfterFunc(page, cancel)
		defer stop()
		select {
		case <-time.After(wait):
		case <-within.Done():
			return func(app.Context) {}
		}
		got, err := read(within, at)
		return func(app.Context) {
			if within.Err() == nil {
				cancel()
				l.took(env, at, back, got, err)
			}
		}
	})
}

func (l *list[T]) took(env *frame.Env, at string, back []string, got rowsOf[T], err error) {
	l.busy = false
	if env.SignedOut(err) {
		return
	}
	if l.fault = err; err != nil {
		return
	}
	if at != "" {
		got.total = l.total
	}
	l.rowsOf, l.at, l.back, l.known = got, at, back, true
	if l.then != nil {
		l.then()
	}
}

// stop takes back the question under way.
func (l *list[T]) stop() {
	if l.cancel != nil {
		l.cancel()
	}
	l.busy = false
}

// foot says which part is shown and leads to the one before and the one after. Of a list of one part it is empty.
func (l *list[T]) foot(env *frame.Env, run errand) app.UI {
	if l.next == "" && len(l.back) == 0 {
		return app.Text("")
	}
	first := len(l.back)*part + 1
	return app.Div().Class("row gap2 small dim wrap").Body(
		app.Span().ID("span").Class("grow num").Text(words.T("admin.span", "from", count(first), "to", count(first+len(l.items)-1), "all", grouped(l.total))),
		kit.Button{ID: "before", Word: words.T("admin.before"), Icon: "chevron-left", Class: "line small", Disabled: len(l.back) == 0 || l.busy, Press: func(app.Context) {
			last := len(l.back) - 1
			l.ask(env, run, 0, l.back[last], l.back[:last:last])
		}}.Draw(),
		kit.Button{ID: "after", Word: words.T("admin.after"), Class: "line small", Disabled: l.next == "" || l.busy, Press: func(app.Context) {
			l.ask(env, run, 0, l.next, append(l.back[:len(l.back):len(l.back)], l.at))
		}}.Draw())
}

// grouped writes a number with its thousands apart, by a narrow space that every language reads.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u202f" + s[i:]
	}
	return s
}
