package therapist

import (
	"context"
	"encoding/json"
	"io/fs"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote"
	"hearth/app/sitting"
	"hearth/app/watch"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/telemetry"
	"hearth/shared/words"
	"hearth/wasm/canvas"
	"hearth/wasm/fetch"
	"hearth/wasm/rtc"
	"hearth/wasm/socket"
	"hearth/wasm/sound"
	"hearth/wasm/wake"
)

// house answers the pages' calls out of its own head.
type house struct {
	mu       sync.Mutex
	patients []api.Patient
	words    api.Vocabulary
	limits   api.Limits
	sittings []api.Sitting
	labels   []api.Label
	away     bool
	calls    []string
	visit    api.Visit
	notes    api.VisitNotes
}

// called reports whether somebody asked for this.
func (h *house) called(what string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Contains(h.calls, what)
}

func (h *house) Do(_ context.Context, r fetch.Request) (fetch.Response, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls = append(h.calls, r.Method+" "+r.Path)
	if h.away {
		return fetch.Response{}, fetch.ErrUnavailable
	}
	u, _ := url.Parse(r.Path)
	path := strings.TrimPrefix(u.Path, api.Base)
	switch {
	case path == "/me":
		return answer(api.Me{ID: "mira", Name: "Mira Solano", Roles: []access.Role{access.Therapist}, Project: "project"})
	case strings.HasPrefix(path, "/visits/") || strings.HasPrefix(path, "/attendance/"):
		return h.visits(path, r)
	case path == "/patients":
		return answer(api.List[api.Patient]{Items: h.patients})
	case strings.HasSuffix(path, "/limits") && r.Method == "PUT":
		var l api.Limits
		_ = json.Unmarshal(r.Body, &l)
		if l.Version != h.limits.Version {
			return refusal(409, "limits.changed")
		}
		l.Version++
		h.limits = l
		return answer(l)
	case strings.HasSuffix(path, "/limits"):
		return answer(h.limits)
	case strings.HasSuffix(path, "/vocabulary/own") && r.Method == "PUT":
		var v api.Vocabulary
		_ = json.Unmarshal(r.Body, &v)
		v.Version = h.words.Version + 1
		h.words = v
		return answer(v)
	case strings.HasSuffix(path, "/vocabulary/own"):
		return answer(h.words)
	case strings.HasSuffix(path, "/sittings") && r.Method == "POST":
		h.sittings = []api.Sitting{{ID: "sitting", Start: time.Unix(1e9, 0)}}
		return answer(h.sittings[0])
	case strings.HasSuffix(path, "/sittings"):
		return answer(api.List[api.Sitting]{Items: h.sittings})
	case strings.Contains(path, "/labels/") && r.Method == "PUT":
		var l api.Label
		_ = json.Unmarshal(r.Body, &l)
		l.Version++
		h.labels = append(h.labels, l)
		return answer(l)
	case strings.HasSuffix(path, "/labels"):
		return answer(api.List[api.Label]{Items: h.labels})
	case strings.HasPrefix(path, "/patients/"):
		for _, p := range h.patients {
			if strings.HasSuffix(path, string(p.ID)) {
				return answer(p)
			}
		}
	}
	return refusal(404, "not-found")
}

// visits is what the house has of a visit.
func (h *house) visits(path string, r fetch.Request) (fetch.Response, error) {
	switch {
	case h.visit.ID == "":
		return refusal(404, "not-found")
	case strings.HasSuffix(path, "/notes") && r.Method == "PUT":
		var b api.PutVisitNotesBody
		_ = json.Unmarshal(r.Body, &b)
		h.notes = api.VisitNotes{Parts: b.Parts, Version: b.Version + 1}
		return answer(h.notes)
	case strings.HasSuffix(path, "/notes"):
		return answer(api.VisitNotes{Parts: []care.NoteText{{Key: "said"}, {Key: "planned"}}})
	case strings.HasSuffix(path, "/lines"):
		return answer(api.List[api.Line]{})
	case strings.HasSuffix(path, "/outcome"):
		var b api.OutcomeBody
		_ = json.Unmarshal(r.Body, &b)
		h.visit.Outcome, h.visit.Said = b.Outcome, true
	}
	return answer(h.visit)
}

