package e2e

import (
	"testing"

	"github.com/chromedp/chromedp/kb"

	"hearth/e2e/stage"
	"hearth/shared/api"
)

// keyboard is a window whose person has no other hand than Tab, Enter, Space, arrows and Escape.
type keyboard struct {
	*stage.Window
	t *testing.T
}

// press goes to an element by Tab, and presses it.
func (k keyboard) press(selector string) {
	k.t.Helper()
	k.Until("!!document.querySelector('" + selector + "') && !document.querySelector('" + selector + "').disabled")
	tabTo(k.t, k.Window, selector)
	k.Key(kb.Enter)
}

// held waits until the keyboard is somewhere, and not lost to the page's body.
func (k keyboard) held(after string) {
	k.t.Helper()
	k.Until("document.activeElement && document.activeElement !== document.body && document.activeElement.isConnected")
	if at := stage.Eval[string](k.Window, "document.activeElement.getClientRects().length ? '' : document.activeElement.outerHTML.slice(0, 160)"); at != "" {
		k.t.Errorf("%s, %s: the keyboard is where nobody sees it: %s", k.Name, after, at)
	}
}

// dialog opens one, goes around in it without coming out, and leaves it by Escape to where the keyboard was.
func (k keyboard) dialog(opener string) {
	k.t.Helper()
	k.press(opener)
	k.Until("document.querySelector('dialog[open]')?.contains(document.activeElement)")
	for range stage.Eval[int](k.Window, "document.querySelector('dialog').querySelectorAll('button, input, a[href], select, textarea').length") + 2 {
		k.Key(kb.Tab)
		if !stage.Eval[bool](k.Window, "document.activeElement === document.body || document.querySelector('dialog').contains(document.activeElement)") { // the browser's own bar stands between last and first
			k.t.Errorf("%s: Tab leaves the dialog of %s for %s", k.Name, opener, stage.Eval[string](k.Window, "document.activeElement.outerHTML.slice(0, 160)"))
			break
		}
	}
	k.Key(kb.Escape)
	k.Until("!document.querySelector('dialog')")
	k.Until("document.activeElement?.matches('" + opener + "')")
}

// A guest comes from the link into the call and goes again, and a therapist from the list of patients to the end of the visit,
// with nothing but a keyboard. It is never lost, and one always sees where it is.
func TestVisitByKeyboard(t *testing.T) {
	t.Parallel()
	v := begin(t, stage.Open(t), 0)
	guest, staff := keyboard{stage.Browse(t, "keyboard-guest"), t}, keyboard{stage.Browse(t, "keyboard-staff"), t}
	staff.Goto(v.house.Links().Therapist)
	staff.press("button[type=submit]")
	staff.Until("!!document.querySelector('#waiting-room')")

	guest.Goto(v.link(0))
	guest.press("#ready")
	on(guest.Window, "checking")
	guest.held("the check")
	on(guest.Window, "waiting")
	guest.Until("document.activeElement?.id === 'visitor-title'") // what is new is read from its heading
	guest.dialog("#help")
	guest.dialog("#language")
	guest.dialog("#leave")
	guest.press("#own-mic")
	guest.UntilData("#visitor", "step", "waiting")
	guest.Until("document.activeElement?.id === 'own-mic' && document.activeElement.getAttribute('aria-pressed') === 'false'")
	guest.Key(" ")
	guest.Until("document.activeElement?.id === 'own-mic' && document.activeElement.getAttribute('aria-pressed') === 'true'")
	guest.press("#write > summary")
	tabTo(t, guest.Window, "#write-text")
	guest.Key("Hello")
	guest.press("#write-send")
	guest.UntilText("#lines", "Hello")
	guest.held("a line was sent")

	queued := string(v.guest(0).ID)
	staff.Until("!!document.querySelector('#knock-in')")
	staff.dialog("#tell-" + queued)
	staff.dialog("#else-" + queued)
	staff.press("#knock-in")
	room := "/therapist/visit/" + string(v.is.ID)
	staff.UntilAt(room)
	for _, k := range []keyboard{staff, guest} {
		k.UntilData("#tile-1", "state", "here")
	}
	on(guest.Window, "in-call")
	guest.held("let in")
	staff.held("in the call")

	guest.dialog("#call-more")
	guest.dialog("#call-end")
	guest.press("#call-chat")
	guest.Until("document.activeElement?.id === 'chat-line' || !!document.querySelector('#chat-line')")
	tabTo(t, guest.Window, "#chat-line")
	guest.Key("Good morning")
	guest.Key(kb.Enter)
	staff.UntilText("#call-chat .count", "1")
	guest.Key(kb.Escape)
	guest.Until("!document.querySelector('#panel')")
	guest.Until("document.activeElement?.id === 'call-chat'")

	staff.dialog("#call-more")
	staff.press("#call-more")
	staff.press("#more-people")
	staff.Until("!document.querySelector('dialog') && document.querySelector('#panel')?.dataset.panel === 'people'")
	staff.held("who is in the call")
	staff.press("#panel-shut")
	staff.Until("!document.querySelector('#panel')")
	staff.held("the panel is shut")
	staff.dialog("#call-end")

	guest.press("#call-end")
	guest.press("#leave")
	on(guest.Window, "left")
	guest.Until("document.activeElement?.id === 'visitor-title'")
	tabTo(t, guest.Window, "#come-back")
	staff.press("#call-end")
	staff.press("#end-all")
	staff.UntilData("#visit", "step", "over")
	staff.held("it is over")
	tabTo(t, staff.Window, "#to-visits")
	staff.Key(kb.Enter)
	staff.UntilAt(api.TherapistPage)
}
