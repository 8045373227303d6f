package queue

import (
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote/remotetest"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
)

// blank is a page of staff with nothing on it.
type blank struct {
	app.Compo
	env *frame.Env
}

func (b *blank) OnMount(ctx app.Context) { b.env.LoadMe(ctx, func(app.Context) {}) }

func (b *blank) Render() app.UI { return app.Div() }

// TestAnAnswerThatFoundNoPageIsNotWaitedFor: what was asked between two pages may be asked again, for the same guest too.
func TestAnAnswerThatFoundNoPageIsNotWaitedFor(t *testing.T) {
	h := remotetest.New()
	h.Person = live.PersonView{ID: "noor", Name: "Noor"}
	h.Answer(api.GetMe, func(remotetest.Asked) (any, error) {
		return api.Me{ID: "noor", Roles: []access.Role{access.Clerk}, Grants: []api.Grant{{Role: access.Clerk}}}, nil
	})
	h.Answer(api.GetQueue, func(remotetest.Asked) (any, error) { return api.List[api.Queued]{}, nil })
	h.Answer(api.AdmitGuest, func(remotetest.Asked) (any, error) { return api.Visit{}, nil })
	var d *Desk
	remotetest.Inside(t, h, live.Admin, func(e *frame.Env) app.Composer {
		d = New(e, Options{Room: func(care.VisitID) string { return "/" }})
		return &blank{env: e}
	}, func(t *testing.T, v *remotetest.Visit) {
		defer d.Close()
		q := api.Queued{Guest: api.Guest{ID: "otter"}, Visit: "v"}
		v.Act(func(ctx app.Context) {
			d.Stand(ctx)
			d.busy[q.ID], d.ask = true, &ask{about: q, what: telling, text: "Soon", busy: true} // their answers came when no page stood
			d.Admit(ctx, q)
		})
		if n := len(h.Asked(api.AdmitGuest)); n != 0 {
			t.Errorf("a press while it is asked asks %d times more", n)
		}
		v.Act(func(ctx app.Context) { d.Stand(ctx) })
		if d.busy[q.ID] || d.ask.busy {
			t.Error("the next page waits for an answer that cannot come")
		}
		v.Act(func(ctx app.Context) { d.Admit(ctx, q) })
		if n := len(h.Asked(api.AdmitGuest)); n != 1 {
			t.Errorf("a press on the next page asks %d times", n)
		}
	})
}

// TestWhoWaitsIsShownAfterANetworkThatChanged: a portal whose first question was lost asks again who it is for, until it is
// answered, and then looks out for who waits.
func TestWhoWaitsIsShownAfterANetworkThatChanged(t *testing.T) {
	h := remotetest.New()
	h.Person = live.PersonView{ID: "noor", Name: "Noor"}
	h.Put(live.Snapshot{Room: live.DeskRoom("bridge"), N: 1})
	asked := 0
	h.Answer(api.GetMe, func(remotetest.Asked) (any, error) {
		if asked++; asked < 3 {
			return nil, fault.New(fault.Unavailable, "network", nil)
		}
		return api.Me{ID: "noor", Roles: []access.Role{access.Clerk}, Grants: []api.Grant{{Role: access.Clerk}}, Project: "bridge"}, nil
	})
	h.Answer(api.GetQueue, func(remotetest.Asked) (any, error) {
		at := time.Now()
		return api.List[api.Queued]{Items: []api.Queued{{Guest: api.Guest{ID: "otter", State: care.WaitingRoom, Since: at, Waiting: &at}, Visit: "v", Project: "bridge"}}}, nil
	})
	var d *Desk
	remotetest.Inside(t, h, live.Admin, func(e *frame.Env) app.Composer {
		d = New(e, Options{Room: func(care.VisitID) string { return "/" }})
		e.Door = d
		return &blank{env: e}
	}, func(t *testing.T, v *remotetest.Visit) {
		defer d.Close()
		v.Settle()
		if asked != 1 || len(d.knocks()) != 0 {
			t.Errorf("asked %d times, and %d knock", asked, len(d.knocks()))
		}
		v.Later(2 * time.Second)
		v.Later(4 * time.Second)
		if asked != 3 || len(d.knocks()) != 1 {
			t.Errorf("asked %d times, and %d knock", asked, len(d.knocks()))
		}
		for range 10 {
			v.Later(time.Minute)
		}
		if asked != 3 {
			t.Errorf("who was answered asks %d times", asked)
		}
	})
}