func answer(v any) (fetch.Response, error) {
	b, err := json.Marshal(v)
	return fetch.Response{Status: 200, Body: b}, err
}

func refusal(status int, code string) (fetch.Response, error) {
	b, err := json.Marshal(api.Problem{Status: status, Code: code})
	return fetch.Response{Status: status, Body: b}, err
}

const wren = care.PatientID("aaaaaaaaaaaaaaaaaaaaaaaaaa")

func newHouse() *house {
	return &house{
		patients: []api.Patient{{ID: wren, Name: "Wren-23", Project: "project", Signals: []access.Signal{access.ECG, access.Movement, access.Camera}}},
		words:    api.Vocabulary{Words: append(care.DefaultVocabulary()[:2:2], care.Word{Key: "own-door", Text: "At the door"}), Version: 3},
		limits:   api.Limits{HeartLow: 45, HeartHigh: 170, LeadOff: 20, Version: 2},
	}
}

func mustEnv(t testing.TB, h *house, p drawer) *frame.Env {
	t.Helper()
	if p.kept == nil {
		p.kept = map[string]string{}
	}
	l := remote.Open(remote.Options{Portal: live.Therapist, Sockets: socket.None{}})
	t.Cleanup(l.Close)
	return &frame.Env{Page: p, Wake: wake.None{}, Sound: sound.None{}, Live: l, API: remote.NewAPI(h, nil), Peers: peers{}, Now: time.Now}
}

// peers are those of a browser that has them; none of them comes to be.
type peers struct{ rtc.None }

// A browser without peer connections says so before anybody presses, and asks the house for nothing that could not come.
func TestWithoutPeers(t *testing.T) {
	for _, without := range []bool{false, true} {
		env := mustEnv(t, newHouse(), drawer{})
		if without {
			env.Peers = rtc.None{}
		}
		l := &Live{Env: env, desk: &desk{}, about: api.Patient{ID: wren, Signals: []access.Signal{access.ECG}}}
		st := l.stance()
		if (st.Phase == unavailable) != without || st.On {
			t.Errorf("without %v: %+v", without, st)
		}
		if disabled := !strings.Contains(app.HTMLString(l.streamButton(st)), `disabled="false"`); disabled != without {
			t.Errorf("without %v: the button is disabled: %v", without, disabled)
		}
	}
}

// stageOf mounts a page at an address and lets it run, as a browser does. The framework mounts pages in browsers only,
// so the stage calls what the browser would.
type stageOf struct {
	app.Compo
	page    app.Composer
	mounted func(app.Context)
	engine  app.TestEngine
	ctx     app.Context
}

func (s *stageOf) OnPreRender(ctx app.Context) { s.ctx = ctx; s.mounted(ctx) }
func (s *stageOf) Render() app.UI              { return app.Div() }

func mustStage(t *testing.T, page app.Composer, mounted func(app.Context)) *stageOf {
	t.Helper()
	s := &stageOf{page: page, mounted: mounted, engine: app.NewTestEngine()}
	if err := s.engine.Load(s); err != nil {
		t.Fatal(err)
	}
	s.engine.ConsumeAll()
	return s
}

// run does something on the page's goroutine and lets what follows happen.
func (s *stageOf) run(f func(app.Context)) {
	s.ctx.Dispatch(f)
	s.engine.ConsumeAll()
}

func (s *stageOf) html() string {
	return app.HTMLString(s.page.(interface{ Render() app.UI }).Render())
}

func mustSay(t *testing.T, html string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(html, part) {
			t.Errorf("the page lacks %q", part)
		}
	}
	if i := strings.Index(html, "[therapist."); i >= 0 {
		t.Errorf("a word is missing: %.60s", html[i:])
	}
}

