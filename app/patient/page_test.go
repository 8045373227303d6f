package patient

import (
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote/remotetest"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
)

// home is a house where Wren lives and Mira receives.
func home() *remotetest.House {
	h := remotetest.New()
	h.Person = live.PersonView{ID: "w", Name: "Wren-23"}
	h.Answer(api.GetMe, func(remotetest.Asked) (any, error) {
		return api.Me{ID: "w", Name: "Wren-23", Roles: []access.Role{access.Patient}, Patient: wren}, nil
	})
	h.Answer(api.GetSharing, func(remotetest.Asked) (any, error) { return api.List[api.SharingEntry]{Items: may}, nil })
	return h
}

// room is Wren's room at the time of asking; each is its next snapshot.
func room(n uint64, shares ...live.Share) live.Snapshot {
	return live.Snapshot{Room: live.PatientRoom(wren), N: n, Patient: wren, Shares: shares, Members: []live.Member{
		{ID: desk, Person: live.PersonView{ID: mira, Name: "Mira Solano"}, Portal: live.Therapist, State: live.Here, Since: 1},
		{ID: tablet, Person: live.PersonView{ID: "w", Name: "Wren-23"}, Portal: live.Aggregator, State: live.Here, Since: 1,
			Sensors: []live.Sensor{{Key: "demo-ecg", Signal: access.ECG, Name: "sensor.demo.name", Demo: true, State: "streaming", Battery: 80}}},
	}}
}

func ago(d time.Duration) care.Stamp { return care.StampOf(time.Now().Add(-d)) }

// visit opens the page.
func visit(t *testing.T, h *remotetest.House, f func(*testing.T, *remotetest.Visit, *Page)) {
	t.Helper()
	var p *Page
	remotetest.Inside(t, h, live.Patient, func(e *frame.Env) app.Composer { p = &Page{Env: e}; return p },
		func(t *testing.T, v *remotetest.Visit) { f(t, v, p) })
}

func TestThePageSaysWhoReceivesWhatAndWhoMay(t *testing.T) {
	visit(t, home(), func(t *testing.T, v *remotetest.Visit, p *Page) {
		v.Shows("Just a moment") // the house has not told yet: nothing is claimed
		v.Hides("Nobody receives", `id="unseen"`)
		v.House.Away(true)
		v.House.Away(false)
		v.House.Put(room(1))
		v.Later(10 * time.Second)
		v.Shows("Nobody receives signals now", "Mira Solano", "Noor Haddad", "Heartbeat, Movement", "battery 80 %", "demo", "streaming")
		v.Hides(`data-receiver`)
		v.House.Put(room(2, share("s", mira, ago(24*time.Minute), access.ECG, access.Movement)))
		v.Settle()
		v.Shows(`data-receiver="mira"`, `data-share="s"`, "24 minutes", "sees now", "Nobody sees", "Eye movement, Camera")
		v.Later(2 * time.Minute)
		v.Shows("26 minutes")
		v.Spoken()
	})
}

func TestStopEverythingWorksAtOnceAndSaysSo(t *testing.T) {
	h := home()
	visit(t, h, func(t *testing.T, v *remotetest.Visit, p *Page) {
		h.Put(room(1, share("s", mira, ago(time.Minute), access.ECG), share("r", noor, ago(time.Minute), access.ECG)))
		v.Settle()
		v.Act(p.stopAll)
		v.Shows(`id="stopping"`)
		var told []live.ShareID
		for _, c := range h.Commands() {
			if c.Stop != nil && c.Stop.Signals == nil {
				told = append(told, c.Stop.Share)
			}
		}
		if len(told) != 2 {
			t.Fatalf("the house was told %v", told)
		}
		h.Put(room(2))
		v.Settle()
		v.Shows(`id="stopped"`, "Everything is stopped")
		v.Spoken()
		h.Put(room(3, share("t", mira, ago(0), access.ECG)))
		v.Settle()
		v.Hides(`id="stopped"`)
		v.Shows(`data-receiver="mira"`)
	})
}

