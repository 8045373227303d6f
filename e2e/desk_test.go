package e2e

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"hearth/e2e/stage"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
)

// hurried is how much faster than the world a scene lives that needs minutes of heartbeats.
const hurried = 8

// The therapist's desk in hard minutes: the strap comes off, the sensor's link is lost, limits are passed, and what is to
// be heard is heard. Meanwhile Robin's time passes faster, until there is enough of it for the frequency shares and for
// a rest to compare with.
func TestDesk(t *testing.T) {
	t.Parallel()
	s := &scene{house: stage.Open(t)}
	mira := s.house.Caller(t, s.house.Links().Therapist)
	fast := &scene{house: s.house, wren: mira.Patients()["Robin-07"], tablet: stage.Browse(t, "robin"), desk: stage.Browse(t, "robins-desk")}
	fast.permit(s.house.Caller(t, s.house.Links().Administrator), mira.Me(), access.ECG, access.Movement)
	fast.tablet.Hurry(hurried)
	fast.desk.Hurry(hurried)
	s.wren, s.tablet = mira.Patients()["Wren-23"], stage.Browse(t, "tablet")
	// A browser as people have it: it plays nothing before somebody touches the page.
	s.desk = stage.Browse(t, "therapist", chromedp.Flag("autoplay-policy", "document-user-activation-required"))
	s.desk.Follows = "#live"
	s.desk.Ear()
	s.begin(s.house.Links().Patient, "steady")
	s.house.Stands()

	t.Run("a strap that comes off", func(t *testing.T) {
		s.leadOff(t, func() {
			fast.begin(s.house.Links().Patient2, "rest")
			t.Run("shares are not shown before they are valid", func(t *testing.T) { fast.sharesTooEarly(t) })
			fast.desk.Click("#rest-start")
			fast.desk.Until("!!document.querySelector('#rest-still')")
		})
	})
	t.Run("full screen", func(t *testing.T) { s.fullScreen(t) })
	t.Run("a link that is lost", func(t *testing.T) { s.linkLoss(t) })
	t.Run("limits that are passed", func(t *testing.T) { s.limits(t) })
	t.Run("no sound before a touch", func(t *testing.T) { s.noSound(t) })
	t.Run("an alarm ends with its cause", func(t *testing.T) { s.causeGone(t) })
	t.Run("shares are shown when they are valid", func(t *testing.T) { fast.shares(t) })
	t.Run("how far from rest, and why", func(t *testing.T) { fast.awayFromRest(t, mira) })
}

// begin opens the aggregator and the live page with a story, and waits for a heart rate.
func (s *scene) begin(patient, story string) {
	s.tablet.ComeIn(patient, api.AggregatorPage)
	s.tablet.Choose("#story-demo", story)
	s.tablet.Click("#connect-demo")
	s.tablet.UntilData("#tile-demo-ecg", "state", "streaming")
	s.desk.ComeIn(s.house.Links().Therapist, "")
	s.desk.UntilData(s.row(), "online", "true")
	s.desk.Click(s.row() + " a.open")
	s.desk.UntilAt(api.LivePage + string(s.wren.ID))
	s.desk.Click("#stream")
	s.desk.Until("document.querySelector('#hr').dataset.value")
}

// limit sets the limits on the page: low, high, seconds without signal; "" for none.
func (s *scene) limit(low, high, off string) {
	s.desk.Click("#limits-edit")
	for id, text := range map[string]string{"#limit-low": low, "#limit-high": high, "#limit-off": off} {
		s.desk.Fill(id, text)
	}
	s.desk.Click("#limits-save")
	s.desk.Until("!document.querySelector('dialog')")
}

