package meeting

import (
	"context"
	"slices"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/call"
	"hearth/app/stage"
	"hearth/shared/live"
	"hearth/wasm/media"
	"hearth/wasm/rtc"
)

// acts is what everybody may do.
func (m *Meeting) acts() stage.Acts {
	a := stage.Acts{
		Mic:    func(_ app.Context, on bool) { m.mute(rtc.LineAudio, !on) },
		Camera: func(_ app.Context, on bool) { m.mute(rtc.LineCamera, !on) },
		Blur: func(_ app.Context, on bool) {
			m.aside(func(ctx context.Context) error { return m.o.Own.SetBlur(ctx, on) })
		},
		Use:    func(app.Context) { m.call.Use() },
		Mutes:  m.o.Staff, // the house refuses it of guests
		Hand:   func(_ app.Context, up bool) { m.call.Hand(up) },
		Tapped: m.tapped,
		Say:    m.o.Say, Leave: m.o.Leave, Close: m.o.Close,
		Ask: func(_ app.Context, who live.MemberID, what string) {
			m.aside(func(ctx context.Context) error { return m.call.Nudge(ctx, who, what) })
		},
		Caption: func(_ app.Context, text string) {
			m.aside(func(ctx context.Context) error { return m.call.Caption(ctx, text) })
		},
	}
	if m.o.Own.CanShare() {
		a.Share = m.share
	}
	if m.o.Player.CanAside() {
		a.Float = func(_ app.Context, id string) {
			m.aside(func(ctx context.Context) error { return m.o.Player.Aside(ctx, id, !m.o.Player.IsAside()) })
		}
	}
	if m.files != nil {
		m.files.acts(&a)
		a.Offer = func(_ app.Context, input string) {
			m.aside(func(ctx context.Context) error { return m.files.offer(ctx, input) })
		}
	}
	return a
}

// mute is the person's own will. One who has no device yet is asked for it, and whoever wants to be heard is, with whatever
// device comes then, and here rather than on another page of theirs.
func (m *Meeting) mute(line string, muted bool) {
	if line == rtc.LineAudio && !muted && m.state.Second {
		m.call.Use()
	}
	status := m.has.Mic
	if line == rtc.LineCamera {
		status = m.has.Camera
	}
	if !status.Live && !muted {
		m.Captured(m.o.Own.Mute(line, false))
		m.aside(func(ctx context.Context) error {
			s := m.o.Own.Start(ctx, line == rtc.LineAudio, line == rtc.LineCamera)
			if f := s.Mic.Fault; line == rtc.LineAudio && f != nil {
				return f
			}
			if f := s.Camera.Fault; line == rtc.LineCamera && f != nil {
				return f
			}
			return nil
		})
		return
	}
	m.Captured(m.o.Own.Mute(line, muted))
	m.Draw()
}

// tapped is the finger that was waited for: sound begins, and devices come back.
func (m *Meeting) tapped(app.Context) {
	_ = m.o.Player.Unlock(context.Background())
	m.aside(m.o.Own.Revive)
}

// track takes what came from somebody.
func (m *Meeting) track(who live.MemberID, line string, t rtc.Track) {
	if m.ended {
		return
	}
	if m.tracks[who] == nil {
		m.tracks[who] = map[string]rtc.Track{}
	}
	if t == nil {
		delete(m.tracks[who], line)
	} else {
		m.tracks[who][line] = t
	}
	m.perform(who)
}

// perform shows somebody, and lets them be heard, at their place. Doing it again changes nothing.
func (m *Meeting) perform(who live.MemberID) {
	place, ok := m.places[who]
	if !ok {
		return
	}
	var face, screen []rtc.Track
	for _, line := range []string{rtc.LineAudio, rtc.LineCamera} {
		if t := m.tracks[who][line]; t != nil {
			face = append(face, t)
		}
	}
	if t := m.tracks[who][rtc.LineScreen]; t != nil {
		screen = append(screen, t)
	}
	own := slices.ContainsFunc(m.state.People, func(p call.Person) bool { return p.Member == who && p.Own })
	m.play(stage.Camera(place), media.How{Gentle: m.arrives(who), Silent: m.state.Second || own}, face...)
	m.play(stage.Screen(place), media.How{Silent: true}, screen...)
}

// arriving is how long whoever came is new: their sound comes up gently. That of who was heard before and is connected again, or
// shows a camera later, is there at once.
const arriving = 2 * time.Second

// arrives reports whether somebody's sound is new on this page.
func (m *Meeting) arrives(who live.MemberID) bool {
	if m.tracks[who][rtc.LineAudio] == nil {
		return false
	}
	now := m.o.Env.Now()
	if m.came[who].IsZero() {
		m.came[who] = now
	}
	return now.Sub(m.came[who]) < arriving
}

// play shows tracks in an element; what waits for a finger Player.Waiting tells. Whoever comes to it first shows what is wanted
// by then, so that what is wanted last is what is seen.
func (m *Meeting) play(id string, how media.How, tracks ...rtc.Track) {
	m.mu.Lock()
	m.shows[id] = show{how, tracks}
	m.mu.Unlock()
	m.ctx.Async(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		m.mu.Lock()
		now := m.shows[id]
		m.mu.Unlock()
		_ = m.o.Player.Show(ctx, id, now.how, now.tracks...)
	})
}

// show is what an element is to show.
type show struct {
	how    media.How
	tracks []rtc.Track
}

func (m *Meeting) empty(id string) { m.play(id, media.How{}) }

func (m *Meeting) refresh() {
	player := m.o.Player
	m.ctx.Async(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		_ = player.Refresh(ctx)
	})
}
