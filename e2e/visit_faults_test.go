package e2e

import (
	"fmt"
	"testing"
	"time"

	"hearth/e2e/stage"
	"hearth/shared/api"
	"hearth/shared/care"
)

// TestACallThatBreaks breaks, one after the other, what can break around one call. Nobody touches anything but where it says so,
// and each time both hear each other again. The phone's clock is wrong by a day throughout.
func TestACallThatBreaks(t *testing.T) {
	t.Parallel()
	const life = 8 * time.Second // of the relay's credentials: they end again and again
	c := &talk{street: street{life: life}}
	c.comes(t)
	list := []struct {
		name string
		do   func(*testing.T)
	}{
		{"let in while the house dies", c.letInByADyingHouse},
		{"let in twice, and told late", c.letInTwice},
		{"both sockets drop", func(t *testing.T) {
			c.unbroken(t, func() {
				was := c.counts("opened")
				c.tabletLine.Drop()
				c.deskLine.Drop()
				c.grows("opened", was)
			})
		}},
		{"both sockets are black holes", func(t *testing.T) {
			c.unbroken(t, func() {
				closed, opened := c.counts("closed"), c.counts("opened")
				c.tabletLine.Hold()
				c.deskLine.Hold()
				c.grows("closed", closed) // the pages find out by themselves
				c.hears(t)
				c.tabletLine.Release()
				c.deskLine.Release()
				c.grows("opened", opened)
			})
		}},
		{"the house restarts", func(t *testing.T) {
			c.unbroken(t, func() {
				opened := c.counts("opened")
				c.house.Stop()
				c.hears(t)
				c.house.Start()
				c.grows("opened", opened)
			})
		}},
		{"the phone has no network for half a minute", c.noNetwork},
		{"the phone has no network for ten seconds, and soon again", c.wobbles},
		{"the phone gets another address", func(t *testing.T) {
			c.tabletHome.Move()
			c.again(t)
		}},
		{"UDP is blocked", func(t *testing.T) {
			c.block("meta l4proto udp")
			c.again(t)
			c.goesBy("relay-tcp")
		}},
		{"only the port of TLS is open", func(t *testing.T) {
			c.block(fmt.Sprintf("tcp dport %d", relayPort))
			c.again(t)
			c.goesBy("relay-tls")
		}},
		{"the relay's credentials end", func(t *testing.T) {
			c.unbroken(t, func() { c.wait(life + 2*time.Second) })
			c.goesBy("relay-tls")
		}},
		{"the house and its relay restart", func(t *testing.T) {
			let := c.admissions()
			c.house.Stop()
			c.house.Start()
			c.again(t)
			c.goesBy("relay-tls")
			if n := c.admissions(); n != let {
				t.Errorf("let in %d times more", n-let)
			}
		}},
		{"the visit outlasts its link, and the page is loaded anew", c.outlasts},
		{"the guest looks at something else, and the page stands still", c.background}, // the last: headless, nothing is drawn after it
	}
	for _, f := range list {
		ok := t.Run(f.name, func(t *testing.T) {
			for _, w := range c.both() {
				w.For(t)
			}
			began := time.Now()
			f.do(t)
			t.Logf("took %.1f s", time.Since(began).Seconds())
		})
		if !ok {
			return // what comes after would say nothing
		}
	}
}

// theirs is the tile of the other one, whichever place they have.
const theirs = ".shot[id^=tile-]:not(#tile-0):not([hidden])"

// again waits until both hear each other, and says how long that took.
func (c *talk) again(t *testing.T) {
	t.Helper()
	began := time.Now()
	c.hears(t)
	on(c.phone(), "in-call")
	c.desk.UntilData(theirs, "state", "here")
	t.Logf("both hear each other after %.1f s", time.Since(began).Seconds())
}

// goesBy waits until both connections go by a way.
func (c *talk) goesBy(way string) {
	for _, w := range c.both() {
		w.Until(fmt.Sprintf("talk.way().then((way) => way === %q)", way))
	}
}

// wait lets a fault last.
func (c *talk) wait(long time.Duration) { <-time.NewTimer(long).C }

// letInByADyingHouse: the house is gone before it can say that it let somebody in. They are in as soon as it is back.
func (c *talk) letInByADyingHouse(t *testing.T) {
	c.tabletLine.Hold()
	c.deskLine.Hold()
	c.v.admit(0)
	c.house.Stop()
	c.tabletLine.Drop()
	c.deskLine.Drop()
	if step := c.phone().Data("#visitor", "step"); step != "waiting" {
		t.Errorf("nobody told the guest, and they are at %s", step)
	}
	c.house.Start()
	c.tabletLine.Release()
	c.deskLine.Release()
	c.again(t)
	if n := c.admissions(); n != 1 {
		t.Errorf("let in %d times", n)
	}
}