// alarmed waits for an alarm in words a screen reader hears, in colour, and in the two notes of the house.
func (s *scene) alarmed(t *testing.T, alarm, says string) {
	t.Helper()
	s.desk.UntilData("#alarm", "alarm", alarm)
	s.desk.UntilHeard()
	s.desk.UntilText("#alarm [role=alert]", says)
	if !stage.Eval[bool](s.desk, `(e => { const c = getComputedStyle(e), plain = getComputedStyle(document.querySelector("#watch .chip")); return c.backgroundColor !== plain.backgroundColor && parseFloat(c.borderTopWidth) > 0 })(document.querySelector(".watch-alarm"))`) {
		t.Errorf("%s: the alarm has no colour of its own", alarm)
	}
}

// hidden is the share of the strip's columns that are filled as a gap is.
const hidden = `(() => {
	const canvas = document.getElementById("ecg"), paint = document.createElement("canvas").getContext("2d");
	paint.fillStyle = getComputedStyle(canvas).getPropertyValue("--chart-gap");
	paint.fillRect(0, 0, 1, 1);
	const gap = paint.getImageData(0, 0, 1, 1).data, high = Math.floor(canvas.height * 0.7), left = Math.floor(canvas.width * 0.08), wide = canvas.width - left;
	const d = canvas.getContext("2d").getImageData(left, 0, wide, high).data;
	let gaps = 0;
	for (let x = 0; x < wide; x++) {
		let filled = 0;
		for (let y = 0; y < high; y++) { const i = 4 * (y * wide + x); if (Math.abs(d[i] - gap[0]) + Math.abs(d[i+1] - gap[1]) + Math.abs(d[i+2] - gap[2]) < 12) filled++; }
		if (filled > 0.6 * high) gaps++;
	}
	return gaps / wide;
})()`

// leadOff takes the strap off for twenty seconds, and does something meanwhile.
func (s *scene) leadOff(t *testing.T, meanwhile func()) {
	s.on(t)
	s.limit("30", "200", "4")
	s.tablet.Click("#trouble-demo-lead-off")
	s.alarmed(t, "lead-off", "No usable heart signal")
	s.desk.Until("!document.querySelector('#hr').dataset.value")
	s.desk.UntilText(".tile:has(#hr) .change", "no skin contact")
	s.desk.Until("document.querySelector('#quality').dataset.quality !== 'good'")
	s.desk.Until(hidden + " > 0.3")
	s.desk.Pictures("lead-off")
	meanwhile()
	s.desk.Until("document.querySelector('#hr').dataset.value") // by itself
	s.desk.Until("!document.querySelector('#alarm').dataset.alarm")
}

// linkLoss loses the sensor's link for ten seconds.
func (s *scene) linkLoss(t *testing.T) {
	s.on(t)
	s.desk.Until(hidden + " < 0.05") // lines of the grid may look alike
	s.tablet.Click("#trouble-demo-link-loss")
	s.desk.UntilData("#quality", "quality", "reconnecting")
	s.desk.Until("!document.querySelector('#hr').dataset.value && document.querySelector('.tile:has(#hr) .change')?.textContent.includes('no signal')")
	s.alarmed(t, "lead-off", "No usable heart signal")
	s.desk.Until(hidden + " > 0.3")
	s.desk.Picture("link-loss")
	s.desk.Until("document.querySelector('#hr').dataset.value")
	s.desk.Until("!document.querySelector('#alarm').dataset.alarm && document.querySelector('#quality').dataset.quality === 'good'")
	s.flowing()
}

// limits passes one limit after the other.
func (s *scene) limits(t *testing.T) {
	s.on(t)
	s.limit("40", "60", "4")
	s.alarmed(t, "high", "Heart rate above 60")
	s.desk.Pictures("alarm")
	s.desk.Accessible("light")
	s.desk.Click("#quiet")
	s.desk.UntilText("#alarm", "Quiet for")
	s.desk.UntilQuiet(4) // longer than an alarm's pause
	s.desk.UntilData("#alarm", "alarm", "high")

	s.limit("100", "200", "4") // another alarm is not silenced with it
	s.alarmed(t, "low", "Heart rate below 100")
	pitches := stage.Eval[map[string]int](s.desk, "ear.pitches")
	for _, want := range []string{"660", "880"} {
		if pitches[want] == 0 {
			t.Errorf("nothing of %s Hz was heard, but %v", want, pitches)
		}
	}
}

