package call

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/wasm/rtc"
)

var (
	visit = live.VisitRoom("v1")
	door1 = live.DoorRoom("g1")
	door2 = live.DoorRoom("g2")
)

// two seats a host and a guest in the call, by way of the door.
func two(t *testing.T, hostID, guestID string) (h *house, host, guest *seat) {
	h = newHouse()
	host, guest = h.sit(t, hostID, live.Therapist, ""), h.sit(t, guestID, live.Visitor, "g1")
	h.stand(host.page, visit, door1)
	host.Join()
	guest.Join()
	h.stand(guest.page, door1)
	host.Look("g1", true)
	until(t, "the connection is prepared", func() bool { return host.person(guest).Conn.State == rtc.StateConnected })
	never(t, "sound flows before anybody was let in", func() bool { return host.hears(guest) || guest.hears(host) })
	if !host.person(guest).AtDoor || guest.State().Inside {
		t.Errorf("at the door it is %+v", host.person(guest))
	}
	return h, host, guest
}

func admit(t *testing.T, h *house, host, guest *seat) {
	t.Helper()
	h.stand(guest.page, visit)
	h.stand(host.page, visit)
	began := time.Now()
	until(t, "sound flows both ways", func() bool { return host.hears(guest) && guest.hears(host) })
	t.Logf("from admission to sound both ways: %v", time.Since(began).Round(time.Millisecond))
}

// TestAdmissionFlipsSoundOn: the connection made at the door is the one of the call, whoever offers; both see the same safety
// phrase; leaving ends it at once.
func TestAdmissionFlipsSoundOn(t *testing.T) {
	for _, ids := range [][2]string{{"a-----------------host", "b----------------guest"}, {"b-----------------host", "a----------------guest"}} {
		h, host, guest := two(t, ids[0], ids[1])
		peer := make(chan *rtc.Peer, 2)
		ask := func() { host.post(func(time.Time) { peer <- host.k.pairs[guest.me].peer }) }
		ask()
		admit(t, h, host, guest)
		ask()
		if <-peer != <-peer {
			t.Error("another connection was made")
		}
		until(t, "the phrase is the same", func() bool {
			a, b := host.person(guest).Phrase, guest.person(host).Phrase
			return a != "" && a == b
		})
		until(t, "each sees the other sit", func() bool { return host.person(guest).Seat.Mic && guest.person(host).Seat.Mic && guest.State().In })
		guest.Mute(rtc.LineAudio, true)
		until(t, "the guest is mute", func() bool { return !host.hears(guest) && !host.person(guest).Seat.Mic })
		guest.Put(rtc.LineAudio, hum(t))
		never(t, "another microphone undoes mute", func() bool { return host.hears(guest) })
		guest.Mute(rtc.LineAudio, false)
		until(t, "the guest speaks", func() bool { return host.hears(guest) && host.person(guest).Seat.Mic })
		if err := host.Nudge(t.Context(), guest.me, live.NudgeMute); err != nil {
			t.Error(err)
		}
		until(t, "the guest is asked", func() bool { guest.mu.Lock(); defer guest.mu.Unlock(); return len(guest.nudges) == 1 })
		host.Spotlight(guest.me)
		host.Closing(7)
		until(t, "what the host says is known", func() bool { s := guest.State(); return s.Spotlight == guest.me && s.Closing == 7 })
		guest.Leave()
		until(t, "the guest is gone", func() bool {
			return len(host.State().People) == 0 && guest.person(host).Conn.State == "" && !guest.State().In
		})
		host.mu.Lock()
		if !slices.Equal(host.gone, []live.MemberID{guest.me}) {
			t.Errorf("gone %v", host.gone)
		}
		host.mu.Unlock()
		guest.Join()
		until(t, "the guest is back", func() bool { return host.hears(guest) })
		host.Close()
		host.mu.Lock()
		if n := len(host.minutes); n == 0 || host.minutes[0].Seconds < 1 || host.minutes[n-1].Way != rtc.WayDirect { // a call may begin in the last second of a minute
			t.Errorf("minutes %+v", host.minutes)
		}
		host.mu.Unlock()
	}
}

