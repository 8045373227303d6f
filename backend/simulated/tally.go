package simulated

import (
	"math"
	"sync"
	"time"

	"github.com/pion/rtp"

	"hearth/app/call"
	"hearth/app/remote"
	"hearth/shared/live"
	"hearth/wasm/rtc"
	"hearth/wasm/rtc/native"
)

// Told is what a visit was like for one simulated person. Times are milliseconds from where they say; −1: it never came.
type Told struct {
	Opened   int64 `json:"opened_ms"`  // from the beginning to the invitation's page
	Ready    int64 `json:"ready_ms"`   // from there to the answer to "I'm ready"
	Waiting  int64 `json:"waiting_ms"` // from there to the waiting room
	LetIn    int64 `json:"let_in_ms"`  // from there until let in
	Hears    int64 `json:"hears_ms"`   // from being let in to the first packet of sound
	Sees     int64 `json:"sees_ms"`    // and of a picture
	Talked   int64 `json:"talked_ms"`  // from being let in to the end
	Sound    int64 `json:"sound_packets"`
	Pictures int64 `json:"picture_packets"`

	SoundLost     int64   `json:"sound_lost"`      // packets that never came, by their numbers (RFC 3550 appendix A.3)
	PicturesLost  int64   `json:"picture_lost"`    // what was sent again and came is not lost
	SoundJitter   float64 `json:"sound_jitter_ms"` // mean over the packets (RFC 3550 appendix A.8), of the worst line
	PictureJitter float64 `json:"picture_jitter_ms"`
	Frames        int64   `json:"sensor_frames"` // sent, of all sensors to everybody who receives them
	Held          int64   `json:"sensor_held"`   // not sent: the way was full
	Met           int     `json:"met"`           // most others at once
	Heard         int     `json:"heard"`         // others of whom sound came
	Seen          int     `json:"seen"`          // others of whom a picture came
	Breaks        int     `json:"breaks"`        // of the live socket
	Mends         int     `json:"mends"`         // of connections to others
}

// tally notes what happens; several goroutines tell it.
type tally struct {
	mu       sync.Mutex
	began    time.Time
	opened   time.Time
	ready    time.Time
	waiting  time.Time
	in       time.Time
	hears    time.Time
	sees     time.Time
	online   bool
	breaks   int
	mends    int
	met      int
	mending  map[live.MemberID]bool
	received []*heard
	frames   int64
	held     int64
}

// heard is a line of another page.
type heard struct {
	from  live.MemberID
	track *native.Received
	line  string
	ear
}

// mark notes that something came to be now.
func (t *tally) mark(at *time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if at.IsZero() {
		*at = time.Now()
	}
}

// since says when the person was let in.
func (t *tally) since() (time.Time, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.in, !t.in.IsZero()
}

// look follows the live socket: standing in the visit's room is being let in.
func (t *tally) look(v remote.View, visit live.RoomID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, in := v.Rooms[visit]; in && t.in.IsZero() {
		t.in = time.Now()
	}
	online := v.Link.State == live.Online
	if t.online && !online {
		t.breaks++
	}
	t.online = online
}

// state follows the call.
func (t *tally) state(s call.State) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.mending == nil {
		t.mending = map[live.MemberID]bool{}
	}
	met := 0
	for _, p := range s.People {
		mending := p.Conn.State == rtc.StateReconnecting
		if mending && !t.mending[p.Member] {
			t.mends++
		}
		t.mending[p.Member] = mending
		if !p.AtDoor {
			met++
		}
	}
	t.met = max(t.met, met)
}

// track counts what comes in of another page.
func (t *tally) track(from live.MemberID, line string, track rtc.Track) {
	r, ok := track.(*native.Received)
	if !ok {
		return // that page is gone
	}
	t.mu.Lock()
	h := &heard{from: from, track: r, line: line}
	t.received = append(t.received, h)
	began := t.began
	t.mu.Unlock()
	first := sync.OnceFunc(func() {
		switch line {
		case rtc.LineAudio:
			t.mark(&t.hears)
		case rtc.LineCamera:
			t.mark(&t.sees)
		}
	})
	r.Listen(func(p *rtp.Packet) {
		first()
		h.hear(p, r.Codec(), time.Since(began))
	})
}

// frame counts a frame of a sensor that was sent, or held back.
func (t *tally) frame(sent bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if sent {
		t.frames++
	} else {
		t.held++
	}
}

// told is the tally as it is now.
func (t *tally) told() Told {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := Told{Opened: span(t.began, t.opened), Ready: span(t.opened, t.ready), Waiting: span(t.ready, t.waiting), LetIn: span(t.waiting, t.in),
		Hears: span(t.in, t.hears), Sees: span(t.in, t.sees), Talked: span(t.in, time.Now()), Met: t.met, Breaks: t.breaks, Mends: t.mends,
		Frames: t.frames, Held: t.held}
	ears, eyes := map[live.MemberID]bool{}, map[live.MemberID]bool{}
	for _, h := range t.received {
		packets, _ := h.track.Count()
		lost, jitter := h.account()
		whom := eyes
		if h.line == rtc.LineAudio {
			n.Sound, n.SoundLost, n.SoundJitter = n.Sound+packets, n.SoundLost+lost, max(n.SoundJitter, tenth(jitter))
			whom = ears
		} else {
			n.Pictures, n.PicturesLost, n.PictureJitter = n.Pictures+packets, n.PicturesLost+lost, max(n.PictureJitter, tenth(jitter))
		}
		if packets > 0 {
			whom[h.from] = true
		}
	}
	n.Heard, n.Seen = len(ears), len(eyes)
	return n
}

func tenth(n float64) float64 { return math.Round(n*10) / 10 }

// span is how long it took, −1 when it never came.
func span(from, to time.Time) int64 {
	if from.IsZero() || to.IsZero() {
		return -1
	}
	return to.Sub(from).Milliseconds()
}