func (s *scene) causeGone(t *testing.T) {
	s.on(t)
	s.limit("40", "200", "4")
	s.desk.Until("!document.querySelector('#alarm').dataset.alarm")
	s.desk.UntilQuiet(4)
	s.explained()
}

// fullScreen fills the screen by button, leaves by Escape and by button.
func (s *scene) fullScreen(t *testing.T) {
	s.on(t)
	s.desk.Theme("dark")
	s.desk.Click("#full")
	s.desk.Until("!!document.fullscreenElement")
	full := func(on bool) { s.desk.Until(fmt.Sprintf("document.querySelector('#full').ariaPressed === '%t'", on)) }
	full(true)
	if size := stage.Eval[float64](s.desk, "parseFloat(getComputedStyle(document.querySelector('#hr')).fontSize)"); size < 28 {
		t.Errorf("the heart rate is %v px high in full screen", size)
	}
	bright := stage.Eval[float64](s.desk, `(c => c[0] + c[1] + c[2])([...document.getElementById("ecg").getContext("2d").getImageData(3, 3, 1, 1).data])`)
	if bright > 200 {
		t.Errorf("the strip is not dark: %v", bright)
	}
	s.desk.Accessible("dark")
	s.desk.Theme("dark")
	s.desk.Picture("full-screen")
	s.desk.Key(kb.Escape)
	s.desk.Until("!document.fullscreenElement")
	full(false)
	s.desk.Click("#full")
	full(true)
	stage.Eval[bool](s.desk, "(document.querySelector('#full').focus(), true)")
	s.desk.Key(kb.Enter)
	s.desk.Until("!document.fullscreenElement")
	full(false)
	s.flowing()
}

// noSound loads the page anew, which nobody has touched then: the alarm says that it is not heard, and one press lets it be.
func (s *scene) noSound(t *testing.T) {
	s.on(t)
	s.desk.Reload()
	s.desk.Until("!!document.querySelector('#mute #sound-on')") // before any alarm
	s.flowing()
	s.desk.UntilData("#alarm", "alarm", "low")
	s.desk.UntilText("#alarm", "plays no sound")
	if n := stage.Eval[int](s.desk, "ear.notes"); n != 0 {
		t.Errorf("%d notes were played, and still the page says that it plays none", n)
	}
	s.desk.Picture("alarm-no-sound")
	s.desk.Click("#sound-on")
	s.desk.UntilHeard()
	s.desk.Until("!!document.querySelector('#quiet')")
}

func (s *scene) sharesTooEarly(t *testing.T) {
	s.on(t)
	s.desk.UntilData("#shares", "valid", "false")
	s.desk.UntilText("#shares", "They need 5:00 min of heartbeats")
	if s.desk.Text(".shares") != "" || stage.Eval[bool](s.desk, "!!document.querySelector('svg.shares')") {
		t.Error("there is a bar of shares that are not valid")
	}
}

// shares reads the bar: three shares that are a whole, and belong to somebody who sits calmly and breathes.
func (s *scene) shares(t *testing.T) {
	s.on(t)
	// What is written and what is drawn are read at once.
	s.desk.Until(`(e => e?.dataset.valid === "true" && (globalThis.shares = e.innerText) && document.querySelectorAll("svg.shares > rect").length === 3)(document.querySelector("#shares"))`)
	said := stage.Eval[string](s.desk, "shares")
	var shares []int
	for part := range strings.SplitSeq(said, "%") {
		words := strings.Fields(part)
		if len(words) == 0 {
			continue
		}
		n, err := strconv.Atoi(words[len(words)-1])
		if err != nil {
			t.Fatalf("the shares are %q", said)
		}
		shares = append(shares, n)
	}
	if len(shares) != 3 || shares[0]+shares[1]+shares[2] < 99 || shares[0]+shares[1]+shares[2] > 101 || slices.Min(shares) < 1 || shares[0] > 40 {
		t.Errorf("the shares are %q", said)
	}
	t.Log(said)
	s.desk.Picture("shares")
}