// TestTheHouseMayBeAway: sound goes on while the house is out of reach and when it comes back knowing nothing, and while one
// page's socket is broken.
func TestTheHouseMayBeAway(t *testing.T) {
	h, host, guest := two(t, "a-----------------host", "b----------------guest")
	admit(t, h, host, guest)
	flows := func(what string) { t.Helper(); goesOn(t, what, host, guest) }
	h.socket(guest.page, false)
	flows("when a socket breaks")
	until(t, "the host sees it", func() bool {
		p := host.person(guest)
		return p.Presence == live.Reconnecting && !p.Until.IsZero()
	})
	h.socket(guest.page, true)
	flows("when it is back")
	h.away(true)
	flows("when the house is away")
	h.away(false)
	flows("when it has forgotten everything")
	until(t, "both sit again", func() bool { return host.State().In && guest.State().In && host.person(guest).Presence == live.Here })
}

// TestAHealthyConnectionNeedsNoSocket: who is given up by the room is heard on for as long as packets come, comes back as if
// nothing had been, and is gone at once when they are put out meanwhile, or soon when the room began anew and knows nothing.
func TestAHealthyConnectionNeedsNoSocket(t *testing.T) {
	h, host, guest := two(t, "a-----------------host", "b----------------guest")
	admit(t, h, host, guest)
	lose := func() {
		t.Helper()
		h.socket(guest.page, false)
		h.say(visit, live.Left{Member: guest.me, Reason: "lost"})
		until(t, "the host knows", func() bool { p := host.person(guest); return p.Presence == "" && p.Until.IsZero() })
		for range 3 {
			host.ahead.Add(int64(2 * Grace))
			host.settles(t)
		}
		if p := host.person(guest); p.Conn.State != rtc.StateConnected || !p.Until.IsZero() {
			t.Fatalf("with its connection well the host sees %+v", p)
		}
		goesOn(t, "without a socket", host, guest)
	}
	lose()
	h.mu.Lock()
	h.rooms[visit].Members = append(h.rooms[visit].Members, guest.page.me)
	h.mu.Unlock()
	h.socket(guest.page, true)
	guest.Hand(true)
	until(t, "the guest is back", func() bool { return host.person(guest).Seat.Hand && host.hears(guest) })
	if host.gone != nil {
		t.Error("the connection was let go")
	}
	lose()
	h.say(visit, live.Left{Member: guest.me, Reason: "left"})
	until(t, "who is put out is gone", func() bool { return len(host.State().People) == 0 && !host.hears(guest) && !guest.hears(host) })
}

// TestANewRoomWaitsOnlySoLong: what another room would have told nobody tells any more.
func TestANewRoomWaitsOnlySoLong(t *testing.T) {
	h, host, guest := two(t, "a-----------------host", "b----------------guest")
	admit(t, h, host, guest)
	h.socket(guest.page, false)
	h.say(visit, live.Left{Member: guest.me, Reason: "lost"})
	until(t, "the host knows", func() bool { p := host.person(guest); return p.Presence == "" && p.Until.IsZero() })
	h.mu.Lock()
	s := *h.rooms[visit]
	h.tell(host.page, live.Event{Entered: &live.RoomView{Snapshot: s}})
	h.mu.Unlock()
	until(t, "the host counts", func() bool { return !host.person(guest).Until.IsZero() })
	host.ahead.Add(int64(Grace))
	until(t, "who nobody knows is gone", func() bool { return len(host.State().People) == 0 && !host.hears(guest) })
}

// TestOnePledgeAConnection: whoever opens another channel for words gets no other try at the phrase.
func TestOnePledgeAConnection(t *testing.T) {
	h, host, guest := two(t, "a-----------------host", "b----------------guest")
	admit(t, h, host, guest)
	until(t, "the phrase is there", func() bool { return host.person(guest).Phrase != "" && guest.person(host).Phrase != "" })
	a, b := newTube(t)
	for _, s := range []struct {
		me, other *seat
		end       *tube
	}{{host, guest, a}, {guest, host, b}} {
		phrase, done := s.me.person(s.other).Phrase, make(chan bool)
		s.me.post(func(time.Time) {
			p := s.me.k.pairs[s.other.me]
			pledge := p.pledge
			s.me.opened(p, s.end, s.me.me < s.other.me)
			s.me.heard(p, word{Safety: &safety{Bind: strings.Repeat("0", 64)}}, time.Now())
			s.me.heard(p, word{Safety: &safety{Show: strings.Repeat("0", 32)}}, time.Now())
			done <- p.pledge == pledge && p.phrase == phrase
		})
		if !<-done {
			t.Errorf("%s begins anew", s.me.me)
		}
	}
}

