package visitor

import (
	"slices"
	"time"

	"hearth/shared/care"
	"hearth/shared/live"
)

// Step is the one thing the page shows. There is always exactly one, and every one has a way out.
type Step string

// The steps.
const (
	TakingOver Step = "taking-over" // the program is here and asks the house how far this guest is
	Checking   Step = "checking"    // camera, microphone and network are looked at; staff see the guest already
	WaitRoom   Step = "waiting"
	CalledIn   Step = "called-in" // let in; nobody is seen or heard yet
	Calling    Step = "in-call"
	Broken     Step = "away"    // was in the call, and hears nobody for the moment
	LostLine   Step = "lost"    // nothing has come through for so long that somebody should be called
	Over       Step = "ended"   // the visit is over
	Refused    Step = "denied"  // not let in, put out, or the invitation was taken back
	LeftSelf   Step = "left"    // the guest left, and may come back
	Elsewhere  Step = "moved"   // the visit goes on on another device of theirs
	Closed     Step = "closed"  // the link has run out, or the house knows nobody here
	Stuck      Step = "trouble" // the house does not answer at all
)

// Steps lists every one.
func Steps() []Step {
	return []Step{TakingOver, Checking, WaitRoom, CalledIn, Calling, Broken, LostLine, Over, Refused, LeftSelf, Elsewhere, Closed, Stuck}
}

// Final reports whether it ends here.
func (s Step) Final() bool {
	return slices.Contains([]Step{Over, Refused, LeftSelf, Elsewhere, Closed}, s)
}

// Alone reports whether nothing reaches anybody from here, and yet it may go on.
func (s Step) Alone() bool { return s == LostLine || s == Stuck }

// Exit is something a person can do where they are.
type Exit string

// The exits.
const (
	Phone    Exit = "phone"  // call the clinic
	Again    Exit = "again"  // load the page anew, which brings everybody back to where they were
	ComeIn   Exit = "come"   // go on to the waiting room with what works
	GoAway   Exit = "leave"  // leave the visit
	ComeBack Exit = "return" // knock again
	Thanks   Exit = "survey" // say how it was
)

// Exits lists what can be done at a step. Late: its patience is over.
func (s Step) Exits(late bool) []Exit {
	var exits []Exit
	switch s {
	case Checking:
		exits = []Exit{ComeIn, GoAway}
	case WaitRoom, CalledIn, Calling, Broken:
		exits = []Exit{GoAway}
	case Over:
		return []Exit{Thanks, Phone}
	case Refused, Closed:
		return []Exit{Phone}
	case LeftSelf:
		return []Exit{ComeBack, Phone}
	case Elsewhere:
		return []Exit{Again, Phone}
	case LostLine, Stuck:
		return []Exit{Again, Phone}
	}
	if late {
		exits = append(exits, Again, Phone)
	}
	return exits
}

// Patience is how long a step may last before people are told what else they can do; 0: it is an end, and rests.
func (s Step) Patience() time.Duration {
	switch s {
	case TakingOver:
		return 8 * time.Second
	case Checking:
		return 2 * time.Minute
	case WaitRoom:
		return 20 * time.Minute
	case CalledIn:
		return 15 * time.Second
	case Broken:
		return 20 * time.Second
	case Calling:
		return care.MostMinutes * time.Minute
	}
	return 0
}

// After these the machine itself gives a step up.
const (
	takingOver = 20 * time.Second // the house does not answer: Stuck
	lostAfter  = 90 * time.Second // in the call, nobody heard and no house: LostLine
)

// Media is how the call's own connections are.
type Media int

// How they are.
const (
	NoMedia   Media = iota // none yet
	MediaUp                // somebody is seen or heard
	MediaDown              // somebody was
)

// Facts are all a step follows from. They are read anew each time; nothing is remembered that the house could say.
type Facts struct {
	Known   bool            // the house has told how far the guest is, since the page was opened
	Guest   care.GuestState // as last told
	Visit   care.VisitState
	Ends    time.Time // page clock; staff end the visit then, zero: not
	Until   time.Time // page clock; the link runs out then, unless the visit still goes on
	InVisit bool      // the page stands in the visit's room: let in, whatever was read before
	AtDoor  bool      // the page stands at its door: waited for
	Link    live.LinkState
	Code    string // why the link was turned away
	Lost    time.Time
	Media   Media
}

// Way is where a guest is on the way from the link to the call and out again. It is pure: times and facts come in.
type Way struct {
	step  Step
	since time.Time
	ready bool // went on from the check
	left  bool // pressed leave; coming back is a new page
	was   bool // was in the call
	met   bool // was in it before the page was loaded anew
	gone  time.Time
}