func TestOneSignalStopsAlone(t *testing.T) {
	h := home()
	visit(t, h, func(t *testing.T, v *remotetest.Visit, p *Page) {
		h.Put(room(1, share("s", mira, ago(time.Minute), access.ECG, access.Movement)))
		v.Settle()
		v.Act(func(ctx app.Context) { p.stop(ctx, mira, access.Movement) })
		c := h.Commands()
		if len(c) != 1 || c[0].Stop == nil || len(c[0].Stop.Signals) != 1 || c[0].Stop.Signals[0] != access.Movement {
			t.Fatalf("the house was told %+v", c)
		}
		v.Shows("Stopping …")
		h.Put(room(2, share("s", mira, ago(time.Minute), access.ECG)))
		v.Settle()
		v.Hides("Stopping …", `data-signal="movement"`)
		v.Shows(`data-signal="ecg"`)
	})
}

func TestWhileTheHouseIsAwayTheWishIsKept(t *testing.T) {
	h := home()
	visit(t, h, func(t *testing.T, v *remotetest.Visit, p *Page) {
		h.Put(room(1, share("old", mira, ago(time.Minute), access.ECG)))
		v.Settle()
		h.Away(true)
		v.Later(time.Second)
		v.Shows("This is what was last known", `data-receiver="mira"`)
		v.Act(p.stopAll)
		v.Shows(`id="stop-waits"`, "switch the sensor off")
		v.Hides(`id="stopped"`, `id="stopping"`)
		v.Spoken()
		again := room(1, share("new", mira, ago(0), access.ECG))
		again.Epoch = "second" // the house was restarted, and the therapist's page has asked again
		h.Put(again)
		h.Away(false)
		v.Later(20 * time.Second)
		c := h.Commands()
		if len(c) == 0 || c[len(c)-1].Stop == nil || c[len(c)-1].Stop.Share != "new" {
			t.Fatalf("the house was told %+v", c)
		}
		again.N, again.Shares = 2, nil
		h.Put(again)
		v.Settle()
		v.Shows(`id="stopped"`)
	})
}

func TestWhatTheHouseRefusesIsSaidWithTheSureWay(t *testing.T) {
	h := home()
	h.Reply = func(live.Command) live.Reply { return live.Reply{Code: live.CodeNotNow} }
	visit(t, h, func(t *testing.T, v *remotetest.Visit, p *Page) {
		h.Put(room(1, share("s", mira, ago(time.Minute), access.ECG)))
		v.Settle()
		v.Act(p.stopAll)
		v.Shows("This could not be stopped", "switch the sensor off")
		v.Hides(`id="stopping"`, `id="stopped"`, "Stopping …")
		v.Spoken()
	})
}

func TestChangedPermissionsAreReadAgain(t *testing.T) {
	h := home()
	visit(t, h, func(t *testing.T, v *remotetest.Visit, p *Page) {
		h.Put(room(1))
		v.Settle()
		h.Answer(api.GetSharing, func(remotetest.Asked) (any, error) { return api.List[api.SharingEntry]{}, nil })
		h.Note(live.PatientRoom(wren), live.DataNote{What: "permissions"})
		v.Settle()
		v.Shows("Nobody may receive signals")
		v.Hides("Mira Solano")
		h.Answer(api.GetSharing, func(remotetest.Asked) (any, error) { return nil, fault.New(fault.Unavailable, "live.not-now", nil) })
		h.Note(live.PatientRoom(wren), live.DataNote{What: "permissions"})
		v.Settle()
		v.Shows("cannot look this up", `id="again"`)
	})
}

func TestTheInstallOfferComesWhenTheBrowserHasIt(t *testing.T) {
	visit(t, home(), func(t *testing.T, v *remotetest.Visit, p *Page) {
		v.Hides(`id="install"`)
		v.Document.Offer = true
		v.Shows(`id="install"`, `id="open-sensors"`)
		if v.Document.Title != "Who sees my signals · Hearth" {
			t.Errorf("the document is called %q", v.Document.Title)
		}
	})
}
