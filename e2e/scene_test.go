package e2e

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"hearth/e2e/stage"
	"hearth/shared/api"
)

// scene is the clinic at work: Wren's tablet and Mira's desk, each in a browser of its own.
type scene struct {
	house        *stage.House
	tablet, desk *stage.Window
	wren         api.Patient
}

// away are the complaints of a browser whose house was stopped on purpose.
var away = []string{"ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE", "ERR_INCOMPLETE_CHUNKED", "WebSocket connection to", "ERR_CONNECTION_CLOSED", "ERR_SOCKET_NOT_CONNECTED", "503", "when fetching the script"}

// meet opens the house and the therapist's list of patients, where Wren is not there yet.
func meet(t *testing.T) *scene {
	t.Helper()
	return meetIn(t, stage.Open(t))
}

func meetIn(t *testing.T, house *stage.House) *scene {
	t.Helper()
	s := &scene{house: house}
	s.wren = s.house.Caller(t, s.house.Links().Therapist).Patients()["Wren-23"]
	s.desk, s.tablet = stage.Browse(t, "therapist"), stage.Browse(t, "tablet")
	s.desk.Follows = "#live"
	s.desk.ComeIn(s.house.Links().Therapist, "")
	s.desk.UntilData(s.row(), "online", "false")
	return s
}

// row is Wren's in the therapist's list.
func (s *scene) row() string { return fmt.Sprintf("#patients [data-patient=%q]", s.wren.ID) }

// measure opens the aggregator on the tablet and starts the demo sensor with a person whose heart hardly varies.
func (s *scene) measure() {
	s.tablet.ComeIn(s.house.Links().Patient, api.AggregatorPage)
	s.connect()
}

func (s *scene) connect() {
	s.tablet.Choose("#story-demo", "steady")
	s.tablet.Click("#connect-demo")
	s.tablet.UntilData("#tile-demo-ecg", "state", "streaming")
	s.tablet.UntilData("#tile-demo-movement", "state", "streaming")
	if !*figures { // the watch over the page's timers costs what is measured
		s.tablet.Late()
	}
}

// watch opens the live page from the list and starts the stream.
func (s *scene) watch() {
	s.desk.UntilData(s.row(), "online", "true")
	s.desk.Click(s.row() + " a.open")
	s.desk.UntilAt(api.LivePage + string(s.wren.ID))
	if !*figures {
		s.desk.Late()
	}
	s.desk.Click("#stream")
	s.flowing()
}

// overloaded says that this machine had no time for one of the browsers since it was last asked: what comes late then, or is
// missed and filled in, is right to be told so.
func (s *scene) overloaded() (by time.Duration, is bool) {
	by = max(s.tablet.Late(), s.desk.Late())
	return by, by > 400*time.Millisecond
}

// flowing waits until signals arrive and a heart rate is shown.
func (s *scene) flowing() {
	s.desk.UntilData("#watch", "phase", "streaming")
	s.desk.Until("document.querySelectorAll('.book[data-sensor^=demo-]').length === 2")
	s.desk.Until("document.querySelector('#hr').dataset.value")
}

// streaming is the scene with everything running.
func streaming(t *testing.T) *scene {
	t.Helper()
	return streamingIn(t, stage.Open(t))
}

func streamingIn(t *testing.T, house *stage.House) *scene {
	t.Helper()
	s := meetIn(t, house)
	s.measure()
	s.watch()
	s.house.Stands()
	return s
}

// book reads the accounts of one signal on the therapist's page.
func book(t *testing.T, w *stage.Window, sensor string) map[string]int64 {
	t.Helper()
	data := stage.Eval[map[string]string](w, fmt.Sprintf("({...document.querySelector('.book[data-sensor=%q]')?.dataset})", sensor))
	numbers := map[string]int64{}
	for _, name := range []string{"decoded", "twice", "late", "unplaced", "waiting", "told", "held", "sent", "received", "lost", "refused", "open", "newest"} {
		n, err := strconv.ParseInt(data[name], 10, 64)
		if err != nil {
			t.Fatalf("%s: %s is %q", sensor, name, data[name])
		}
		numbers[name] = n
	}
	return numbers
}

// unnamed is how many samples the device's decoder counted since the share began that neither went out nor are named.
func unnamed(b map[string]int64) int64 {
	return b["decoded"] - b["told"] - b["held"] - b["twice"] - b["late"] - b["unplaced"] - b["waiting"]
}

// closeBooks pauses both signals, so that nothing is under way, and holds what one side measured against what the other
// received: every sample the device's decoder counted since the share began was sent or is named, every sample sent was
// received once or is named as lost.
func (s *scene) closeBooks(t *testing.T) {
	t.Helper()
	for _, key := range sensors {
		s.tablet.Click("#pause-" + key)
		s.tablet.UntilData("#tile-"+key, "state", "paused")
	}
	by, late := s.overloaded() // frames that waited half a second are given up
	for _, key := range sensors {
		s.desk.Until(fmt.Sprintf(`(d => +d.open === 0 && +d.held > 0 && d.sent === d.told)(document.querySelector('.book[data-sensor=%q]').dataset)`, key))
		b := book(t, s.desk, key)
		if n := unnamed(b); n != 0 {
			t.Errorf("%s: %d of %d samples decoded were neither sent nor named: %v", key, n, b["decoded"], b)
		}
		if b["sent"] != b["received"]+b["lost"] || b["refused"] != 0 || b["received"] == 0 {
			t.Errorf("%s: the books say %v", key, b)
		}
		if b["lost"] > b["sent"]/100 && late {
			t.Logf("%s: %d of %d samples were lost, and the machine was late by %v", key, b["lost"], b["sent"], by)
		} else if b["lost"] > b["sent"]/100 {
			t.Errorf("%s: %d of %d samples were lost on one machine", key, b["lost"], b["sent"])
		}
		t.Logf("%s: %v", key, b)
	}
	if n := s.desk.Data("#missing", "missing"); n != "0" {
		t.Errorf("the therapist's page says that %s samples went missing", n)
	}
	for _, key := range sensors {
		s.tablet.Click("#pause-" + key)
		s.tablet.UntilData("#tile-"+key, "state", "streaming")
		received := book(t, s.desk, key)["received"]
		s.desk.Until(fmt.Sprintf("+document.querySelector('.book[data-sensor=%q]').dataset.received > %d", key, received))
	}
}

// sensors are the demo's streams.
var sensors = []string{"demo-ecg", "demo-movement"}
