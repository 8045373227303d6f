package e2e

import (
	"fmt"
	"testing"

	"hearth/backend/house"
	"hearth/e2e/stage"
	"hearth/shared/api"
)

// phone is as wide as most phones.
const phone = 390

// folded reports, of a table that is cards where it does not fit, whether it is cards now and whether it needs scrolling sideways.
const folded = `(table => { const head = table.querySelector("thead").getBoundingClientRect(), card = table.parentElement;
	return [head.width <= 1, card.scrollWidth > card.clientWidth + 1] })(document.querySelector(%q))`

// The table of roles and the trail are tables at a desk and lists of cards on a phone and at a desk zoomed to 200 %. Nothing of
// them is to be scrolled sideways for, and names stand under their heading.
func TestTablesOfTheOffice(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	one := stage.Browse(t, "administrator")
	one.ComeIn(house.Links().Administrator, "")
	one.UntilAt(api.AdminPage)
	one.Click("#patients a")
	one.Until("!!document.querySelector('#why-show')") // a patient's record was read, and stands in the trail
	for _, page := range []struct{ name, path, table string }{{"portal-matrix", "/people/roles", "#matrix"}, {"portal-trail", "/trail", "#trail"}} {
		portalPage(one, house, page.path, page.table+" tbody tr")
		look(t, one, page.name, narrowest)
		for width, cards := range map[int64]bool{narrowest: true, phone: true, zoomed: true, 1280: false} {
			one.Size(width, 800, width < zoomed)
			if got := stage.Eval[[]bool](one, fmt.Sprintf(folded, page.table)); got[0] != cards || got[1] {
				t.Errorf("%s at %d px: cards %t, scrolls sideways %t; want cards %t and no scrolling", page.name, width, got[0], got[1], cards)
			}
		}
		one.Size(phone, 844, true)
		one.Accessible("light", "dark")
		one.Size(1280, 800, false)
	}
	if off := stage.Eval[float64](one, `(() => {
		const at = e => { const r = document.createRange(); r.selectNodeContents(e); return r.getBoundingClientRect().left };
		return at(document.querySelector("#trail tbody button")) - at(document.querySelector("#trail thead th:nth-child(2)"));
	})()`); off < -1 || off > 1 {
		t.Errorf("names stand %.1f px beside their heading", off)
	}
	one.Size(phone, 844, true)
	one.Click("[data-action=get-record] [id^=whom-]")
	one.Until("!!document.querySelector('#clear') && !document.querySelector('[data-action=\"sign-in\"]')")
	one.Picture("portal-trail-narrowed-phone")
}

// An administrator lets a hospital's people in: the page says which word of what was written down is wrong, asks the provider,
// keeps the list of groups, and takes it all back.
func TestHospitalIsSetUp(t *testing.T) {
	t.Parallel()
	port := freePort(t)
	clinic := stage.Open(t)
	hospital := stage.OpenWith(t, func(c *house.Config) {
		c.Address, c.Public = "localhost:"+port, "http://provider.localhost:"+port
	})
	one, visitor := stage.Browse(t, "administrator"), stage.Browse(t, "visitor")
	one.Expect("422 (Unprocessable Entity)", "400 (Bad Request)")
	one.ComeIn(clinic.Links().Administrator, "")
	one.UntilAt(api.AdminPage)
	portalPage(one, clinic, "/settings", "#hospital-new")
	look(t, one, "portal-settings-none", narrowest)

	one.Click("#hospital-new")
	one.Fill("#hospital-name", "North Hospital")
	one.Fill("#hospital-issuer", "provider.localhost")
	one.Fill("#hospital-client", "hearth")
	one.Click("#hospital-save")
	one.UntilText("#hospital-issuer-fault", "exactly as it writes it")
	one.Until("document.activeElement.id === 'hospital-issuer'")
	one.Accessible("light", "dark")
	one.Pictures("portal-hospital-wrong")
	one.Narrow(narrowest)
	one.Fill("#hospital-issuer", hospital.URL()+"/") // one slash too many
	one.Click("#hospital-save")
	one.Until("!document.querySelector('dialog') && !!document.querySelector('[data-hospital]')")
	id := one.Data("[data-hospital]", "hospital")
	one.Click("#test-" + id)
	one.UntilText("[data-hospital]", "calls itself something else")
	look(t, one, "portal-settings", narrowest)

	one.Click("#edit-" + id)
	one.Fill("#hospital-issuer", hospital.URL())
	one.Click("#rule-add")
	one.Until("document.activeElement.id === 'rule-0-value'")
	one.Fill("#rule-0-value", "therapist")
	one.Click("#rule-add")
	one.Until("document.activeElement.id === 'rule-1-value'")
	one.Choose("#rule-1-role", "auditor")
	one.Click("#hospital-save")
	one.UntilText("#rule-1-value-fault", "A rule needs the group's name")
	one.Until("document.activeElement.id === 'rule-1-value'")
	one.Accessible("light", "dark")
	one.Pictures("portal-hospital-rules")
	one.Narrow(narrowest)
	one.Click("#rule-1-remove")
	one.Until("!document.querySelector('#rule-1-value') && document.activeElement.id === 'rule-add'")
	one.Click("#hospital-save")
	one.Until("!document.querySelector('dialog')")
	one.Click("#test-" + id)
	one.UntilText("[data-hospital]", "answers as it should")
	visitor.Goto(clinic.URL() + api.SignInPage)
	visitor.UntilText("main", "Sign in with North Hospital")

	one.Click("#edit-" + id)
	one.Until("document.querySelector('#rule-0-value')?.value === 'therapist'")
	one.Click("#rule-0-remove")
	one.Click("#hospital-on")
	one.Click("#hospital-save")
	one.Until("!document.querySelector('dialog')")
	one.UntilText("[data-hospital]", "disabled")
	visitor.Goto(clinic.URL() + api.SignInPage)
	visitor.UntilText("main", "Sign in")
	if stage.Eval[bool](visitor, "document.body.textContent.includes('North Hospital')") {
		t.Error("a hospital that is switched off is still offered")
	}

	one.Click("#remove-" + id)
	one.UntilText("dialog", "Their accounts here stay")
	one.Accessible("light", "dark")
	one.Pictures("portal-hospital-remove")
	one.Click("#hospital-remove")
	one.Until("!document.querySelector('dialog') && !document.querySelector('[data-hospital]') && document.activeElement.id === 'hospital-new'")
}
