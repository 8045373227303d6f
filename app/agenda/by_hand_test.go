package agenda

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

// A link is made for whom no message reaches, shown once and gone with its dialog; whoever is reached has no such button.
func TestALinkToHandOver(t *testing.T) {
	c := newClinic(t, access.Clerk)
	c.visits = []api.Visit{tomorrow()}
	ways := []api.GuestWay{{Guest: "g1"}, {Guest: "g2", Mobile: "43"}}
	c.Answer(api.ListMessages, func(remotetest.Asked) (any, error) { return api.Messages{Guests: ways}, nil })
	c.Answer(api.MakeGuestLink, func(remotetest.Asked) (any, error) { return nil, fault.New(fault.TooMany, "link.too-often", nil) })
	var d *Details
	remotetest.Inside(t, c.House, live.Admin, func(e *frame.Env) app.Composer { d = &Details{Env: e, Portal: office()}; return d },
		func(t *testing.T, v *remotetest.Visit) {
			v.Act(func(ctx app.Context) { d.visit = "v1"; d.read(ctx) })
			v.Shows("hand over the link yourself", `id="by-hand-g1"`)
			v.Hides(`id="by-hand-g2"`, "<dialog")
			v.Act(func(app.Context) { d.hand(d.report.Visit, d.report.Visit.Guests[0]) })
			v.Shows("Several links were made just now")
			v.Hides("<dialog")
			c.Answer(api.MakeGuestLink, func(a remotetest.Asked) (any, error) {
				if a.Names["visit"] != "v1" || a.Names["guest"] != "g1" {
					t.Errorf("asked for %v", a.Names)
				}
				return api.GuestLink{Link: "https://hearth.example/i/abc", Until: time.Now().Add(time.Hour)}, nil
			})
			v.Act(func(app.Context) { d.hand(d.report.Visit, d.report.Visit.Guests[0]) })
			v.Shows("<dialog", "https://hearth.example/i/abc", `id="by-hand-copy"`, `id="by-hand-card"`, "shown only now", "Good until")
			v.Spoken()
			v.Act(func(app.Context) { d.handed = nil })
			v.Hides("<dialog", "/i/abc")
			ways = []api.GuestWay{{Guest: "g1", Mobile: "23", SMSOff: true}, {Guest: "g2", Mail: true, MailOff: true}}
			v.Act(func(ctx app.Context) { d.read(ctx) })
			v.Shows(`id="by-hand-g1"`, `id="by-hand-g2"`)
			c.visits[0].State = care.Ended
			v.Act(func(ctx app.Context) { d.read(ctx) })
			v.Hides(`id="by-hand-g1"`)
		})
}

