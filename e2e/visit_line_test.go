package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hearth/e2e/stage"
	"hearth/shared/api"
	"hearth/shared/care"
)

// listening makes a page tell what it plays of the others' sound, packet by packet, and what became of its connections and
// sockets. window.talk says it: made connections that were made, turned what they said of themselves, heard packets of sound
// that came in and are played, worst the longest silence in between since somebody asked, opened and closed sockets, steps
// of a guest's page.
const listening = `(() => {
	const Line = RTCPeerConnection, Socket = WebSocket, lines = new Set(), counts = new Map();
	const it = window.talk = {made: 0, turned: [], heard: 0, last: performance.now(), worst: 0, opened: 0, closed: 0, steps: []};
	window.RTCPeerConnection = class extends Line {
		constructor(...given) {
			super(...given);
			it.made++;
			lines.add(this);
			this.addEventListener("connectionstatechange", () => it.turned.push(this.connectionState));
		}
	};
	window.WebSocket = class extends Socket {
		constructor(...given) {
			super(...given);
			this.addEventListener("open", () => it.opened++);
			this.addEventListener("close", () => it.closed++);
		}
	};
	const played = () => new Set([...document.querySelectorAll("video[id^=cam-]:not(#cam-0)")].filter((v) => !v.paused)
		.flatMap((v) => v.srcObject?.getAudioTracks() ?? []).filter((t) => t.readyState === "live").map((t) => t.id));
	const look = async () => {
		const step = document.querySelector("#visitor")?.dataset.step;
		if (step && step !== it.steps.at(-1)) it.steps.push(step);
		const now = performance.now(), was = it.heard, tracks = played();
		for (const line of lines) {
			if (line.signalingState === "closed") {
				lines.delete(line);
				continue;
			}
			for (const s of (await line.getStats()).values()) {
				if (s.type !== "inbound-rtp" || s.kind !== "audio") continue;
				if (tracks.has(s.trackIdentifier)) it.heard += Math.max(s.packetsReceived - (counts.get(line) ?? 0), 0);
				counts.set(line, s.packetsReceived);
			}
		}
		if (it.heard > was) it.last = now;
		it.worst = Math.max(it.worst, now - it.last);
	};
	let looking = false;
	setInterval(() => looking || (looking = true, look().finally(() => looking = false)), 100);
	it.way = async () => {
		for (const line of lines) {
			if (line.connectionState !== "connected") continue;
			const all = await line.getStats();
			for (const s of all.values()) {
				const pair = s.type === "transport" && all.get(s.selectedCandidatePairId), here = pair && all.get(pair.localCandidateId);
				if (here) return here.candidateType === "relay" ? "relay-" + here.relayProtocol : "direct";
			}
		}
		return "";
	};
})()`

// talk is a call with real distances: a guest on a phone at home, and the therapist at a desk elsewhere.
type talk struct {
	street
	v *visit
}

// phone is the guest's browser.
func (c *talk) phone() *stage.Window { return c.tablet }

func (c *talk) both() []*stage.Window { return []*stage.Window{c.phone(), c.desk} }

// comes opens the street, lets the therapist enter the visit, and the guest come as far as the waiting room.
func (c *talk) comes(t *testing.T) {
	t.Helper()
	c.open(t, "phone")
	for _, w := range c.both() {
		w.Before(listening)
		w.Expect("ERR_SOCKET_NOT_CONNECTED")
	}
	c.wrong(24 * time.Hour)
	early := time.Now().UTC().Add(-125 * time.Minute) // begun long ago and planned for long: it may be made short, see outlasts
	c.v = begin(t, c.house, 0, func(b *api.BookVisitBody) {
		b.Now, b.Local, b.Zone, b.Minutes = false, early.Format(care.LocalLayout), "UTC", 240
	})
	c.desk.Follows = "#visit"
	c.desk.ComeIn(c.house.Links().Therapist, "/therapist/visit/"+string(c.v.is.ID))
	c.desk.UntilData("#visit", "step", "in")
	c.v.knock(c.phone(), 0)
	on(c.phone(), "waiting")
	c.v.until(0, care.WaitingRoom)
	c.house.Stands()
}

// wrong makes the clock of the guest's phone wrong, in every document that is opened from now on.
func (c *talk) wrong(by time.Duration) { c.phone().Before(fmt.Sprintf(clock, by.Milliseconds())) }

// number is a count of window.talk.
func number(w *stage.Window, name string) int { return stage.Eval[int](w, "talk."+name+" | 0") }

// packets are how many more of sound somebody has to hear to be told to hear: about a second of it.
const packets = 50

// hears waits until both hear each other from now on, and says how long that took.
func (c *talk) hears(t *testing.T) time.Duration {
	t.Helper()
	began := time.Now()
	was := map[*stage.Window]int{}
	for _, w := range c.both() {
		was[w] = number(w, "heard")
	}
	for _, w := range c.both() {
		w.Until(fmt.Sprintf("talk.heard > %d", was[w]))
	}
	took := time.Since(began)
	for _, w := range c.both() {
		w.Until(fmt.Sprintf("talk.heard > %d", was[w]+packets))
	}
	return took
}

// tries is how often something may break until nothing happens to the call itself. A page that a busy machine has no time for is
// taken for silent by the other, which makes a new connection to be sure.
const tries = 3

// unbroken holds that nothing happens to the call itself while something else breaks: sound goes on over the connection there is,
// and nobody is let in anew.
func (c *talk) unbroken(t *testing.T, breaks func()) {
	t.Helper()
	let := c.admissions()
	for n := range tries {
		c.hears(t)
		made := c.counts("made")
		for _, w := range c.both() {
			stage.Eval[bool](w, "(talk.worst = 0, talk.turned = [], talk.steps = [], true)")
		}
		c.overloaded()
		breaks()
		c.hears(t)
		whole := true
		by, _ := c.overloaded()
		for _, w := range c.both() {
			turned := stage.Eval[[]string](w, "talk.turned")
			anew := number(w, "made") - made[w]
			t.Logf("%s: the longest silence %d ms, %d new connections, they said %v", w.Name, number(w, "worst"), anew, turned)
			whole = whole && anew == 0 && len(turned) == 0
		}
		if m := c.admissions(); m != let {
			t.Errorf("let in %d times more", m-let)
		}
		steps := strings.Join(stage.Eval[[]string](c.phone(), "talk.steps"), " ")
		if whole && steps == "in-call" {
			return
		}
		t.Logf("try %d: the guest's page went %s; the machine was late by %v", n+1, steps, by)
	}
	t.Error("the call does not go on over the connection there is")
}

// admissions counts how often the guest was let in.
func (c *talk) admissions() (n int) {
	var r api.Report
	c.v.mira.Get(strings.NewReplacer("{visit}", string(c.v.is.ID)).Replace(api.VisitReport.Path), &r)
	for _, e := range r.Events {
		if e.To == string(care.Admitted) {
			n++
		}
	}
	return n
}

// grows waits until a count of both pages has grown.
func (c *talk) grows(name string, since map[*stage.Window]int) {
	for _, w := range c.both() {
		w.Until(fmt.Sprintf("talk.%s > %d", name, since[w]))
	}
}

// counts reads a count of both pages.
func (c *talk) counts(name string) map[*stage.Window]int {
	return map[*stage.Window]int{c.phone(): number(c.phone(), name), c.desk: number(c.desk, name)}
}
