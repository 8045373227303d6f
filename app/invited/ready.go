package invited

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/care"
	"hearth/shared/words"
)

// Thing is one part of a guest's device as the queue shows it. Class is that of kit.css: "ok", "mid", "no", or "" for what
// nobody looked at.
type Thing struct{ Key, Icon, Class, Word string }

// Things are camera, sound, line and sensor, in this order. Without a check nothing is known.
func Things(r *care.Readiness) []Thing {
	if r == nil {
		r = &care.Readiness{}
	}
	sensor := thing("sensor", "pulse", "pulse", r.Sensor)
	if r.Sensor != care.Untried && r.Sensor != care.WorksNever && r.Battery > 0 {
		sensor.Icon, sensor.Word = battery(r.Battery), strconv.Itoa(r.Battery)+"\u202f%"
	}
	if r.Sensor == care.WorksNever {
		sensor.Class = "" // most people have none
	}
	return []Thing{thing("camera", "camera", "camera-off", r.Camera), thing("mic", "mic", "mic-off", r.Mic), thing("line", "wifi-3", "wifi-1", line(r)), sensor}
}

// line is the worse of network and relay: a relay that cannot be reached is a line that may not stand.
func line(r *care.Readiness) care.Works {
	if r.Network == care.WorksWell && r.Relay != care.Untried && r.Relay != care.WorksWell {
		return care.WorksSome
	}
	return r.Network
}

func thing(key, icon, off string, w care.Works) Thing {
	t := Thing{Key: key, Icon: icon, Class: "no", Word: words.T("agenda.works." + string(w))}
	switch w {
	case care.WorksWell:
		t.Class = "ok"
	case care.WorksSome:
		t.Class = "mid"
	case care.Untried:
		t.Class, t.Word = "", words.T("agenda.works.untried")
	default:
		t.Icon = off
	}
	return t
}

// battery is the sign nearest to a charge.
func battery(percent int) string {
	return "battery-" + strconv.Itoa(min(max((percent+16)/33, 0), 3))
}

// Ready draws them, icon over word.
func Ready(r *care.Readiness) app.UI {
	var list []app.UI
	for _, t := range Things(r) {
		list = append(list, app.Li().Class(t.Class).DataSet("thing", t.Key).Body(kit.Icon(t.Icon), app.Span().Class("sr").Text(words.T("agenda.thing."+t.Key)+": "),
			app.Span().Text(t.Word)))
	}
	return app.Ul().Class("ready").Aria("label", words.T("agenda.ready")).Body(list...)
}
