package e2e

import (
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"hearth/backend/house"
	"hearth/e2e/lab"
	"hearth/e2e/stage"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
)

// journey is one visit from the clerk's desk to the report, with the patient's phone in a home whose line may break.
type journey struct {
	visit
	whole       *testing.T
	home        *lab.Place
	desk, phone *stage.Window
	mother      care.Relative
	hers        string     // the link into the visit of the message to her
	third       *companion // she
}

// open builds the street with the clinic and one home, and gives Wren a number and a family.
func (j *journey) open(t *testing.T) {
	t.Helper()
	network := lab.OpenNetwork(t)
	j.house = stage.OpenWith(t, func(c *house.Config) {
		c.Relay = house.Relay{Listen: net.JoinHostPort(network.Outside(), strconv.Itoa(relayPort))}
	})
	at, err := url.Parse(j.house.URL())
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(at.Port())
	if err != nil {
		t.Fatal(err)
	}
	j.home = network.Place(false)
	j.home.Lead(port)
	j.mira = j.house.Caller(t, j.house.Links().Therapist)
	office := j.house.Caller(t, j.house.Links().Administrator)
	wren := j.mira.Patients()["Wren-23"]
	j.mother = family(t, office, wren.ID)[0]
	in := []string{"{project}", string(wren.Project)}
	var set api.Visiting
	office.Do(api.GetVisiting, in, nil, &set)
	set.Phone, set.Emergency, set.Survey = "+49 705 550100", "112", true
	office.Do(api.PutVisiting, in, set, nil)
}

// A clerk books, the patient taps the link of a message, is let in by a therapist who was doing something else, wears a sensor,
// loses the network and comes back, the mother joins by her own link, and when it is over everything is there that was said.
func TestJourney(t *testing.T) {
	t.Parallel()
	j := &journey{visit: visit{t: t}, whole: t}
	j.open(t)
	if !t.Run("a clerk books", j.booked) {
		return
	}
	j.desk, j.phone = stage.Browse(t, "journey-desk"), browseAt(t, j.home, "journey-phone")
	j.desk.Follows = "#visit"
	listens(j.desk)
	listens(j.phone)
	j.desk.ComeIn(j.house.Links().Therapist, "")
	j.desk.Until("!!document.querySelector('#waiting-room')")
	for _, part := range []struct {
		name string
		play func(*testing.T)
	}{{"the patient taps the link of the message", j.tapped}, {"let in from the banner of another page", j.letIn}, {"the heart beside the call", j.beats},
		{"the phone's network is gone for ten seconds", j.cut}, {"the mother is the third", j.joined},
		{"said, labelled and written down", j.written}, {"it ends, and everything is there", j.over}} {
		if !t.Run(part.name, part.play) {
			return // what comes after stands on it
		}
	}
}

func (j *journey) on(t *testing.T) {
	j.desk.For(t)
	j.phone.For(t)
	j.t = t
}

// booked lets a clerk book over the pages: for now, for Wren and the mother.
func (j *journey) booked(t *testing.T) {
	kim := j.house.Employ(t, "Kim Doyle", "kim", access.Clerk)
	clerk := stage.Browse(t, "journey-clerk")
	clerk.Goto(j.house.URL() + api.SignInPage)
	clerk.Fill("#login", "kim")
	clerk.Fill("#password", stage.OwnPassword)
	clerk.Click("#sign-in button[type=submit]")
	clerk.Until("!!document.querySelector('details.account')")
	portalPage(clerk, j.house, "/visits", "#empty")
	clerk.Click("#book")
	clerk.Fill("#patient-search", "wren")
	patient := string(j.mira.Patients()["Wren-23"].ID)
	clerk.Click("#patient-" + patient)
	clerk.Click("#invite-" + string(j.mother.ID))
	clerk.UntilText("#book-do", "2")
	clerk.Click(`dialog [role=group][aria-label=When] button:first-child`)
	clerk.UntilText("#book-do", "Start now")
	clerk.Accessible("light", "dark")
	clerk.Pictures("journey-book")
	clerk.Click("#book-do")
	clerk.Until("!document.querySelector('dialog') && !!document.querySelector('[data-visit]')")
	kim.Do(api.GetVisit, []string{"{visit}", clerk.Data("[data-visit]", "visit")}, nil, &j.is)
	if len(j.is.Guests) != 2 || j.is.Guests[0].As != care.AsPatient || j.is.Guests[1].Relative != j.mother.ID || j.is.Host != j.mira.Me().ID {
		t.Fatalf("booked %+v", j.is)
	}
	told(t, j.house, care.TellNow, "+4917055501042", "+4917055501043")
}

