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

// six is a call of as many people as one takes: Mira at her desk, Wren on a phone, and four who are simulated; a fifth waits.
type six struct {
	*visit
	desk, phone *stage.Window
	others      []*companion
}

// Six people talk: each hears and sees everybody, one is large and the others small, a seventh is told to wait until somebody has
// gone, and three are as three always were. It plays alone: two browsers that make and show five pictures each leave nothing of
// two cores to anybody else. They meet directly, which so many do only where staff choose it: each way through the relay would pass
// these cores twice more. TestKindsOfVisits and TestVisitThroughTheRelay go through it.
func TestSixInACall(t *testing.T) {
	s := &six{visit: begin(t, stage.Open(t), 5, direct), desk: stage.Browse(t, "six-desk"), phone: stage.Browse(t, "six-phone")}
	s.desk.Follows = "#visit"
	listens(s.desk)
	listens(s.phone)
	s.desk.ComeIn(s.house.Links().Therapist, "/therapist/visit/"+string(s.is.ID))
	s.desk.UntilData("#visit", "step", "in")
	s.knock(s.phone, 0)
	on(s.phone, "waiting")
	for n := range 4 {
		s.others = append(s.others, s.company(n+1))
	}
	for n := range 5 {
		s.until(n, care.WaitingRoom)
		s.admit(n)
	}
	for _, part := range []struct {
		name string
		play func(*testing.T)
	}{{"each hears and sees everybody", s.everybody}, {"who is large, and who is small", s.light}, {"layouts", s.layouts}, {"a screen", s.screen},
		{"on a phone, and for everybody", s.looks}, {"no room for a seventh until somebody goes", s.seventh}, {"three again", s.three}} {
		if !t.Run(part.name, func(t *testing.T) { s.desk.For(t); s.phone.For(t); part.play(t) }) {
			return // what comes after stands on it
		}
	}
	s.end()
	on(s.phone, "ended")
	for _, one := range s.others[:1] { // who was there from the first to the last
		one.left(t, 5)
		if one.told.Heard < 5 || one.told.Seen < 5 {
			t.Errorf("somebody simulated heard and saw %+v", one.told)
		}
	}
}

// talk waits until both browsers hear and see so many others each.
func (s *six) talk(others int) {
	together(s.desk, others)
	together(s.phone, others)
}

func (s *six) everybody(t *testing.T) {
	began := time.Now()
	s.talk(5)
	s.phone.Click("#near-shut") // all guests are on this machine
	t.Logf("all hear and see each other %.1f s after", time.Since(began).Seconds())
	for _, w := range []*stage.Window{s.desk, s.phone} {
		w.UntilData("#stage", "here", "6")
		w.UntilData("#stage", "strip", "5")
		w.Until(`document.querySelectorAll('#stage > .shot[data-talks="true"]:not(#tile-0)').length > 0`) // who talks has a frame
		tidy(t, w, 6)
	}
	// whom the desk shows large sends it a large picture, to all others everybody but the host a small one
	s.phone.Until(fmt.Sprintf("(all => all.length === 5 && all.filter(bits => bits > 120000).length <= 1)(%s)", sends))
	s.desk.Until(fmt.Sprintf("(all => all.length === 5 && all.every(bits => bits <= 500000))(%s)", sends))
	s.desk.Pictures("six")
}

// sends are the most bits a second a window's camera may take to each of the others; its line is the second of a call, and has no
// track while it is paused.
const sends = `window.lines.filter(l => l.connectionState === "connected").map(l => l.getTransceivers()[1].sender.getParameters().encodings[0]?.maxBitrate ?? 0)`

// large is who has the large picture in a window.
const large = `document.querySelector("#stage > .shot[data-role=big]")?.dataset.member`

// whose is somebody's page, by the name on their tile.
func whose(w *stage.Window, name string) string {
	one := fmt.Sprintf(`[...document.querySelectorAll("#stage > .shot[data-member]")].find(e => e.querySelector(".shot-name").textContent.includes(%q))?.dataset.member`, name)
	w.Until("!!" + one)
	return stage.Eval[string](w, one)
}

