package aggregator

import (
	"strconv"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/sensor"
	"hearth/shared/sensor/demo"
	"hearth/shared/words"
)

// troubles are those the demo's tile offers, and for how long each lasts.
var troubles = []struct {
	trouble demo.Trouble
	icon    string
	length  time.Duration
}{
	{demo.LinkLoss, "wifi-0", 10 * time.Second},
	{demo.Motion, "movement", 10 * time.Second},
	{demo.LeadOff, "chest", 20 * time.Second},
}

// demoTile is where the made-up person's story is chosen. It says that it is a demo in every state.
func (p *Page) demoTile(s SensorView) app.UI {
	running := s.State != sensor.Idle && s.State != sensor.Failed
	name := words.T(s.Word)
	body := []app.UI{
		head(kit.Info, "smile", name, words.T("aggregator.demo.line"), kit.Badge(kit.Info, "info", words.T("app.demo"))),
		p.demoText(s),
		p.stories(s),
	}
	acts := []app.UI{}
	if running {
		body = append(body, p.troubles(s))
		acts = append(acts, kit.Button{ID: "disconnect-" + s.Key, Icon: "stop", Word: words.T("aggregator.demo.stop"), Class: "line small",
			Press: func(app.Context) { p.station.Disconnect(s.Key) }}.Draw())
	} else {
		acts = append(acts, kit.Button{ID: "connect-" + s.Key, Icon: "play", Word: words.T("aggregator.demo.start"), Class: "line small",
			Press: p.connect(s.Key)}.Draw(), p.removeButton(s))
	}
	body = append(body, app.Div().Class("row gap2 agg-acts").Body(acts...))
	return app.Section().ID("device-"+s.Key).Class("card agg-tile stack gap2").Aria("label", name).DataSet("state", s.State).Body(body...)
}

// demoText says what the demo is, and while it runs what its heart truly does.
func (p *Page) demoText(s SensorView) app.UI {
	said, hr := words.T("aggregator.demo.about"), ""
	switch {
	case s.TrueHR > 0:
		hr = strconv.Itoa(s.TrueHR)
		said = words.T("aggregator.demo.true", "n", hr)
	case s.State == sensor.Streaming:
		said = words.T("aggregator.demo.true.soon")
	case s.Fault != "":
		said = words.T("fault." + s.Fault)
	}
	return app.Div().Class("agg-msg").Body(app.P().ID("true-hr-"+s.Key).Class("small dim").DataSet("true-hr", hr).Text(said))
}

func (p *Page) stories(s SensorView) app.UI {
	var choices []kit.Choice
	for _, story := range demo.Scenarios() {
		choices = append(choices, kit.Choice{Value: string(story), Word: words.T("aggregator.story." + string(story))})
	}
	return kit.Select("story-"+s.Key, words.T("aggregator.story"), choices, string(s.Story), func(_ app.Context, v string) {
		p.station.Choose(s.Key, demo.Scenario(v))
	})
}

// troubles lets something go wrong on purpose, for people who want to see what then happens.
func (p *Page) troubles(s SensorView) app.UI {
	var all []app.UI
	for _, t := range troubles {
		all = append(all, kit.Button{ID: "trouble-" + s.Key + "-" + string(t.trouble), Icon: t.icon, Class: "line small",
			Word:  words.T("aggregator.trouble."+string(t.trouble), "n", number(int(t.length/time.Second))),
			Press: func(app.Context) { p.station.Disturb(s.Key, t.trouble, t.length) }}.Draw())
	}
	return app.Div().Class("stack gap1").Role("group").Aria("label", words.T("aggregator.trouble")).Body(
		app.P().Class("label").Text(words.T("aggregator.trouble")), app.Div().Class("row wrap gap1").Body(all...))
}
