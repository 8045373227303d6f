package e2e

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"hearth/backend/simulated"
	"hearth/e2e/stage"
	"hearth/shared/api"
	"hearth/shared/care"
)

// tell prints a figure of the README.
func tell(name, format string, args ...any) {
	fmt.Printf("| %s | %s |\n", name, fmt.Sprintf(format, args...))
}

// middle is what half, and what 95 of a hundred were at most, in ms.
func middle(times []int64) string {
	slices.Sort(times)
	return fmt.Sprintf("%d / %d ms, of %d", times[len(times)/2], times[(len(times)*95+99)/100-1], len(times))
}

// loaded says how busy the machine is, where it can be read.
func loaded() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "not known"
	}
	return strings.Fields(string(b))[0]
}

// TestFiguresOfVisits measures what the README tells of visits: how soon a guest's first page is there, how soon staff know, how
// soon both hear each other, how soon that comes back, and what is left on a narrow line. It judges nothing.
func TestFiguresOfVisits(t *testing.T) {
	if !*figures {
		t.Skip("figures are measured with -figures only")
	}
	t.Run("a guest's first page", firstPages)
	t.Run("let in", letIns)
	t.Run("between homes", func(t *testing.T) {
		d := &distance{street: street{flags: []chromedp.ExecAllocatorOption{chromedp.Flag("use-fake-device-for-media-stream", "fps=30")}}}
		d.talk(t)
		d.cuts(t)
		d.reloads(t)
		d.wear()
		d.rates(t)
	})
}

// slowLine is that of a phone with a poor connection, 1.6 Mbit/s and 150 ms, as tools for looking at pages have it.
var slowLine = network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{
	{Latency: 150, DownloadThroughput: 1.6e6 / 8, UploadThroughput: 750e3 / 8, ConnectionType: network.ConnectionTypeCellular4g}}}

// firstPages opens a link in browsers that were never here.
func firstPages(t *testing.T) {
	house := stage.Open(t)
	for _, line := range []struct {
		name string
		slow bool
	}{{"", false}, {", on a line of 1.6 Mbit/s and 150 ms", true}} {
		var paints, buttons []int64
		for range 7 {
			link := invite(t, house, 10*time.Minute).link
			w := stage.Browse(t, "first page")
			w.Size(390, 844, true)
			w.Before(`new MutationObserver((_, me) => { if (document.querySelector("#ready:not([disabled])")) { window.readyAt = performance.now(); me.disconnect(); } }).observe(document, {childList: true, subtree: true})`)
			if line.slow {
				stage.Call(w, network.Enable, network.EnableParams{})
				stage.Call(w, network.EmulateNetworkConditionsByRule, slowLine)
			}
			w.Goto(link)
			w.Until("window.readyAt > 0 && performance.getEntriesByName('first-contentful-paint').length > 0")
			paints = append(paints, stage.Eval[int64](w, "Math.round(performance.getEntriesByName('first-contentful-paint')[0].startTime)"))
			buttons = append(buttons, stage.Eval[int64](w, "Math.round(readyAt)"))
			w.Goto("about:blank")
		}
		tell("a guest's first page: first paint"+line.name+", p50 / p95", "%s, load %s", middle(paints), loaded())
		tell("from the link to the button \"I'm ready\""+line.name+", p50 / p95", "%s", middle(buttons))
	}
}

// letIns lets simulated people in, on the visit's page and from the banner of another.
func letIns(t *testing.T) {
	house := stage.Open(t)
	mira := house.Caller(t, house.Links().Therapist)
	wren := mira.Patients()["Wren-23"]
	desk := stage.Browse(t, "desk", openAddresses)
	desk.Before(counting)
	desk.Before(`new MutationObserver(() => { const n = document.querySelector("#knock")?.dataset.waiting ?? "0"; if (n !== "0") window.seenAt ??= Date.now(); else delete window.seenAt; }).observe(document, {childList: true, subtree: true, attributes: true, attributeFilter: ["data-waiting"]})`)
	desk.ComeIn(house.Links().Therapist, "")
	for _, from := range []struct{ name, page string }{{"on the visit's page", "/therapist/visit/"}, {"from the banner of another page", ""}} {
		var both, arrivals []int64
		for range 10 {
			visit, guest := care.NewID[care.VisitID](), care.NewID[care.GuestID]()
			mira.Do(api.BookVisit, nil, api.BookVisitBody{ID: visit, Project: wren.Project, Patient: wren.ID, Kind: care.Therapy, Now: true, Minutes: 30,
				Guests: []api.NewGuest{{ID: guest, As: care.AsPatient}}}, nil)
			if from.page != "" {
				desk.Goto(house.URL() + from.page + string(visit))
				desk.UntilData("#visit", "step", "in")
				desk.Until("document.querySelector('#cam-0')?.videoWidth > 0")
			} else {
				desk.Goto(house.URL() + api.TherapistPage)
				desk.Until("!!document.querySelector('#waiting-room')")
			}
			link, err := house.MintLink(t.Context(), guest)
			if err != nil {
				t.Fatal(err)
			}
			one := come(t, link)
			desk.Until("!!document.querySelector('#knock-in') && window.seenAt > 0")
			if from.page != "" { // people wait longer than the connection needs
				desk.Until("flows().then((f) => f.connected > 0)")
			}
			pressed := stage.Eval[int64](desk, "listen().then(() => { document.querySelector('#knock-in').click(); return Date.now(); })")
			desk.Until("window.heardAt > 0")
			heard, seen := stage.Eval[int64](desk, "heardAt"), stage.Eval[int64](desk, "window.seenAt ?? 0")
			v := one.after(t, func() { mira.Do(api.EndVisit, []string{"{visit}", string(visit)}, api.EndVisitBody{}, nil) })
			if v.Hears < 0 {
				t.Fatalf("the guest never heard anybody: %+v", v)
			}
			both = append(both, max(heard, one.at(v.Opened+v.Ready+v.Waiting+v.LetIn+v.Hears))-pressed)
			if seen > 0 {
				arrivals = append(arrivals, seen-one.at(v.Opened))
			}
		}
		tell("from \"Let in\" "+from.name+" until both hear each other, p50 / p95", "%s, load %s", middle(both), loaded())
		if len(arrivals) > 0 {
			tell("from \"I'm ready\" until staff see who waits, "+from.name+", p50 / p95", "%s", middle(arrivals))
		}
	}
}

