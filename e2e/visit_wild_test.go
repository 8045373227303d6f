package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hearth/e2e/stage"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
)

// Names that run from right to left, end in signs a page may move, would do something as HTML, or never end.
const (
	wildPatient   = `נועה "12" <img src=x onerror="globalThis.harmed=1"> (ב) 7`
	wildTherapist = `علي 'د' &lt;b&gt; 🦉 <svg onload="globalThis.harmed=1"> 3`
	wildMother    = `مريم <i>&amp;</i> "5"`
	wildProject   = `בית "החוף" & <b>8</b>`
)

var endless = strings.Repeat("W", 40)

// turned lists where a name that runs from right to left would turn what stands beside it: where it is neither between the
// marks of an isolate, nor alone in an element that is one.
const turned = `(names => {
	const out = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	const rtl = /[\u0590-\u08ff]/;
	while (walk.nextNode()) {
		const node = walk.currentNode, text = node.data;
		if (!rtl.test(text) || node.parentElement.closest("script, style, textarea")) continue;
		let open = 0, bare = false;
		for (const c of text) {
			if (c === "\u2066" || c === "\u2067" || c === "\u2068") open++;
			else if (c === "\u2069") open--;
			else if (rtl.test(c) && open === 0) bare = true;
		}
		if (!bare) continue;
		let e = node.parentElement, alone = false;
		while (e && e.textContent.trim() === text.trim()) {
			const s = getComputedStyle(e);
			if (e.tagName === "OPTION" || !["inline", "contents"].includes(s.display) || ["isolate", "plaintext", "isolate-override"].includes(s.unicodeBidi)) { alone = true; break; }
			e = e.parentElement;
		}
		if (!alone) out.push(node.parentElement.tagName + "." + node.parentElement.className + ": " + text.slice(0, 80));
	}
	for (const name of ["aria-label", "title"]) for (const e of document.querySelectorAll("[" + name + "]")) {
		const text = e.getAttribute(name), at = text.search(rtl);
		if (at > 0 && !text.slice(0, at).includes("\u2068")) out.push(name + " " + text.slice(0, 80));
	}
	return out;
})()`

