package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"hearth/e2e/stage"
	"hearth/shared/api"
	"hearth/shared/care"
)

// frames counts the pictures a video element has shown, in a script. Firefox counts none of a stream; there its time goes on.
const frames = `(e => Math.floor(e?.videoWidth ? e.getVideoPlaybackQuality().totalVideoFrames || 20 * e.currentTime : 0))`

// advances waits until a video element shows new pictures, or the page says that the line lets none through: a machine without time
// is a weak line, too.
func advances(w *stage.Window, selector string) {
	count := fmt.Sprintf("%s(document.querySelector(%q))", frames, selector)
	paused := fmt.Sprintf("!!document.querySelector(%q)?.closest('.shot')?.querySelector('.shot-signs')?.textContent.includes('picture paused')", selector)
	w.Until(count + " > 0 || " + paused)
	was := stage.Eval[int](w, count)
	w.Until(fmt.Sprintf("%s > %d || %s", count, was+5, paused))
}

// duo is a therapist at a desk and a patient with a phone, in one call.
type duo struct {
	*visit
	desk, phone *stage.Window
}

// Therapist and patient talk: both see and hear each other, what one does the other sees, what they write is kept, and the
// signals of the sensors stand beside the picture.
func TestCall(t *testing.T) {
	t.Parallel()
	d := &duo{visit: begin(t, stage.Open(t), 0), desk: stage.Browse(t, "call-desk"), phone: stage.Browse(t, "call-phone")}
	d.desk.Follows = "#visit"
	d.phone.Before(blurs)
	d.meets()
	for _, part := range []struct {
		name string
		play func(*testing.T)
	}{
		{"one window without scrolling, for everybody", func(t *testing.T) { d.visit.fits(t, d.desk) }},
		{"mute and hand are seen", d.muted},
		{"what is written arrives and is kept", d.written},
		{"layouts", d.layouts},
		{"what a camera can do by itself", d.blur},
		{"a screen is seen large", d.screen},
		{"signals beside the picture, and a label in both", func(t *testing.T) { d.visit.signals(t, d.desk, d.phone) }},
		{"captions and asking", d.captions},
		{"a file goes from page to page", d.file},
		{"both read the same phrase", d.phrase},
		{"notes save themselves", d.notes},
		{"a reload is back in the call", d.reload},
		{"the visit ends for all, and not when that is taken back", d.ends},
	} {
		t.Run(part.name, part.play)
	}
}

// meets lets the patient knock and be let in, until both see and hear each other.
func (d *duo) meets() {
	desk, phone := d.desk, d.phone
	desk.ComeIn(d.house.Links().Therapist, "/therapist/visit/"+string(d.is.ID))
	desk.UntilData("#visit", "step", "in")
	desk.UntilData("#visit", "signals", "true")
	desk.UntilText("#alone", "Nobody else is here yet")
	advances(desk, "#cam-0")
	desk.Picture("call-alone")
	d.knock(phone, 0)
	on(phone, "waiting")
	d.until(0, care.WaitingRoom)
	desk.UntilText("#knock", "Wren-23")
	desk.Picture("call-knock")
	desk.Click("#knock-in")
	on(phone, "in-call")
	for _, w := range []*stage.Window{desk, phone} {
		w.UntilData("#tile-1", "state", "here")
		advances(w, "#cam-1")
		w.Until("document.querySelector('#cam-1').srcObject.getAudioTracks().some(t => t.readyState === 'live' && !t.muted)")
	}
}

// muted lets each see what the other switches off, and a hand.
func (d *duo) muted(t *testing.T) {
	desk, phone := d.desk, d.phone
	desk.For(t)
	desk.Click("#call-mic")
	phone.UntilData("#tile-1", "mic", "false")
	desk.Key("m")
	phone.UntilData("#tile-1", "mic", "true")
	phone.Click("#call-more")
	phone.Click("#more-hand")
	desk.UntilText("#tile-1", "hand raised")
	desk.UntilText("#told", "raised a hand")
	desk.Click("#call-camera")
	phone.UntilData("#tile-1", "dark", "true")
	desk.Click("#call-camera")
	phone.UntilData("#tile-1", "dark", "false")
}

