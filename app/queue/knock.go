package queue

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/invited"
	"hearth/app/kit"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// knock is one who calls: a guest who waits, another device of somebody who is in, or somebody who came too late and wants to
// be called. Exactly one is there.
type knock struct {
	guest  *api.Queued
	device *api.VisitDevice
	call   *api.CallBack
}

// asksNow is how long a device that asks calls: a tablet somebody gave up long ago does not stand above every page, only in
// the waiting room.
const asksNow = 15 * time.Minute

// wishNow is how long a wish for a call calls: longer than a weekend, so that it is not overheard. Then it stands in the waiting
// room alone, until somebody says it is done or whoever wished is let in: a bar that never ends is one nobody looks at.
const wishNow = 72 * time.Hour

// knocks are those who call the reader: devices that ask to come into the visit whose page this is, then guests, other devices,
// and who wants to be called; of each whoever waits longest first.
func (d *Desk) knocks() (list []knock) {
	for _, q := range d.callers() {
		list = append(list, knock{guest: &q})
	}
	for _, v := range d.devices {
		if (!d.o.Mine || v.Mine || v.DropIn) && d.now().Sub(v.Since) < asksNow {
			list = append(list, knock{device: &v})
		}
	}
	for _, c := range d.wishes() {
		list = append(list, knock{call: &c})
	}
	here := app.Window().URL().Path
	slices.SortStableFunc(list, func(a, b knock) int { return cmp.Compare(a.after(d, here), b.after(d, here)) })
	return list
}

// wishes are the wishes for a call that call the reader, the oldest first.
func (d *Desk) wishes() []api.CallBack { return wishing(d.calls, d.o.Mine, d.now()) }

// wishing are those of wishes, which come with the newest first, that still call: all, or those that are the reader's to answer.
func wishing(wishes []api.CallBack, mine bool, now time.Time) (list []api.CallBack) {
	for _, c := range slices.Backward(wishes) {
		if (!mine || c.Mine || c.DropIn) && now.Sub(c.Wished) < wishNow {
			list = append(list, c)
		}
	}
	return list
}

func (k knock) after(d *Desk, here string) int {
	if k.device != nil && d.o.Room(k.device.Visit) == here {
		return 0
	}
	return 1
}

// id names a knock among all of them.
func (k knock) id() string {
	switch {
	case k.guest != nil:
		return string(k.guest.ID)
	case k.device != nil:
		return k.device.ID
	}
	return k.call.ID
}

func (k knock) visit() care.VisitID {
	switch {
	case k.guest != nil:
		return k.guest.Visit
	case k.device != nil:
		return k.device.Visit
	}
	return k.call.Visit
}

func (k knock) since() time.Time {
	switch {
	case k.guest != nil:
		return invited.WaitsSince(k.guest.Guest)
	case k.device != nil:
		return k.device.Since
	}
	return k.call.Wished
}

// name is what staff call whoever it is.
func (k knock) name() string {
	switch {
	case k.guest != nil:
		return invited.Name(k.guest.Guest, k.guest.PatientName)
	case k.device != nil:
		return invited.Name(api.Guest{As: k.device.As, Relation: k.device.Relation, Name: k.device.Name}, k.device.PatientName)
	}
	return invited.Name(api.Guest{As: k.call.As, Relation: k.call.Relation, Name: k.call.Name}, k.call.PatientName)
}

// text says who wants what.
func (k knock) text() string {
	switch {
	case k.guest != nil:
		return words.T("queue.waits", "name", k.name())
	case k.device != nil:
		return words.T("queue.device", "name", k.name())
	}
	return words.T("queue.call", "name", k.name())
}

// help is what is good to know before one acts.
func (k knock) help(now time.Time) string {
	switch {
	case k.device != nil:
		return words.T("queue.device.help")
	case k.call != nil:
		return words.T("queue.call.visit", "time", invited.Moment(k.call.Start, now))
	}
	return ""
}

// act is the button that answers a knock.
func (d *Desk) act(k knock, id, class string) app.UI {
	switch {
	case k.guest != nil:
		q := *k.guest
		return kit.Button{ID: id, Word: words.T("queue.let-in"), Class: class, Busy: d.busy[q.ID], Label: words.T("queue.let-in.of", "name", k.name()),
			Press: func(ctx app.Context) { d.Admit(ctx, q) }}.Draw()
	case k.device != nil:
		v := *k.device
		return kit.Button{ID: id, Word: words.T("queue.device.allow"), Class: class, Busy: d.busy[v.Guest], Label: words.T("queue.device.allow.of", "name", k.name()),
			Press: func(ctx app.Context) { d.allow(ctx, v) }}.Draw()
	}
	c := *k.call
	return kit.Button{ID: id, Word: words.T("queue.call.done"), Class: class, Busy: d.busy[c.Guest], Label: words.T("queue.call.done.of", "name", k.name()),
		Press: func(ctx app.Context) { d.called(ctx, c) }}.Draw()
}

// allow lets in another device of somebody who is in.
func (d *Desk) allow(ctx app.Context, v api.VisitDevice) {
	d.does(ctx, api.Queued{Guest: api.Guest{ID: v.Guest}}, func(ctx context.Context) error { return d.env.API.AllowVisitDevice(ctx, v.ID) },
		func(app.Context) { d.say(words.T("queue.device.allowed")) })
}

// called says that somebody was called.
func (d *Desk) called(ctx app.Context, c api.CallBack) {
	d.does(ctx, api.Queued{Guest: api.Guest{ID: c.Guest}}, func(ctx context.Context) error { return d.env.API.DoneCallBack(ctx, c.ID) }, nil)
}

// everybody is the sheet of all who call.
const everybody question = "all"

// allBody lists all who call, each with what to do.
func (d *Desk) allBody() []app.UI {
	var rows []app.UI
	for _, k := range d.knocks() {
		acts := []app.UI{d.act(k, "all-"+k.id(), "line small")}
		if k.call != nil {
			acts = append([]app.UI{d.numberButton(k, "all-number-"+k.id(), false)}, acts...)
		}
		rows = append(rows, app.Li().DataSet("knock", k.id()).Body(kit.Icon(k.icon()),
			app.Div().Class("grow").Body(app.P().Class("strong").Text(k.text()), app.P().Class("small dim").Text(words.T("queue.since.at", "time", invited.Moment(k.since(), d.now()))),
				app.P().Class("small dim").Text(k.help(d.now()))),
			app.Div().Class("row wrap gap2").Body(acts...)))
	}
	if len(rows) == 0 {
		return []app.UI{app.P().Class("dim").Text(words.T("queue.nobody"))}
	}
	return []app.UI{app.Ul().ID("knock-list").Class("list queue-extra").Body(rows...)}
}

func (k knock) icon() string {
	switch {
	case k.guest != nil:
		return "bell"
	case k.device != nil:
		return "device"
	}
	return "phone"
}
