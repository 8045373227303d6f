package e2e

import (
	"database/sql"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hearth/backend/house"
	"hearth/e2e/stage"
	"hearth/shared/api"
	"hearth/shared/care"
)

// presented is a notice as a browser shows it.
type presented struct{ Title, Body, Tag, Data string }

// notices are those a browser shows for the house, asked of it by a page.
const notices = `navigator.serviceWorker.getRegistration().then(r => r.getNotifications()).then(all => all.map(n => ({Title: n.title, Body: n.body, Tag: n.tag, Data: n.data})))`

// untilShown waits on a page of nobody's for exactly one notice and takes it away.
func untilShown(w *stage.Window, house *stage.House) presented {
	w.Goto(house.URL() + "/offline")
	w.Until(`(async () => (await ` + notices + `).length === 1)()`)
	n := stage.Eval[[]presented](w, notices)[0]
	stage.Eval[bool](w, `navigator.serviceWorker.getRegistration().then(r => r.getNotifications()).then(all => (all.forEach(n => n.close()), true))`)
	return n
}

// nobodyThere waits until the house knows of no open page of somebody.
func nobodyThere(t *testing.T, house *stage.House, who care.PersonID) {
	t.Helper()
	alex := house.Resident(t, "alex")
	for end := time.Now().Add(stage.Patience); ; time.Sleep(50 * time.Millisecond) {
		var list api.List[api.Connection]
		alex.Get(strings.Replace(api.ListConnections.Path, "{person}", string(who), 1), &list)
		if !slices.ContainsFunc(list.Items, func(c api.Connection) bool { return len(c.Pages) > 0 }) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("pages are open still: %+v", list.Items)
		}
	}
}

// untilLooked waits until the bell looked at a guest who waits, and put off its next look: whoever is told has been told then.
func untilLooked(t *testing.T, dir string, guest care.GuestID) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "hearth.db")+"?_pragma=busy_timeout(20000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for end := time.Now().Add(stage.Patience); ; time.Sleep(50 * time.Millisecond) {
		var looked bool
		if err := db.QueryRow("SELECT EXISTS (SELECT 1 FROM jobs WHERE job_key = ? AND due > created AND lease = 0)", "summon:"+string(guest)).Scan(&looked); err != nil {
			t.Fatal(err)
		}
		if looked {
			return
		}
		if time.Now().After(end) {
			t.Fatal("the bell never looked")
		}
	}
}

// Somebody waits, and the therapist's pages are all closed: the browser tells her. Real Firefox, real worker, a push service of
// the test's own. Then she switches it off; somebody else signs in in her browser; she signs out.
func TestNotices(t *testing.T) {
	t.Parallel()
	pushes := stage.OpenPushes(t)
	var dir string
	house := stage.OpenWith(t, func(c *house.Config) { pushes.Serve(c); dir = c.Dir })
	v := begin(t, house, 2)
	firefox := stage.OpenFirefox(t, pushes.Settings(1))
	desk := firefox.Browse("notices-desk")
	desk.Expect("A ServiceWorker intercepted the request") // pages are left while their program is still on the way
	agenda := func() {
		desk.ComeIn(house.Links().Therapist, "/agenda")
	}
	channels := func(want int) {
		t.Helper()
		for end := time.Now().Add(stage.Patience); ; time.Sleep(50 * time.Millisecond) {
			_, _, n := pushes.Counts()
			if n == want {
				return
			}
			if time.Now().After(end) {
				t.Fatalf("%d browsers take notices, want %d", n, want)
			}
		}
	}
	agenda()
	desk.UntilData("#notices", "state", "off")
	desk.Accessible("light", "dark")
	desk.Pictures("notices-off")
	desk.Click("#notices-on")
	desk.UntilData("#notices", "state", "on")
	desk.Accessible("light", "dark")
	desk.Pictures("notices-on")
	slot := stage.Eval[string](desk, "hearth.as")

	desk.Goto("about:blank")
	nobodyThere(t, house, v.mira.Me().ID)
	phone := firefox.Browse("notices-phone")
	v.knock(phone, 1)
	v.until(1, care.WaitingRoom)
	if n, want := untilShown(desk, house), (presented{"Hearth", "Somebody is waiting for you.", "waiting", "/agenda#as=" + slot}); n != want {
		t.Errorf("the browser shows %+v, want %+v", n, want)
	}

	t.Run("a reload knows that it is on, and where a page is open nobody is told", func(t *testing.T) {
		desk.For(t)
		agenda()
		desk.UntilData("#notices", "state", "on")
		posted, _, _ := pushes.Counts()
		other := firefox.Browse("notices-other-phone")
		v.knock(other, 2)
		v.until(2, care.WaitingRoom)
		desk.Until("+document.querySelector('#knock')?.dataset.waiting === 2")
		untilLooked(t, dir, v.guest(2).ID)
		if now, _, _ := pushes.Counts(); now != posted {
			t.Error("somebody whose page is open was told")
		}
	})
	t.Run("off, and on again", func(t *testing.T) {
		desk.For(t)
		desk.Click("#notices-off")
		desk.UntilData("#notices", "state", "off")
		channels(0)
		desk.Click("#notices-on")
		desk.UntilData("#notices", "state", "on")
		channels(1)
	})
	t.Run("a patient who signs in there ends it, and has notices of their own", func(t *testing.T) {
		desk.For(t)
		desk.ComeIn(house.Links().Patient, api.PatientPage)
		desk.UntilData("#notices", "state", "off")
		channels(0)
		desk.Accessible("light", "dark", "child")
		desk.Click("#notices-on")
		desk.UntilData("#notices", "state", "on")
		desk.Pictures("notices-patient")
		channels(1)
		v.mira.Do(api.SendLinkAgain, v.names(0), struct{}{}, nil)
		if n := untilShown(desk, house); n.Body != "Your video visit is waiting for you." || n.Tag != "visit" {
			t.Errorf("the browser shows %+v", n)
		}
		desk.ComeIn(house.Links().Patient, api.PatientPage)
		desk.UntilData("#notices", "state", "on")
	})
	t.Run("signing out ends it", func(t *testing.T) {
		desk.For(t)
		desk.SignOut()
		desk.UntilAt(api.SignInPage)
		channels(0)
	})
}