// written lets both write, and holds what the house kept to it.
func (d *duo) written(t *testing.T) {
	desk, phone := d.desk, d.phone
	desk.For(t)
	phone.Click("#call-chat")
	phone.Fill("#chat-line", "See https://example.org")
	phone.Click("#chat-send")
	desk.UntilText("#call-chat .count", "1")
	desk.Click("#call-chat")
	desk.UntilText("#chat", "See https://example.org")
	desk.Fill("#chat-line", "I see it.")
	desk.Click("#chat-send")
	phone.UntilText("#chat", "I see it.")
	desk.Until("!document.querySelector('#chat [data-unsent=true]') && !document.querySelector('#chat a')")
	desk.Accessible()
	desk.Picture("call-chat")
	var kept api.List[api.Line]
	d.mira.Get(strings.NewReplacer("{visit}", string(d.is.ID)).Replace(api.ReadChat.Path), &kept)
	if len(kept.Items) != 2 {
		t.Errorf("the house kept %+v", kept.Items)
	}
	desk.Key(kb.Escape)
	desk.Until("!document.querySelector('#panel')")
	phone.Click("#panel-shut")
}

// layouts arranges the pictures anew.
func (d *duo) layouts(t *testing.T) {
	desk := d.desk
	desk.For(t)
	desk.Click("#call-more")
	desk.Click(".stage-seg button:nth-child(2)")
	desk.Click("#dialog-close")
	desk.UntilData("#stage", "layout", "grid")
	desk.UntilData("#stage", "cells", "2")
	advances(desk, "#cam-1")
	desk.Picture("call-grid")
}

// blurs makes a browser's cameras such as can blur what is behind a person by themselves (W3C mediacapture-extensions), and writes
// down what they are asked for; with window.refuses they are asked in vain.
const blurs = `{ const track = MediaStreamTrack.prototype, can = track.getCapabilities, is = track.getSettings, apply = track.applyConstraints, now = new WeakMap();
	window.blurs = [];
	track.getCapabilities = function () { return this.kind === "video" ? {...can.call(this), backgroundBlur: [false, true]} : can.call(this) };
	track.getSettings = function () { return this.kind === "video" ? {...is.call(this), backgroundBlur: now.get(this) ?? false} : is.call(this) };
	track.applyConstraints = function (asked) { window.blurs.push(asked.backgroundBlur);
		if (window.refuses) return Promise.reject(new DOMException("", "OverconstrainedError"));
		const {backgroundBlur, ...others} = asked;
		return apply.call(this, others).then(() => { now.set(this, backgroundBlur) }) } }`

// blur is offered where the camera can, which of the two is the phone's alone; it is the camera that is asked, and when it refuses
// that is said.
func (d *duo) blur(t *testing.T) {
	desk, phone := d.desk, d.phone
	desk.For(t)
	desk.Click("#call-more")
	desk.Until("!!document.querySelector('#more-keys')")
	if stage.Eval[bool](desk, "!!document.querySelector('#more-blur')") {
		t.Error("blurring is offered by a camera that cannot")
	}
	desk.Click("#dialog-close")
	press := func(checked bool, asked string) {
		t.Helper()
		phone.Click("#call-more")
		phone.Until("!!document.querySelector('#more-blur')")
		phone.Click(".switch:has(#more-blur)")
		phone.Until(fmt.Sprintf("JSON.stringify(window.blurs) === %q && document.querySelector('#more-blur').checked === %v", asked, checked))
		phone.Picture("call-phone-blur")
		phone.Click("#dialog-close")
	}
	press(true, "[true]")
	press(false, "[true,false]")
	stage.Eval[bool](phone, "window.refuses = true")
	phone.Click("#call-more")
	phone.Click(".switch:has(#more-blur)")
	phone.Until("window.blurs.length === 3 && !document.querySelector('#more-blur').checked")
	phone.Click("#dialog-close")
	phone.UntilText("#wrong", "The camera did not change what is blurred.")
	phone.UntilText("#told", "The camera did not change what is blurred.")
	phone.Accessible("light", "dark")
	phone.Picture("call-phone-refused")
	phone.Click("#wrong-shut")
	phone.Until("!document.querySelector('#wrong')")
	advances(desk, "#cam-1")
}