func TestHomeListsWhoIsThere(t *testing.T) {
	h := newHouse()
	page := &Home{Env: mustEnv(t, h, drawer{})}
	s := mustStage(t, page, page.OnMount)
	defer page.OnDismount()
	mustSay(t, s.html(), "My patients", "Wren-23", "offline", `data-patient="`+string(wren)+`"`, api.LivePage+string(wren), "0 of 1 online")

	h.mu.Lock()
	h.patients = nil
	h.mu.Unlock()
	s.run(page.read)
	mustSay(t, s.html(), `id="empty"`, "administrator assigns patients")
}

func TestHomeSaysWhenTheHouseIsAway(t *testing.T) {
	h := newHouse()
	page := &Home{Env: mustEnv(t, h, drawer{})}
	mustStage(t, page, page.OnMount) // knows who is signed in
	defer page.OnDismount()
	h.away = true
	again := &Home{Env: page.Env}
	s := mustStage(t, again, again.OnMount)
	defer again.OnDismount()
	waitFor(t, "the page says so", func() bool { return strings.Contains(s.html(), "The server is away") })
	h.away = false
	s.run(again.read)
	mustSay(t, s.html(), "Wren-23")
}

// A house that is away says nothing of whose care a patient is in; when it is back the page opens by itself.
func TestLiveOpensOnceTheHouseIsBack(t *testing.T) {
	h := newHouse()
	h.away = true
	page, s := openLive(t, h, drawer{})
	if html := s.html(); !strings.Contains(html, "The server is away") || strings.Contains(html, "not in your care") {
		t.Errorf("the page says %s", html)
	}
	h.mu.Lock()
	h.away = false
	h.mu.Unlock()
	page.read.tried = time.Time{}
	s.run(page.look)
	if page.desk == nil {
		t.Fatal("the page stays closed")
	}
	mustSay(t, s.html(), "Wren-23")
}

// openLive opens the live page of Wren. The test engine knows no address, so the stage gives it.
func openLive(t *testing.T, h *house, p drawer) (*Live, *stageOf) {
	t.Helper()
	page := &Live{Env: mustEnv(t, h, p)}
	s := mustStage(t, page, func(ctx app.Context) {
		page.ui = newDesktop()
		page.Env.LoadMe(ctx, func(ctx app.Context) { page.openPatient(ctx, wren) })
	})
	t.Cleanup(page.OnDismount)
	return page, s
}

func TestLiveBeforeTheStream(t *testing.T) {
	_, s := openLive(t, newHouse(), drawer{})
	mustSay(t, s.html(), "Wren-23", `data-theme="dark"`, `id="stream"`, "Start the stream", `data-phase="idle"`, "not streaming",
		"At the door", "45–170 bpm", `id="ecg"`, `id="trend"`, "Measure resting state", "Nothing labelled yet")
	if n := strings.Count(s.html(), "<h1"); n != 1 {
		t.Errorf("%d first headings", n)
	}
}

func TestLiveFollowsAChosenTheme(t *testing.T) {
	for look, want := range map[string]string{"": "dark", "dark": "dark", "child dark": "dark", "light": "light", "child": "light"} {
		_, s := openLive(t, newHouse(), drawer{look: look})
		mustSay(t, s.html(), `data-theme="`+want+`"`)
	}
}

func TestAStrangersPatientIsNotShown(t *testing.T) {
	h := newHouse()
	h.patients = nil
	page, s := openLive(t, h, drawer{})
	mustSay(t, s.html(), "not in your care")
	if page.desk != nil || strings.Contains(s.html(), "Wren") {
		t.Error("something of a patient the house does not name is left")
	}
}

