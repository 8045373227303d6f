package visitor

import (
	"testing"
	"time"

	"hearth/app/remote/remotetest"
	"hearth/shared/care"
	"hearth/shared/live"
)

// Nobody is told that somebody knows of them before somebody does, and a notice that was sent is no more than that: until then the telephone is offered, and it changes by itself.
func TestWhoKnowsIsSaidAsItIs(t *testing.T) {
	come(t, func(t *testing.T) *clinic {
		c := newClinic(t)
		c.at.Told = care.ToldNobody
		return c
	}, func(t *testing.T, v *remotetest.Visit, p *Page, c *clinic) {
		is := func(told care.Told) {
			c.mu.Lock()
			c.at.Told = told
			c.mu.Unlock()
			c.Note("door/g", live.DataNote{What: "visit", ID: "g"})
			v.Settle()
		}
		keeps := func(besides ...string) { // one thing is to be done, and nothing says otherwise
			t.Helper()
			v.Shows(append(besides, "You only need to keep this page open.")...)
			v.Hides("to do anything", "Keep this page open: whose")
		}
		c.door()
		v.Act(has(both(), p))
		v.Later(2 * time.Second)
		v.Later(6 * time.Second)
		v.Shows(`data-step="waiting"`, "Your name is on Mira Solano’s list", "begins in 5 minutes")
		keeps("Your visit begins in 5 minutes. You only")
		v.Later(5 * time.Second)
		v.Shows(`id="unseen"`, "Nobody at the clinic has the page open right now", `id="phone"`, "+49 705 550100", "You are in the waiting room. Your name is on")
		v.Hides("knows")
		keeps("This page tells you as soon as somebody is there, and whose page is open is let in first.")
		v.Spoken()
		is(care.SentClinic)
		v.Shows("The clinic has been sent a notice", `id="unseen"`, `id="phone"`)
		v.Hides("knows")
		is(care.SentHost)
		v.Shows("Mira Solano has been sent a notice", `id="unseen"`, `id="phone"`)
		v.Hides("knows")
		is(care.ToldClinic)
		v.Shows("The clinic knows you are here")
		v.Hides(`id="unseen"`, `id="phone"`, "Mira Solano knows", "has been sent")
		is(care.ToldHost)
		v.Shows("Mira Solano knows you are here")
		v.Hides(`id="unseen"`, `id="phone"`)
		keeps()
		is(care.ToldNobody)
		v.Shows(`id="unseen"`, `id="phone"`)
		v.Hides("knows")
		v.Later(5 * time.Minute)
		keeps()
		v.Later(30 * time.Minute)
		v.Shows(`id="unseen"`, `id="late"`, `id="phone"`)
		v.Spoken()
	})
}
