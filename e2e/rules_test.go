package e2e

import (
	"strings"
	"testing"

	"hearth/e2e/stage"
	"hearth/shared/api"
)

// An administrator looks what a rule would do and saves it; staff from elsewhere are shown the way out at once, patients are
// not. The clinic's imprint is written, and read by somebody who is nobody here.
func TestRulesInThePortal(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	w, mira, wren := stage.Browse(t, "administrator"), stage.Browse(t, "therapist"), stage.Browse(t, "patient")
	mira.Expect("403 (Forbidden)")
	mira.ComeIn(house.Links().Therapist, "")
	mira.UntilAt(api.TherapistPage)
	wren.ComeIn(house.Links().Patient, api.PatientPage)

	w.ComeIn(house.Links().Administrator, "")
	portalPage(w, house, "/settings", "#rules-house")
	look(t, w, "portal-settings-places", narrowest)
	w.Size(1280, 800, false)
	site := stage.Eval[string](w, "[...document.querySelectorAll('[data-place]')].map(e => e.dataset.place).find(p => p !== 'house')")
	w.Click("#rules-house")
	w.Until("!!document.querySelector('#all-staff')")
	look(t, w, "portal-rules-house", narrowest)
	w.Size(1280, 800, false)

	portalPage(w, house, "/settings/"+site, "#networks")
	w.Choose("#level-therapist", "second")
	w.Choose("#idle", "30")
	w.Fill("#networks", "10.20.0.0/16\n2001:db8::/32")
	look(t, w, "portal-rules", narrowest)
	w.Size(1280, 800, false)
	w.Click("#save")
	w.Until("!!document.querySelector('dialog #effects') && document.querySelector('#save-do').disabled")
	look(t, w, "portal-rules-preview", narrowest)
	w.Size(1280, 800, false)
	w.Click("#shut-out")
	w.Until("!document.querySelector('#save-do').disabled")
	w.Click("#save-do")
	w.Until("!document.querySelector('dialog') && document.querySelector('#networks').value.includes('2001:db8::/32')")

	mira.Until("document.querySelector('h1').textContent === 'Not from this network' || location.pathname === '" + api.SignInPage + "' || !!document.querySelector('dialog,#signed-out')")
	mira.Goto(house.URL() + api.TherapistPage)
	mira.UntilText("h1", "Not from this network")
	look(t, mira, "porch-network", narrowest)
	if at := stage.Eval[string](wren, "location.pathname"); !strings.HasPrefix(at, api.PatientPage) {
		t.Errorf("a patient was sent to %s", at)
	}
	wren.Goto(house.URL() + api.PatientPage)
	wren.Until("!!document.querySelector('main')")

	portalPage(w, house, "/about/"+site, "#start")
	w.Click("#start")
	w.Until("document.querySelector('#preview').textContent.includes('To be filled in')")
	w.Fill("#words-imprint-en", "# North Clinic\n\n**Hill Road 7**, [write to us](mailto:desk@north.example)\n\n- <script>alert(1)</script>")
	w.Until("!!document.querySelector('#preview a[href=\"mailto:desk@north.example\"]')")
	look(t, w, "portal-about", narrowest)
	w.Size(1280, 800, false)
	w.Click("#save")
	w.UntilText("[role=status]", "Version 1 is what everybody reads now")

	portalPage(w, house, "/places", "[id^=words-]")
	w.Click("[id^=words-]")
	w.Until("!!document.querySelector('#vocabulary') && !document.querySelector('#words-which')")
	look(t, w, "portal-words", narrowest)

	out := stage.Browse(t, "stranger")
	out.Goto(house.URL() + api.SignInPage)
	out.Click(".about-links a[href='/about/imprint']")
	out.UntilText("h1", "Imprint")
	out.UntilText(".prose", "<script>alert(1)</script>")
	look(t, out, "porch-about", narrowest)
	out.Goto(house.URL() + "/about/privacy")
	look(t, out, "porch-about-unwritten", narrowest)
}