func TestLabelsAreWrittenUndoneAndSent(t *testing.T) {
	h := newHouse()
	page, s := openLive(t, h, drawer{})
	before := page.Env.Stamp()
	s.run(func(ctx app.Context) { page.phase(ctx, 2) })
	s.run(func(ctx app.Context) { page.ui.note = "  hands feel warm "; page.jot(ctx) })
	s.run(func(ctx app.Context) { page.ui.suds = 80; page.rate(ctx) })
	s.run(func(ctx app.Context) { page.phase(ctx, 99) }) // there is no such button
	mustSay(t, s.html(), "At the door", "“hands feel warm”", "Distress 80 labelled", "Undo")
	list := page.sight.Page.Labels
	if len(list) != 3 {
		t.Fatalf("%d labels, want 3", len(list))
	}
	for _, e := range list {
		if e.At < before || e.At > page.Env.Stamp() {
			t.Errorf("%s is stamped %v, not when it was pressed", e.Kind, e.At.Time())
		}
	}
	s.run(page.undoToast)
	if n := len(page.sight.Page.Labels); n != 2 || page.ui.toast != nil {
		t.Errorf("after undo %d labels are left", n)
	}
	s.run(page.undoLast)
	s.run(page.undoToast) // and brought back
	if n := len(page.sight.Page.Labels); n != 2 {
		t.Errorf("after undoing the undo %d labels are left", n)
	}
	waitFor(t, "the house has the labels", func() bool { h.mu.Lock(); defer h.mu.Unlock(); return len(h.labels) >= 3 })
}

// What only the tablet remembers stands in the list in its place, for reading.
func TestWhatTheTabletRemembersIsListed(t *testing.T) {
	page, s := openLive(t, newHouse(), drawer{})
	s.run(func(ctx app.Context) { page.phase(ctx, 0) })
	newest := page.sight.Page.Labels[0].At
	page.sight.Told = []sitting.Entry{{Label: api.Label{ID: care.NewID[care.LabelID](), At: newest.Add(-time.Minute), Kind: care.Rating, Rating: 70}}}
	html := s.html()
	own, told := strings.Index(html, "Edit Baseline"), strings.Index(html, "Distress 70")
	if own < 0 || told < own {
		t.Fatalf("the newer one at %d, what the tablet told at %d of the page", own, told)
	}
	row, _, _ := strings.Cut(html[told:], "</li>")
	mustSay(t, row, "the tablet remembers")
	if !regexp.MustCompile(`<button[^>]* disabled[ >]`).MatchString(row) {
		t.Errorf("what the house does not know can be changed: %s", row)
	}
}

func TestLabelsWaitWhileTheHouseIsAway(t *testing.T) {
	h := newHouse()
	page, s := openLive(t, h, drawer{})
	h.mu.Lock()
	h.away = true
	h.mu.Unlock()
	s.run(func(ctx app.Context) { page.phase(ctx, 0) })
	mustSay(t, s.html(), "waiting to be sent", `data-pending`)
}

func TestALabelIsEdited(t *testing.T) {
	page, s := openLive(t, newHouse(), drawer{})
	s.run(func(ctx app.Context) { page.phase(ctx, 0) })
	e := page.sight.Page.Labels[0]
	s.run(func(ctx app.Context) {
		page.edit(e)
		page.chooseWord("own-door")
		page.ui.edit.Now.Company = care.WithOthers
		page.ui.edit.move(-10 * time.Second)
	})
	mustSay(t, s.html(), "Edit label", "−10 s", "edit-word")
	s.run(page.saveEdit)
	got := page.sight.Page.Labels[0]
	if got.Word != "own-door" || got.Text != "At the door" || got.Company != care.WithOthers || got.At != e.At.Add(-10*time.Second) || page.ui.dialog != noDialog {
		t.Errorf("got %+v", got)
	}
	got.Text = "Behind the door" // another's word, under the same key
	s.run(func(app.Context) {
		page.edit(got)
		page.chooseWord("before")
		page.chooseWord("own-door")
	})
	mustSay(t, s.html(), "Behind the door")
	if now := page.ui.edit.Now; now.Text != got.Text {
		t.Errorf("the label's own word came back as %q", now.Text)
	}
	s.run(func(ctx app.Context) { page.edit(got); page.ui.edit.Now.Word = ""; page.saveEdit(ctx) })
	mustSay(t, s.html(), "Please choose a label")
}