// screen shows the desk’s own on the phone.
func (d *duo) screen(t *testing.T) {
	desk, phone := d.desk, d.phone
	desk.For(t)
	desk.Click("#call-share")
	phone.UntilData("#screen-1", "role", "big")
	advances(phone, "#shared-1")
	advances(phone, "#cam-1")
	phone.Picture("call-phone-screen")
	desk.Click("#call-share")
	phone.UntilData("#tile-1", "role", "big")
}

// captions types a line for the other, and asks them to speak again.
func (d *duo) captions(t *testing.T) {
	desk, phone := d.desk, d.phone
	desk.For(t)
	before := scrolls(desk)
	desk.Click("#call-more")
	desk.Click("#more-caption")
	desk.Fill("#caption-line", "Breathe out slowly")
	desk.Picture("call-caption-line")
	if over := scrolls(desk); over != before {
		t.Errorf("the line for captions takes room: %s, before %q", over, before)
	}
	desk.Click("#caption-send")
	phone.UntilText("#caption", "Breathe out slowly")
	phone.Picture("call-phone-caption")
	desk.Click("#call-more")
	desk.Click("#more-people")
	who := desk.Data("#tile-1", "member")
	desk.Click("#mute-" + who)
	desk.UntilData("#tile-1", "mic", "false")
	phone.UntilText("#told", "muted you")
	desk.Click("#unmute-" + who)
	phone.Click("#ask-yes")
	desk.UntilData("#tile-1", "mic", "true")
	desk.Picture("call-people")
	desk.Click("#panel-shut")
}

// file hands one over.
func (d *duo) file(t *testing.T) {
	desk, phone := d.desk, d.phone
	desk.For(t)
	desk.Click("#call-more")
	desk.Click("#more-files")
	desk.Until("!!document.querySelector('#stage-file')")
	stage.Eval[bool](desk, `(e => { const d = new DataTransfer(); d.items.add(new File(["for the week"], "plan.txt")); e.files = d.files; e.dispatchEvent(new Event("change", {bubbles: true})); return true })(document.querySelector("#stage-file"))`)
	phone.Click("#call-more")
	phone.Click("#more-files")
	phone.UntilText("#files", "plan.txt")
	phone.Click("#files .btn.primary")
	phone.UntilData("#files li", "state", "ready")
	desk.UntilData("#files li", "state", "sent")
	phone.Picture("call-phone-files")
	desk.Click("#panel-shut")
	phone.Click("#panel-shut")
}

// phrase has both read the same words.
func (d *duo) phrase(t *testing.T) {
	desk, phone := d.desk, d.phone
	desk.For(t)
	phrase := func(w *stage.Window) string {
		w.Click("#call-more")
		w.Click("#more-phrase")
		w.Until("document.querySelector('.stage-phrase')?.dataset.phrase")
		defer w.Click("#dialog-close")
		return w.Data(".stage-phrase", "phrase")
	}
	if here, there := phrase(desk), phrase(phone); here != there || here == "" {
		t.Errorf("%q and %q", here, there)
	}
}

// notes are with the house without a press.
func (d *duo) notes(t *testing.T) {
	desk := d.desk
	desk.For(t)
	desk.Click("#notes")
	desk.Fill("#note-said", "Slept badly.")
	var n api.VisitNotes
	for end := time.Now().Add(stage.Patience); len(n.Parts) == 0 || n.Parts[0].Text != "Slept badly."; time.Sleep(100 * time.Millisecond) {
		if d.mira.Get(strings.NewReplacer("{visit}", string(d.is.ID)).Replace(api.GetVisitNotes.Path), &n); time.Now().After(end) {
			t.Fatalf("the house has %+v", n)
		}
	}
	desk.UntilData("#notes-state", "state", "saved")
	desk.Click("#panel-shut")
}

// reload loads the desk anew.
func (d *duo) reload(t *testing.T) {
	desk, phone := d.desk, d.phone
	desk.For(t)
	desk.Reload()
	desk.UntilData("#tile-1", "state", "here")
	advances(desk, "#cam-1")
	advances(phone, "#cam-1")
}