// coming is a simulated person on the way.
type coming struct {
	began time.Time
	over  chan simulated.Told
}

func come(t *testing.T, link string) *coming {
	t.Helper()
	g, err := simulated.New(simulated.Options{Link: link})
	if err != nil {
		t.Fatal(err)
	}
	c := &coming{began: time.Now(), over: make(chan simulated.Told, 1)}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	go func() {
		v, err := g.Run(ctx)
		if err != nil {
			t.Log(err)
		}
		c.over <- v
	}()
	return c
}

// at is a moment of theirs, ms since 1970.
func (c *coming) at(ms int64) int64 { return c.began.UnixMilli() + ms }

// after ends it once the person has had time to hear somebody, and returns what it was like.
func (c *coming) after(t *testing.T, end func()) simulated.Told {
	t.Helper()
	time.Sleep(3 * time.Second) // what is measured is over by then; a figure may wait
	end()
	select {
	case v := <-c.over:
		return v
	case <-time.After(stage.Patience):
		t.Fatal("the person does not go")
		return simulated.Told{}
	}
}

// again is how long it takes until both hear each other once more, in ms from a moment on.
func (d *distance) again(from time.Time) int64 {
	last := int64(0)
	for _, w := range []*stage.Window{d.desk, d.phone()} {
		w.Until("window.heardAt > 0")
		last = max(last, stage.Eval[int64](w, "heardAt"))
	}
	return last - from.UnixMilli()
}

// cuts takes the phone's network away for ten seconds.
func (d *distance) cuts(t *testing.T) {
	var times []int64
	for range 5 {
		d.tabletHome.Unplug()
		time.Sleep(10 * time.Second) // the fault's own length
		stage.Eval[bool](d.desk, "listen()")
		stage.Eval[bool](d.phone(), "listen()")
		back := time.Now()
		d.tabletHome.Plug()
		times = append(times, d.again(back))
		d.phone().UntilData("#tile-1", "state", "here")
		d.desk.UntilData("#tile-1", "state", "here")
		d.pass(3 * time.Second)
	}
	tell("the guest's network away for 10 s: from its return until both hear each other, p50 / p95", "%s, load %s", middle(times), loaded())
}

// reloads loads the guest's page anew.
func (d *distance) reloads(t *testing.T) {
	var times []int64
	for range 5 {
		stage.Eval[bool](d.desk, "listen(true)")
		began := time.Now()
		d.phone().Reload()
		times = append(times, d.again(began))
		on(d.phone(), "in-call")
		d.desk.UntilData("#tile-1", "state", "here")
		d.pass(2 * time.Second)
	}
	tell("a guest's page loaded anew: until both hear each other again, p50 / p95", "%s, load %s", middle(times), loaded())
}

// rates narrows the way out of the phone's home, and tells of the minute after each change.
func (d *distance) rates(t *testing.T) {
	published := map[int]string{500: "30", 250: "15", 125: "5", 64: "below 1"}
	for _, kbit := range []int{0, 500, 250, 125, 96, 64} {
		name := "a line as wide as the machine"
		if kbit > 0 {
			d.narrow(t, kbit*1000)
			name = fmt.Sprintf("%d kbit/s upwards from the guest", kbit)
		}
		d.pass(20 * time.Second)
		was, went := flows(d.desk), flows(d.phone())
		d.pass(30 * time.Second)
		pictures, made := between(was, flows(d.desk))
		goes := flows(d.phone())
		t.Logf("%s: the phone sends %.0f kbit/s, of them %.0f of sound", name, (goes.Sent-went.Sent)*8/float64(goes.At-went.At), (goes.Spoke-went.Spoke)*8/float64(goes.At-went.At))
		height := stage.Eval[int](d.desk, "document.querySelector('#cam-1').videoHeight")
		beside := ""
		if published[kbit] != "" {
			beside = fmt.Sprintf(" (published of a system before: %s)", published[kbit])
		}
		if d.desk.Data("#tile-1", "dark") == "true" {
			beside += ", the picture is paused"
		}
		if state := d.desk.Data("#tile-1", "state"); state != "here" {
			beside += ", the call is " + state
		}
		tell(name, "%.0f pictures a second of %d lines%s; %.1f %% of the sound made up; a sample at the sensor → drawn, p50 / p95 %s / %s ms; load %s", pictures, height, beside, 100*made,
			d.desk.Data("#pace", "age-50"), d.desk.Data("#pace", "age-95"), loaded())
	}
	d.tabletHome.Widen()
}