func TestLimitsAreSavedAndConflictsSaid(t *testing.T) {
	h := newHouse()
	page, s := openLive(t, h, drawer{})
	s.run(page.openLimits)
	s.run(func(ctx app.Context) { page.ui.limits.High = "400"; page.saveLimits(ctx) })
	mustSay(t, s.html(), "Please check the limits")
	h.mu.Lock()
	h.limits.Version = 7 // another page was quicker
	h.mu.Unlock()
	s.run(func(ctx app.Context) { page.ui.limits.High = "150"; page.saveLimits(ctx) })
	if page.ui.limits == nil || page.ui.limits.Fault == "" || page.ui.limits.Version != 7 {
		t.Fatalf("after a conflict: %+v", page.ui.limits)
	}
	s.run(page.saveLimits)
	if page.limits.HeartHigh != 150 || page.ui.dialog != noDialog {
		t.Errorf("limits %+v, dialog %q", page.limits, page.ui.dialog)
	}
}

// TestWhatIsShownOfAStream draws the page as it stands in the middle of one.
func TestWhatIsShownOfAStream(t *testing.T) {
	page, s := openLive(t, newHouse(), drawer{})
	page.streamed, page.wanted = true, true
	page.sight.State = watch.State{Phase: watch.Streaming, Wanted: true, Peer: rtc.View{State: rtc.StateConnected, Way: rtc.WayDirect, RoundTrip: 34 * time.Millisecond},
		Sensors: []watch.Sensor{{Sensor: telemetry.Sensor{Key: "demo-ecg", Signal: "ecg", Demo: true, Rate: 250, State: "streaming", Battery: 82},
			Tally: telemetry.Tally{Decoded: 500, Sent: 495, Held: 3, Waiting: 2}, Account: telemetry.Account{Sent: 497, Received: 490, Lost: 7}}}}
	page.sight.Reading = reading{Trend: numbers(), Any: true}
	page.sight.Page.Baseline = rest()
	page.sight.Alarm = sitting.TooHigh
	mustSay(t, s.html(), `id="demo"`, "Direct · 34 ms", `data-rtt="34"`, `data-value="90.4"`, "+22 % vs rest", "Signal good", "82 %", "LF/HF 2 ·", "VLF 33, LF 45, HF 22", `data-lost="7"`,
		`data-held="3"`, `data-missing="0"`, "Heart rate above 170", `role="alert"`, "plays no sound yet", "74 ± 4")
	page.sight.State.Sensors[0].Tally.Waiting = 0
	mustSay(t, s.html(), `data-missing="2"`, "2 samples went missing between the sensor and this page")
	page.sight.Reading.Silent = 20 * time.Second
	mustSay(t, s.html(), "no signal 20 s")
	if html := s.html(); strings.Contains(html, `data-value="90`) {
		t.Error("a number twenty seconds old is still shown")
	}
}

func TestAWishComesBackAfterReload(t *testing.T) {
	p := drawer{kept: map[string]string{}}
	w := wishOf(p, "mira", wren)
	w.hold(time.Now())
	page, _ := openLive(t, newHouse(), p)
	waitFor(t, "the stream is wanted again", func() bool { return page.desk.watch.State().Wanted })
	if got := page.ui.wanted; len(got) != 2 {
		t.Errorf("wanted %v, want what the page can draw of what is permitted", got)
	}
}

// TestNothingPermittedNothingStarts: without permission the button is there, says why beside it, and does nothing.
func TestNothingPermittedNothingStarts(t *testing.T) {
	h := newHouse()
	h.patients[0].Signals = []access.Signal{access.Camera}
	page, s := openLive(t, h, drawer{})
	mustSay(t, s.html(), `data-phase="no-permission"`, "may not receive signals of this patient yet")
	s.run(page.toggle)
	if page.desk.watch.State().Wanted {
		t.Error("signals are wanted without permission")
	}
}