// TestTwoPagesOfOnePersonDoNotHowl: the second is heard by nobody until it is chosen, and then the first is not.
func TestTwoPagesOfOnePersonDoNotHowl(t *testing.T) {
	h, host, guest := two(t, "a-----------------host", "b----------------guest")
	admit(t, h, host, guest)
	again := h.sit(t, "c----------------again", live.Visitor, "g1")
	again.Join()
	h.stand(again.page, visit)
	until(t, "the second knows", func() bool { return again.State().Second && again.State().In && again.hears(host) })
	until(t, "the second says that it is mute", func() bool { p := host.person(again); return p.Seat.In && !p.Seat.Mic })
	never(t, "both are heard", func() bool { return host.hears(again) || guest.hears(again) || guest.State().Second })
	goesOn(t, "with the first", host, guest)
	again.Use()
	until(t, "the other is used", func() bool { return host.hears(again) && guest.State().Second && !again.State().Second })
	until(t, "the first is silent", func() bool { return !host.hears(guest) && !host.person(guest).Seat.Mic })
	never(t, "they hear each other", func() bool { return guest.hears(again) || again.hears(guest) })
	guest.Use()
	until(t, "the first is used again", func() bool { return host.hears(guest) && !host.hears(again) && again.State().Second })
}

// TestNobodyIsInACallWithThemselves: two pages of one person, alone, make no minute of a report, which would say that the visit
// took place.
func TestNobodyIsInACallWithThemselves(t *testing.T) {
	h, host, guest := two(t, "a-----------------host", "b----------------guest")
	admit(t, h, host, guest)
	again := h.sit(t, "c----------------again", live.Visitor, "g1")
	again.Join()
	h.stand(again.page, visit)
	told := func() int {
		n := make(chan int)
		again.post(func(time.Time) { n <- again.k.minutes.now.Seconds })
		return <-n
	}
	until(t, "with others there are minutes", func() bool { return again.State().In && told() > 0 })
	host.Leave()
	until(t, "the host is gone", func() bool {
		return again.person(host).Conn.State == "" && again.person(guest).Conn.State == rtc.StateConnected
	})
	again.post(func(time.Time) { again.k.minutes = minutes{} })
	sounds := beats.Load() + 3*3*50 // three hum, 50 times a second: some seconds
	until(t, "time passes", func() bool { return beats.Load() > sounds })
	if n := told(); n > 0 {
		t.Errorf("alone there are %d seconds of a call", n)
	}
}

// TestASecondPageWaitsForTheFirstOnesSocket: a first page that is merely without its socket is still heard, and the second stays
// silent for as long as it is; once the first is dead the second takes over, or when its person says so.
func TestASecondPageWaitsForTheFirstOnesSocket(t *testing.T) {
	for _, dies := range []bool{true, false} {
		h, host, guest := two(t, "a-----------------host", "b----------------guest")
		admit(t, h, host, guest)
		again := h.sit(t, "c----------------again", live.Visitor, "g1")
		again.Join()
		h.stand(again.page, visit)
		until(t, "the second knows", func() bool {
			return again.State().Second && again.hears(host) && again.person(guest).Conn.State == rtc.StateConnected && again.person(guest).Own
		})
		h.socket(guest.page, false)
		until(t, "the first is away", func() bool { return again.person(guest).Presence == live.Reconnecting })
		never(t, "both are heard", func() bool {
			return host.hears(again) || guest.hears(again) || again.hears(guest) || !again.State().Second
		})
		goesOn(t, "with the first", host, guest)
		if dies {
			guest.Close()
		} else {
			again.Use()
		}
		until(t, "the second takes over", func() bool { return host.hears(again) && !again.State().Second })
		if !dies {
			never(t, "they hear each other", func() bool { return guest.hears(again) || again.hears(guest) })
		}
	}
}

// TestOneVanishesAndReturns: a page that is loaded anew is another member, and finds its way back without asking anybody.
func TestOneVanishesAndReturns(t *testing.T) {
	h, host, guest := two(t, "b-----------------host", "a----------------guest")
	admit(t, h, host, guest)
	guest.Close()
	h.mu.Lock()
	h.leave(guest.page, visit, "left", "")
	h.mu.Unlock()
	until(t, "the guest is gone", func() bool { return len(host.State().People) == 0 })
	again := h.sit(t, "c----------------guest", live.Visitor, "g1")
	again.Join()
	h.stand(again.page, visit)
	until(t, "the guest is back", func() bool { return host.hears(again) && again.hears(host) })
}

