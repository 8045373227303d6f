package therapist

import (
	"strings"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote/remotetest"
	"hearth/app/watch"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/fault"
	"hearth/shared/live"
)

// clinic is a house as Mira works in it.
func clinic() *remotetest.House {
	h := remotetest.New()
	h.Person = live.PersonView{ID: "mira", Name: "Mira Solano"}
	h.Put(live.Snapshot{Room: live.PatientRoom(wren), N: 1, Patient: wren, Name: "Wren-23"})
	h.Answer(api.GetMe, func(remotetest.Asked) (any, error) {
		return api.Me{ID: "mira", Name: "Mira Solano", Roles: []access.Role{access.Therapist}, Project: "project"}, nil
	})
	h.Answer(api.ListPatients, func(remotetest.Asked) (any, error) {
		return api.List[api.Patient]{Items: newHouse().patients}, nil
	})
	h.Answer(api.GetPatient, func(remotetest.Asked) (any, error) { return newHouse().patients[0], nil })
	return h
}

// saysOnce fails unless exactly one notice says that the house is away.
func saysOnce(t *testing.T, v *remotetest.Visit, when string) {
	t.Helper()
	text := v.Text()
	if n := strings.Count(text, "server is away") + strings.Count(text, "server cannot be reached") + strings.Count(text, "is asked for permission"); n != 1 {
		t.Errorf("%s: the house's absence is said %d times:\n%s", when, n, text)
	}
}

// TestTheHouseIsAwayIsSaidOnce: on each of the therapist's pages, whatever did not work meanwhile, and steadily through
// every attempt to find it.
func TestTheHouseIsAwayIsSaidOnce(t *testing.T) {
	gone := fault.New(fault.Unavailable, "network", nil)
	var home *Home
	remotetest.Inside(t, clinic(), live.Therapist, func(e *frame.Env) app.Composer { home = &Home{Env: e}; return home }, func(t *testing.T, v *remotetest.Visit) {
		v.House.Away(true)
		home.known, home.trouble = false, gone
		for range 200 {
			v.Later(150 * time.Millisecond)
			saysOnce(t, v, "the list")
		}
		v.House.Away(false)
		v.Later(20 * time.Second)
		v.Shows("Wren-23", `data-patient="`+string(wren)+`"`)
	})
	var page *Live
	remotetest.Inside(t, clinic(), live.Therapist, func(e *frame.Env) app.Composer { page = &Live{Env: e}; return page }, func(t *testing.T, v *remotetest.Visit) {
		v.Act(func(ctx app.Context) { page.ui = newDesktop(); page.openPatient(ctx, wren) })
		v.House.Away(true)
		v.Later(3 * time.Second)
		page.trouble = gone
		for _, s := range []watch.State{
			{Phase: watch.Idle},
			{Phase: watch.Asking, Wanted: true},
			{Phase: watch.Absent, Wanted: true, Fault: gone},
			{Phase: watch.Streaming, Wanted: true, Sensors: []watch.Sensor{{}}},
		} {
			page.sight.State, page.sight.Link = s, live.Waiting
			saysOnce(t, v, "the live page, "+string(s.Phase))
		}
	})
}
