package queue_test

import (
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/queue"
	"hearth/app/remote/remotetest"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
)

// wrote lets a guest who waits have written at the door.
func (h *office) wrote(v *remotetest.Visit, id care.GuestID) {
	for i := range h.waits {
		if h.waits[i].ID == id {
			at := time.Now()
			h.waits[i].Wrote = &at
		}
	}
	h.stir(v)
}

// TestWhatAGuestWritesIsHeardAndReadOnEveryPage: a tone and a mark until it was read, then again with the next line.
func TestWhatAGuestWritesIsHeardAndReadOnEveryPage(t *testing.T) {
	open(t, queue.Options{Mine: true}, access.Therapist, func(t *testing.T, v *remotetest.Visit, h *office) {
		chat := []api.Line{{ID: "1", Door: "wren", Guest: "wren", Name: "W.", Text: "My sound does not work", At: time.Now()}, {ID: "2", Name: "Mira", Text: "In the call", At: time.Now()}}
		h.Answer(api.ReadChat, func(remotetest.Asked) (any, error) { return api.List[api.Line]{Items: chat}, nil })
		mine := waiter("wren", "Wren-23")
		mine.Mine = true
		h.comes(v, mine)
		v.Later(time.Second)
		v.Hides(`id="knock-read"`, "data-wrote")
		h.wrote(v, "wren")
		v.Shows(`id="knock-read"`, "Wren-23 wrote", `data-wrote="wren"`, `id="knock-in"`)
		v.Hides("My sound does not work")
		if h.ear.heard != 2 || len(h.Asked(api.ReadChat)) != 0 {
			t.Errorf("heard %d times, read %d times before anybody looked", h.ear.heard, len(h.Asked(api.ReadChat)))
		}
		v.Later(time.Second)
		h.wrote(v, "wren")
		if h.ear.heard != 2 {
			t.Error("each line of somebody who is not answered rings")
		}
		v.Spoken()
		v.Press("knock-read")
		v.Settle()
		v.Shows(`id="tell-lines"`, "My sound does not work")
		v.Hides("In the call", `id="knock-read"`, "data-wrote")
		v.Spoken()
		v.Later(time.Second)
		chat = append(chat, api.Line{ID: "3", Door: "wren", Guest: "wren", Text: "Now it does", At: time.Now()})
		h.wrote(v, "wren") // the dialog is open
		v.Settle()
		v.Shows("Now it does")
		v.Hides(`id="knock-read"`)
		v.Press("knock-cancel")
		h.stir(v)
		v.Hides(`id="knock-read"`)
		rung := h.ear.heard
		v.Later(time.Second)
		h.wrote(v, "wren")
		v.Shows(`id="knock-read"`)
		if h.ear.heard != rung+1 {
			t.Errorf("heard %d times, want once more than %d", h.ear.heard, rung)
		}
	})
}

// TestWhoReadsNoChatLearnsThatSomethingWasWritten, and not what.
func TestWhoReadsNoChatLearnsThatSomethingWasWritten(t *testing.T) {
	open(t, queue.Options{}, access.Clerk, func(t *testing.T, v *remotetest.Visit, h *office) {
		h.comes(v, waiter("wren", "Wren-23"))
		h.wrote(v, "wren")
		v.Shows("Wren-23 wrote", `data-wrote="wren"`)
		v.Press("knock-read")
		v.Settle()
		v.Shows(`id="tell-closed"`, "Whoever leads the visit can read it", `id="tell-text"`)
		v.Hides(`id="knock-read"`)
		if len(h.Asked(api.ReadChat)) != 0 {
			t.Error("the chat was asked for")
		}
		v.Act(func(app.Context) {})
		v.Spoken()
	})
}
