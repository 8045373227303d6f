package e2e

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hearth/backend/house"
	"hearth/e2e/stage"
	"hearth/shared/api"
)

// pinIn chooses a PIN for whoever came in.
func pinIn(w *stage.Window, house *stage.House, pin string) {
	w.Goto(house.URL() + api.AccountPage)
	w.Click("#pin-choose")
	w.UntilAt(api.PinPage)
	w.Fill("#pin", pin)
	w.Fill("#again", pin)
	w.Click("#pin-form button[type=submit]")
	w.UntilText("#done", "locks from now on")
}

// press types a PIN with the large keys.
func press(w *stage.Window, pin string) {
	for _, digit := range strings.Split(pin, "") {
		w.Click("#pin-keys [data-digit='" + digit + "']")
	}
}

// lookAway lets the page see that nobody was there, as a screen that was dark does.
const lookAway = "document.dispatchEvent(new Event('visibilitychange'))"

// Two patients share a tablet: each has a PIN there, it locks at a button and by itself, one's PIN does not open the
// other's, and while it measures it stays as it is.
func TestASharedTablet(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	house := stage.OpenWith(t, func(c *house.Config) {
		c.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	})
	w := stage.Browse(t, "tablet")
	w.Expect("Failed to load resource: the server responded with a status of 4")
	w.ComeIn(house.Links().Patient, api.PatientPage)
	w.Goto(house.URL() + api.PinPage)
	examine(w, "pin")
	w.Size(412, 915, true)
	w.Fill("#pin", "1234")
	w.Fill("#again", "1234")
	w.Click("#pin-form button[type=submit]")
	w.UntilText("#pin-trouble", "tried first")
	pinIn(w, house, "8305")
	w.Click("#lock")
	w.UntilAt(api.UnlockPage)
	w.UntilText("#whose", "Wren-23")
	examine(w, "unlock")
	w.Size(412, 915, true)
	press(w, "8306")
	w.UntilText("#pin-count", "4 digits")
	w.Click("#unlock button[type=submit]")
	w.UntilText("#pin-trouble", "Tries left: 4")
	press(w, "83")
	w.Click("#pin-keys [data-clear]")
	press(w, "83055")
	w.Click("#pin-keys [data-back]")
	w.Click("#unlock button[type=submit]")
	w.UntilAt(api.PatientPage)

	w.ComeIn(house.Links().Patient2, api.PatientPage) // somebody else comes in: the first is locked
	pinIn(w, house, "2790")
	w.Goto(house.URL() + api.PatientPage)
	w.Until("!!document.querySelector('details.account')")
	w.Click("details.account summary")
	w.Click("#lock")
	w.UntilAt(api.UnlockPage)
	w.Goto(house.URL() + api.UnlockPage)
	w.Until("document.querySelectorAll('#locked a').length === 2")
	examine(w, "unlock-who")
	w.Size(412, 915, true)
	w.NoScripts(true) // the page needs none
	w.Goto(house.URL() + api.UnlockPage)
	w.Click("#locked li:nth-child(2) a")
	w.UntilText("#whose", "Wren-23")
	for left := range 5 {
		w.Fill("#pin", "2790")
		w.Click("#unlock button[type=submit]")
		if left < 4 {
			w.UntilText("#pin-trouble", fmt.Sprint("Tries left: ", 4-left))
		}
	}
	w.UntilText("#spent", "too many PINs")
	w.NoScripts(false)
	examine(w, "unlock-spent")
	w.Size(412, 915, true)

	w.ComeIn(house.Links().Patient, api.AggregatorPage) // signing in anew opens it
	w.Choose("#story-demo", "steady")
	w.Click("#connect-demo")
	w.UntilData("#tile-demo-ecg", "state", "streaming")
	w.Until("globalThis.hearth.measuring === true")
	w.Until(locksIn("> 3600"))
	ahead.Add(int64(20 * time.Minute))
	stage.Eval[bool](w, lookAway)
	w.UntilData("#tile-demo-ecg", "state", "streaming")
	w.UntilAt(api.AggregatorPage)
	stage.Eval[bool](w, "document.querySelector('#disconnect-demo').click(), true") // without a hand on it, as a strap that is taken off
	w.Until(locksIn("<= 300"))                                                      // what is over holds nothing open
	w.Choose("#story-demo", "steady")
	w.Click("#connect-demo")
	w.Until(locksIn("> 3600"))
	w.Goto(house.URL() + api.SignInPage + "?other=1")                                                  // where nothing watches
	w.Until(strings.ReplaceAll(locksIn("<= 300"), "hearth.as", "sessionStorage.getItem('hearth.as')")) // nor does a page that is gone
	w.Goto(house.URL() + api.PatientPage)
	w.Until("!!document.querySelector('details.account') && globalThis.hearth.measuring !== true")
	ahead.Add(int64(2 * time.Hour))
	stage.Eval[bool](w, lookAway)
	w.UntilAt(api.UnlockPage)
	w.UntilText("#whose", "Wren-23")
	press(w, "8305")
	w.Click("#unlock button[type=submit]")
	w.UntilAt(api.PatientPage)

	w.Goto(house.URL() + api.AggregatorPage) // what was connected before goes on
	w.Until(locksIn("> 3600"))
	stage.Eval[bool](w, "fetch('"+api.LockPage+"', {method: 'POST', body: new URLSearchParams({as: hearth.as})}), true")
	w.Until(locksIn("=== -1"))
	stage.Eval[bool](w, lookAway)
	w.Until("document.documentElement.classList.contains('veiled')") // hidden, but it measures on
	w.UntilAt(api.AggregatorPage)
	w.Until("hearth.measuring === true")
	stage.Eval[bool](w, "dispatchEvent(new Event('pointerdown'))")
	w.UntilAt(api.UnlockPage)
	press(w, "8305")
	w.Click("#unlock button[type=submit]")
	w.UntilAt(api.AggregatorPage)

	w.Before("const real = fetch; fetch = (to, ...more) => String(to).endsWith('/awake') ? Promise.reject(new TypeError('away')) : real(to, ...more)")
	w.Reload()
	w.Until("document.documentElement.classList.contains('veiled')") // nobody knows whether it may be seen
}

// locksIn compares for how long the house keeps an account open, in seconds; -1 is locked.
func locksIn(what string) string {
	return "fetch('" + api.LockPage + "/awake', {method: 'POST', body: new URLSearchParams({as: hearth.as, look: '1'})})" +
		".then(r => r.ok ? r.json() : {left: -1}).then(a => a.left " + what + ")"
}