// Whatever a patient, a relative, a therapist and a project are called, no page of the visit takes it for more than text, none
// grows wider than a phone, and no name moves a time or a state that stands beside it.
func TestWildNamesInAVisit(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	admin := house.Caller(t, house.Links().Administrator)
	staff := house.Employ(t, wildTherapist, "wild", access.Therapist)
	project := house.Caller(t, house.Links().Therapist).Patients()["Wren-23"].Project
	var was api.Project
	admin.Do(api.PatchProject, []string{"{project}", string(project)}, api.RenameBody{Name: wildProject, Version: 1}, &was)
	var record api.Record
	admin.Do(api.CreateRecord, nil, api.CreateRecordBody{Project: project, Name: wildPatient, Care: []api.NewCare{{Therapist: staff.Me().ID, Signals: []access.Signal{access.ECG}}},
		Contact: &care.Contact{Name: wildPatient, Mobile: "+4917055501042", Relatives: []care.Relative{{Name: wildMother, Relation: "mother", Mobile: "+4917055501043"}}}}, &record)
	var card api.ContactCard
	admin.Do(api.GetContact, []string{"{patient}", string(record.ID)}, nil, &card)
	v := &visit{t: t, house: house, mira: staff}
	staff.Do(api.BookVisit, nil, api.BookVisitBody{ID: care.NewID[care.VisitID](), Project: project, Patient: record.ID, Kind: care.Therapy, Now: true, Minutes: 30, Guests: []api.NewGuest{
		{ID: care.NewID[care.GuestID](), As: care.AsPatient, Language: "en", Name: wildPatient[:20]},
		{ID: care.NewID[care.GuestID](), As: care.AsRelative, Relative: card.Contact.Relatives[0].ID, Language: "en"},
		{ID: care.NewID[care.GuestID](), As: care.AsInterpreter, Name: endless, Language: "en", Address: care.Address{Mobile: "+4917055501044"}}}}, &v.is)

	phone, desk := stage.Browse(t, "wild-phone"), stage.Browse(t, "wild-desk")
	desk.Follows = "#visit"
	holds := func(w *stage.Window, where string, names ...string) {
		t.Helper()
		for _, name := range names {
			w.Until(fmt.Sprintf("(document.body.innerText + document.title).includes(%q)", name[:len("נועה")]))
		}
		if stage.Eval[bool](w, "globalThis.harmed === 1 || !!document.querySelector('img[src=x], svg[onload], [onerror]')") {
			t.Errorf("%s takes a name for more than text", where)
		}
		for _, bare := range stage.Eval[[]string](w, turned) {
			t.Errorf("%s: a name turns what stands around it: %s", where, bare)
		}
		w.Narrow(narrowest)
		w.Picture("wild-" + strings.ReplaceAll(where, " ", "-"))
	}
	phone.Goto(v.link(0))
	holds(phone, "porch", wildTherapist)
	phone.Size(390, 844, true)
	phone.Click("#ready")
	on(phone, "waiting")
	holds(phone, "waiting room", wildTherapist)

	desk.Goto(house.URL() + api.SignInPage)
	desk.Fill("#login", "wild")
	desk.Fill("#password", stage.OwnPassword)
	desk.Click("#sign-in button[type=submit]")
	desk.UntilAt(api.TherapistPage)
	desk.UntilText("#knock", "נועה")
	holds(desk, "desk", wildPatient)
	desk.Size(1280, 800, false)
	desk.Click("#tell-" + string(v.guest(0).ID))
	holds(desk, "tell", wildPatient)
	desk.Fill("#tell-text", "مرحبا 12:30!")
	desk.Click("#tell-do")
	desk.Until("!document.querySelector('dialog')")
	phone.UntilText("#lines", "مرحبا")
	holds(phone, "what was written", wildTherapist)
	desk.Goto(house.URL() + api.AgendaPage)
	desk.Until("!!document.querySelector('[data-visit]')")
	holds(desk, "agenda", wildPatient)

	desk.Goto(house.URL() + "/therapist/visit/" + string(v.is.ID))
	mother, interpreter := v.company(1), v.company(2)
	for range 3 {
		desk.Click("#knock-in, #knock-next")
		desk.Until("!document.querySelector('#knock-in[aria-busy=true], #knock-next[aria-busy=true]')")
	}
	on(phone, "in-call")
	for _, w := range []*stage.Window{desk, phone} {
		w.Until("document.querySelectorAll('#stage > [id^=tile-][data-state=here]:not(#tile-0)').length === 3")
	}
	holds(phone, "guest in the call", wildTherapist)
	phone.Narrow(zoomed)
	phone.Size(zoomed, 400, false) // 1280 × 800 at 200 %
	phone.Picture("wild-guest-zoomed")
	for _, control := range []string{"#call-mic", "#call-more", "#call-end"} {
		if !stage.Eval[bool](phone, fmt.Sprintf("(r => r.width > 0 && r.top >= -1 && r.bottom <= innerHeight + 1 && r.right <= innerWidth + 1)(document.querySelector(%q).getBoundingClientRect())", control)) {
			t.Errorf("at 200 %% one has to scroll to %s", control)
		}
	}
	holds(desk, "therapist in the call", wildPatient)
	desk.Narrow(zoomed)
	desk.Size(1280, 800, false)
	desk.Click("#call-more")
	desk.Click("#more-people")
	desk.UntilText("#people", endless)
	holds(desk, "people", wildPatient)
	desk.Size(1280, 800, false)
	desk.Click("#call-end")
	desk.Click("#end-all")
	on(phone, "ended")
	holds(phone, "goodbye")
	desk.UntilData("#visit", "step", "over")
	holds(desk, "over", wildPatient)
	for _, c := range []*companion{mother, interpreter} {
		c.left(t, 1)
	}
	desk.Goto(house.URL() + api.AgendaPage + "/" + string(v.is.ID))
	desk.Until("document.querySelectorAll('[data-guest]').length === 3")
	holds(desk, "report", wildPatient, wildTherapist)

	gone := invite(t, house, -4*time.Hour)
	phone.Expect("410")
	phone.Goto(gone.link)
	holds(phone, "late link")
}
