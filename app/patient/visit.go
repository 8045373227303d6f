package patient

import (
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// lookVisits asks which visits the patient is invited to. What cannot be asked now is asked again soon.
func (p *Page) lookVisits(ctx app.Context) {
	ctx.Async(func() {
		list, err := p.Env.API.Attendances(ctx)
		ctx.Dispatch(func(app.Context) {
			if err == nil {
				p.visits = list.Items
			}
		})
	})
}

// due finds the visit that may be come into now, or one the patient is in: the first of them.
func due(list []api.Attendance, now time.Time) (api.Attendance, bool) {
	for _, a := range list {
		over := a.VisitIs == care.Ended || a.VisitIs == care.Cancelled || now.After(a.End.Add(care.LinkAfter)) && a.VisitIs != care.Open
		out := a.State == care.Denied || a.State == care.Uninvited
		if a.Guest != "" && !over && !out && (a.VisitIs == care.Open || !now.Before(a.Opens)) {
			return a, true
		}
	}
	return api.Attendance{}, false
}

// visitCard leads into the visit that is due. It is the first thing on the page: somebody waits.
func (p *Page) visitCard() []app.UI {
	now, _ := p.Env.Live.House(p.Env.Now())
	a, is := due(p.visits, now.Time())
	if !is {
		return nil
	}
	return []app.UI{app.Section().ID("visit-due").Class("card stack gap3").Aria("label", words.T("arrived.title")).Body(
		app.P().Class("strong").Text(words.T("arrived.due", "time", a.Start.Local().Format("15:04"), "host", a.Host)),
		app.A().ID("visit-ready").Class("btn primary big wide").Href(api.VisitPage+string(a.Guest)).Body(kit.Icon("camera", ""), app.Text(words.T("arrived.ready"))),
	)}
}