// tapped opens the inbox on the phone, as if it were the phone's own messages, and goes through to the waiting room.
func (j *journey) tapped(t *testing.T) {
	j.on(t)
	j.phone.Size(390, 844, true)
	j.phone.Goto(j.house.URL() + api.InboxPage)
	mine := message(j.phone, "+4917055501042")
	j.hers = stage.Eval[string](j.phone, fmt.Sprintf("document.querySelector(%q).href", message(j.phone, j.mother.Mobile)))
	j.phone.Accessible("light", "dark")
	j.phone.Pictures("journey-inbox")
	j.phone.Size(390, 844, true)
	began := time.Now()
	j.phone.Click(mine)
	j.phone.UntilText("#ready", "I’m ready")
	t.Logf("from the link to the button in %.1f s", time.Since(began).Seconds())
	j.phone.Picture("journey-porch")
	began = time.Now()
	j.phone.Click("#ready")
	on(j.phone, "waiting")
	t.Logf("from the button to the waiting room in %.1f s", time.Since(began).Seconds())
	j.until(0, care.WaitingRoom)
	j.phone.Picture("journey-waiting")
}

// talk waits until the two pages see and hear so many others each.
func (j *journey) talk(others int) {
	for _, w := range []*stage.Window{j.desk, j.phone} {
		together(w, others)
	}
}

func (j *journey) letIn(t *testing.T) {
	j.on(t)
	j.desk.UntilData("#knock", "waiting", "1")
	j.desk.Pictures("journey-banner")
	began := time.Now()
	j.desk.Click("#knock-in")
	j.desk.UntilAt("/therapist/visit/" + string(j.is.ID))
	on(j.phone, "in-call")
	hears(j.phone, 1)
	hears(j.desk, 1) // at once; the pictures may come later
	t.Logf("from the banner to both hearing each other in %.1f s", time.Since(began).Seconds())
	j.talk(1)
	j.phone.Picture("journey-call")
}

// beats connects the demo sensor on the phone; the therapist sees the heart while the call goes on.
func (j *journey) beats(t *testing.T) {
	j.on(t)
	j.phone.Click("#sensors")
	j.phone.Click("#connect-demo")
	j.phone.UntilData("#sensor-demo", "state", "streaming")
	j.phone.Click("#sheet-close")
	j.desk.Click("#stream")
	s := &scene{house: j.house, desk: j.desk, tablet: j.phone}
	s.flowing()
	j.desk.Until(fmt.Sprintf("+document.querySelector('#pace').dataset.drawn > %s", j.desk.Data("#pace", "drawn")))
	advances(j.desk, "#cam-1")
	j.desk.Pictures("journey-signals")
}

// cut takes the phone's network away, as when somebody walks out of the Wi-Fi, and gives it back.
func (j *journey) cut(t *testing.T) {
	const long = 10 * time.Second
	j.on(t)
	s := &scene{desk: j.desk, tablet: j.phone}
	had, filled := s.moments(t), s.filled(t)
	gone := time.Now()
	j.home.Unplug()
	j.desk.Until("document.querySelector('#tile-1')?.dataset.state !== 'here'")
	t.Logf("the desk knew after %.1f s", time.Since(gone).Seconds())
	j.desk.Picture("journey-gone")
	j.phone.Picture("journey-alone")
	s.pass(time.Until(gone.Add(long)))
	j.home.Plug()
	back, missed := time.Now(), int(time.Since(gone).Seconds())
	hears(j.desk, 1)
	hears(j.phone, 1)
	t.Logf("gone for %d s, and heard again on both sides %.1f s after", missed, time.Since(back).Seconds())
	j.talk(1)
	on(j.phone, "in-call")
	s.flowing()
	j.desk.Until(fmt.Sprintf("+document.querySelector('#filled').dataset.n >= %d && +document.querySelector('#filled').dataset.of >= %d", filled+missed-4, had+missed-4))
	t.Logf("%d seconds of the heart filled in", s.filled(t)-filled)
	if n := j.admissions(0); n != 1 {
		t.Errorf("Wren was let in %d times", n)
	}
}

