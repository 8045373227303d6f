package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hearth/backend/house"
	"hearth/e2e/stage"
	"hearth/shared/care"
)

// Devices that do not work, or are not there: everybody comes in all the same, and sees what helps.
func TestGuestDevices(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	refuse := func(name, of string) string {
		return fmt.Sprintf(`{ const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
			navigator.mediaDevices.getUserMedia = (want) => %s ? Promise.reject(new DOMException("no", %q)) : real(want); }`, of, name)
	}
	for _, c := range []struct{ name, script, what, how, button string }{
		{"denied", refuse("NotAllowedError", "true"), "both", "denied", "Come in and listen"},
		{"no camera", refuse("NotFoundError", "want.video"), "camera", "missing", "Come in with sound only"},
		{"busy microphone", refuse("NotReadableError", "want.audio"), "mic", "busy", "Come in without a microphone"},
		{"in another program", "Object.defineProperty(Navigator.prototype, 'mediaDevices', { get: () => undefined })", "both", "unavailable", "Come in and listen"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := begin(t, house, 0)
			w := stage.Browse(t, "guest-"+strings.ReplaceAll(c.name, " ", "-"))
			w.Before(c.script)
			v.knock(w, 0)
			on(w, "checking")
			w.UntilData("#repair", "what", c.what)
			w.UntilData("#repair", "how", c.how)
			w.UntilText("#come-in", c.button)
			w.Accessible("light", "dark")
			w.Picture("guest-check-" + strings.ReplaceAll(c.name, " ", "-"))
			w.Narrow(320)
			w.Size(390, 844, true)
			if c.how == "unavailable" { // the way out of another program is the link itself, not the page's own address
				w.Until("hearthVisit.link.includes('/i/')")
				w.Click("#copy-link")
				w.Until("document.querySelector('#copied').innerText !== ''")
			}
			w.Click("#come-in")
			on(w, "waiting")
			v.until(0, care.WaitingRoom)
			g := v.state(0)
			for end := time.Now().Add(stage.Patience); g.Ready == nil && time.Now().Before(end); g = v.state(0) { // told beside the step
				time.Sleep(100 * time.Millisecond)
			}
			if g.Ready == nil || g.Ready.Camera == care.WorksWell && g.Ready.Mic == care.WorksWell {
				t.Errorf("staff see %+v of the device", g.Ready)
			}
			v.admit(0)
			on(w, "called-in")
		})
	}
}

// Whoever overlooks the browser's question is not lost on the porch: they are seen, may come in without, are let in, and what they
// allow in the end is there.
func TestGuestAnswersLate(t *testing.T) {
	t.Parallel()
	v := begin(t, stage.Open(t), 0)
	w := stage.Browse(t, "guest-late-answer")
	w.Before(`{ const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
		globalThis.asked = 0;
		navigator.mediaDevices.getUserMedia = (want) => new Promise((done, failed) => { asked++; globalThis.answer = () => real(want).then(done, failed); }); }`)
	v.knock(w, 0)
	on(w, "checking")
	w.UntilText("#asking", "Your browser asks something")
	w.Accessible("light", "dark")
	w.Picture("guest-asking")
	w.Until(`!document.querySelector("#come-in").disabled`)
	w.Click("#come-in")
	on(w, "waiting")
	v.until(0, care.WaitingRoom)
	if asked := stage.Eval[int](w, "asked"); asked != 1 {
		t.Errorf("asked %d times", asked)
	}
	stage.Eval[bool](w, "(answer(), true)")
	w.UntilText("#visitor", "Camera on")
	w.Until("hearthVisit.stream === null && asked === 1")
}

// A program that does not come is said, with what to do; staff see all the same that somebody is there.
func TestGuestWithoutProgram(t *testing.T) {
	t.Parallel()
	v := begin(t, stage.Open(t), 0)
	w := stage.Browse(t, "guest-no-program")
	w.Expect("hearth:", "blocked")
	w.Before(`{ const real = fetch; window.fetch = (what, ...more) => String(what.url ?? what).includes(".wasm") ? Promise.reject(new TypeError("blocked")) : real(what, ...more); }`)
	v.knock(w, 0)
	w.Until("!!document.querySelector('#failed') && !document.querySelector('#failed').hidden")
	v.until(0, care.Arrived)
	w.Accessible("light", "dark")
	w.Picture("guest-no-program")
}

// A phone that was not heard of for a while loses its place to another device, and says so kindly: why, and what to do next.
func TestGuestOnAnotherDevice(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	house := stage.OpenWith(t, func(c *house.Config) {
		c.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	})
	v := begin(t, house, 0)
	w := stage.Browse(t, "guest-moved")
	w.Expect("401 (Unauthorized)") // it reads nothing any more, and its own address says why
	v.knock(w, 0)
	on(w, "waiting")
	link, err := house.MintLink(t.Context(), v.guest(0).ID)
	if err != nil {
		t.Fatal(err)
	}
	other := house.Stranger(t)
	for n := 0; ; n++ { // a page that is open may be heard of in this very moment; then the place is still its own
		ahead.Add(int64(16 * time.Minute))
		res, body := other.Form(strings.TrimPrefix(link, house.URL()), nil)
		if res.StatusCode < http.StatusBadRequest {
			break
		}
		if n == 3 {
			t.Fatalf("the other device: %d %.300s", res.StatusCode, body)
		}
	}
	on(w, "moved")
	w.UntilText("h1", "You are on another device now")
	w.UntilText("#visitor", "open the link in your message again")
	look(t, w, "guest-moved", narrowest)
	w.Accessible("light", "dark")
	w.Click("#again")
	w.UntilText(".porch-main", "open the link in your message again")
	w.Until("!document.querySelector('#visitor')")
	w.Accessible("light", "dark")
	w.Picture("guest-moved-page")
	w.Goto(link)
	w.UntilText("#second", "already open on another device")
}
