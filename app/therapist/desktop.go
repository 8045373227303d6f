package therapist

import (
	"time"

	"hearth/app/sitting"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
)

// desktop is what the therapist has at hand on the live page: fields half written, dialogs open, the last toast. It says
// nothing of the patient that the house or the connection did not say.
type desktop struct {
	wanted  []access.Signal // asked for last
	company care.Company
	suds    int
	note    string
	dialog  dialog
	about   string // which number aboutDialog explains
	limits  *limitsForm
	edit    *editing
	toast   *toast
	window  time.Duration
	rang    time.Time // alarm
	quiet   time.Time // no sound of quieted before
	quieted sitting.Alarm
	said    string // for screen readers
	saidAt  time.Time
}

// dialog is what stands in front of the page.
type dialog string

const (
	noDialog     dialog = ""
	moreDialog   dialog = "more"
	limitsDialog dialog = "limits"
	editDialog   dialog = "edit"
	endDialog    dialog = "end"
	clearDialog  dialog = "clear"
	aboutDialog  dialog = "about"
)

// editing is a label being changed.
type editing struct {
	Was   api.Label
	Now   api.Label
	Fault error
}

// toast says what was done and how to take it back.
type toast struct {
	Text  string
	Undo  func() error
	Until time.Time
}

const toastTime = 10 * time.Second

func newDesktop() desktop {
	return desktop{company: care.Alone, suds: 50, window: 10 * time.Minute}
}

// tick lets go of what has had its time, and renews the spoken sentence at most every ten seconds.
func (d *desktop) tick(now time.Time, say func() string) {
	if d.toast != nil && !now.Before(d.toast.Until) {
		d.toast = nil
	}
	if d.saidAt.IsZero() || now.Sub(d.saidAt) >= spokenTime {
		d.said, d.saidAt = say(), now
	}
}

// move shifts a label that is being changed; it never leaves the session clock's range.
func (e *editing) move(by time.Duration) {
	if at := e.Now.At.Add(by); at > 0 {
		e.Now.At = at
	}
}