// explained opens what a number is, by the keyboard, for everybody.
func (s *scene) explained() {
	stage.Eval[bool](s.desk, "(document.querySelector('#why-rmssd').focus(), true)")
	s.desk.Key(kb.Enter)
	s.desk.Until("!!document.querySelector('dialog #about')")
	s.desk.Accessible("light", "dark")
	s.desk.Key(kb.Escape)
	s.desk.Until("!document.querySelector('dialog') && document.activeElement.id === 'why-rmssd'")
}

// awayFromRest keeps a rest in the house, as this page or another does at the end of one: how far the heart is from it is said
// from then on, and why, but not of somebody who walks. A machine that is short of time loses too much of a hurried rest for a
// real one to be taken; app/sitting's tests measure those.
func (s *scene) awayFromRest(t *testing.T, mira *stage.Caller) {
	s.on(t)
	if _, there := strings.CutPrefix(s.desk.Text(".tile:has(#stress) .change"), "no "); !there {
		t.Errorf("without a rest the page says %q", s.desk.Text(".tile:has(#stress) .change"))
	}
	s.desk.Until("parseInt(document.querySelector('#rest-still').dataset.value) >= 60")
	s.desk.Click("#rest-cancel")
	var sittings api.List[api.Sitting]
	mira.Do(api.ListSittings, []string{"{patient}", string(s.wren.ID)}, nil, &sittings)
	if len(sittings.Items) == 0 {
		t.Fatal("no sitting")
	}
	now := care.StampOf(time.Now())
	rest := api.Baseline{Start: now.Add(-5 * time.Minute), End: now, Measures: map[string]care.Measure{
		"hr": {Median: 70, Spread: 2, Count: 300}, "stress-mean-nn": {Median: 856, Spread: 17, Count: 49}, "stress-sqrt-si": {Median: 12.9, Spread: 1.9, Count: 49},
		"stress-sdnn": {Median: 34, Spread: 5, Count: 49}, "stress-ln-rmssd": {Median: 3.49, Spread: 0.18, Count: 49}, "stress-torso": {Median: 0.1, Count: 49},
	}}
	mira.Do(api.PutBaseline, []string{"{sitting}", string(sittings.Items[0].ID)}, rest, nil)
	s.desk.Until("window.spreads = document.querySelector('#stress').dataset.value") // of one moment: it is another the next second, or none
	spreads := stage.Eval[string](s.desk, "spreads")
	if v, err := strconv.ParseFloat(spreads, 64); err != nil || v < -4 || v > 4 {
		t.Errorf("somebody who rests is %q spreads away from it", spreads)
	}
	stage.Eval[bool](s.desk, "(document.querySelector('#why-stress').focus(), true)")
	s.desk.Key(kb.Enter)
	s.desk.UntilText("#about", "this person's own rest")
	s.desk.UntilText("#about-parts", "Mean interval")
	s.desk.Until("/^[+−]?\\d/.test(document.querySelector('#about-parts [data-part=mean-nn] td:last-child').innerText)")
	s.desk.Pictures("away-from-rest")
	s.desk.Narrow(320)
	s.desk.Key(kb.Escape)
	s.desk.Until("!document.querySelector('dialog') && document.activeElement.id === 'why-stress'")

	s.tablet.Click("#disconnect-demo")
	s.tablet.UntilData("#device-demo", "state", "idle")
	s.tablet.Choose("#story-demo", "walk")
	s.tablet.Click("#connect-demo")
	s.desk.UntilData("#stress", "gate", "moving")
	s.desk.Until("!document.querySelector('#stress').dataset.value && document.querySelector('#hr').dataset.value")
	s.desk.UntilText(".tile:has(#stress) .change", "moving")
	s.desk.Picture("walking")
}