// TestPutOut: whoever is put out hears and sends nothing any more, at once, and learns why.
func TestPutOut(t *testing.T) {
	h, host, guest := two(t, "a-----------------host", "b----------------guest")
	admit(t, h, host, guest)
	h.stand(guest.page)
	until(t, "the call is over", func() bool {
		s := guest.State()
		return len(s.People) == 0 && s.Out == "unassigned" && !s.Inside && !s.In
	})
	until(t, "the host is alone", func() bool { return len(host.State().People) == 0 })
	never(t, "sound still flows", func() bool { return host.hears(guest) || guest.hears(host) })
}

// TestWhoLeavesAndClosesIsGone: a page that goes elsewhere hangs up and closes in one breath, and the others see it at once.
func TestWhoLeavesAndClosesIsGone(t *testing.T) {
	h, host, guest := two(t, "a-----------------host", "b----------------guest")
	admit(t, h, host, guest)
	guest.Leave()
	guest.Close()
	until(t, "the guest is gone", func() bool { return len(host.State().People) == 0 })
	if m, _ := guest.page.View().Rooms[visit].Member(guest.me); in(m) {
		t.Error("the house was not told")
	}
}

// TestThreeInACall: everybody hears everybody, a guest at the door is heard by nobody, and a file goes from one to another.
func TestThreeInACall(t *testing.T) {
	h, host, guest := two(t, "b-----------------host", "c----------------guest")
	admit(t, h, host, guest)
	third := h.sit(t, "a------------relative", live.Visitor, "g2")
	third.Join()
	h.stand(host.page, visit, door2)
	h.stand(third.page, door2)
	host.Look("g2", true)
	until(t, "the third is prepared", func() bool { return host.person(third).Conn.State == rtc.StateConnected })
	if len(guest.State().People) != 1 {
		t.Errorf("the guest sees %d", len(guest.State().People))
	}
	never(t, "who waits is heard", func() bool { return host.hears(third) || third.hears(host) })
	h.stand(third.page, visit)
	h.stand(host.page, visit)
	all := []*seat{host, guest, third}
	until(t, "all hear all", func() bool {
		for _, a := range all {
			for _, b := range all {
				if a != b && !a.hears(b) {
					return false
				}
			}
		}
		return true
	})
	until(t, "files have a way", func() bool { // it may open after the sound's
		open := make(chan bool, 1)
		guest.post(func(time.Time) {
			f := guest.k.pairs[third.me].files
			f.mu.Lock()
			defer f.mu.Unlock()
			open <- f.open
		})
		return <-open
	})
	want, sent := random(200_000), make(chan error, 1)
	go func() { sent <- guest.SendFile(t.Context(), third.me, Bytes("a.bin", "", want), nil) }()
	select {
	case file := <-third.files:
		got, err := file.Receive(t.Context(), nil)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("got %d bytes, %v", len(got), err)
		}
	case err := <-sent:
		t.Fatal(err)
	}
	if err := <-sent; err != nil {
		t.Error(err)
	}
	until(t, "a word for the quality", func() bool { return host.person(third).Word >= Good && host.person(third).Conn.Way == rtc.WayDirect })
}

// TestAHalfDeadConnectionIsMended: when a page's ways are gone without a word, sound is back in moments, and meanwhile both are
// told that something is amiss.
func TestAHalfDeadConnectionIsMended(t *testing.T) {
	h, host, guest := two(t, "a-----------------host", "b----------------guest")
	admit(t, h, host, guest)
	began := time.Now()
	host.renews(t, guest) // the whole connection is no more, at one end
	until(t, "sound is back", func() bool { return host.hears(guest) && guest.hears(host) })
	t.Logf("back after %v", time.Since(began).Round(time.Millisecond))
	until(t, "the phrase is the same again", func() bool {
		a, b := host.person(guest).Phrase, guest.person(host).Phrase
		return a != "" && a == b
	})
	guest.renews(t, host) // and at the other, which does not offer
	until(t, "sound is back once more", func() bool { return host.hears(guest) && guest.hears(host) })
}

