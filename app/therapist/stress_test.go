package therapist

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/chart"
	"hearth/app/sitting"
	"hearth/app/watch"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/stress"
	"hearth/shared/telemetry"
	"hearth/shared/words"
	"hearth/shared/words/catalogue"
)

// stillRest is a rest that stress can compare with.
func stillRest() *api.Baseline {
	b := rest()
	for key, m := range map[string]care.Measure{
		"stress-mean-nn": {Median: 810, Spread: 20, Count: 25}, "stress-sqrt-si": {Median: 8, Spread: 1, Count: 25},
		"stress-sdnn": {Median: 60, Spread: 8, Count: 25}, "stress-ln-rmssd": {Median: 3.7, Spread: 0.2, Count: 25}, "stress-torso": {Median: 0.1, Count: 1},
	} {
		b.Measures[key] = m
	}
	return b
}

func explained(change func(*stress.Explanation)) reading {
	x := stress.Explanation{At: 1e9, Index: 2.34, Shown: true, Grade: stress.Good, State: stress.Quiet, Torso: 0.1, Burst: 0.1, Quality: 0.9}
	change(&x)
	return reading{Trend: numbers(), Any: true, Strain: x}
}

func TestAwayFromRest(t *testing.T) {
	plain := explained(func(*stress.Explanation) {})
	hidden := func(state stress.State, why stress.Why) reading {
		return explained(func(x *stress.Explanation) {
			x.State, x.Why, x.Shown, x.Wait = state, why, false, 41500*time.Millisecond
		})
	}
	marked := func(state stress.State, why stress.Why) reading {
		return explained(func(x *stress.Explanation) { x.State, x.Why, x.Marked = state, why, true })
	}
	soon := hidden(stress.Unseen, stress.NoHeart)
	soon.Trend.Window = 40
	gone := hidden(stress.Quiet, stress.NoHeart)
	gone.Trend.Why = telemetry.NoBeats
	old := plain
	old.Silent = 14 * time.Second
	refused := plain
	refused.Refused = denial{rest().End, &stress.Refused{Why: stress.Moved, Has: 0.6, Needs: 0.3}}
	other := refused
	other.Refused.of++
	index := func(v float64) reading { return explained(func(x *stress.Explanation) { x.Index = v }) }
	for name, c := range map[string]struct {
		r    reading
		rest *api.Baseline
		want figure
	}{
		"above":                 {plain, stillRest(), figure{Value: "+2.3", Data: "2.34", Arrow: "arrow-up", Change: "× spread of rest", Gate: "quiet"}},
		"below":                 {index(-0.66), stillRest(), figure{Value: "−0.7", Data: "-0.66", Arrow: "arrow-down", Change: "× spread of rest", Gate: "quiet"}},
		"as rest":               {index(-0.04), stillRest(), figure{Value: "0.0", Data: "-0.04", Change: "as at rest", Gate: "quiet"}},
		"no rest":               {plain, nil, figure{Value: "–", Change: "no rest yet", Gate: "quiet"}},
		"a rest of before":      {plain, rest(), figure{Value: "–", Change: "rest without comparison", Gate: "quiet"}},
		"a rest refused":        {refused, rest(), figure{Value: "–", Change: "moved while resting", Gate: "quiet"}},
		"another rest refused":  {other, rest(), figure{Value: "–", Change: "rest without comparison", Gate: "quiet"}},
		"moving":                {hidden(stress.Moving, stress.TorsoMoves), stillRest(), figure{Value: "–", Change: "moving", Gate: "moving"}},
		"settling":              {hidden(stress.Recovering, stress.TorsoMoved), stillRest(), figure{Value: "–", Change: "settling, 42 s", Gate: "recovering"}},
		"poor":                  {hidden(stress.Quiet, stress.PoorSignal), stillRest(), figure{Value: "–", Change: "signal too poor", Gate: "quiet"}},
		"too many corrected":    {hidden(stress.Quiet, stress.TooManyCorrected), stillRest(), figure{Value: "–", Change: "too many corrected", Gate: "quiet"}},
		"not a minute yet":      {soon, stillRest(), figure{Value: "–", Change: "from 60 s on", Gate: "unseen"}},
		"no heartbeats":         {gone, stillRest(), figure{Value: "–", Change: "no heartbeat", Gate: "quiet"}},
		"no number":             {hidden(stress.Quiet, 0), stillRest(), figure{Value: "–", Change: "filling up", Gate: "quiet"}},
		"nothing comes":         {old, stillRest(), figure{Value: "–", Change: "no signal 14 s", Gate: "quiet"}},
		"unseen":                {marked(stress.Unseen, stress.TorsoUnseen|stress.FewParts), stillRest(), figure{Value: "+2.3", Data: "2.34", Arrow: "arrow-up", About: true, Change: "torso not watched", Gate: "unseen"}},
		"moves a little":        {marked(stress.Light, stress.TorsoLight), stillRest(), figure{Value: "+2.3", Data: "2.34", Arrow: "arrow-up", About: true, Change: "moves a little", Gate: "light"}},
		"after movement":        {marked(stress.Settling, stress.HeartSettles), stillRest(), figure{Value: "+2.3", Data: "2.34", Arrow: "arrow-up", About: true, Change: "settling", Gate: "settling"}},
		"some corrected":        {marked(stress.Quiet, stress.ManyCorrected), stillRest(), figure{Value: "+2.3", Data: "2.34", Arrow: "arrow-up", About: true, Change: "over 5 % corrected", Gate: "quiet"}},
		"parts missing":         {marked(stress.Quiet, stress.FewParts), stillRest(), figure{Value: "+2.3", Data: "2.34", Arrow: "arrow-up", About: true, Change: "some parts missing", Gate: "quiet"}},
		"rest nobody looked at": {marked(stress.Quiet, stress.RestUnseen), stillRest(), figure{Value: "+2.3", Data: "2.34", Arrow: "arrow-up", About: true, Change: "rest was not watched", Gate: "quiet"}},
	} {
		c.want.ID, c.want.Quantity, c.want.Line = "stress", "stress", "c5"
		if got := stressFigure(c.r, true, c.rest); got != c.want {
			t.Errorf("%s: got %+v\nwant %+v", name, got, c.want)
		}
	}
	if said := spoken([]figure{stressFigure(plain, true, stillRest())}, "Wren-23"); said != "Wren-23. Away from rest: +2.3 × spread of rest. " {
		t.Errorf("what is spoken: %q", said)
	}
	if got := stressFigure(plain, false, stillRest()); got.Data != "" || got.Change != "not streaming" {
		t.Errorf("not streaming: %+v", got)
	}
}