// Where notices were forbidden the page says how to allow them again, in the browser's own terms.
func TestNoticesForbidden(t *testing.T) {
	t.Parallel()
	pushes := stage.OpenPushes(t)
	house := stage.OpenWith(t, pushes.Serve)
	desk := stage.OpenFirefox(t, pushes.Settings(2)).Browse("notices-forbidden")
	desk.ComeIn(house.Links().Therapist, "/agenda")
	desk.UntilData("#notices", "state", "denied")
	desk.Accessible("light", "dark")
	desk.Pictures("notices-denied")
	desk.Click("#notices-look")
	desk.UntilData("#notices", "state", "denied")
}

// A tap on a notice shows the window that is open where it leads, and no other: never a page that measures, nor one of another
// account's. The notice is a
// real one of the real worker; what browsers allow only under a finger, to show a window and to open one, is written down.
func TestNoticesTap(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	w := stage.Browse(t, "notices-tap")
	w.Permit("notifications")
	w.ComeIn(house.Links().Therapist, "/therapist")
	w.Until("document.querySelectorAll('#patients [data-patient]').length === 2") // it stands, and says at once whose it is
	slot := stage.Eval[string](w, "hearth.as")
	worker := w.Worker()
	stage.Eval[bool](worker, `(() => {
		self.went = [];
		WindowClient.prototype.focus = async function () { self.went.push("shown " + new URL(this.url).pathname); return this };
		self.clients.openWindow = async (url) => { self.went.push("opened " + url); return null };
		return true;
	})()`)
	// tap has a notice come and taps it.
	tap := func(data string) string {
		t.Helper()
		return stage.Eval[string](worker, `(async () => {
			const heard = (event) => { const waits = []; event.waitUntil = (p) => waits.push(p); self.dispatchEvent(event); return Promise.all(waits) };
			await heard(new PushEvent("push", { data: `+"`"+data+"`"+` }));
			const all = await self.registration.getNotifications();
			if (all.length !== 1) return "shows " + all.length;
			self.went = [];
			await heard(new NotificationEvent("notificationclick", { notification: all[0] }));
			const left = (await self.registration.getNotifications()).length;
			return all[0].body + "|" + self.went.join() + "|" + left;
		})()`)
	}
	for data, want := range map[string]string{
		`{"title":"Hearth","body":"b","tag":"waiting","open":"/agenda#as=` + slot + `"}`: "b|shown /therapist|0",
		`{"body":"b","open":"/admin/visits#as=` + slot + `"}`:                            "b|shown /therapist|0",
		`{"body":"b","open":"/agenda#as=00c0ffee"}`:                                      "b|opened /agenda#as=00c0ffee|0",
		`{"body":"b","open":"/"}`:                                                        "b|shown /therapist|0",
		`{"body":"b","open":"/patient#as=00c0ffee"}`:                                     "b|opened /patient#as=00c0ffee|0",
		`{"body":"b","open":"//elsewhere.example/"}`:                                     "b|shown /therapist|0",
		`{"body":"b","open":"https://elsewhere.example/"}`:                               "b|shown /therapist|0",
		`no notice at all`: "|shown /therapist|0",
	} {
		if got := tap(data); got != want {
			t.Errorf("%s: %s, want %s", data, got, want)
		}
	}
	w.Goto(house.URL() + "/offline")
	if got, want := tap(`{"body":"b","open":"/agenda#as=00c0ffee"}`), "b|opened /agenda#as=00c0ffee|0"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
