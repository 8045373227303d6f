package e2e

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"

	"hearth/e2e/stage"
	"hearth/shared/api"
)

// Whatever page is loaded anew, and when the house itself begins anew, the stream comes back by itself.
func TestComesBack(t *testing.T) {
	t.Parallel()
	s := streaming(t)
	s.tablet.Expect(away...)
	s.desk.Expect(away...)

	t.Run("the therapist's page is loaded anew", func(t *testing.T) {
		s.on(t)
		s.desk.Reload()
		s.flowing()
		s.closeBooks(t)
	})
	t.Run("the tablet's page is loaded anew", func(t *testing.T) {
		s.on(t)
		s.tablet.Reload()
		s.tablet.UntilData("#tile-demo-ecg", "state", "streaming") // the page remembers what it measured
		s.flowing()
		s.closeBooks(t)
	})
	t.Run("the tablet's clock is set an hour forward and its page is loaded anew", func(t *testing.T) { s.clockSet(t) })
	t.Run("the house is away and comes back", func(t *testing.T) { s.houseAway(t) })
}

// hourAhead makes a page believe that it is an hour later. Only its wall clock is wrong: the browser's own time goes on as ever.
const hourAhead = `(() => {
	const real = Date, wrong = () => real.now() + 3600e3
	window.Date = class extends real {
		constructor(...args) { args.length ? super(...args) : super(wrong()) }
		static now() { return wrong() }
	}
})()`

// clockSet lets the tablet's clock be corrected within a sitting. Labels and samples of before and after stand on one axis:
// that of the house, which is this machine's.
func (s *scene) clockSet(t *testing.T) {
	s.on(t)
	label := func() {
		t.Helper()
		n := stage.Eval[int](s.desk, "document.querySelectorAll('#labels li').length")
		began := time.Now()
		s.desk.Click("#label-0")
		s.desk.Until(fmt.Sprintf("document.querySelectorAll('#labels li').length === %d", n+1))
		s.desk.Until(fmt.Sprintf("+document.querySelector('.book[data-sensor=demo-ecg]').dataset.newest > %d", began.UnixMicro()))
		stamps := stage.Eval[[]string](s.desk, "[document.querySelector('#labels li').dataset.at, document.querySelector('.book[data-sensor=demo-ecg]').dataset.newest]")
		for i, what := range []string{"the label", "the newest sample"} {
			at, err := strconv.ParseInt(stamps[i], 10, 64)
			if err != nil {
				t.Fatalf("%s is from %q", what, stamps[i])
			}
			if off := time.UnixMicro(at); off.Before(began.Add(-time.Second)) || off.After(time.Now().Add(time.Second)) {
				t.Errorf("%s is %v off", what, off.Sub(began))
			}
		}
	}
	label()
	stage.Call(s.tablet, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: hourAhead})
	s.tablet.Reload()
	if ahead := time.UnixMilli(stage.Eval[int64](s.tablet, "new Date().getTime()")).Sub(time.Now()); ahead < 59*time.Minute {
		t.Fatalf("the tablet's clock is %v ahead, want an hour", ahead)
	}
	s.tablet.UntilData("#tile-demo-ecg", "state", "streaming")
	s.flowing()
	s.desk.Until(fmt.Sprintf("+document.querySelector('.book[data-sensor=demo-ecg]')?.dataset.newest > %d", time.Now().UnixMicro())) // of this load
	label()
	s.closeBooks(t)
}

// Whoever opens a page while the house is away, and has never opened it here before, is told so, and gets the page as soon
// as the house is back, without pressing anything.
func TestTheOfflinePageComesBackByItself(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	w := stage.Browse(t, "phone")
	w.Expect(away...)
	w.ComeIn(house.Links().Patient, api.PatientPage)
	w.Until("!!document.querySelector('#open-sensors')")
	w.Until("navigator.serviceWorker.ready.then(r => r.active.state === 'activated')")
	sensors := house.URL() + api.AggregatorPage // another portal: what was kept of the phone's page does not open it
	house.Stop()
	w.Goto(sensors)
	w.UntilText("h1", "No connection")
	w.Picture("offline")
	house.Start()
	w.Until("!!document.querySelector('#connect-demo')")
}

func (s *scene) houseAway(t *testing.T) {
	s.on(t)
	before := book(t, s.desk, "demo-ecg")["received"]
	s.house.Stop()
	s.tablet.Until("!!document.querySelector('#house-away')")
	s.tablet.Picture("aggregator-house-away")

	// The connection between the two pages needs no house: signals go on.
	s.desk.Until(fmt.Sprintf("+document.querySelector('.book[data-sensor=demo-ecg]').dataset.received > %d", before+1000))
	s.tablet.UntilData("#tile-demo-ecg", "state", "streaming")

	// What is written meanwhile waits, says so, and is stored afterwards.
	labels := stage.Eval[int](s.desk, "document.querySelectorAll('#labels li').length")
	s.desk.Click("#label-0")
	s.desk.Click("#label-1")
	s.desk.Until(fmt.Sprintf("document.querySelectorAll('#labels li[data-pending=true]').length === 2 && document.querySelectorAll('#labels li').length === %d", labels+2))
	if open := stage.Eval[string](s.desk, `Object.entries(localStorage).filter(([k, v]) => k.startsWith("hearth.unsent/") && !/^[A-Za-z0-9+/]{40,}=*$/.test(v)).join()`); open != "" {
		t.Errorf("what waits lies open in the browser: %s", open)
	}
	s.desk.Picture("therapist-house-away")
	during := book(t, s.desk, "demo-ecg")

	s.house.Start()
	s.desk.Until("document.querySelectorAll('#labels li').length >= 2 && !document.querySelector('#labels li[data-pending=true]')")
	s.tablet.Until("!document.querySelector('#house-away')")
	s.tablet.Until("document.querySelector('#who').dataset.shares === '1'")
	s.flowing()
	s.closeBooks(t)
	// A healthy connection was not torn down because the house was away: the count went on, it did not begin anew.
	if after := book(t, s.desk, "demo-ecg"); after["received"] < during["received"] {
		t.Errorf("the stream began anew: %v, then %v", during, after)
	}

	mira := s.house.Caller(t, s.house.Links().Therapist)
	var sittings api.List[api.Sitting]
	mira.Do(api.ListSittings, []string{"{patient}", string(s.wren.ID)}, nil, &sittings)
	if len(sittings.Items) != 1 {
		t.Fatalf("%d sittings, want 1", len(sittings.Items))
	}
	var stored api.List[api.Label]
	mira.Do(api.ListLabels, []string{"{sitting}", string(sittings.Items[0].ID)}, nil, &stored)
	if len(stored.Items) != labels+2 {
		t.Errorf("%d labels are stored, want %d", len(stored.Items), labels+2)
	}
}
