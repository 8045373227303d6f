package call

import (
	"testing"
	"time"

	"hearth/shared/live"
	"hearth/wasm/rtc"
	"hearth/wasm/rtc/native"
)

// TestAPictureIsPausedForOne: whose line is thin gets no picture, is told why, and is not told that all is very well; others
// get theirs. Without a camera nothing is paused, and one that is switched on later is tried.
func TestAPictureIsPausedForOne(t *testing.T) {
	h, host, guest := two(t, "b-----------------host", "c----------------guest")
	admit(t, h, host, guest)
	third := h.sit(t, "a------------relative", live.Visitor, "g2")
	third.Join()
	h.stand(third.page, visit)
	until(t, "the third is there", func() bool { return host.hears(third) && third.hears(guest) })
	picture, err := native.NewTrack(native.VP8)
	if err != nil {
		t.Fatal(err)
	}
	host.Put(rtc.LineCamera, picture)
	until(t, "the line is judged", func() bool { return guest.person(host).Word == VeryGood && third.person(host).Word == VeryGood })
	host.post(func(time.Time) { host.k.pairs[guest.me].ladder.level = Paused })
	until(t, "the guest knows", func() bool {
		p := guest.person(host)
		return p.Paused && p.Word == Fair && p.Why == "narrow"
	})
	until(t, "and the host", func() bool { p := host.person(guest); return p.Word == Fair && host.State().Seat.Thin })
	if p := third.person(host); p.Paused || p.Word < Good {
		t.Errorf("the third is told %+v", p)
	}

	screen, err := native.NewTrack(native.VP8)
	if err != nil {
		t.Fatal(err)
	}
	host.Put(rtc.LineScreen, screen)
	until(t, "a screen that is shared now is tried", func() bool { p := host.person(guest); return p.Level == smallest })
	host.Put(rtc.LineScreen, nil)
	host.post(func(time.Time) { host.k.pairs[guest.me].ladder.level = Paused })
	until(t, "it is paused again", func() bool { return guest.person(host).Paused })

	host.Mute(rtc.LineCamera, true)
	until(t, "nothing is paused that is not sent", func() bool {
		return !guest.person(host).Paused && guest.person(host).Word == VeryGood && !host.State().Seat.Thin
	})
	host.Mute(rtc.LineCamera, false)
	until(t, "a picture is tried", func() bool { p := host.person(guest); return host.State().Seat.Camera && p.Level < Paused })
}

// TestANewConnectionSpeaks: what pages tell each other about a connection is told on the next one too.
func TestANewConnectionSpeaks(t *testing.T) {
	h, host, guest := two(t, "a-----------------host", "b----------------guest")
	admit(t, h, host, guest)
	for _, x := range []struct{ first, second *seat }{{host, guest}, {guest, host}} {
		x.first.renews(t, x.second)
		until(t, "sound is back", func() bool { return host.hears(guest) && guest.hears(host) })
	}
	picture, err := native.NewTrack(native.VP8)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ one, other *seat }{{host, guest}, {guest, host}} {
		x.one.Put(rtc.LineCamera, picture)
		until(t, "a picture is sent", func() bool { return x.one.State().Seat.Camera })
		x.one.post(func(time.Time) { x.one.k.pairs[x.other.me].ladder.level = Paused })
		until(t, "the other knows", func() bool { return x.other.person(x.one).Paused })
	}
}

// TestAPictureThatDoesNotCome: a camera that says it is on and brings nothing is named, until its picture comes or it is off.
func TestAPictureThatDoesNotCome(t *testing.T) {
	h, host, guest := two(t, "a-----------------host", "b----------------guest")
	admit(t, h, host, guest)
	dark := func() bool { return host.person(guest).Dark }
	picture, err := native.NewTrack(native.VP8)
	if err != nil {
		t.Fatal(err)
	}
	guest.Put(rtc.LineCamera, picture)
	until(t, "it is said that no picture comes", dark)
	if host.person(guest).Trouble != NoSide {
		t.Error("sound comes, and the way is blamed")
	}
	until(t, "nobody says so when it comes", func() bool {
		_ = picture.Write(make([]byte, 600), 40*time.Millisecond)
		return !dark()
	})
	guest.Mute(rtc.LineCamera, true)
	until(t, "the camera is off", func() bool { return !host.person(guest).Seat.Camera })
	host.ahead.Add(int64(darkAfter))
	never(t, "a picture nobody means to send is missed", dark)
}
