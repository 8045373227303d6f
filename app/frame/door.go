package frame

import (
	"strconv"
	"sync"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/wasm/page"
)

// Door tells staff who waits to be let in, on whatever page they are; app/queue has it.
type Door interface {
	Stand(ctx app.Context)   // a page was mounted, and it is known who is signed in
	Bar(narrow bool) app.UI  // above the page; narrow for a head that must keep its height
	Front() app.UI           // the dialog that is open
	Card(always bool) app.UI // the waiting room; not always: only while somebody waits
	// Whereabouts opens a dialog of Front that says where guests of a visit are, and whom to call.
	Whereabouts(ctx app.Context, visit care.VisitID, patient string, guests ...api.Guest)
}

// Knocks is the bar of those who wait, for pages with a layout of their own; Staff has it already. Both keep their place
// when nobody waits.
func (e *Env) Knocks(narrow bool) app.UI {
	if e.Door == nil {
		return kit.Slot()
	}
	return e.Door.Bar(narrow)
}

// KnockFront is the dialog that belongs to Knocks.
func (e *Env) KnockFront() app.UI {
	if e.Door == nil {
		return kit.Slot()
	}
	return e.Door.Front()
}

// WaitingRoom is the card of those who wait.
func (e *Env) WaitingRoom(always bool) app.UI {
	if e.Door == nil {
		return kit.Slot()
	}
	return e.Door.Card(always)
}

func (e *Env) stands(ctx app.Context) {
	if e.Door != nil {
		e.Door.Stand(ctx)
	}
}

// Titled is a document whose title says how many wait, before what its page is called: "(2) Patients".
type Titled struct {
	page.Page

	mu    sync.Mutex // guards what follows
	title string
	badge int
}

// SetTitle names the document.
func (t *Titled) SetTitle(title string) {
	t.mu.Lock()
	t.title = title
	t.mu.Unlock()
	t.show()
}

// Badge says how many wait; 0 takes the number away.
func (t *Titled) Badge(n int) {
	t.mu.Lock()
	same := n == t.badge
	t.badge = n
	t.mu.Unlock()
	if !same {
		t.show()
	}
}

func (t *Titled) show() {
	t.mu.Lock()
	title, n := t.title, t.badge
	t.mu.Unlock()
	if n > 0 {
		title = "(" + strconv.Itoa(n) + ") " + title
	}
	t.Page.SetTitle(title)
}