// light lets staff choose whom everybody sees large, and a guest whom they see themselves.
func (s *six) light(t *testing.T) {
	mira, noor := s.desk.Data("#tile-0", "member"), whose(s.desk, "Noor 2")
	s.phone.Until(fmt.Sprintf("%s === %q", large, mira)) // staff first, until somebody is chosen
	s.desk.Click("#call-more")
	s.desk.Click("#more-people")
	s.desk.Click("#light-" + noor)
	for _, w := range []*stage.Window{s.desk, s.phone} {
		w.Until(fmt.Sprintf("%s === %q", large, noor))
		tidy(t, w, 6)
	}
	s.desk.Accessible()
	s.desk.Picture("six-people")
	s.desk.Click("#dim-" + noor)
	s.phone.Until(fmt.Sprintf("%s === %q", large, mira))
	s.desk.Click("#panel-shut")
	own := whose(s.phone, "Noor 3")
	s.phone.Click(fmt.Sprintf("#stage > [data-member=%q] .shot-press", own))
	s.phone.Until(fmt.Sprintf("%s === %q", large, own))
	s.phone.Click(fmt.Sprintf("#stage > [data-member=%q] .shot-press", own))
	s.phone.Until(fmt.Sprintf("%s === %q", large, mira))
}

// layout chooses the n-th arrangement.
func layout(w *stage.Window, n int, is string) {
	w.Click("#call-more")
	w.Click(fmt.Sprintf(".stage-seg button:nth-child(%d)", n))
	w.Click("#dialog-close")
	w.UntilData("#stage", "layout", is)
}

func (s *six) layouts(t *testing.T) {
	for _, w := range []*stage.Window{s.desk, s.phone} {
		layout(w, 2, "grid")
		w.UntilData("#stage", "cells", "6")
		tidy(t, w, 6)
		together(w, 5)
		w.Picture(w.Name + "-grid")
		layout(w, 3, "solo")
		w.Until(`document.querySelectorAll('#stage > .shot[data-role="heard"]').length === 4`)
		tidy(t, w, 2)
		hears(w, 5)
		layout(w, 1, "large")
		tidy(t, w, 6)
	}
}

// screen lets the desk show its own: six faces stand beside it.
func (s *six) screen(t *testing.T) {
	s.desk.Click("#call-share")
	s.phone.Until(`document.querySelector('#stage > .shot[data-role="big"]')?.id.startsWith("screen-")`)
	s.phone.UntilData("#stage", "strip", "6")
	tidy(t, s.phone, 7)
	s.phone.Picture("six-phone-screen")
	s.desk.Click("#call-share")
	s.phone.UntilData("#stage", "strip", "5")
}

// looks holds both pages to small screens and to everybody's use.
func (s *six) looks(t *testing.T) {
	for _, size := range [][2]int64{{360, 640}, {320, 640}, {390, 844}, {844, 390}} {
		s.phone.Size(size[0], size[1], true)
		s.phone.Picture(fmt.Sprintf("six-phone-%d", size[0]))
		tidy(t, s.phone, 6)
		reached(t, s.phone)
	}
	s.phone.Size(360, 640, true)
	s.phone.Accessible("light", "dark", "child light")
	s.phone.Theme("dark")
	s.phone.Picture("six-phone-360-dark")
	s.phone.Theme("light")
	for _, size := range [][2]int64{{1280, 800}, {1440, 900}, {360, 640}} {
		s.desk.Size(size[0], size[1], size[0] < 640)
		tidy(t, s.desk, 6)
		s.desk.Picture(fmt.Sprintf("six-desk-%d", size[0]))
	}
	s.desk.Size(1280, 800, false)
	s.desk.Accessible()
	s.desk.Narrow(320)
	s.desk.Size(1280, 800, false)
}

