// Package stage is a call as people see it: the pictures with names and states, the bar of controls, the panel beside them,
// what is said to a screen reader, and how it ends. Guests and staff stand on the same stage; what somebody may not do has no
// act, and so no button. It holds no connection, camera, sensor or signal: a page shows it a View and does what it asks for.
//
// # Hooks for tests
//
//	#stage[data-layout][data-here]     the pictures; how many people are in the call
//	#tile-N, #screen-N                 a place: [data-member], [data-role], [data-state], [data-mic]; N 0 is this page
//	#cam-N, #shared-N                  the video elements in them; they never move in the tree
//	#call-mic #call-camera #call-flip #call-share #call-chat #call-hand #call-more #call-end
//	#panel[data-panel]                 chat, people, files or notes; not there while closed
//	#second                            another page of the same person is heard; #second-use
//	#near                              another guest may be in the same room; #near-mute, #near-shut
//	#closing[data-seconds]             the visit ends for everybody; #closing-undo
//	#tap                               sound or picture wait for a tap
//	#wrong                             what somebody tried and did not work; #wrong-shut
//	#told                              what a screen reader hears
//	#caption[data-service]             a line somebody typed or a service made; #caption-off stops the service
//	#captioner-ID[data-stopped]        a service that writes captions, among the people; #captioner-ID-stop
package stage

import (
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/words"
)

// Places is how many people stand on a stage at most, this page among them.
const Places = care.MostInCall

// Camera and Screen are the ids of a place's video elements. The first plays the sound of whoever stands there, too.
func Camera(place int) string { return id("cam-", place) }

// Screen is the element of the screen somebody shares.
func Screen(place int) string { return id("shared-", place) }

// View is a call at one moment. It is a value nobody changes any more.
type View struct {
	Me      Person
	Others  []Person // who is in the call or coming back, each at the same place as long as they are
	Full    bool     // there is no place in the call
	Second  bool     // another page of the same person is heard; this one is silent
	Near    bool     // another guest may be in the same room, and the two devices echo
	Closing int      // seconds until the visit ends for everybody; 0: it goes on
	GoingOn bool     // the house is asked whether it goes on
	Tap     Tap
	Caption Caption
	Chat    []Line // in order; unsent ones at the end
	Files   []File // oldest first
	May     []Offer
	Staff   []Choice // whom the visit may be handed over to
	Writers []Captioner
	Trouble string // what did not work, in words, for who hears the page; the page around the stage shows it
	Wrong   string // what of it somebody tried here: the stage shows it
	Blur    Ability
}

// Person is somebody on the stage.
type Person struct {
	live.Seat
	ID      live.MemberID
	Guest   care.GuestID // "": staff, or this page
	As      care.Invited
	Name    string
	Place   int // 0: this page, else 1 to Places−1
	State   State
	Since   time.Time // of State
	Picture bool      // the camera's picture is there, and moves
	Blind   bool      // their camera is on, and its picture does not come
	Mirror  bool      // a camera that looks at its owner
	Talks   bool
	Side    string // where nothing gets through: "ours", "theirs", "way", or ""
	Why     string // what spoils the connection most: "loss", "delay", "narrow", "relay", or "" for nothing known
	Way     string // "direct" or "relay"; "": not known
	Phrase  string // the safety phrase both hear each other say; "": no connection yet
}

// others are those of the View, to be looked at without being copied.
func (v *View) others() []*Person {
	list := make([]*Person, len(v.Others))
	for i := range v.Others {
		list[i] = &v.Others[i]
	}
	return list
}

// Staff reports whether somebody is of the clinic.
func (p *Person) Staff() bool { return p.As == care.AsStaff }

// State is how the connection with somebody stands.
type State string

// The states.
const (
	Joining State = "joining"
	Here    State = "here"
	Mending State = "mending" // the connection broke, and both sides look for another
	Away    State = "away"    // their page is gone for the moment
)

// Tap is what a person's finger is needed for.
type Tap string

// What may wait for a tap.
const (
	NoTap     Tap = ""
	TapSound  Tap = "sound"  // the browser does not play sound by itself
	TapResume Tap = "resume" // a phone call or another program had camera and microphone
)

// Ability is something a browser can do, or not.
type Ability int

// The answers.
const (
	Cannot Ability = iota
	Off
	On
)

// Caption is a line somebody typed for all to read, or a service made of what was said.
type Caption struct {
	Name, Text string
	Service    care.ServiceID // "": a person typed it
	By         string         // what the service is called
	Language   string         // "": not known
}

// Captioner is a service that writes captions in this visit.
type Captioner struct {
	Service care.ServiceID
	Name    string
	Stopped bool // by staff
}

// Choice is somebody or something to choose.
type Choice struct {
	ID, Name string
}

// Offer is somebody who may be asked into the call.
type Offer struct {
	Relative care.RelativeID
	Name     string
}

// Stage is what a page keeps of a call besides the View: what is open, what is half written. It belongs to the page's
// goroutine.
type Stage struct {
	Acts  Acts
	Keys  bool   // single keys work
	Notes *Notes // of staff; nil: none

	now    func() time.Time
	view   *View
	shape  shape
	panel  panel
	dialog dialog
	about  live.MemberID // whom a dialog is about
	draft  string        // of a chat line
	typing bool          // captions
	line   string        // a caption half written
	read   int           // lines of the chat that were seen
	guest  newcomer
	tell   teller
	asked  ask
	hushed string // of Wrong, what was read
	apart  bool   // Near was read
}

// New is a stage before the first View.
func New(now func() time.Time, acts Acts) *Stage {
	return &Stage{Acts: acts, Keys: true, now: now, shape: shape{layout: Large}, view: &View{}}
}

// Again goes on with another call of the same visit: what was half written stays, and what was open; who was there, and what they
// asked for, does not.
func (s *Stage) Again(acts Acts) {
	s.Acts, s.view, s.shape.pins, s.asked, s.tell = acts, &View{}, false, ask{}, teller{}
	s.shut()
}

// See shows the stage a newer View.
func (s *Stage) See(seen View) {
	v := &seen
	s.shape.follow(s.view, v)
	s.tell.follow(s.now(), s.view, v)
	if s.panel == chatPanel {
		s.read = len(v.Chat)
	}
	s.read = min(s.read, len(v.Chat))
	if v.Wrong == "" {
		s.hushed = ""
	}
	s.view = v
}

// Seen is the newest View.
func (s *Stage) Seen() View { return *s.view }

// Unread counts lines of others that nobody looked at.
func (s *Stage) Unread() (n int) {
	for _, l := range s.view.Chat[s.read:] {
		if !l.Mine {
			n++
		}
	}
	return n
}

// Asked shows that somebody asks this page for something, one of live's nudges, until the person answers.
func (s *Stage) Asked(from, what string) { s.asked = ask{from: from, what: what} }

// person finds somebody on the stage.
func (s *Stage) person(id live.MemberID) (*Person, bool) {
	for _, p := range s.everybody() {
		if p.ID == id {
			return p, true
		}
	}
	return nil, false
}

func (s *Stage) everybody() []*Person { return append([]*Person{&s.view.Me}, s.view.others()...) }

// Told is what a screen reader hears, politely.
func (s *Stage) Told() app.UI {
	return app.P().ID("told").Class("sr").Aria("live", "polite").Text(s.tell.said)
}

// Word is one of the stage's words, for pages around it.
func Word(key string, pairs ...string) string { return say(key, pairs...) }

func say(key string, pairs ...string) string { return words.T("stage."+key, pairs...) }