// Begin is a way at its beginning. Ready: the check was passed before the page was loaded anew.
func Begin(now time.Time, ready bool) *Way { return &Way{step: TakingOver, since: now, ready: ready} }

// Step is where the guest is, and since when. The zero Way is at its beginning.
func (w *Way) Step() (Step, time.Time) {
	if w.step == "" {
		return TakingOver, w.since
	}
	return w.step, w.since
}

// Late reports whether a step lasts longer than people should wait without a word.
func (w *Way) Late(now time.Time) bool {
	p := w.step.Patience()
	return p > 0 && now.Sub(w.since) >= p
}

// WasIn reports whether the guest was in the call at all, before the page was loaded anew as well.
func (w *Way) WasIn() bool { return w.was || w.met }

// Met tells that the guest was in the call before the page was loaded anew.
func (w *Way) Met() { w.met = true }

// Ready goes on from the check: by itself when all is well, or because somebody pressed the button.
func (w *Way) Ready(f Facts, now time.Time) { w.ready = true; w.See(f, now) }

// Left reports whether the guest wants to be out.
func (w *Way) Left() bool { return w.left }

// Leave takes the guest out at once, whether or not the house can be told now.
func (w *Way) Leave(f Facts, now time.Time) {
	if w.may(GoAway) {
		w.left = true
		w.See(f, now)
	}
}

func (w *Way) may(e Exit) bool {
	for _, x := range w.step.Exits(true) {
		if x == e {
			return true
		}
	}
	return false
}

func (w *Way) to(s Step, now time.Time) {
	if w.step != s {
		w.step, w.since = s, now
	}
}

// See takes in what is so now, and says where the guest is.
func (w *Way) See(f Facts, now time.Time) Step {
	next := w.next(f, now)
	if next == Calling {
		w.was = true
	}
	w.to(next, now)
	return next
}

// next decides. What ends everything goes before what the person did, and that before what goes on.
func (w *Way) next(f Facts, now time.Time) Step {
	if end, over := w.over(f, now); over {
		return end
	}
	if w.left {
		return LeftSelf
	}
	old := f.Link == live.TurnedAway && f.Media != MediaUp // only a page loaded anew is understood
	switch {
	case old:
		return Stuck
	case f.InVisit, f.Known && f.Guest.Inside():
		return w.inside(f, now)
	case f.AtDoor, f.Known && f.Guest.Queued():
		w.gone = time.Time{}
		if !w.ready {
			return Checking
		}
		return WaitRoom
	case f.Known && f.Guest == care.LeftVisit:
		return LeftSelf
	case w.step == TakingOver && now.Sub(w.since) < takingOver:
		return TakingOver
	}
	return Stuck
}

// over reports whether nothing can go on, and how it ended.
func (w *Way) over(f Facts, now time.Time) (Step, bool) {
	switch {
	case f.Known && (f.Guest == care.Denied || f.Guest == care.Uninvited):
		return Refused, true
	case f.Known && (f.Visit == care.Ended || f.Visit == care.Cancelled), !f.Ends.IsZero() && !now.Before(f.Ends):
		return Over, true
	case f.Link == live.TurnedAway && f.Code == live.CodeMoved:
		return Elsewhere, true
	case away(f), f.Known && f.Guest == care.NeverCame, !f.Until.IsZero() && !now.Before(f.Until) && f.Visit != care.Open && !f.InVisit && f.Media != MediaUp:
		switch {
		case away(f) && f.Known && (f.Guest.Queued() || f.Guest.Inside()):
			return Refused, true // a session ends before its time when its guest is put out
		case w.was || w.step == Over:
			return Over, true
		}
		return Closed, true
	}
	return "", false
}

// away reports whether the house let the page go for good. That it speaks another language by now takes nothing from anybody.
func away(f Facts) bool { return f.Link == live.TurnedAway && f.Code != live.CodeVersion }

// inside is a guest who was let in. Who was in the check still is: they come in with what works. A call whose own
// connections hold needs no house.
func (w *Way) inside(f Facts, now time.Time) Step {
	if f.Media == MediaUp {
		w.gone = time.Time{}
		return Calling
	}
	if !w.was && f.Media == NoMedia && f.Link == live.Online {
		w.gone = time.Time{}
		return CalledIn
	}
	if w.gone.IsZero() {
		w.gone = now
	}
	if f.Link == live.Online {
		w.gone = now // the house is there: the others will come back, or it says that they do not
	}
	if now.Sub(w.gone) >= lostAfter {
		return LostLine
	}
	return Broken
}
