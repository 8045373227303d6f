package stage

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/shared/care"
	"hearth/shared/live"
)

// Acts is what a person may do in a call. What is nil cannot be done here: by this person, or in this browser.
type Acts struct {
	Mic    func(app.Context, bool)
	Camera func(app.Context, bool)
	Flip   func(app.Context)       // show the other camera
	Share  func(app.Context, bool) // the screen
	Blur   func(app.Context, bool)
	Float  func(app.Context, string) // the video element with this id, above other windows
	Hand   func(app.Context, bool)
	Tapped func(app.Context) // the finger that was waited for
	Use    func(app.Context) // this page, instead of another one of the same person

	Mutes bool // others may be muted

	Say     func(app.Context, string) // a line of chat
	Again   func(app.Context, string) // the line with this id, which could not be sent
	Caption func(app.Context, string)

	Offer  func(app.Context, string) // the file chosen in the input with this id
	Accept func(app.Context, string) // the file with this id; also Refuse, Cancel, Save
	Refuse func(app.Context, string)
	Cancel func(app.Context, string)
	Save   func(app.Context, string)

	Ask       func(app.Context, live.MemberID, string) // one of live's nudges
	Spotlight func(app.Context, live.MemberID)         // "": nobody
	PutOut    func(app.Context, care.GuestID)
	Invite    func(app.Context, Invitation)
	Captioner func(app.Context, care.ServiceID, bool) // true: the service's captions stop in this visit
	HandOver  func(app.Context, string)               // to the colleague with this id

	Leave func(app.Context)       // alone
	Close func(app.Context, bool) // for everybody, in some seconds; false takes it back
}

// Invitation asks somebody into the call; they come through the waiting room like everybody.
type Invitation struct {
	Relative care.RelativeID // of the patient, or
	Name     string          // an interpreter
	Mobile   string
	Mail     string
}

// Line is a line of the chat.
type Line struct {
	ID     string
	Guest  care.GuestID // who wrote it; "": staff
	Name   string
	Text   string
	Time   string // as the clock on the wall here says it
	Mine   bool
	Unsent bool // waits for the house
	Failed bool // the house refused it
}

// File is a file one page hands another, from page to page.
type File struct {
	ID    string
	Name  string
	With  string // who sends it, or gets it
	Bytes int64
	Done  int64
	Mine  bool // sent from here
	State FileState
}

// FileState is how far a file is.
type FileState string

// The states.
const (
	Offered  FileState = "offered"
	Moving   FileState = "moving"
	Ready    FileState = "ready" // came whole, to be saved
	Given    FileState = "given" // handed to the browser to save, and still here
	Saved    FileState = "saved" // was, and is no more in this page
	Sent     FileState = "sent"
	Refused  FileState = "refused"
	Broken   FileState = "broken"
	Canceled FileState = "cancelled"
)
