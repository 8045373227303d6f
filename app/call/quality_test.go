package call

import (
	"testing"
	"time"

	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/wasm/rtc"
)

func TestWordsForQuality(t *testing.T) {
	ms := func(n int) time.Duration { return time.Duration(n) * time.Millisecond }
	for _, c := range []struct {
		loss        float64
		jitter, way int
		want        Word
	}{
		{0, 2, 40, VeryGood}, {0.02, 10, 60, VeryGood}, {0.05, 10, 80, Good}, {0.08, 20, 150, Good}, {0.01, 20, 400, Good}, {0.12, 30, 300, Fair},
		{0.03, 60, 600, Fair}, {0.3, 30, 200, Poor}, {0, 0, 5000, Poor},
	} {
		if got := Judge(c.loss, ms(c.jitter), ms(c.way)); got != c.want {
			t.Errorf("%v lost, jitter %d, %d ms: %d, want %d", c.loss, c.jitter, c.way, got, c.want)
		}
	}
	for loss := 0.0; loss < 0.5; loss += 0.01 {
		if Judge(loss, 0, 0) < Judge(loss+0.01, 0, 0) {
			t.Errorf("more loss is better at %v", loss)
		}
	}
}

// TestAWordIsCalm: a second of trouble changes nothing, five do.
func TestAWordIsCalm(t *testing.T) {
	g := gauge{}
	good, bad := sample{roundTrip: 40 * time.Millisecond}, sample{loss: 0.4, roundTrip: 900 * time.Millisecond}
	for range 5 {
		g.add(good)
	}
	if w := g.add(bad); w != VeryGood {
		t.Errorf("after one bad second it is %d", w)
	}
	for range 5 {
		g.add(bad)
	}
	if g.word != Poor {
		t.Errorf("after six it is %d", g.word)
	}
	for range 10 {
		g.add(good)
	}
	if g.word != VeryGood {
		t.Errorf("when all is well again it is %d", g.word)
	}
}

func TestMinutes(t *testing.T) {
	var m minutes
	var done []Minute
	for s := range 130 {
		one := second{at: care.StampOf(monday.Add(time.Duration(s) * time.Second)), word: VeryGood, sound: true, picture: s%2 == 0, way: rtc.WayDirect, kbps: 50,
			sample: sample{loss: 0.1, jitter: 10 * time.Millisecond, roundTrip: 100 * time.Millisecond}}
		if s%3 > 0 {
			one.word = Fair
		}
		if s == 70 {
			m.broke()
		}
		if d, ok := m.add(one); ok {
			done = append(done, d)
		}
	}
	if d, ok := m.flush(); ok {
		done = append(done, d)
	}
	if _, ok := m.flush(); ok || len(done) != 3 {
		t.Fatalf("%d minutes", len(done))
	}
	first, second, last := done[0], done[1], done[2]
	if first.Seconds != 60 || first.Sound != 60 || first.Picture != 30 || first.Word != Fair || first.Breaks != 0 || first.At != monday.Unix()/60 || first.Kbps != 50 ||
		first.Loss < 0.0999 || first.Loss > 0.1001 || first.Jitter != 10*time.Millisecond || first.RoundTrip != 100*time.Millisecond || first.Way != rtc.WayDirect {
		t.Errorf("the first is %+v", first)
	}
	if second.Breaks != 1 || last.Seconds != 10 || last.At != first.At+2 {
		t.Errorf("then %+v and %+v", second, last)
	}
	for words, want := range map[[5]int]Word{{0, 0, 0, 0, 3}: VeryGood, {9, 0, 0, 0, 3}: VeryGood, {0, 3, 0, 0, 3}: Poor, {0, 2, 5, 3, 3}: Fair, {9, 0, 0, 0, 0}: Unheard} {
		m := minutes{words: words, now: Minute{Seconds: 1}}
		if d, _ := m.flush(); d.Word != want {
			t.Errorf("of %v: %d, want %d", words, d.Word, want)
		}
	}
}

