package agenda

import (
	"context"
	"slices"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/invited"
	"hearth/app/kit"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// handed is a link that is shown to be handed over. It goes from the page with its dialog.
type handed struct {
	guest  api.Guest
	name   string
	link   api.GuestLink
	copied bool
}

// reachable reports whether a message with a link comes to a guest.
func reachable(w api.GuestWay) bool {
	return w.Mobile != "" && !w.SMSOff || w.Mail && !w.MailOff || w.Push
}

// astray reports whether a guest's newest link may not have come: it failed, nobody knows, or it waits to be tried again, and none
// went since. List are their messages. A notice of a browser brings no link.
func astray(list []api.Message) bool {
	return slices.ContainsFunc(list, func(m api.Message) bool {
		return lost(m) && !slices.ContainsFunc(list, func(w api.Message) bool { return instead(m, w) })
	})
}

// lost reports whether a message with a link was tried and is not known to have gone.
func lost(m api.Message) bool {
	switch m.State {
	case care.MessageFailed, care.MessageUnknown, care.MessageOptedOut:
		return m.Kind.Links()
	case care.MessageQueued:
		return m.Kind.Links() && m.Attempts > 0
	}
	return false
}

// instead reports whether w brought the link that m did not bring: the same message by another channel, or a later one.
func instead(m, w api.Message) bool {
	if !w.Kind.Links() || w.State != care.MessageSent && w.State != care.MessageDelivered || w.Settled == nil || w.Channel == care.ByPush && m.Channel != care.ByPush {
		return false
	}
	return w.Kind == m.Kind && !w.Settled.Before(m.Made) || m.Settled != nil && !w.Settled.Before(*m.Settled)
}

// byHand makes a link for somebody no message reaches, or may have reached.
func (d *Details) byHand(v api.Visit, g api.Guest) app.UI {
	return app.Div().Body(kit.Button{ID: "by-hand-" + string(g.ID), Word: words.T("agenda.by-hand"), Icon: "link", Class: "line small", Busy: d.busy, Press: func(app.Context) { d.hand(v, g) }}.Draw())
}

func (d *Details) hand(v api.Visit, g api.Guest) {
	if d.busy {
		return
	}
	d.busy, d.wrong = true, nil
	d.run(func(ctx context.Context) func(app.Context) {
		link, err := d.Env.API.MakeGuestLink(ctx, v.ID, g.ID)
		return func(app.Context) {
			d.busy = false
			if d.wrong = err; err == nil {
				d.handed = &handed{guest: g, name: invited.Name(g, v.PatientName), link: link}
				d.focus("by-hand-copy")
			} else {
				d.Env.SignedOut(err)
			}
		}
	})
}

// drawHanded shows a link, once. Escape does not close it, so that it is not lost by accident.
func (d *Details) drawHanded() app.UI {
	h := d.handed
	if h == nil {
		return kit.Slot()
	}
	word := words.T("agenda.by-hand.copy")
	if h.copied {
		word = words.T("agenda.by-hand.copied")
	}
	return kit.Slot(&kit.Dialog{Title: words.T("agenda.by-hand.title", "name", h.name),
		Body: []app.UI{
			app.P().Text(words.T("agenda.by-hand.help", "name", h.name)),
			app.P().Body(app.Code().ID("by-hand-link").Class("device-code").TabIndex(0).Text(h.link.Link)),
			app.P().Class("small dim").Text(words.T("agenda.by-hand.until", "time", invited.Moment(h.link.Until, d.Env.Now()))),
			kit.Note(kit.Warn, "key", app.P().Text(words.T("agenda.by-hand.once"))),
		},
		Acts: []app.UI{
			kit.Button{ID: "by-hand-card", Word: words.T("agenda.by-hand.card"), Icon: "document", Class: "line", Press: func(app.Context) { linkCard(d.Env, h.link) }}.Draw(),
			kit.Button{ID: "by-hand-copy", Word: word, Icon: "link", Class: "line", Press: func(ctx app.Context) {
				ctx.Async(func() {
					err := d.Env.Page.Copy(ctx, h.link.Link)
					ctx.Dispatch(func(app.Context) { h.copied = err == nil })
				})
			}}.Draw(),
			kit.Button{ID: "by-hand-done", Word: words.T("agenda.by-hand.done"), Class: "primary", Press: func(app.Context) {
				d.handed = nil
				d.focus("by-hand-" + string(h.guest.ID))
			}}.Draw()}})
}

// linkCard opens the page to scan or print, in a tab of its own. The link travels in a form, never in an address.
func linkCard(env *frame.Env, l api.GuestLink) {
	env.Page.PostAside(api.LinkCardPage, map[string]string{"as": env.Page.Slot(), "link": l.Link})
}
