package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hearth/e2e/stage"
	"hearth/shared/api"
	"hearth/shared/care"
)

// visit is a visit of Wren's at Mira's, begun on the spot, with a phone or two.
type visit struct {
	t     *testing.T
	house *stage.House
	mira  *stage.Caller
	is    api.Visit
}

// begin books a visit that begins now, for Wren and so many interpreters.
func begin(t *testing.T, house *stage.House, others int, changes ...func(*api.BookVisitBody)) *visit {
	t.Helper()
	v := &visit{t: t, house: house, mira: house.Caller(t, house.Links().Therapist)}
	wren := v.mira.Patients()["Wren-23"]
	alex := house.Resident(t, "alex")
	var set api.Visiting
	alex.Get(strings.NewReplacer("{project}", string(wren.Project)).Replace(api.GetVisiting.Path), &set)
	set.Phone, set.Emergency, set.Survey = "+49 705 550100", "112", true
	alex.Do(api.PutVisiting, []string{"{project}", string(wren.Project)}, set, nil)
	body := api.BookVisitBody{ID: care.NewID[care.VisitID](), Project: wren.Project, Patient: wren.ID, Kind: care.Therapy, Now: true, Minutes: 30,
		Guests: []api.NewGuest{{ID: care.NewID[care.GuestID](), As: care.AsPatient, Language: "en"}}}
	for n := range others {
		body.Guests = append(body.Guests, api.NewGuest{ID: care.NewID[care.GuestID](), As: care.AsInterpreter, Name: fmt.Sprintf("Noor %d", n+1), Language: "en",
			Address: care.Address{Mobile: "+4917055501043"}})
	}
	for _, change := range changes {
		change(&body)
	}
	v.mira.Do(api.BookVisit, nil, body, &v.is)
	return v
}

// direct lets those of a visit meet without the relay, as staff may choose.
func direct(b *api.BookVisitBody) { b.Relay = new(false) }

func (v *visit) guest(n int) api.Guest { return v.is.Guests[n] }

// knock opens somebody's link on a phone and presses the one button.
func (v *visit) knock(phone *stage.Window, n int) {
	v.t.Helper()
	link, err := v.house.MintLink(v.t.Context(), v.guest(n).ID)
	if err != nil {
		v.t.Fatal(err)
	}
	phone.Size(390, 844, true)
	phone.Goto(link)
	phone.Click("#ready")
}

func (v *visit) names(n int) []string {
	return []string{"{visit}", string(v.is.ID), "{guest}", string(v.guest(n).ID)}
}

func (v *visit) admit(n int) { v.t.Helper(); v.mira.Do(api.AdmitGuest, v.names(n), struct{}{}, nil) }

// state is how far a guest is, as staff see it.
func (v *visit) state(n int) (g api.Guest) {
	v.t.Helper()
	var now api.Visit
	v.mira.Get(strings.NewReplacer("{visit}", string(v.is.ID)).Replace(api.GetVisit.Path), &now)
	for _, one := range now.Guests {
		if one.ID == v.guest(n).ID {
			g = one
		}
	}
	return g
}

// until waits until staff see a guest in a state.
func (v *visit) until(n int, want care.GuestState) (g api.Guest) {
	v.t.Helper()
	for end := time.Now().Add(stage.Patience); ; time.Sleep(100 * time.Millisecond) {
		if g = v.state(n); g.State == want {
			return g
		}
		if time.Now().After(end) {
			v.t.Fatalf("guest %d is %s, not %s", n, g.State, want)
		}
	}
}

func on(w *stage.Window, step string) { w.UntilData("#visitor", "step", step) }

// checks writes down that the page looked at camera and microphone and found them good: where all is well it goes on after three
// seconds by itself.
const checks = `{
	const good = new Set();
	window.checked = () => good.size === 2;
	new MutationObserver(() => {
		if (document.querySelector("#visitor")?.dataset.step !== "checking") return;
		for (const what of ["camera", "mic"]) if (document.querySelector("#check-" + what + " [data-works]")?.dataset.works === "good") good.add(what);
	}).observe(document, {subtree: true, childList: true, attributes: true});
}`