// seventh is not let in while six are there, and staff are told why; once somebody has gone there is room.
func (s *six) seventh(t *testing.T) {
	last := company(s.t, s.link(5))
	s.visit.until(5, care.WaitingRoom)
	s.desk.Expect("409") // a seventh is refused
	s.desk.UntilText("#knock", "Noor 5")
	s.desk.Click("#knock-in")
	s.desk.UntilText("#knock-said", "Six people are in this visit already. Somebody has to leave first.")
	s.desk.Picture("six-full")
	if g := s.state(5); g.State != care.WaitingRoom {
		t.Errorf("the seventh is %s", g.State)
	}
	gone := whose(s.desk, "Noor 4")
	s.desk.Click("#call-more")
	s.desk.Click("#more-people")
	s.desk.Click("#out-" + gone)
	s.desk.Click("#out-yes")
	for _, w := range []*stage.Window{s.desk, s.phone} {
		w.UntilData("#stage", "here", "5")
		w.UntilData("#stage", "strip", "4")
		tidy(t, w, 5)
	}
	s.phone.Picture("six-phone-five")
	s.desk.Click("#panel-shut")
	s.desk.Click("#knock-in")
	s.visit.until(5, care.InCall)
	s.talk(5)
	tidy(t, s.desk, 6)
	s.others = append(s.others, last)
}

// three are left when the others have been put out: each has two beside them and sends both a picture. How large it is depends on
// the machine here; that it may be whole again is shown where nothing is measured: TestMoreThanThree of app/call.
func (s *six) three(t *testing.T) {
	for _, n := range []int{2, 3, 5} {
		s.mira.Do(api.DenyGuest, s.names(n), api.DenyBody{Reason: "removed"}, nil)
	}
	s.talk(2)
	for _, w := range []*stage.Window{s.desk, s.phone} {
		w.UntilData("#stage", "strip", "2")
		tidy(t, w, 3)
	}
	s.phone.Until(fmt.Sprintf("(all => all.length === 2 && all.every(bits => bits > 0))(%s)", sends))
	t.Logf("of three the phone sends at most %v bit/s", stage.Eval[[]int](s.phone, sends))
	s.phone.Picture("six-phone-three")
}

// tidy holds the pictures on a stage to their places: as many as there are to be, each inside, none above another, each with a
// name one can read.
func tidy(t *testing.T, w *stage.Window, pictures int) {
	t.Helper()
	w.Until(fmt.Sprintf("%s.length === %d", seenShots, pictures))
	if wrong := stage.Eval[[]string](w, `(all => { const out = [], stage = document.querySelector("#stage").getBoundingClientRect();
		const at = r => [r.left, r.top, r.width, r.height].map(Math.round).join(" ");
		for (const e of all) { const r = e.getBoundingClientRect(), name = e.querySelector(".shot-name .cut"), n = name.getBoundingClientRect();
			if (r.left < stage.left - 1 || r.right > stage.right + 1 || r.top < stage.top - 1 || r.bottom > stage.bottom + 1 || r.width < 44 || r.height < 44) out.push(e.id + " at " + at(r) + " of " + at(stage));
			if (n.height < 10 || n.left < r.left - 1 || n.right > r.right + 1 || n.width + 1 < Math.min(name.scrollWidth, 40)) out.push("the name of " + e.id + " has " + at(n) + " in " + at(r));
			for (const o of all) { const b = o.getBoundingClientRect();
				if (o !== e && o.dataset.role !== "corner" && e.dataset.role !== "corner" && Math.min(r.right, b.right) - Math.max(r.left, b.left) > 1 && Math.min(r.bottom, b.bottom) - Math.max(r.top, b.top) > 1) out.push(e.id + " lies on " + o.id); } }
		return out })(`+seenShots+`)`); len(wrong) > 0 {
		t.Errorf("%s: %s", w.Name, strings.Join(wrong, "; "))
		w.Picture("untidy-" + w.Name)
	}
}

// seenShots are the pictures that are to be seen.
const seenShots = `[...document.querySelectorAll("#stage > .shot:not([hidden], [data-role=heard])")]`

// reached holds the controls of a call to the screen: each is on it and nothing lies above it.
func reached(t *testing.T, w *stage.Window) {
	t.Helper()
	if wrong := stage.Eval[[]string](w, `[...document.querySelectorAll("#call > .btn")].filter(e => e.offsetWidth > 0).filter(e => { const r = e.getBoundingClientRect();
		const hit = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2);
		return r.width < 44 || r.height < 44 || r.left < -1 || r.right > innerWidth + 1 || r.bottom > innerHeight + 1 || !(hit && e.contains(hit)) }).map(e => e.id)`); len(wrong) > 0 {
		t.Errorf("%s: %v cannot be reached", w.Name, wrong)
	}
}