func TestASideIsNamed(t *testing.T) {
	at := func(s int) time.Time { return monday.Add(time.Duration(s) * time.Second) }
	run := func(meant bool, each func(a *alive, s int)) (side Side) {
		a := &alive{}
		for s := range 20 {
			each(a, s)
			side = a.side(meant, at(s))
		}
		return side
	}
	n := func(s int) int64 { return int64(50 * s) }
	for name, c := range map[string]struct {
		got   Side
		wants Side
	}{
		"all well": {run(true, func(a *alive, s int) {
			a.report(report{Sent: n(s), Got: n(s)}, at(s))
			a.reported(report{Sent: n(s), Got: n(s)}, at(s))
		}), NoSide},
		"both muted": {run(false, func(a *alive, s int) { a.report(report{}, at(s)); a.reported(report{}, at(s)) }), NoSide},
		"nothing comes": {run(true, func(a *alive, s int) {
			a.report(report{Sent: n(s), Got: 7}, at(s))
			a.reported(report{Sent: n(s), Got: n(s)}, at(s))
		}), Both},
		"their device is dead": {run(true, func(a *alive, s int) {
			a.report(report{Sent: n(s), Got: 7}, at(s))
			a.reported(report{Sent: 7, Got: n(s)}, at(s))
		}), Theirs},
		"ours does not arrive": {run(true, func(a *alive, s int) {
			a.report(report{Sent: n(s), Got: n(s)}, at(s))
			a.reported(report{Sent: n(s), Got: 7}, at(s))
		}), Ours},
		"a word is heard of nobody": {run(true, func(a *alive, s int) { a.report(report{Sent: n(s), Got: 7}, at(s)) }), Both},
	} {
		if c.got != c.wants {
			t.Errorf("%s: %q, want %q", name, c.got, c.wants)
		}
	}
}

// A connection without sound that carries words is mended after some seconds; one that carries nothing is left to those who look
// after ways, for half a minute.
func TestWhatIsMended(t *testing.T) {
	for name, c := range map[string]struct {
		words bool
		want  int // seconds
	}{"words come": {true, 3}, "nothing comes": {false, int(mendSilent / time.Second)}} {
		a := &alive{}
		for s := 0; ; s++ {
			now := monday.Add(time.Duration(s) * time.Second)
			a.report(report{Sent: int64(50 * s), Got: 7}, now)
			if c.words {
				a.reported(report{Sent: int64(50 * s), Got: int64(50 * s)}, now)
			}
			if a.ripe(a.side(true, now), now) || s > 60 {
				if s != c.want {
					t.Errorf("%s: after %d s, want %d", name, s, c.want)
				}
				break
			}
		}
	}
}

// A browser may forget what it sent through a line that is paused; that makes no new connection of one that is well.
func TestLessSentIsNoNewConnection(t *testing.T) {
	a := &alive{}
	second := func(s int, sent int64) time.Time {
		now := monday.Add(time.Duration(s) * time.Second)
		a.report(report{Sent: sent, Got: int64(s)}, now)
		a.reported(report{Sent: sent, Got: int64(s), Shows: showsLarge}, now)
		return now
	}
	second(1, 1000)
	second(2, 2000)
	now := second(3, 100)
	if a.sent != 100 || !a.since.Equal(monday.Add(time.Second)) || a.shows(now) != showsLarge || a.theySent.IsZero() {
		t.Errorf("%+v", *a)
	}
	if now = second(4, 150); !a.sentAt.Equal(now) || !a.theySent.Equal(now) {
		t.Errorf("what is sent then is not seen: %+v", *a)
	}
}

// The line is thin where it is to everybody there is.
func TestOurLineIsThinToEverybody(t *testing.T) {
	there := func(l Level) *pair {
		return &pair{sat: true, view: rtc.View{State: rtc.StateConnected}, ladder: NewLadder(l)}
	}
	away := there(0)
	away.view.State = rtc.StateReconnecting
	door := there(0)
	door.sat = false
	for name, c := range map[string]struct {
		pairs []*pair
		want  bool
	}{"nobody": {nil, false}, "one": {[]*pair{there(Paused)}, true}, "one well": {[]*pair{there(2)}, false}, "one of two": {[]*pair{there(5), there(4)}, false},
		"both": {[]*pair{there(5), there(6)}, true}, "others do not count": {[]*pair{there(5), away, door}, true}, "only others": {[]*pair{away, door}, false}} {
		k := &Call{}
		k.k.pairs = map[live.MemberID]*pair{}
		for i, p := range c.pairs {
			k.k.pairs[live.MemberID(rune('a'+i))] = p
		}
		if got := k.thin(); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
