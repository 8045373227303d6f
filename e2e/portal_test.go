package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"hearth/e2e/stage"
	"hearth/shared/api"
)

// portalPage opens a page of the portal and waits until it stands.
func portalPage(w *stage.Window, house *stage.House, path, ready string) {
	w.Goto(house.URL() + api.AdminPage + path)
	w.Until(fmt.Sprintf("!!document.querySelector(%q)", ready))
}

// An administrator makes a patient with a therapist, and two who edit one patient see each other's changes.
func TestPatientsInThePortal(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	one, two := stage.Browse(t, "administrator"), stage.Browse(t, "second-administrator")
	one.Expect("409 (Conflict)") // somebody else was first
	one.ComeIn(house.Links().Administrator, "")
	one.UntilAt(api.AdminPage)
	one.Until("document.querySelectorAll('#patients [data-patient]').length === 3")
	look(t, one, "portal-patients", narrowest)
	one.Size(1280, 800, false)
	one.Fill("#search", "wren")
	one.Until("document.querySelectorAll('#patients [data-patient]').length === 1")
	tabTo(t, one, "#patients a")
	one.Key(kb.Enter)
	one.Until("!!document.querySelector('#record [role=switch]')")
	look(t, one, "portal-record", narrowest)
	one.Size(1280, 800, false)
	at := stage.Eval[string](one, "location.pathname")

	one.Click("#edit")
	one.Until("!!document.querySelector('dialog #name')")
	two.ComeIn(house.Links().Administrator, "")
	two.Goto(house.URL() + at)
	two.Until("!!document.querySelector('#edit')")
	two.Click("#edit")
	two.Fill("#name", "Heron-44")
	two.Click("#save")
	two.Until("!document.querySelector('dialog') && document.querySelector('h1').textContent === 'Heron-44'")
	one.Fill("#name", "Kite-55")
	one.Click("#save")
	one.Until("!!document.querySelector('#clash')")
	one.Accessible("light", "dark")
	one.Pictures("portal-clash")
	one.Narrow(narrowest)
	one.Size(1280, 800, false)
	one.Click("#theirs-all")
	one.Click("#save")
	one.Until("!document.querySelector('dialog') && document.querySelector('h1').textContent === 'Heron-44'")

	one.Click("#delete")
	one.Until("!!document.querySelector('#delete-do')")
	one.Accessible("light", "dark")
	one.Click("#delete-do")
	one.Until("!!document.querySelector('#restore')")
	look(t, one, "portal-deleted", narrowest)
	one.Size(1280, 800, false)
	one.Click("#restore")
	one.Until("!!document.querySelector('#record [role=switch]')")

	portalPage(one, house, "/patients/new", "#therapist option:nth-child(2)")
	one.Click("#relative-add")
	one.Until("!!document.querySelector('#relative-0-name')")
	one.Fill("#relative-0-mobile", "12")
	one.Click("#create-do")
	one.Until("!!document.querySelector('#relative-0-name-fault')")
	look(t, one, "portal-new", narrowest)
	one.Size(1280, 800, false)
	one.Click("#relative-0-remove")
	one.Until("!document.querySelector('#relative-0-name')")
	name := stage.Eval[string](one, "document.querySelector('#name').value")
	one.Click("#name-other")
	one.Until(fmt.Sprintf("document.querySelector('#name').value !== %q", name))
	one.Click("#create-do")
	one.Until("!!document.querySelector('[data-made]')")
	one.Click("#made-code")
	one.Until("!!document.querySelector('#enrol-code')")
	one.Accessible("light", "dark")
	one.Picture("portal-made")
	one.Click("#enrolled-done")
	look(t, one, "portal-after", narrowest)
}
