package agenda

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/invited"
	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// readTold reads what the guests were told. The page is whole without: it says so where the messages would stand.
func (d *Details) readTold() {
	id := d.visit
	d.run(func(ctx context.Context) func(app.Context) {
		got, err := d.Env.API.ListMessages(ctx, id)
		return func(app.Context) {
			if id != d.visit || d.Env.SignedOut(err) {
				return
			}
			if d.untold = err; err == nil {
				d.messages = got
			}
		}
	})
}

// sent is what became of a message in icon and word. What nobody knows is said to be unknown.
func sent(m api.Message) invited.Sign {
	s := invited.Sign{Tone: kit.Plain, Icon: "clock", Word: words.T("post.state." + string(m.State))}
	switch m.State {
	case care.MessageSent:
		s.Icon = "check"
	case care.MessageDelivered:
		s.Tone, s.Icon = kit.Live, "check"
	case care.MessageFailed:
		s.Tone, s.Icon = kit.Bad, "warning"
	case care.MessageUnknown:
		s.Tone, s.Icon = kit.Warn, "help"
	case care.MessageCancelled, care.MessageOptedOut:
		s.Icon = "x"
	}
	return s
}

// toldOf are the messages of one guest, newest first.
func toldOf(list []api.Message, g care.GuestID) (some []api.Message) {
	for _, m := range list {
		if m.Guest == g {
			some = append(some, m)
		}
	}
	slices.SortStableFunc(some, func(a, b api.Message) int { return b.Made.Compare(a.Made) })
	return some
}

// way says how a guest is reached; a number by its last two digits.
func way(w api.GuestWay) string {
	switch {
	case w.Mobile != "" && !w.SMSOff:
		return words.T("agenda.reach.sms", "ends", w.Mobile)
	case w.Mail && !w.MailOff:
		return words.T("agenda.reach.mail")
	case w.Push:
		return words.T("agenda.reach.push")
	case w.Mobile != "" || w.Mail:
		return words.T("agenda.reach.off")
	}
	return words.T("agenda.unreached")
}

func (d *Details) wayOf(g care.GuestID) (api.GuestWay, bool) {
	for _, w := range d.messages.Guests {
		if w.Guest == g {
			return w, true
		}
	}
	return api.GuestWay{}, false
}

// told is how a guest is reached, what they were told and what became of it, with what can be done.
func (d *Details) told(v api.Visit, g api.Guest, over bool) []app.UI {
	if d.untold != nil && d.Env.Beside(d.untold) != "" {
		return []app.UI{app.P().Class("small dim").Text(frame.Say(d.untold))}
	}
	var parts []app.UI
	w, known := d.wayOf(g.ID)
	if known && g.As != care.AsStaff {
		parts = append(parts, app.P().Class("small dim").Text(way(w)))
	}
	var rows []app.UI
	for _, m := range toldOf(d.messages.Items, g.ID) {
		rows = append(rows, d.message(m))
	}
	if len(rows) > 0 {
		parts = append(parts, app.Ul().Class("agenda-told small").Aria("label", words.T("agenda.messages")).Body(rows...))
	}
	if known && d.Env.May(access.WriteVisits) && g.As != care.AsStaff {
		if box := d.optOut(v, g, w); box != nil {
			parts = append(parts, box)
		}
	}
	strays := reachable(w) && !g.State.Queued() && !g.State.Inside() && astray(toldOf(d.messages.Items, g.ID))
	if known && !over && (strays || !reachable(w)) && d.Env.May(access.WriteVisits) && handable(g) {
		if strays {
			parts = append(parts, kit.Note(kit.Warn, "link", app.P().Text(words.T("agenda.astray"))))
		}
		parts = append(parts, d.byHand(v, g))
	}
	return parts
}

// handable reports whether a link can be handed over to somebody. Staff need none, and callers are on the house's page.
func handable(g api.Guest) bool {
	return g.As != care.AsStaff && g.As != care.AsCaller && g.State != care.Uninvited && g.State != care.Denied
}

func (d *Details) message(m api.Message) app.UI {
	at := m.Due
	if m.Settled != nil {
		at = *m.Settled
	}
	by := ""
	if m.Channel != "" {
		by = words.T("post.channel." + string(m.Channel))
	}
	if m.Ends != "" {
		by += " ••" + m.Ends
	}
	text := strings.Join(said(words.T("post.kind."+string(m.Kind)), by, invited.Moment(at, d.Env.Now())), " · ")
	s := sent(m)
	parts := []app.UI{app.Span().Text(text), sign(s)}
	if key := "post.reason." + m.Reason; m.Reason != "" && words.Current().Has(key) {
		parts = append(parts, app.Span().Class("dim").Text(words.T(key)))
	}
	if m.Text != "" {
		count := ""
		if m.Parts > 0 {
			count = " (" + words.N("agenda.sms", m.Parts) + ")"
		}
		parts = append(parts, app.Details().Class("agenda-more").Body(app.Summary().Text(words.T("agenda.text")), app.P().Class("dim").Text(m.Text+count)))
	}
	return app.Li().DataSet("message", string(m.Kind)).DataSet("state", string(m.State)).DataSet("channel", string(m.Channel)).Body(parts...)
}

// again sends a guest their link once more.
func (d *Details) again(g api.Guest) app.UI {
	return kit.Button{ID: "link-" + string(g.ID), Word: words.T("agenda.link"), Icon: "link", Class: "line small", Busy: d.busy, Press: func(ctx app.Context) {
		d.tells(words.T("agenda.link.sent"), func(ctx context.Context) error {
			_, err := d.Env.API.SendLinkAgain(ctx, d.visit, g.ID, false)
			return err
		})
	}}.Draw()
}

// anew sends a guest a new link, and lets no older one open anything any more.
func (d *Details) anew(g api.Guest) app.UI {
	return kit.Button{ID: "anew-" + string(g.ID), Word: words.T("agenda.anew"), Icon: "refresh", Class: "line small", Busy: d.busy, Press: func(ctx app.Context) {
		d.tells(words.T("agenda.anew.sent"), func(ctx context.Context) error {
			_, err := d.Env.API.SendLinkAgain(ctx, d.visit, g.ID, true)
			return err
		})
	}}.Draw()
}

// tells does something about messages, and reads anew what became of them.
func (d *Details) tells(said string, act func(context.Context) error) {
	if d.busy {
		return
	}
	d.busy, d.wrong = true, nil
	d.run(func(ctx context.Context) func(app.Context) {
		err := act(ctx)
		return func(ctx app.Context) {
			if d.busy = false; d.Env.SignedOut(err) {
				return
			}
			if d.wrong = err; err == nil {
				d.said, d.back, d.until = said, nil, d.Env.Now().Add(10*time.Second)
			}
			d.readTold()
		}
	})
}

// optOut is for who says on the telephone that they want no more messages.
func (d *Details) optOut(v api.Visit, g api.Guest, w api.GuestWay) app.UI {
	channel, off := care.BySMS, w.SMSOff
	switch {
	case w.Mobile == "" && !w.Mail:
		return nil
	case w.Mobile == "":
		channel, off = care.ByMail, w.MailOff
	}
	return kit.Switch("out-"+string(g.ID), words.T("agenda.out."+string(channel)), off, d.busy, func(ctx app.Context, on bool) {
		d.tells(words.T("agenda.out.said"), func(ctx context.Context) error {
			return d.Env.API.PutOptOut(ctx, v.ID, g.ID, api.OptOutBody{Channel: channel, Out: on})
		})
	})
}