// TestNoWordJudgesAPerson: nowhere does a page say what a distance from rest would be a sign of. Distress is what patients say
// of themselves.
func TestNoWordJudgesAPerson(t *testing.T) {
	for _, l := range words.Languages() {
		said, err := catalogue.Sentences(l)
		if err != nil {
			t.Fatal(err)
		}
		for key, text := range said {
			for _, word := range []string{"stress", "estrés", "anxi", "angst", "ansiedad", "gestresst", "anxieux", "panik", "panic"} {
				if strings.HasPrefix(key, "therapist.") && strings.Contains(strings.ReplaceAll(strings.ToLower(text), "distress", ""), word) {
					t.Errorf("%s %q says %q", l, key, text)
				}
			}
		}
	}
}

// TestEverythingHasWords: no state, refusal, reason, doubt or flaw is without them, in any language.
func TestEverythingHasWords(t *testing.T) {
	defer words.Use(catalogue.Load(words.English))
	for _, l := range words.Languages() {
		words.Use(catalogue.Load(l))
		var said []string
		for s := stress.Unseen; s <= stress.Settling; s++ {
			said = append(said, gateWord(stress.Explanation{State: s, Torso: 1, Burst: 1, Wait: time.Minute}))
		}
		for _, d := range doubts {
			said = append(said, words.T("therapist.stress.mark."+d.Code()))
		}
		for why := stress.Why(1); why.Code() != ""; why <<= 1 {
			said = append(said, aside(why, true))
		}
		for why := stress.TooShort; why <= stress.TooFixed; why++ {
			r := &stress.Refused{Why: why, Has: 0.5, Needs: 0.75}
			said = append(said, words.T("therapist.stress.rest."+why.Code()), stillWord(reading{Lacks: r}), app.HTMLString(restRefused(r)))
		}
		said = append(said, app.HTMLString(restRefused(nil)), stillWord(reading{}), recoveryWord(stress.Recovery{}),
			recoveryWord(stress.Recovery{From: 1, Took: time.Minute}), recoveryWord(stress.Recovery{From: 1, Done: true, Took: time.Minute}),
			qualityWord(telemetry.Trend{Quality: 40, Flaws: 3}), qualityWord(telemetry.Trend{Quality: 60, Flaws: 12}), qualityWord(telemetry.Trend{Quality: 60, Flaws: 48}),
			app.HTMLString(partsTable(stress.Explanation{Parts: [4]stress.Part{{Quantity: stress.MeanNN}, {Quantity: stress.SqrtSI}, {Quantity: stress.SDNN}, {Quantity: stress.LnRMSSD}}}, true)))
		for _, id := range []string{"hr", "mean-hr", "rmssd", "sdnn", "stress"} {
			said = append(said, whatIs(id), words.T("therapist.about."+id), words.T("therapist.over."+id), words.T("therapist.from."+id))
		}
		for _, s := range said {
			if strings.Contains(s, "[therapist") || strings.Contains(s, "{") {
				t.Errorf("%s: %q", l, s)
			}
		}
	}
}