const checked = "window.checked?.()"

// A guest goes from the link to the call and out again on a phone: two taps, and everything else by itself.
func TestGuest(t *testing.T) {
	t.Parallel()
	v := begin(t, stage.Open(t), 1)
	v.likes("child")
	wren, noor := stage.Browse(t, "guest-wren"), stage.Browse(t, "guest-noor")
	wren.Before(checks)
	v.knock(wren, 0)
	came := time.Now()
	wren.Until(checked)
	looks(wren, "child")
	wren.Picture("guest-check")
	on(wren, "waiting")
	t.Logf("from the tap to the waiting room without another: %.1f s", time.Since(came).Seconds())
	g := v.until(0, care.WaitingRoom)
	if g.Ready == nil || g.Ready.Camera != care.WorksWell || g.Ready.Mic != care.WorksWell {
		t.Errorf("staff see %+v of the device", g.Ready)
	}
	for end := time.Now().Add(stage.Patience); g.Ready.Relay != care.WorksWell; time.Sleep(100 * time.Millisecond) {
		if g = v.state(0); time.Now().After(end) {
			t.Fatalf("staff see %+v of the way through the relay", g.Ready)
		}
	}
	t.Run("the waiting room is for everybody", func(t *testing.T) {
		wren.For(t)
		wren.Until("document.querySelector('#self-wait-video').videoWidth > 0")
		wren.Accessible("light", "dark", "child light")
		wren.Pictures("guest-waiting")
		wren.Narrow(320)
		wren.Narrow(640)
		wren.Size(390, 844, true)
		wren.Click("#help")
		wren.UntilText("dialog", "112")
		wren.Accessible("light")
		wren.Picture("guest-help")
		wren.Click("#sheet-close")
	})
	t.Run("as a child likes it", func(t *testing.T) { v.colourful(t, wren) })
	t.Run("staff write, and the guest asks", func(t *testing.T) {
		wren.For(t)
		v.mira.Do(api.TellGuest, v.names(0), api.LineBody{ID: care.NewID[care.LineID](), Text: "Two minutes, please."}, nil)
		wren.UntilText("#lines", "Two minutes, please.")
		wren.Click("#write > summary")
		wren.Fill("#write-text", "Shall I wear the strap?")
		wren.Click("#write-send")
		wren.UntilText("#lines", "Shall I wear the strap?")
	})
	t.Run("a reload is back in the waiting room by itself", func(t *testing.T) {
		wren.For(t)
		wren.Reload()
		on(wren, "waiting")
		v.until(0, care.WaitingRoom)
	})
	v.knock(noor, 1)
	on(noor, "waiting")
	v.admit(0)
	on(wren, "called-in")
	wren.Until("document.title.includes('letting you in')")
	v.admit(1)
	both := func() {
		for _, w := range []*stage.Window{wren, noor} {
			on(w, "in-call")
			w.Until("document.querySelector('#cam-1').videoWidth > 0 && document.querySelector('#cam-0').videoWidth > 0")
		}
	}
	both()
	t.Run("the call on a phone", func(t *testing.T) {
		wren.For(t)
		wren.Accessible("light", "dark")
		wren.Picture("guest-call")
		wren.Size(844, 390, true)
		wren.Picture("guest-call-landscape")
		wren.Narrow(320)
		wren.Picture("guest-call-320")
		wren.Size(390, 844, true)
		wren.Click("#call-mic")
		noor.UntilData("#tile-1", "mic", "false")
	})
	t.Run("a reload is back in the call without being let in again", func(t *testing.T) {
		wren.For(t)
		began := time.Now()
		wren.Reload()
		both()
		wren.Click("#call-mic") // still muted: what is pressed is "Unmute"
		noor.UntilData("#tile-1", "mic", "true")
		t.Logf("after a reload back in the call in %.1f s", time.Since(began).Seconds())
	})
	t.Run("sensors in the same page", func(t *testing.T) { v.sensors(t, wren) })
	t.Run("whoever leaves may come back", func(t *testing.T) {
		noor.For(t)
		noor.Click("#call-end")
		noor.Click("#leave")
		on(noor, "left")
		v.until(1, care.LeftVisit)
		noor.Picture("guest-left")
		noor.Click("#come-back")
		noor.Click("#ready")
		on(noor, "waiting")
	})
	t.Run("put out, with kind words", func(t *testing.T) {
		noor.For(t)
		noor.Expect("401") // the session ends at once
		v.mira.Do(api.DenyGuest, v.names(1), api.DenyBody{Reason: "later"}, nil)
		on(noor, "denied")
		noor.UntilText("#visitor", "+49 705 550100")
		noor.Accessible("light", "dark")
		noor.Picture("guest-denied")
	})
	v.mira.Do(api.EndVisit, v.names(0)[:2], api.EndVisitBody{}, nil)
	on(wren, "ended")
	wren.Accessible("light", "dark")
	wren.Picture("guest-ended")
	wren.Click("#star-4")
	wren.Click("#survey-send")
	wren.UntilText("#survey", "Thank you")
	var r api.Report
	v.mira.Get(strings.NewReplacer("{visit}", string(v.is.ID)).Replace(api.VisitReport.Path), &r)
	if len(r.Answers) != 1 || r.Answers[0].Stars != 4 {
		t.Errorf("the report has %+v", r.Answers)
	}
}