// joined lets the mother come by her own link, through the waiting room.
func (j *journey) joined(t *testing.T) {
	j.on(t)
	j.third = company(j.whole, j.hers)
	j.until(1, care.WaitingRoom)
	j.desk.UntilText("#knock", "mother of Wren-23 is waiting")
	j.desk.Picture("journey-mother-knocks")
	j.desk.Click("#knock-in")
	j.until(1, care.InCall)
	j.talk(2)
	j.desk.Pictures("journey-three")
	j.phone.Accessible("light", "dark")
	j.phone.Picture("journey-three-phone")
	j.phone.Size(844, 390, true)
	j.phone.Picture("journey-three-phone-landscape")
	j.phone.Size(390, 844, true)
}

// written lets both write to each other, and the therapist put a label, ask how hard it is, and write notes.
func (j *journey) written(t *testing.T) {
	j.on(t)
	j.phone.Click("#call-chat")
	j.phone.Fill("#chat-line", "The balcony door is open.")
	j.phone.Click("#chat-send")
	j.desk.UntilText("#call-chat .count", "1")
	j.desk.Click("#call-chat")
	j.desk.UntilText("#chat", "The balcony door is open.")
	j.desk.Fill("#chat-line", "Stay as long as you like.")
	j.desk.Click("#chat-send")
	j.phone.UntilText("#chat", "Stay as long as you like.")
	j.phone.Click("#panel-shut")
	j.desk.Click("#panel-shut")
	j.desk.Click("#label-0")
	j.desk.Until("document.querySelectorAll('#labels li[data-pending=false]').length === 1")
	j.desk.Click("#suds-save")
	j.desk.Until("document.querySelectorAll('#labels li[data-pending=false]').length === 2")
	j.desk.Click("#notes")
	j.desk.Fill("#note-said", "Went out to the balcony.")
	j.desk.UntilData("#notes-state", "state", "saved")
	j.desk.Picture("journey-notes")
	j.desk.Click("#panel-shut")
}

// over ends the visit in five seconds for all, and looks at what is left of it.
func (j *journey) over(t *testing.T) {
	j.on(t)
	counted := countdown(j.phone)
	j.desk.Click("#call-end")
	j.desk.Click("#end-all")
	counted()
	on(j.phone, "ended")
	j.desk.UntilData("#visit", "step", "over")
	j.desk.UntilData("#outcome", "outcome", string(care.Held))
	j.desk.Until("document.querySelector('#note-said')?.value === 'Went out to the balcony.'")
	j.desk.Accessible("light", "dark")
	j.desk.Pictures("journey-over")
	j.phone.Click("#star-4")
	j.phone.Fill("#survey-text", "Short break, then fine.")
	j.phone.Click("#survey-send")
	j.phone.UntilText("#survey", "Thank you")
	j.phone.Accessible("light", "dark")
	j.phone.Picture("journey-thanks")
	j.third.left(t, 2)
	r := j.report()
	minutes := map[care.GuestID]int{}
	for _, m := range r.Minutes {
		minutes[m.Guest]++
	}
	t.Logf("the report has %v minutes, the mother says %+v", minutes, j.third.told)
	if minutes[""] == 0 || minutes[j.guest(0).ID] == 0 {
		t.Error("minutes of the therapist or of the patient are missing")
	}
	if r.Visit.Outcome != care.Held || len(r.Answers) != 1 || r.Answers[0].Stars != 4 {
		t.Errorf("the report says %q, and %+v was answered", r.Visit.Outcome, r.Answers)
	}
	var kept api.List[api.Line]
	j.mira.Get(strings.NewReplacer("{visit}", string(j.is.ID)).Replace(api.ReadChat.Path), &kept)
	if len(kept.Items) != 2 {
		t.Errorf("of the chat %+v is kept", kept.Items)
	}
	var sittings api.List[api.Sitting]
	j.mira.Get(strings.NewReplacer("{patient}", string(j.is.Patient)).Replace(api.ListSittings.Path), &sittings)
	var labels api.List[api.Label]
	j.mira.Get(strings.NewReplacer("{sitting}", string(sittings.Items[0].ID)).Replace(api.ListLabels.Path), &labels)
	for _, l := range labels.Items {
		if l.Visit != j.is.ID || l.Into <= 0 {
			t.Errorf("a label stands nowhere in the visit: %+v", l)
		}
	}
	if len(labels.Items) != 2 {
		t.Errorf("%d labels are kept", len(labels.Items))
	}
}