// waitFor waits for something that comes true by itself.
func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// TestEveryWordIsThere finds the words these pages ask for by name, and those they put together.
func TestEveryWordIsThere(t *testing.T) {
	asked := regexp.MustCompile(`words\.T\("([a-z0-9.-]+)"[,)]`)
	sources, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, name := range sources {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, m := range asked.FindAllStringSubmatch(string(b), -1) {
			keys = append(keys, m[1])
		}
	}
	if len(keys) < 80 {
		t.Fatalf("found only %d words in the source", len(keys))
	}
	for family, members := range map[string][]string{
		"therapist.watch.":   {"idle", "absent", "asking", "connecting", "streaming", "mending", endedByPatient, withdrawn, refused, noPermission, unavailable, noSensor},
		"therapist.sensor.":  {"idle", "connecting", "streaming", "reconnecting", "failed"},
		"therapist.alarm.":   {string(sitting.TooLow), string(sitting.TooHigh), string(sitting.LeadOff)},
		"therapist.path.":    {"direct", "relay-udp", "relay-tcp", "relay-tls", "unknown"},
		"therapist.quality.": {"good", "fair", "poor"},
		"therapist.what.":    sitting.Quantities(),
		"therapist.company.": {"patient", "others", "only-others"},
		"therapist.why.":     {"contact", "beats", "poor", "fixed"},
		"app.signal.":        {"ecg", "movement", "eye", "camera"},
	} {
		for _, m := range members {
			keys = append(keys, family+m)
		}
	}
	for _, phase := range []string{"idle", "absent", "asking", "connecting", "mending", endedByPatient, withdrawn, noPermission, unavailable, noSensor} {
		keys = append(keys, "therapist.watch."+phase+".help")
	}
	for _, w := range care.DefaultVocabulary() {
		keys = append(keys, "label.word."+w.Key)
	}
	for _, k := range keys {
		if !words.Current().Has(k) {
			t.Errorf("no words for %q", k)
		}
	}
}

// TestWhatCouldNotBeReadIsReadLater: a house that was away at the beginning leaves no defaults behind.
func TestWhatCouldNotBeReadIsReadLater(t *testing.T) {
	h := newHouse()
	env := mustEnv(t, h, drawer{})
	first := &Home{Env: env}
	mustStage(t, first, first.OnMount) // knows who is signed in
	defer first.OnDismount()
	h.mu.Lock()
	h.away = true
	h.mu.Unlock()
	page := &Live{Env: env}
	s := mustStage(t, page, func(ctx app.Context) { page.ui = newDesktop(); page.openPatient(ctx, wren) })
	t.Cleanup(page.OnDismount)
	h.mu.Lock()
	h.away = false
	h.mu.Unlock()
	for range 2 { // who it is, then the words of the project
		page.read.tried = time.Time{}
		s.run(page.look)
	}
	mustSay(t, s.html(), "Wren-23", "45–170 bpm", "At the door")
	if page.read.limits || page.read.words {
		t.Errorf("still unread: %+v", page.read)
	}
}

// TestWhatIsLeftOfAStreamIsCovered: a strip that nothing feeds any more does not look like a heart that beats.
func TestWhatIsLeftOfAStreamIsCovered(t *testing.T) {
	page, s := openLive(t, newHouse(), drawer{})
	covered := func() bool { // attributes come in any order
		box := regexp.MustCompile(`<div[^>]* id="over"[^>]*>`).FindString(s.html())
		return box != "" && !strings.Contains(box, "hidden")
	}
	withdrawn := watch.State{Phase: watch.Idle, Ended: "withdrawn"}
	page.sight.State = withdrawn
	if covered() {
		t.Error("an empty strip is covered")
	}
	page.desk.feed.Samples(chest, run(1e9))
	page.desk.strip.Frame(1, canvas.NewRecorder(600, 200, 1))
	if !covered() {
		t.Error("what is left is not covered")
	}
	mustSay(t, s.html(), "Permission withdrawn", "last seconds that were received")
	page.sight.State = watch.State{Phase: watch.Streaming, Wanted: true, Sensors: []watch.Sensor{{}}}
	if covered() {
		t.Error("a stream that flows is covered")
	}
}
