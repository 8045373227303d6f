package e2e

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"hearth/e2e/stage"
	"hearth/shared/api"
	"hearth/shared/words"
)

// refused lets a browser refuse camera and microphone until the page's storage says otherwise.
const refused = `try { if (!localStorage.allowed) navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError")) } catch {}`

// reader is a window that is held to the language it was asked for.
type reader struct {
	*stage.Window
	narrow  int64
	size    [3]int64 // width, height, phone
	english map[string]bool
	tongue  *tongue // nil: English, which is remembered
}

// look reads all that is said, holds the page to a narrow screen, and keeps a picture.
func (r *reader) look(t *testing.T, name string) {
	t.Helper()
	l := words.English
	if r.tongue == nil {
		for _, text := range stage.Eval[[]string](r.Window, texts) {
			r.english[text] = true
			if key.MatchString(text) {
				t.Errorf("the page shows a key: %q", text)
			}
		}
	} else {
		l = r.tongue.language
		r.tongue.read(t, r.Window, r.english)
	}
	r.Narrow(r.narrow)
	r.Fits()
	r.Size(r.size[0], r.size[1], r.size[2] == 1)
	r.Fits()
	r.Window.Picture("visit-" + string(l) + "-" + name)
}

// inside opens something, looks at it, and shuts it by Escape.
func (r *reader) inside(t *testing.T, open, name string) {
	t.Helper()
	r.Click(open)
	r.Until("!!document.querySelector('dialog[open]')")
	r.look(t, name)
	r.Key(kb.Escape)
	r.Until("!document.querySelector('dialog')")
}

// inTongue loads the pages anew in a language, all at once.
func inTongue(l words.Language, all ...*reader) {
	for _, r := range all {
		stage.Eval[bool](r.Window, fmt.Sprintf(`(document.cookie = "hearth-lang=%s; path=/", window.before = true, setTimeout(() => location.reload(), 0), true)`, l))
	}
	for _, r := range all {
		r.Until(fmt.Sprintf("!window.before && document.readyState === 'complete' && document.documentElement.lang === %q", l))
	}
}

