package e2e

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"hearth/e2e/stage"
	"hearth/shared/api"
	"hearth/shared/care"
)

// peers keeps the page's connections where a test finds them.
const peers = `(() => {
	const Own = RTCPeerConnection;
	globalThis.peers = [];
	globalThis.RTCPeerConnection = class extends Own { constructor(...how) { super(...how); peers.push(this) } };
})()`

// ways are the kinds of candidates of all connections a page made, as its own browser counts them: "host", "srflx", "prflx",
// "relay", and how many connections carry something.
func ways(w *stage.Window) (kinds []string, carry int) {
	w.Until(`(() => {
		Promise.all(peers.filter(p => p.connectionState !== 'closed').map(p => p.getStats())).then(all => {
			const kinds = new Set(), used = all.filter(one => [...one.values()].some(r => r.type === 'candidate-pair' && r.nominated && r.bytesReceived > 0)).length;
			for (const one of all) for (const r of one.values()) // what the other side's relay sends first is "prflx", and still the relay
				if (r.type === 'local-candidate' || r.type === 'remote-candidate' && r.candidateType !== 'prflx') kinds.add(r.candidateType);
			globalThis.candidateKinds = {kinds: [...kinds], used};
		});
		return globalThis.candidateKinds !== undefined;
	})()`)
	type told struct {
		Kinds []string
		Used  int
	}
	is := stage.Eval[told](w, "candidateKinds")
	return is.Kinds, is.Used
}

var address = regexp.MustCompile(`\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b`)

// In a visit through the relay only nobody learns an address: neither the call nor the sensors go another way, no page shows
// one, no message carries a device's own, and the report knows none.
func TestVisitThroughTheRelay(t *testing.T) {
	t.Parallel()
	v := begin(t, stage.Open(t), 0)
	on1 := true
	v.mira.Do(api.PatchVisit, v.names(0)[:2], api.PatchVisitBody{Version: v.is.Version, Relay: &on1}, &v.is)
	desk, phone := stage.Browse(t, "relayed-desk"), stage.Browse(t, "relayed-phone")
	wires := []*stage.Wire{desk.Wire(t), phone.Wire(t)}
	for _, w := range []*stage.Window{desk, phone} {
		w.Before(peers)
	}
	desk.Follows = "#visit"
	desk.ComeIn(v.house.Links().Therapist, "/therapist/visit/"+string(v.is.ID))
	desk.UntilData("#visit", "step", "in")
	v.knock(phone, 0)
	on(phone, "waiting")
	v.until(0, care.WaitingRoom)
	phone.Click("#sensors")
	phone.Click("#connect-demo")
	phone.UntilData("#sensor-demo", "state", "streaming")
	phone.Click("#sheet-close")
	desk.Click("#knock-in")
	on(phone, "in-call")
	for _, w := range []*stage.Window{desk, phone} {
		w.UntilData("#tile-1", "state", "here")
		advances(w, "#cam-1")
	}
	desk.Click("#stream")
	desk.UntilData("#watch", "phase", "streaming")
	desk.Until("document.querySelector('#hr')?.dataset.value > 0")
	desk.Click("#call-more")
	desk.Click("#more-people")
	desk.Click("#share-" + desk.Data("#tile-1", "member"))
	phone.Click("#ask-yes")
	desk.UntilData("#screen-1", "role", "big")
	advances(desk, "#shared-1")
	for _, w := range []*stage.Window{desk, phone} {
		w.Until("peers.filter(p => p.connectionState === 'connected').length >= 2")
		kinds, carry := ways(w)
		if !slices.Equal(kinds, []string{"relay"}) || carry < 2 {
			t.Errorf("%s: %d connections carry something, by %v", w.Name, carry, kinds)
		}
		page := strings.ReplaceAll(stage.Eval[string](w, "document.documentElement.outerHTML"), v.house.URL(), "")
		if found := address.FindAllString(page, -1); found != nil {
			t.Errorf("%s shows %v", w.Name, found)
		}
	}
	for n, wire := range wires {
		signals := 0
		for _, frame := range wire.Frames() {
			if strings.Contains(frame, "candidate:") {
				signals++
			}
			for _, kind := range []string{"typ host", "typ srflx", "typ prflx", ".local"} {
				if strings.Contains(frame, kind) {
					t.Errorf("page %d hears of a device's own address: %.400s", n, frame)
				}
			}
		}
		if signals == 0 {
			t.Errorf("page %d heard of no way at all", n)
		}
	}
	desk.Click("#call-end")
	desk.Click("#end-all")
	on(phone, "ended")
	_, report := v.mira.Send("GET", strings.NewReplacer("{visit}", string(v.is.ID)).Replace(api.VisitReport.Path), nil)
	if found := address.FindAllString(report, -1); found != nil || !strings.Contains(report, "events") {
		t.Errorf("the report has %v: %.600s", found, report)
	}
}