// letInTwice: the guest goes and comes back; the answer to letting them in comes late, and by then somebody else did it too.
func (c *talk) letInTwice(t *testing.T) {
	p := c.phone()
	p.Click("#call-end")
	p.Click("#leave")
	on(p, "left")
	p.Click("#come-back")
	p.Click("#ready")
	on(p, "waiting")
	c.desk.Until("!!document.querySelector('#knock-in')")
	c.deskLine.Delay(800 * time.Millisecond)
	c.desk.Click("#knock-in")
	c.v.admit(0)
	c.again(t)
	c.desk.Until("!document.querySelector('#knock-in')")
	c.deskLine.Delay(0)
	if n := c.admissions(); n != 2 {
		t.Errorf("let in %d times in two visits", n)
	}
	if said := c.desk.Text("#visit-trouble"); said != "" {
		t.Errorf("the therapist reads %q", said)
	}
}

// noNetwork: both are told meanwhile, and hear each other soon after.
func (c *talk) noNetwork(t *testing.T) {
	c.tabletHome.Unplug()
	cut := time.NewTimer(30 * time.Second)
	on(c.phone(), "away")
	c.phone().UntilText("#broken", "gone since")
	c.desk.Until(fmt.Sprintf("['away', 'mending'].includes(document.querySelector(%q)?.dataset.state)", theirs))
	c.desk.UntilText(theirs+" .shot-signs", "since")
	c.phone().Picture("call-phone-away")
	c.desk.Picture("call-desk-away")
	<-cut.C
	c.tabletHome.Plug()
	c.again(t)
}

// wobbles: a network that goes and comes back twice leaves the connection as it was, and it goes on at once. A new one would wait
// for the browser to have found its ways out again, which takes Chromium some three seconds.
func (c *talk) wobbles(t *testing.T) {
	for range 2 {
		c.wait(5 * time.Second)
		made := c.counts("made")
		c.overloaded() // asked anew
		c.tabletHome.Unplug()
		c.wait(10 * time.Second)
		c.tabletHome.Plug()
		c.again(t)
		by, late := c.overloaded()
		for w, n := range c.counts("made") {
			switch {
			case n > made[w] && late:
				t.Logf("%s made %d new connections, and the machine was late by %v", w.Name, n-made[w], by)
			case n > made[w]:
				t.Errorf("%s made %d new connections", w.Name, n-made[w])
			}
		}
	}
}

// outlasts: a visit that is open keeps its links and its pages, whatever was planned. The clock of the phone is wrong in the other
// direction after that.
func (c *talk) outlasts(t *testing.T) {
	now := api.Visit{}
	c.v.mira.Do(api.GetVisit, c.v.names(0)[:2], nil, &now)
	c.v.mira.Do(api.PatchVisit, c.v.names(0)[:2], api.PatchVisitBody{Version: now.Version, Minutes: new(care.LeastMinutes)}, &now)
	if over := time.Since(now.End.Add(care.LinkAfter)); over < 0 || now.State != care.Open {
		t.Fatalf("the link runs out in %v, the visit is %s", -over, now.State)
	}
	c.unbroken(t, func() { c.phone().Until("true") })
	c.wrong(-24 * time.Hour)
	let := c.admissions()
	began := time.Now()
	c.phone().Reload()
	c.phone().Until("window.talk?.heard > 0")
	t.Logf("back in the call after %.1f s", time.Since(began).Seconds())
	c.again(t)
	if n := c.admissions(); n != let {
		t.Errorf("let in %d times more", n-let)
	}
}

// background: the guest looks at something else, which staff see, and the browser lets the page stand still. They go on hearing the
// guest, and both each other when the page is looked at again.
func (c *talk) background(t *testing.T) {
	p := c.phone()
	look := func(hidden bool) { // headless, every tab is seen
		stage.Eval[bool](p, fmt.Sprintf(`(() => {
			for (const [name, value] of Object.entries({hidden: %[1]t, visibilityState: %[1]t ? "hidden" : "visible"}))
				Object.defineProperty(document, name, {value, configurable: true});
			return document.dispatchEvent(new Event("visibilitychange"));
		})()`, hidden))
	}
	screen := fmt.Sprintf("document.querySelector(%q)?.textContent.includes('screen is off')", theirs+" .shot-signs")
	look(true)
	c.desk.Until(screen)
	lifecycle(t, p, "frozen")
	long := 35 * time.Second // longer than anybody is waited for
	if *figures {
		long = 65 * time.Second
	}
	c.wait(long)
	was := number(c.desk, "heard")
	c.desk.Until(fmt.Sprintf("talk.heard > %d", was+packets))
	lifecycle(t, p, "active")
	look(false)
	c.desk.Until("!" + screen)
	c.again(t)
}
