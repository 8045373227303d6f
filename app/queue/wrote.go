package queue

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/invited"
	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/words"
)

// lines is what was written at a guest's door, as the dialog shows it.
type lines struct {
	list   []api.Line
	known  bool
	closed bool // the reader may know that something was written, not what
	fault  error
}

// unread reports whether somebody who waits wrote something this reader has not read in this browser.
func (d *Desk) unread(q api.Queued) bool { return q.Wrote != nil && q.Wrote.After(d.seen()[q.ID]) }

// wrote finds who wrote something unread, among guests who call; who waits longest first.
func wrote(d *Desk, list []knock) (api.Queued, bool) {
	for _, k := range list {
		if k.guest != nil && d.unread(*k.guest) {
			return *k.guest, true
		}
	}
	return api.Queued{}, false
}

// seenKey names, in the browser, until when a reader has read what guests wrote.
func (d *Desk) seenKey() string { return "hearth-wrote." + string(d.env.Me().ID) }

// seen is until when the reader has read each of those who wait.
func (d *Desk) seen() map[care.GuestID]time.Time {
	all := map[care.GuestID]time.Time{}
	for _, part := range strings.Fields(d.env.Page.Kept(d.seenKey())) {
		id, at, _ := strings.Cut(part, "=")
		if n, err := strconv.ParseInt(at, 10, 64); err == nil {
			all[care.GuestID(id)] = time.UnixMicro(n)
		}
	}
	return all
}

// sees notes that the reader has read what a guest wrote until then. Who waits no more is forgotten.
func (d *Desk) sees(id care.GuestID, until time.Time) {
	all := d.seen()
	all[id] = until
	var parts []string
	for _, q := range d.list {
		if at, ok := all[q.ID]; ok {
			parts = append(parts, string(q.ID)+"="+strconv.FormatInt(at.UnixMicro(), 10))
		}
	}
	d.env.Page.Keep(d.seenKey(), strings.Join(parts, " "))
	d.badge()
}

// readLines reads what was written at the door of who the dialog is about. What, is for who reads the visit's notes.
func (d *Desk) readLines(ctx app.Context, a *ask) {
	q := a.about
	if !d.env.May(access.ReadVisitNotes) {
		d.shows(a, q, nil, fault.New(fault.NotFound, "not-found", nil))
		return
	}
	d.away(ctx, func(ctx context.Context) func(app.Context) {
		list, err := d.env.API.ReadChat(ctx, q.Visit)
		return func(app.Context) {
			if !d.env.SignedOut(err) {
				d.shows(a, q, list.Items, err)
			}
		}
	})
}

func (d *Desk) shows(a *ask, q api.Queued, list []api.Line, err error) {
	l := &a.lines
	l.known, l.closed, l.fault = true, fault.Is(err, fault.NotFound), nil
	if err != nil && !l.closed {
		l.fault = err
		return
	}
	l.list = slices.DeleteFunc(list, func(one api.Line) bool { return one.Door != q.ID })
	if q.Wrote != nil && d.ask == a {
		d.sees(q.ID, *q.Wrote)
	}
}

// writes follows what somebody writes while the dialog about them is open.
func (d *Desk) writes(ctx app.Context) {
	a := d.ask
	if a == nil || a.what != telling {
		return
	}
	for _, q := range d.list {
		if q.ID == a.about.ID && d.unread(q) && (a.about.Wrote == nil || q.Wrote.After(*a.about.Wrote)) {
			a.about = q
			d.readLines(ctx, a)
		}
	}
}

// linesBody is what was written so far.
func (d *Desk) linesBody(a *ask) app.UI {
	l := a.lines
	switch {
	case l.fault != nil:
		return kit.Slot(kit.Alert(kit.Warn, "warning", frame.Say(l.fault)))
	case l.closed && a.about.Wrote != nil:
		return kit.Slot(app.P().ID("tell-closed").Class("dim").Text(words.T("queue.wrote.closed", "time", invited.Moment(*a.about.Wrote, d.now()))))
	case !l.known && a.about.Wrote != nil:
		return kit.Slot(app.P().Class("dim").Aria("busy", "true").Text(words.T("app.loading")))
	case len(l.list) == 0:
		return kit.Slot()
	}
	var rows []app.UI
	for _, one := range l.list {
		who := one.Name
		if one.Guest != "" {
			who = invited.Name(a.about.Guest, a.about.PatientName)
		}
		rows = append(rows, app.Li().Body(app.P().Class("small dim").Text(words.Isolate(who)+" · "+invited.Moment(one.At, d.now())), app.P().Class("tell-line").Text(one.Text)))
	}
	return kit.Slot(app.Ul().ID("tell-lines").Class("stack gap2 tell-lines").Aria("label", words.T("queue.lines")).Aria("live", "polite").TabIndex(0).Body(rows...))
}
