package therapist

import (
	"strconv"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/app/watch"
	"hearth/shared/live"
	"hearth/shared/telemetry"
	"hearth/shared/words"
	"hearth/wasm/rtc"
)

// stance is how the stream stands, in the words a therapist needs: what it is, and what helps. The catalogues have both
// under "therapist.watch."+Phase and "therapist.watch."+Phase+".help".
type stance struct {
	Phase string
	Tone  kit.Tone
	Icon  string
	Help  string // "" when nothing needs to be said
	On    bool   // the button stops rather than starts
	Away  bool   // the house is away, and Help says what that means for the stream
}

// Phases of a stance beside those of watch.Phase.
const (
	endedByPatient = "ended"
	withdrawn      = "withdrawn"
	refused        = "refused"
	noPermission   = "no-permission"
	unavailable    = "unavailable"
	noSensor       = "no-sensor"
)

// stanceOf decides it. permitted says whether the house permits any signal of this patient at all.
func stanceOf(s watch.State, link live.LinkState, permitted bool) stance {
	st := stance{Phase: string(s.Phase), Tone: kit.Plain, Icon: "pulse", On: s.Wanted}
	switch {
	case !s.Wanted && s.Fault != nil:
		st.Phase, st.Tone, st.Icon, st.Help = refused, kit.Warn, "lock", frame.Say(s.Fault)
		return st
	case s.Ended == "stopped-by-patient":
		st.Phase, st.Tone, st.Icon = endedByPatient, kit.Info, "hand"
	case s.Ended == "withdrawn":
		st.Phase, st.Tone, st.Icon = withdrawn, kit.Warn, "lock"
	case !permitted && !s.Wanted:
		st.Phase, st.Tone, st.Icon = noPermission, kit.Warn, "lock"
	case s.Wanted && s.Peer.State == rtc.StateUnavailable:
		st.Phase, st.Tone, st.Icon = unavailable, kit.Bad, "warning"
	case s.Phase == watch.Streaming && len(s.Sensors) == 0:
		st.Phase, st.Tone, st.Icon = noSensor, kit.Warn, "chest"
	case s.Phase == watch.Streaming:
		st.Tone, st.Icon = kit.Live, "pulse"
	case s.Phase == watch.Mending:
		st.Tone, st.Icon = kit.Warn, "refresh"
	case s.Phase == watch.Absent:
		st.Tone, st.Icon = kit.Warn, "device"
	case s.Phase == watch.Asking || s.Phase == watch.Connecting:
		st.Tone, st.Icon = kit.Info, "link"
	}
	if st.Phase == string(watch.Streaming) {
		if link != live.Online {
			st.Help, st.Away = words.T("therapist.away-streaming"), true
		}
		return st
	}
	st.Help = words.T("therapist.watch." + st.Phase + ".help")
	if s.Wanted && s.Fault != nil {
		st.Help = frame.Say(s.Fault)
	}
	if waits := s.Phase == watch.Absent || s.Phase == watch.Asking; waits && s.Wanted && link != live.Online {
		st.Help = "" // nobody can say now what is waited for, and the page says already that the house is away
	}
	return st
}

// pathWord says which way the signals take and how long they take there and back: "Direct · 34 ms".
func pathWord(v rtc.View) string {
	way := words.T("therapist.path." + pathKey(v.Way))
	if v.RoundTrip <= 0 {
		return way
	}
	return way + " · " + strconv.FormatInt(v.RoundTrip.Milliseconds(), 10) + " ms"
}

func pathKey(w rtc.Way) string {
	if w == rtc.WayUnknown {
		return "unknown"
	}
	return string(w)
}

// qualityOf says how good the signal is in three steps, as everywhere in the house.
func qualityOf(q uint8) (key string, tone kit.Tone, icon string) {
	switch {
	case q >= telemetry.Good:
		return "good", kit.Live, "check"
	case q >= telemetry.Usable:
		return "fair", kit.Warn, "wave"
	}
	return "poor", kit.Bad, "warning"
}

// batteryIcon shows a level in four steps.
func batteryIcon(percent int) string {
	switch {
	case percent < 10:
		return "battery-0"
	case percent < 40:
		return "battery-1"
	case percent < 75:
		return "battery-2"
	}
	return "battery-3"
}
