package e2e

import (
	"testing"

	"hearth/e2e/stage"
)

// counting makes a page tell what comes in over its connections. window.flows() resolves to sums of all of them: packets of
// sound, and how many of its samples were played and how many of those made up for what did not come; pictures decoded, and
// how many connections hold. window.listen(fresh) notes in window.heardAt when more sound comes, of a connection made since
// where only those are meant; it begins with the page.
const counting = `(() => {
	const Line = RTCPeerConnection, lines = new Set();
	window.RTCPeerConnection = class extends Line { constructor(...given) { super(...given); lines.add(this); window.built = (window.built ?? 0) + 1; } };
	const each = async (take) => {
		for (const line of lines) {
			if (line.signalingState === "closed") lines.delete(line);
			else (await line.getStats()).forEach((s) => s.type === "inbound-rtp" && take(s, line));
		}
	};
	window.flows = async () => {
		const sum = {at: Date.now(), packets: 0, samples: 0, made: 0, pictures: 0, connected: 0, sent: 0, spoke: 0, talk: 0, told: 0};
		await each((s) => {
			if (s.kind === "audio") {
				sum.packets += s.packetsReceived;
				sum.samples += s.totalSamplesReceived ?? 0;
				sum.made += (s.concealedSamples ?? 0) - (s.silentConcealedSamples ?? 0);
			} else sum.pictures += s.framesDecoded ?? 0;
		});
		for (const line of lines) (await line.getStats()).forEach((s) => {
			if (s.type === "transport") sum.sent += s.bytesSent;
			if (s.type === "data-channel" && s.label.startsWith("sensor/")) sum.told += s.messagesSent;
			if (s.type === "outbound-rtp" && s.kind === "audio") { sum.spoke += s.bytesSent + s.headerBytesSent; sum.talk += s.packetsSent; }
		});
		sum.connected = [...lines].filter((line) => line.connectionState === "connected").length;
		return sum;
	};
	let turn = 0;
	window.listen = async (fresh) => {
		const mine = ++turn, was = new Map(), old = new Set(lines);
		window.heardAt = 0;
		await each((s, line) => s.kind === "audio" && was.set(line, s.packetsReceived));
		const look = async () => {
			let more = false;
			await each((s, line) => { more ||= s.kind === "audio" && !(fresh && old.has(line)) && s.packetsReceived > (was.get(line) ?? 0); });
			if (mine !== turn) return;
			if (more) window.heardAt = Date.now();
			else setTimeout(look, 20);
		};
		look();
		return true;
	};
	listen();
})()`

// flow is what came in up to a moment.
type flow struct {
	At        int64 // ms since 1970
	Packets   float64
	Samples   float64
	Made      float64 // samples made up, but for those in silence
	Pictures  float64
	Connected float64
	Sent      float64 // bytes over all connections
	Spoke     float64 // bytes of sound, with their headers
	Talk      float64 // packets of sound sent
	Told      float64 // messages of sensors sent
}

func flows(w *stage.Window) flow {
	return stage.Eval[flow](w, "flows().then((f) => ({At: f.at, Packets: f.packets, Samples: f.samples, Made: f.made, Pictures: f.pictures, Connected: f.connected, Sent: f.sent, Spoke: f.spoke, Talk: f.talk, Told: f.told}))")
}

// between is what a second brought from one moment to another: pictures, and the part of the sound that was made up.
func between(a, b flow) (pictures, made float64) {
	if b.Pictures < a.Pictures || b.Samples < a.Samples { // a new connection counts from nothing
		a.Pictures, a.Samples, a.Made = 0, 0, 0
	}
	if b.Samples > a.Samples {
		made = (b.Made - a.Made) / (b.Samples - a.Samples)
	}
	return (b.Pictures - a.Pictures) * 1000 / float64(b.At-a.At), made
}

// distance is a visit with real distances: a guest on a phone at home who wears the demo sensor, and the therapist at a desk
// elsewhere who receives it.
type distance struct {
	street
	v *visit
}

func (d *distance) phone() *stage.Window { return d.tablet }

// talk opens the street and lets both talk; the tablet of the street is the guest's phone.
func (d *distance) talk(t *testing.T) {
	t.Helper()
	d.open(t, "phone")
	d.v = begin(t, d.house, 0)
	d.phone().Expect("ERR_SOCKET_NOT_CONNECTED") // of a network that just went
	d.desk.Before(counting)
	d.phone().Before(counting)
	d.desk.Follows = "#visit"
	d.desk.ComeIn(d.house.Links().Therapist, "/therapist/visit/"+string(d.v.is.ID))
	d.desk.UntilData("#visit", "step", "in")
	d.v.knock(d.phone(), 0)
	on(d.phone(), "waiting")
	d.desk.Click("#knock-in")
	on(d.phone(), "in-call")
	for _, w := range []*stage.Window{d.desk, d.phone()} {
		w.UntilData("#tile-1", "state", "here")
		advances(w, "#cam-1")
	}
	d.house.Stands()
}

// wear lets the guest wear the demo sensor, and the therapist receive it.
func (d *distance) wear() {
	d.phone().Click("#sensors")
	d.phone().Click("#connect-demo")
	d.phone().UntilData("#sensor-demo", "state", "streaming")
	d.phone().Click("#sheet-close")
	d.desk.Click("#stream")
	d.desk.UntilData("#watch", "phase", "streaming")
	d.desk.Until("document.querySelector('#hr')?.dataset.value > 0")
}

// narrow lets so many bits a second out of the phone's home, or skips with the reason.
func (d *distance) narrow(t *testing.T, bits int) {
	t.Helper()
	if why := d.tabletHome.Narrow(bits, 0); why != "" {
		t.Skip(why)
	}
}
