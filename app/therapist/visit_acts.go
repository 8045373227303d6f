package therapist

import (
	"context"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/stage"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
)

// arrange adds what a therapist may do in a visit besides what everybody may.
func (v *Visit) arrange(a *stage.Acts) {
	a.Again = func(_ app.Context, id string) { v.chat.Again(id) }
	a.Spotlight = func(_ app.Context, m live.MemberID) { v.meeting.Call().Spotlight(m) }
	a.PutOut = func(_ app.Context, g care.GuestID) {
		v.tell(func(within context.Context) (api.Visit, error) {
			return v.Env.API.ChangeGuest(within, api.DenyGuest, v.id, g, api.DenyBody{Reason: "removed"})
		})
	}
	a.Invite = v.invite
	a.Captioner = func(_ app.Context, service care.ServiceID, stopped bool) {
		v.tell(func(within context.Context) (api.Visit, error) {
			return v.Env.API.StopCaptions(within, v.id, service, stopped)
		})
	}
	a.HandOver = func(_ app.Context, to string) {
		v.act(api.HandVisit, api.HandVisitBody{Version: v.visit.Version, Person: care.PersonID(to)})
	}
}

// act does something to the visit and shows how it stands then.
func (v *Visit) act(op api.Operation, body any) {
	id := v.id
	v.tell(func(within context.Context) (api.Visit, error) { return v.Env.API.ChangeVisit(within, op, id, body) })
}

// tell asks the house for something and shows the visit as it is then.
func (v *Visit) tell(do func(context.Context) (api.Visit, error)) {
	id := v.id
	v.page.Async(func() {
		visit, err := do(v.page)
		v.page.Dispatch(func(ctx app.Context) {
			if id != v.id || v.Env.SignedOut(err) {
				return
			}
			if v.trouble = err; err == nil {
				v.came(ctx, visit, nil)
			}
			v.see(ctx)
		})
	})
}

// invite asks somebody into the call: they get a link and come through the waiting room.
func (v *Visit) invite(_ app.Context, i stage.Invitation) {
	g := api.NewGuest{ID: care.NewID[care.GuestID](), As: care.AsInterpreter, Name: i.Name, Address: care.Address{Mobile: i.Mobile, Mail: i.Mail}}
	if i.Relative != "" {
		g = api.NewGuest{ID: g.ID, As: care.AsRelative, Relative: i.Relative}
	}
	v.act(api.AddGuest, g)
}

// quiet ends what is received of the patient, because nobody is there any more who would see it or hush its alarm. What was
// wished stays: whoever comes back receives it again.
func (v *Visit) quiet() {
	if v.live != nil {
		v.live.shut()
		v.live = nil
	}
}

// leave goes alone; the others stay.
func (v *Visit) leave(app.Context) {
	v.quiet()
	v.hangUp()
	v.step = left
	v.turned("main")
	v.save(v.page, true)
}

// outAfter is how long somebody has to be out before the page gives up: a room that is told anew takes a moment.
const outAfter = 3 * time.Second

// stays leaves a call the house does not let the page stand in any more, so that nobody is filmed for nobody.
func (v *Visit) stays() {
	now := v.Env.Now()
	switch {
	case v.meeting == nil || v.meeting.State().Out == "":
		v.out = time.Time{}
	case v.out.IsZero():
		v.out = now
	case now.Sub(v.out) >= outAfter:
		v.turnedOut()
	}
}

// turnedOut ends the call and the signals of a visit that is this therapist's no more.
func (v *Visit) turnedOut() {
	if v.step != inside {
		return
	}
	v.leave(v.page)
	v.putOut = true
}

// back comes back into the call.
func (v *Visit) back(app.Context) {
	v.looks, v.out, v.putOut = map[care.GuestID]bool{}, time.Time{}, false
	if v.live == nil {
		v.openSignals()
	}
	v.enter(v.page)
}

// close ends the visit for everybody, in a moment; false takes it back. The call says at once that it ends, so that nobody is cut
// off in mid-sentence, and says that it goes on only once the house agrees.
func (v *Visit) close(_ app.Context, really bool) {
	m, id := v.meeting, v.id
	if !really {
		if v.goingOn {
			return
		}
		v.goingOn = true
		v.see(v.page)
		v.tell(func(within context.Context) (api.Visit, error) {
			visit, err := v.Env.API.ChangeVisit(within, api.GoOnVisit, id, nil)
			if err == nil {
				m.Call().Closing(0)
			}
			v.page.Dispatch(func(app.Context) { v.goingOn = false })
			return visit, err
		})
		return
	}
	m.Call().Closing(v.Env.Live.View().Clock.House(v.Env.Now()).Add(closeIn))
	v.tell(func(within context.Context) (api.Visit, error) {
		visit, err := v.Env.API.ChangeVisit(within, api.EndVisit, id, api.EndVisitBody{Seconds: int(closeIn.Seconds())})
		if err != nil {
			m.Call().Closing(0) // it goes on, and nobody is to think otherwise
		}
		return visit, err
	})
}

// load reads what a therapist needs besides the visit: the patient's signals, the notes, whom one may invite or hand over to.
func (v *Visit) load(ctx app.Context) {
	visit := v.visit
	v.Env.Page.SetTitle(v.title())
	v.openNotes(ctx)
	v.openSignals()
	ctx.Async(func() {
		var relatives []stage.Offer
		if visit.Patient != "" && v.Env.May(access.ReadContacts) {
			if card, err := v.Env.API.GetContact(ctx, visit.Patient); err == nil {
				for _, r := range card.Contact.Relatives {
					relatives = append(relatives, stage.Offer{Relative: r.ID, Name: r.Name})
				}
			}
		}
		var staff []stage.Choice
		if list, err := v.Env.API.VisitStaff(ctx, visit.Project); err == nil {
			for _, s := range api.HostsOf(visit.Kind, list.Items) {
				if s.ID != visit.Host {
					staff = append(staff, stage.Choice{ID: string(s.ID), Name: s.Name})
				}
			}
		}
		ctx.Dispatch(func(app.Context) { v.relatives, v.staff = relatives, staff })
	})
}

// openSignals opens the live page of whom the visit is about, where their signals may be received.
func (v *Visit) openSignals() {
	visit := v.visit
	if visit.Patient == "" || visit.Kind != care.Therapy && visit.Kind != care.Consultation {
		return
	}
	v.page.Async(func() {
		about, err := v.Env.API.GetPatient(v.page, visit.Patient)
		v.page.Dispatch(func(ctx app.Context) {
			if err == nil && v.id == visit.ID && v.live == nil && v.step == inside && len(mayReceive(about.Signals)) > 0 {
				v.live = &Live{Env: v.Env, ui: newDesktop(), relay: v.visit.Relay, visit: v.moment}
				v.live.openPatient(ctx, visit.Patient)
			}
		})
	})
}

// anew begins every connection again, because from now on nothing may go another way than through the relay.
func (v *Visit) anew(ctx app.Context) {
	if v.step == inside {
		v.quiet()
		v.hangUp()
		v.back(ctx)
	}
}