// likes notes in Wren's record how their pages look.
func (v *visit) likes(theme string) {
	v.t.Helper()
	alex := v.house.Resident(v.t, "alex")
	var r api.Record
	alex.Get(strings.ReplaceAll(api.GetRecord.Path, "{patient}", string(v.is.Patient)), &r)
	alex.Do(api.PatchRecord, []string{"{patient}", string(v.is.Patient)}, api.PatchRecordBody{Version: r.Version, Theme: &theme}, nil)
}

// looks waits until a page has this theme; "" follows the device.
func looks(w *stage.Window, theme string) {
	w.Until(fmt.Sprintf("(document.documentElement.dataset.theme ?? '') === %q", theme))
}

// colourful lets whoever came choose how the page looks, whatever their record says; it stays so in this browser.
func (v *visit) colourful(t *testing.T, wren *stage.Window) {
	wren.For(t)
	theme := func(want string) { looks(wren, want) }
	wren.Reload() // what the test put on the page by itself is gone
	on(wren, "waiting")
	theme("child")
	for _, look := range []string{"", "dark", "child"} {
		wren.Click("#language")
		wren.Choose("#theme", look)
		theme(look)
		wren.Picture("guest-look-" + look)
		wren.Click("#sheet-close")
		wren.Reload()
		on(wren, "waiting")
		theme(look)
	}
	wren.Until("document.querySelector('#self-wait-video').videoWidth > 0")
	wren.Picture("guest-waiting-child")
	wren.Narrow(320)
	wren.Size(390, 844, true)
	wren.Click("#language")
	wren.Accessible("child", "child dark")
	wren.Choose("#theme", "")
	wren.Click("#sheet-close")
	theme("")
}

// sensors connects the demo sensor in the call, and the therapist's page receives it from there.
func (v *visit) sensors(t *testing.T, wren *stage.Window) {
	wren.For(t)
	wren.Click("#sensors")
	wren.Click("#connect-demo")
	wren.UntilData("#sensor-demo", "state", "streaming")
	wren.Until("document.querySelector('#hr-demo-ecg')?.dataset.hr > 0")
	wren.Accessible("light")
	wren.Picture("guest-sensors")
	desk := stage.Browse(t, "guest-desk")
	s := &scene{house: v.house, desk: desk, tablet: wren}
	s.wren = v.mira.Patients()["Wren-23"]
	desk.ComeIn(v.house.Links().Therapist, "")
	desk.UntilData(s.row(), "online", "true")
	desk.Click(s.row() + " a.open")
	desk.UntilAt(api.LivePage + string(s.wren.ID))
	desk.Click("#stream")
	s.flowing()
	wren.UntilText("#who-list", "Mira Solano")
	wren.Picture("guest-sensors-shared")
	wren.Click("#who-list button")
	desk.UntilData("#watch", "phase", "ended")
	wren.Click("#sheet-close")
	on(wren, "in-call")
}
