package queue

import (
	"context"
	"net/url"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/shared/api"
	"hearth/shared/words"
)

// numbering is the question how somebody who wants to be called is reached.
const numbering question = "number"

// number is the answer.
type number struct {
	name  string
	known bool
	is    api.CallNumber
	fault error
}

// numberButton opens it. The number is read when somebody asks, not before: the trail says who looked.
func (d *Desk) numberButton(k knock, id string, narrow bool) app.UI {
	c := *k.call
	b := kit.Button{ID: id, Icon: "phone", Word: words.T("queue.number"), Class: "line small", Label: words.T("queue.number.of", "name", k.name()), Press: func(ctx app.Context) {
		a := &ask{what: numbering, number: number{name: k.name()}}
		d.ask = a
		d.away(ctx, func(ctx context.Context) func(app.Context) {
			is, err := d.env.API.CallNumber(ctx, c.ID)
			return func(app.Context) {
				if !d.env.SignedOut(err) {
					a.number.known, a.number.is, a.number.fault = true, is, err
				}
			}
		})
	}}
	if narrow { // the label says it
		b.Word = ""
	}
	return b.Draw()
}

func (a *ask) numberBody() []app.UI {
	n := a.number
	switch {
	case n.fault != nil:
		return []app.UI{kit.Alert(kit.Warn, "warning", frame.Say(n.fault))}
	case !n.known:
		return []app.UI{app.P().Class("dim").Aria("busy", "true").Text(words.T("app.loading"))}
	}
	var ways []app.UI
	if n.is.Mobile != "" {
		ways = append(ways, app.A().ID("number-call").Class("btn primary num").Href("tel:"+n.is.Mobile).Text(n.is.Mobile))
	}
	if n.is.Mail != "" {
		ways = append(ways, app.A().ID("number-mail").Class("btn line cut").Href("mailto:"+url.PathEscape(n.is.Mail)).Text(n.is.Mail))
	}
	if len(ways) == 0 {
		return []app.UI{app.P().ID("number-none").Text(words.T("queue.number.none"))}
	}
	return []app.UI{app.Div().Class("stack gap2").Body(ways...)}
}