// It is offered too when nobody knows that a link arrived: not for what was never tried or is needed no more, and not when it went by
// another way, or anew. A notice of the browser brings none.
func TestALinkThatMayNotHaveCome(t *testing.T) {
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	m := func(k care.MessageKind, by care.Channel, s care.MessageState, made, settled int) api.Message {
		one := api.Message{Kind: k, Channel: by, State: s, Attempts: 1, Made: at.Add(time.Duration(made) * time.Minute)}
		if settled != 0 {
			done := at.Add(time.Duration(settled) * time.Minute)
			one.Settled = &done
		}
		return one
	}
	untried := m(care.TellSoon, "", care.MessageQueued, 0, 0)
	untried.Attempts = 0
	failed, queued := m(care.TellSoon, care.BySMS, care.MessageFailed, 0, 10), m(care.TellSoon, care.BySMS, care.MessageQueued, 0, 0)
	for what, c := range map[string]struct {
		list []api.Message
		want bool
	}{
		"nothing":                    {nil, false},
		"it waits for its time":      {[]api.Message{untried}, false},
		"it failed":                  {[]api.Message{failed}, true},
		"it is unknown":              {[]api.Message{m(care.TellAgain, care.BySMS, care.MessageUnknown, 0, 1)}, true},
		"it is tried again":          {[]api.Message{queued}, true},
		"they wanted none":           {[]api.Message{m(care.TellNow, care.BySMS, care.MessageOptedOut, 0, 1)}, true},
		"it is being sent":           {[]api.Message{m(care.TellNow, care.BySMS, care.MessageSending, 0, 0)}, false},
		"it was sent":                {[]api.Message{m(care.TellSoon, care.BySMS, care.MessageSent, 0, 1)}, false},
		"it was needed no more":      {[]api.Message{m(care.TellSoon, care.BySMS, care.MessageCancelled, 0, 1)}, false},
		"an invitation failed":       {[]api.Message{m(care.TellInvitation, care.BySMS, care.MessageFailed, 0, 1)}, false},
		"it went by e-mail":          {[]api.Message{failed, m(care.TellSoon, care.ByMail, care.MessageSent, 10, 11)}, false},
		"while the SMS waits":        {[]api.Message{queued, m(care.TellSoon, care.ByMail, care.MessageDelivered, 9, 10)}, false},
		"the e-mail failed too":      {[]api.Message{failed, m(care.TellSoon, care.ByMail, care.MessageFailed, 10, 11)}, true},
		"the e-mail alone failed":    {[]api.Message{m(care.TellSoon, care.BySMS, care.MessageSent, 0, 12), m(care.TellSoon, care.ByMail, care.MessageFailed, 10, 11)}, false},
		"a notice came":              {[]api.Message{failed, m(care.TellSoon, care.ByPush, care.MessageSent, 10, 11)}, true},
		"a notice failed alone":      {[]api.Message{m(care.TellSoon, care.BySMS, care.MessageSent, 0, 10), m(care.TellSoon, care.ByPush, care.MessageFailed, 10, 11)}, false},
		"it was sent again":          {[]api.Message{failed, m(care.TellAgain, care.BySMS, care.MessageSent, 12, 12)}, false},
		"again came to nothing":      {[]api.Message{m(care.TellSoon, care.BySMS, care.MessageSent, 0, 10), m(care.TellAgain, care.BySMS, care.MessageUnknown, 12, 12)}, true},
		"a later one went":           {[]api.Message{m(care.TellAgain, care.BySMS, care.MessageFailed, 1, 2), m(care.TellSoon, care.BySMS, care.MessageSent, 0, 10)}, false},
		"an older one went":          {[]api.Message{m(care.TellAgain, care.BySMS, care.MessageSent, 1, 2), failed}, true},
		"one of an older time went":  {[]api.Message{m(care.TellSoon, care.BySMS, care.MessageSent, -9, -5), failed}, true},
		"its invitation alone went":  {[]api.Message{m(care.TellInvitation, care.BySMS, care.MessageSent, 0, 11), failed}, true},
		"again, while the first one": {[]api.Message{queued, m(care.TellAgain, care.BySMS, care.MessageQueued, 12, 0)}, true},
	} {
		if got := astray(c.list); got != c.want {
			t.Errorf("%s: %v", what, got)
		}
	}
	n := newClinic(t, access.Clerk)
	n.visits = []api.Visit{tomorrow()}
	told := api.Messages{Guests: []api.GuestWay{{Guest: "g1", Mobile: "23", Mail: true}, {Guest: "g2", Mobile: "43"}}}
	n.Answer(api.ListMessages, func(remotetest.Asked) (any, error) { return told, nil })
	var d *Details
	remotetest.Inside(t, n.House, live.Admin, func(e *frame.Env) app.Composer { d = &Details{Env: e, Portal: office()}; return d },
		func(t *testing.T, v *remotetest.Visit) {
			failed.Guest, failed.Reason = "g1", "unreachable"
			told.Items = []api.Message{failed}
			v.Act(func(ctx app.Context) { d.visit = "v1"; d.read(ctx) })
			v.Shows(`id="by-hand-g1"`, "not certain that a link arrived", "could not be reached in time")
			v.Hides(`id="by-hand-g2"`)
			v.Spoken()
			mail := m(care.TellSoon, care.ByMail, care.MessageSent, 10, 11)
			mail.Guest = "g1"
			told.Items = append(told.Items, mail)
			v.Act(func(ctx app.Context) { d.read(ctx) })
			v.Shows("E-mail", "could not be reached in time")
			v.Hides(`id="by-hand-g1"`, "not certain that a link arrived")
			told.Items = told.Items[:1]
			v.Act(func(ctx app.Context) { d.read(ctx) })
			v.Shows(`id="by-hand-g1"`)
			n.visits[0].State = care.Ended
			v.Act(func(ctx app.Context) { d.read(ctx) })
			v.Hides(`id="by-hand-g1"`)
		})
}