func TestQualitySaysItsCause(t *testing.T) {
	for want, c := range map[string]telemetry.Trend{
		"Signal good":                  {Quality: 90, Flaws: telemetry.FlawNoise},
		"Signal fair · wanders":        {Quality: 60, Flaws: telemetry.FlawBaseline},
		"Signal poor · flat, noise":    {Quality: 10, Flaws: telemetry.FlawFlat | telemetry.FlawNoise | telemetry.FlawMovement},
		"Signal poor":                  {Quality: 10},
		"Signal poor · noise, wanders": {Quality: 10, Flaws: telemetry.FlawNoise | telemetry.FlawBaseline | telemetry.FlawDispute},
	} {
		if got := qualityWord(c); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// second of a chest that moves with an energy, and of a heart, on the feed's clock.
func second(f *feed, now *care.Stamp, hr float32, energy float32, worn string) {
	t := telemetry.EmptyTrend(*now)
	t.Energy = energy
	f.Trend(telemetry.Sensor{Key: "m-" + worn, Signal: string(access.Movement), Worn: worn}, t)
	h := telemetry.EmptyTrend(*now)
	h.HR, h.MeanHR, h.RMSSD, h.SDNN1, h.SI, h.Corrected, h.Quality, h.Window = hr, hr, 40, 60, 60, 0, 90, 300
	f.Samples(chest, run(*now))
	f.Trend(chest, h)
	*now += 1e6
}

// TestOnlyTheTorsoGates: what a wrist does, or something nobody knows where, neither hides nor watches.
func TestOnlyTheTorsoGates(t *testing.T) {
	for worn, want := range map[string]stress.State{"chest": stress.Moving, "wrist": stress.Unseen, "": stress.Unseen} {
		f, now := bench()
		for range 90 {
			second(f, now, 70, 4, worn)
		}
		if got := f.read().Strain.State; got != want {
			t.Errorf("worn on %q: %s, want %s", worn, got.Code(), want.Code())
		}
	}
}

// TestRestMakesTheComparison: the whole way from a measurement to a number, and back from what the house has.
func TestRestMakesTheComparison(t *testing.T) {
	f, now := bench()
	f.measure()
	for range 190 {
		second(f, now, 70, 0.1, "chest")
	}
	if r := f.read(); r.Still < 3*time.Minute || r.Lacks != nil || r.Strain.Shown {
		t.Errorf("after 190 s of rest: %+v", r)
	}
	b, err := f.measured()
	if err != nil {
		t.Fatal(err)
	}
	f.compare(&b)
	for range 60 {
		second(f, now, 90, 0.1, "chest")
	}
	r := f.read()
	if x := r.Strain; !x.Shown || !(x.Index > 1) {
		t.Errorf("at 90 a minute: %+v", x)
	}
	if got := stressFigure(r, true, &b); got.Data == "" || got.Arrow != "arrow-up" {
		t.Errorf("the tile is %+v", got)
	}
	for range 15 {
		second(f, now, 90, 4, "chest")
	}
	if got := stressFigure(f.read(), true, &b); got.Data != "" || got.Change != "moving" || got.Gate != "moving" {
		t.Errorf("while walking the tile is %+v", got)
	}

	// Another page, which is told the past and has the baseline from the house.
	again := newFeed(chart.NewStrip(chart.StripOptions{}), chart.NewTrend(chart.Words{}), f.now)
	again.compare(&b)
	from := *now - 120e6
	for s := range 120 {
		at := from + care.Stamp(s)*1e6
		h, m := telemetry.EmptyTrend(at), telemetry.EmptyTrend(at)
		h.HR, h.MeanHR, h.RMSSD, h.SDNN1, h.SI, h.Corrected, h.Quality, h.Window, m.Energy = 90, 90, 40, 60, 60, 0, 90, 300, 4
		again.Past(chest, []telemetry.Frame{{Kind: telemetry.KindTrend, Trend: &h}})
		again.Past(telemetry.Sensor{Key: "m", Signal: "movement", Worn: "chest"}, []telemetry.Frame{{Kind: telemetry.KindTrend, Trend: &m}})
	}
	if x := again.read().Strain; x.State != stress.Moving || math.IsNaN(x.Index) {
		t.Errorf("told of the past, the page thinks %+v", x)
	}
}

func TestARefusalIsSaid(t *testing.T) {
	f, now := bench()
	f.measure()
	if _, err := f.measured(); fault.Of(err).Code != "baseline.short" {
		t.Fatal(err)
	}
	for range 100 {
		second(f, now, 70, 0.1, "chest")
	}
	if r := f.read(); r.Lacks == nil || !strings.Contains(stillWord(r), "of 3:00 min") {
		t.Errorf("after 100 s the card says %q", stillWord(r))
	}
	b, err := f.measured()
	if err != nil || sitting.Still(&b) != nil {
		t.Fatalf("after 100 s: %+v, %v", b, err)
	}
	why := f.read().Refused.reason(&b)
	var refused *stress.Refused
	if !errors.As(why, &refused) || refused.Why != stress.TooShort {
		t.Fatalf("refused as %v", why)
	}
	if said := app.HTMLString(restRefused(why)); !strings.Contains(said, "needs 3:00 min") || !strings.Contains(said, "were 1:") || !strings.Contains(said, `data-why="too-short"`) {
		t.Errorf("the card says %s", said)
	}
}

// TestTheExplanationHoldsItsNumbers: what may not be shown is not to be read there either.
func TestTheExplanationHoldsItsNumbers(t *testing.T) {
	page := &Live{ui: newDesktop(), streamed: true}
	page.sight.State, page.sight.Page.Baseline = watch.State{Wanted: true, Phase: watch.Streaming}, stillRest()
	page.ui.dialog, page.ui.about = aboutDialog, stressID
	draw := func(r reading) string {
		page.sight.Reading = r
		var s strings.Builder
		for _, part := range page.aboutBody() {
			s.WriteString(app.HTMLString(part))
		}
		return s.String()
	}
	parts := func(x *stress.Explanation) {
		x.Parts = [4]stress.Part{{Quantity: stress.MeanNN, Value: 640, Median: 810, Scale: 20, Z: 5, Weight: 0.4, Gives: 2},
			{Quantity: stress.SqrtSI, Value: math.NaN(), Median: math.NaN(), Scale: math.NaN(), Z: math.NaN()},
			{Quantity: stress.SDNN, Value: 52, Median: 60, Scale: 9, Z: 0.9, Weight: 0.2, Gives: 0.18}, {Quantity: stress.LnRMSSD, Value: 3.14, Median: 3.7, Scale: 0.2, Z: 2.8, Weight: 0.15, Gives: 0.42}}
	}
	said := draw(explained(parts))
	for _, want := range []string{"640", "810 ± 20", "+5.0", "40 %", "+2.00", "+2.34", "–", "3.14", "still: 0.1 m/s²", "not moved strongly"} {
		if !strings.Contains(said, want) {
			t.Errorf("the explanation lacks %q:\n%s", want, said)
		}
	}
	said = draw(explained(func(x *stress.Explanation) {
		parts(x)
		x.Shown, x.State, x.Recovery = false, stress.Recovering, stress.Recovery{From: 5, Took: 80 * time.Second}
	}))
	for _, never := range []string{"+5.0", "+2.00", "2.34", "40 %"} {
		if strings.Contains(said, never) {
			t.Errorf("hidden, and the explanation says %q", never)
		}
	}
	if !strings.Contains(said, "1:20 min so far") || !strings.Contains(said, "640") {
		t.Errorf("the explanation is\n%s", said)
	}
	for _, id := range []string{"hr", "mean-hr", "rmssd", "sdnn"} {
		page.ui.about = id
		if said := draw(explained(func(*stress.Explanation) {})); !strings.Contains(said, `data-about="`+id+`"`) || strings.Contains(said, "[therapist") {
			t.Errorf("%s is explained as %s", id, said)
		}
	}
}