// takesBack presses what takes the end back, halfway through the five seconds in which that can be done.
const takesBack = `(new MutationObserver((_, all) => {
	if (!document.querySelector("#closing-undo")) return;
	all.disconnect();
	setTimeout(() => document.querySelector("#closing-undo").click(), 2500);
}).observe(document, {subtree: true, childList: true}), true)`

// countdown returns what waits until a page has said that its call is over in some seconds: it says so for five.
func countdown(w *stage.Window) (counted func()) {
	stage.Eval[bool](w, `(new MutationObserver(() => { window.closes ||= document.querySelector("#closing")?.dataset.seconds > 0 })
		.observe(document, {subtree: true, childList: true, attributes: true}), true)`)
	return func() { w.Until("window.closes") }
}

// ends the visit for both, once it was taken back.
func (d *duo) ends(t *testing.T) {
	desk, phone := d.desk, d.phone
	desk.For(t)
	stage.Eval[bool](desk, takesBack)
	counted := countdown(phone)
	desk.Click("#call-end")
	desk.Click("#end-all")
	counted()
	phone.Until("!document.querySelector('#closing')")
	desk.Click("#call-end")
	desk.Picture("call-end")
	desk.Click("#end-all")
	on(phone, "ended")
	desk.UntilData("#visit", "step", "over")
	desk.UntilText("#note-said", "")
	desk.Accessible()
	desk.Picture("call-over")
	phone.Click("#star-5")
	phone.Click("#survey-send")
	phone.UntilText("#survey", "Thank you")
}

// fits holds the desk to one window without scrolling, and to everybody's use.
func (v *visit) fits(t *testing.T, desk *stage.Window) {
	desk.For(t)
	for _, size := range [][2]int64{{1280, 800}, {1440, 900}} {
		desk.Size(size[0], size[1], false)
		desk.Picture(fmt.Sprintf("call-desk-%d", size[0]))
		if over := scrolls(desk); over != "" {
			t.Errorf("%d × %d scrolls: %s", size[0], size[1], over)
		}
	}
	desk.Size(1280, 800, false)
	desk.Accessible()
	desk.Pictures("call")
	desk.Narrow(320)
	desk.Narrow(640)
	desk.Size(1280, 800, false)
}

// scrolls says what of the desk does not fit its window.
func scrolls(desk *stage.Window) string {
	return stage.Eval[string](desk, `(() => {
		const page = document.scrollingElement, left = document.querySelector(".visit-left");
		return (page.scrollHeight > innerHeight + 1 ? "page " + page.scrollHeight + " " : "") + (left.scrollHeight > left.clientHeight + 1 ? "left " + left.scrollHeight + " of " + left.clientHeight : "");
	})()`)
}

// signals lets the patient wear the demo sensor in the call, and the therapist label what happens.
func (v *visit) signals(t *testing.T, desk, phone *stage.Window) {
	desk.For(t)
	phone.Click("#sensors")
	phone.Click("#connect-demo")
	phone.UntilData("#sensor-demo", "state", "streaming")
	phone.Click("#sheet-close")
	desk.Click("#stream")
	desk.UntilData("#watch", "phase", "streaming")
	desk.Until("document.querySelector('#hr')?.dataset.value > 0")
	desk.Click("#label-0")
	desk.UntilData("#labels li", "pending", "false")
	advances(desk, "#cam-1")
	desk.Picture("call-signals")
	var sittings api.List[api.Sitting]
	v.mira.Get(strings.NewReplacer("{patient}", string(v.is.Patient)).Replace(api.ListSittings.Path), &sittings)
	var labels api.List[api.Label]
	v.mira.Get(strings.NewReplacer("{sitting}", string(sittings.Items[0].ID)).Replace(api.ListLabels.Path), &labels)
	if len(labels.Items) != 1 || labels.Items[0].Visit != v.is.ID || labels.Items[0].Into <= 0 || labels.Items[0].Into > 10*60*1000 {
		t.Errorf("the house has %+v", labels.Items)
	}
	desk.Click("#stream")
}
