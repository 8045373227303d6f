package visitor

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/remote/remotetest"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/words"
	"hearth/shared/words/catalogue"
	"hearth/wasm/media"
)

func TestTheSilentPass(t *testing.T) {
	c := Check{Asking: true}
	at := func(after time.Duration, want bool) {
		t.Helper()
		if got := c.Passes(began.Add(after)); got != want {
			t.Errorf("after %v: %v", after, got)
		}
	}
	at(0, false)
	c.Ready = care.Readiness{Camera: care.WorksWell, Mic: care.WorksWell, Network: care.WorksSome}
	c.Asking = false
	at(time.Second, false)
	at(2*time.Second, false)
	c.Ready.Mic = care.Busy // it broke: the time begins anew
	at(10*time.Second, false)
	c.Ready.Mic = care.WorksWell
	at(11*time.Second, false)
	at(11*time.Second+Glimpse, true)
}

func TestWhatOneComesInWith(t *testing.T) {
	there := media.Status{Wanted: true, Live: true, On: true, Facing: media.Front}
	not := func(what string, why media.Trouble) media.Status {
		return media.Status{Wanted: true, Fault: fault.New(fault.Unavailable, "media."+what+"-"+string(why), nil)}
	}
	held := there
	held.Held = true
	for _, c := range []struct {
		camera, mic media.Status
		with        With
		snag        Snag
	}{
		{there, there, WithAll, Snag{}},
		{media.Status{}, media.Status{}, Listening, Snag{}},
		{not("camera", media.Denied), not("mic", media.Denied), Listening, Snag{"both", media.Denied}},
		{not("camera", media.Denied), there, WithSound, Snag{"camera", media.Denied}},
		{not("camera", media.Missing), there, WithSound, Snag{"camera", media.Missing}},
		{not("camera", media.Missing), not("mic", media.Denied), Listening, Snag{"mic", media.Denied}},
		{there, not("mic", media.Taken), WithView, Snag{"mic", media.Taken}},
		{there, held, WithView, Snag{"mic", ""}},
	} {
		var k Check
		k.Own(media.State{Camera: c.camera, Mic: c.mic})
		if k.With() != c.with || k.Snag() != c.snag {
			t.Errorf("%+v, %+v: with %q, snag %+v", c.camera, c.mic, k.With(), k.Snag())
		}
	}
}

// TestEveryRepairHasItsWords: whatever is wrong with whatever in whatever browser, there is a picture and there are words.
func TestEveryRepairHasItsWords(t *testing.T) {
	for _, l := range words.Languages() {
		words.Use(catalogue.Load(l))
		for _, m := range media.Makes() {
			for _, what := range []string{"camera", "mic", "both", "network"} {
				for _, why := range append(media.Troubles(), "") {
					r := RepairOf(Snag{what, why}, m)
					keys := []string{"visitor.repair." + r.Key, "visitor.repair." + r.Key + ".picture"}
					for n := range r.Steps {
						keys = append(keys, "visitor.repair."+r.Key+"."+strconv.Itoa(n+1))
					}
					if i := slices.IndexFunc(keys, func(k string) bool { return !words.Current().Has(k) }); i >= 0 || r.Drawing == "" || r.Steps == 0 {
						t.Fatalf("%s, %s %s in %s: %+v has no %v", l, what, why, m, r, keys[max(i, 0)])
					}
				}
			}
		}
	}
	words.Use(catalogue.Load(words.English))
	if RepairOf(Snag{}, media.ChromeDesk) != (Repair{}) {
		t.Error("nothing to mend, and a repair")
	}
}

// TestTheCodeForAnotherDevice: an old trouble does not hide it, and one that was refused is asked for again.
func TestTheCodeForAnotherDevice(t *testing.T) {
	come(t, newClinic, func(t *testing.T, v *remotetest.Visit, p *Page, c *clinic) {
		waits(v, p, c)
		v.Later(2 * time.Second)
		v.Act(func(app.Context) { p.trouble = "The last reading failed." })
		lost := fault.New(fault.Unavailable, "network", nil)
		c.answers(api.MakeDeviceCode, func(remotetest.Asked) (any, error) { return nil, lost })
		v.Press("other-device")
		v.Shows(`id="device-again"`)
		v.Hides("The last reading failed.", `id="device-code"`)
		c.answers(api.MakeDeviceCode, func(remotetest.Asked) (any, error) { return api.VisitCode{Code: "204815"}, nil })
		v.Press("device-again")
		v.Shows(`id="device-code"`, "204815")
		v.Hides(`id="device-again"`)
		if p.trouble == "" {
			t.Error("the reason why the page is stuck went with it")
		}
		v.Spoken()
	})
}