// One visit, from both sides, in four languages: whoever changes the language reads it on every page of the visit, nothing is
// cut off on a narrow screen, and no page asks anybody else for anything.
func TestVisitInFourLanguages(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	reachable(t, house)
	v := begin(t, house, 0, func(b *api.BookVisitBody) { b.Guests[0].Language = "" })
	phone := &reader{Window: stage.Browse(t, "languages-phone"), narrow: narrowest, size: [3]int64{390, 844, 1}, english: map[string]bool{}}
	desk := &reader{Window: stage.Browse(t, "languages-desk"), narrow: zoomed, size: [3]int64{1280, 800, 0}, english: map[string]bool{}}
	desk.Follows = "#visit"
	phone.Before(refused)
	asked := []*stage.Requests{phone.Requests(t), desk.Requests(t)}
	tongues := map[words.Language]*tongue{words.English: nil}
	for _, l := range words.Languages()[1:] {
		o := tongueOf(t, l)
		tongues[l] = &o
	}
	in := func(l words.Language) { phone.tongue, desk.tongue = tongues[l], tongues[l] }
	phone.Size(390, 844, true)
	desk.ComeIn(house.Links().Therapist, "")
	desk.Until("!!document.querySelector('#waiting-room')")
	each := func(what string, play func(t *testing.T, l words.Language)) {
		for _, l := range words.Languages() {
			t.Run(what+"/"+string(l), func(t *testing.T) {
				phone.For(t)
				desk.For(t)
				in(l)
				play(t, l)
			})
		}
	}
	began := time.Now()
	lap := func(what string) { t.Logf("%s: %.1f s", what, time.Since(began).Seconds()); began = time.Now() }

	phone.Expect("status of 4") // links that open nothing say so
	early, late, revoked := invite(t, house, 5*time.Hour), invite(t, house, -4*time.Hour), invite(t, house, time.Hour)
	revoked.mira.Do(api.UninviteGuest, []string{"{visit}", string(revoked.visit), "{guest}", string(revoked.guest)}, struct{}{}, nil)
	wren := v.mira.Patients()["Wren-23"]
	links := []struct{ name, url, ready string }{{"porch", v.link(0), "#ready"}, {"early", early.link, "#opens"}, {"late", late.link, "#call-me"},
		{"revoked", revoked.link, "h1"}, {"unknown", house.URL() + api.LinkPage + "bbbbbbbbbbbbbbbbbbbbbbbbbb", "#find-link"},
		{"find", house.URL() + api.LinkPage, "form"}, {"drop-in", house.URL() + api.DropInPage + string(wren.Project), "#drop-in"}}
	each("links", func(t *testing.T, l words.Language) {
		for _, page := range links {
			phone.Goto(page.url + "?lang=" + string(l))
			phone.Until(fmt.Sprintf("document.readyState === 'complete' && !!document.querySelector(%q)", page.ready))
			phone.look(t, page.name)
		}
	})
	lap("links")

	phone.Goto(v.link(0) + "?lang=en")
	phone.Click("#ready")
	on(phone.Window, "checking")
	each("check", func(t *testing.T, l words.Language) {
		inTongue(l, phone)
		on(phone.Window, "checking")
		phone.UntilData("#repair", "what", "both")
		phone.look(t, "check")
	})
	lap("check")
	stage.Eval[bool](phone.Window, "(localStorage.allowed = true)")
	inTongue(words.English, phone)
	on(phone.Window, "waiting")
	guest := string(v.guest(0).ID)
	each("waiting", func(t *testing.T, l words.Language) {
		inTongue(l, phone, desk)
		on(phone.Window, "waiting")
		phone.look(t, "waiting")
		phone.inside(t, "#help", "help")
		phone.inside(t, "#leave", "leave")
		desk.UntilData("#knock", "waiting", "1")
		desk.look(t, "desk")
		desk.inside(t, "#tell-"+guest, "tell")
		desk.inside(t, "#else-"+guest, "else")
	})
	lap("waiting")
	desk.Goto(house.URL() + api.AgendaPage)
	each("agenda", func(t *testing.T, l words.Language) {
		inTongue(l, desk)
		desk.Until("!!document.querySelector('[data-visit]')")
		desk.look(t, "agenda")
		desk.Click("#book")
		desk.Click("#patient-" + string(wren.ID))
		desk.Until("!!document.querySelector('#date')")
		desk.look(t, "book")
		desk.Key(kb.Escape)
		desk.Until("!document.querySelector('dialog')")
	})
	lap("agenda")
	desk.Goto(house.URL() + "/therapist/visit/" + string(v.is.ID))
	desk.Click("#knock-in")
	each("call", func(t *testing.T, l words.Language) {
		inTongue(l, phone, desk)
		on(phone.Window, "in-call")
		desk.UntilData("#visit", "step", "in")
		for _, w := range []*reader{phone, desk} {
			w.UntilData(theirs, "state", "here") // its place is another until the page before has left
		}
		phone.look(t, "call")
		phone.inside(t, "#call-more", "more")
		phone.inside(t, "#call-end", "end")
		desk.look(t, "beside")
		desk.inside(t, "#call-more", "staff-more")
		desk.inside(t, "#call-end", "staff-end")
	})
	lap("call")
	v.end()
	on(phone.Window, "ended")
	each("over", func(t *testing.T, l words.Language) {
		inTongue(l, phone, desk)
		on(phone.Window, "ended")
		phone.Click("#star-2")
		phone.Until("!!document.querySelector('#wrong-sound, [id^=wrong-]')")
		phone.look(t, "over")
		desk.UntilData("#visit", "step", "over")
		desk.look(t, "staff-over")
	})
	lap("over")
	desk.Goto(house.URL() + api.AgendaPage + "/" + string(v.is.ID))
	each("report", func(t *testing.T, l words.Language) {
		inTongue(l, desk)
		desk.Until("!!document.querySelector('#visit')")
		desk.look(t, "report")
	})
	lap("report")
	at, err := url.Parse(house.URL())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range asked {
		r.OnlyOf(t, at.Host)
	}
}