// TestADeadMicrophoneIsNamed: a page that says it sends and sends nothing is told from a broken way.
func TestADeadMicrophoneIsNamed(t *testing.T) {
	h, host, guest := two(t, "a-----------------host", "b----------------guest")
	admit(t, h, host, guest)
	silent, err := silence()
	if err != nil {
		t.Fatal(err)
	}
	guest.Put(rtc.LineAudio, silent)
	until(t, "the guest's device is named", func() bool { return host.person(guest).Trouble == Theirs })
	never(t, "the guest's way is blamed", func() bool { return guest.person(host).Trouble != NoSide })
	guest.Put(rtc.LineAudio, guest.tone)
	until(t, "all is well", func() bool { return host.hears(guest) && host.person(guest).Trouble == NoSide })
}

// TestAMutedMicrophoneIsNoBadLine: silence counts against a line where somebody meant to be heard.
func TestAMutedMicrophoneIsNoBadLine(t *testing.T) {
	h, host, guest := two(t, "a-----------------host", "b----------------guest")
	admit(t, h, host, guest)
	noted := func() (m Minute) {
		done := make(chan struct{})
		host.post(func(now time.Time) {
			host.k.minutes = minutes{}
			host.note(now)
			m = host.k.minutes.now
			host.k.minutes = minutes{}
			close(done)
		})
		<-done
		return m
	}
	quiet := func(mic bool) func() bool {
		return func() bool {
			host.mu.Lock()
			defer host.mu.Unlock()
			s := host.stats[guest.me]
			return s.Span > 0 && s.Line(rtc.LineAudio).In.Kbps == 0 && host.person(guest).Seat.Mic == mic
		}
	}
	guest.Mute(rtc.LineAudio, true)
	until(t, "the guest is muted", quiet(false))
	if m := noted(); m.Seconds != 1 || m.Sound != 1 {
		t.Errorf("muted %+v", m)
	}
	silent, err := silence()
	if err != nil {
		t.Fatal(err)
	}
	guest.Put(rtc.LineAudio, silent)
	guest.Mute(rtc.LineAudio, false)
	until(t, "the guest means to be heard", quiet(true))
	if m := noted(); m.Seconds != 1 || m.Sound != 0 {
		t.Errorf("unmuted, and not heard %+v", m)
	}
}

// TestMoreThanThree shows who gets how much of a picture.
func TestMoreThanThree(t *testing.T) {
	h := newHouse()
	var all []*seat
	for i, id := range []string{"d", "c", "b", "a"} {
		p, g := live.Visitor, care.GuestID("g"+id)
		if i == 0 {
			p, g = live.Therapist, ""
		}
		s := h.sit(t, id+"-------------------page", p, g)
		s.Join()
		h.stand(s.page, visit)
		all = append(all, s)
	}
	parts := func(s *seat) (list []Part) {
		done := make(chan struct{})
		s.post(func(time.Time) {
			for _, p := range s.k.pairs {
				list = append(list, p.part)
			}
			close(done)
		})
		<-done
		return list
	}
	until(t, "the host is large", func() bool { return slices.Equal(parts(all[0]), []Part{Large, Large, Large}) })
	until(t, "a guest is a tile", func() bool { return slices.Equal(parts(all[1]), []Part{Tile, Tile, Tile}) })
	all[0].Spotlight(all[2].me)
	until(t, "whom the host chose is large", func() bool {
		return slices.Equal(parts(all[2]), []Part{Large, Large, Large}) && parts(all[0])[0] == Tile && all[3].State().Light == all[2].me
	})
	to := func(s, o *seat) (is Part) {
		done := make(chan struct{})
		s.post(func(time.Time) { is = s.k.pairs[o.me].part; close(done) })
		<-done
		return is
	}
	all[1].Shows(all[3].me, false) // whom somebody looks at is their own choice
	until(t, "whoever is looked at sends a large picture there, and who is in the light a small one", func() bool {
		return to(all[3], all[1]) == Large && to(all[2], all[1]) == Tile && to(all[3], all[0]) == Tile && to(all[2], all[0]) == Large
	})
	all[1].Shows("", true)
	until(t, "who sees all alike sees as everybody", func() bool { return to(all[3], all[1]) == Tile && to(all[2], all[1]) == Large })
	all[3].Leave()
	until(t, "three are all large", func() bool { return slices.Equal(parts(all[1]), []Part{Full, Full}) && all[1].State().Light == "" })
}
