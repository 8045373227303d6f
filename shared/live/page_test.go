package live

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
)

var epochStart = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

// driver is a page with a clock and what it last wanted done.
type driver struct {
	t      *testing.T
	p      *Page
	now    time.Time
	sock   int
	do     Do
	events []Event
	sent   []FromPage
}

func newDriver(t *testing.T, portal Portal) *driver {
	d := &driver{t: t, now: epochStart, p: NewPage(PageOptions{Member: member, Portal: portal, Build: "b", Random: func() float64 { return 0.5 }})}
	d.did(d.p.Start(d.now))
	return d
}

func (d *driver) did(do Do) {
	d.t.Helper()
	d.do = do
	d.events = append(d.events, do.Events...)
	for _, text := range do.Send {
		m, err := DecodePage(text)
		if err != nil {
			d.t.Fatalf("the page wrote %s: %v", text, err)
		}
		d.sent = append(d.sent, m)
	}
	if do.Open != 0 {
		d.sock = do.Open
	}
}

func (d *driver) hear(m FromHouse) {
	d.t.Helper()
	text, err := m.Encode()
	if err != nil {
		d.t.Fatal(err)
	}
	d.did(d.p.Message(d.now, d.sock, text))
}

func (d *driver) pass(by time.Duration) {
	d.t.Helper()
	d.now = d.now.Add(by)
	d.did(d.p.Tick(d.now))
}

// online gets the page welcomed into the room.
func (d *driver) online() *driver {
	d.t.Helper()
	d.did(d.p.Opened(d.now, d.sock))
	d.hear(FromHouse{Welcome: &Welcome{Member: member, Person: PersonView{ID: "p", Name: "N"}, Rooms: []RoomID{room}, Now: care.StampOf(d.now), Build: "b"}})
	d.hear(FromHouse{Enter: &Snapshot{Room: room, Epoch: "e1", N: 1, Members: []Member{{ID: member, Person: PersonView{ID: "p"}, Portal: d.p.o.Portal, State: Here, Since: 1}}}})
	return d
}

func (d *driver) state(want LinkState) {
	d.t.Helper()
	if got := d.p.Link().State; got != want {
		d.t.Fatalf("the link is %s, want %s", got, want)
	}
}

func (d *driver) pong() {
	last := d.sent[len(d.sent)-1]
	if last.Ping == nil {
		d.t.Fatalf("the page last sent %+v, want a ping", last)
	}
	d.hear(FromHouse{Pong: &Pong{T0: last.Ping.T0, Now: care.StampOf(d.now)}})
}

func (d *driver) want(c Command) string {
	c.Room = room
	id, do := d.p.Want(d.now, c)
	d.did(do)
	return id
}

func (d *driver) reply(id string) (code string, ok bool) {
	for _, e := range d.events {
		if e.Reply != nil && e.Reply.ID == id {
			return e.Reply.Code, true
		}
	}
	return "", false
}

func TestAPagePingsAndReopensAtOnceWhenNothingComesBack(t *testing.T) {
	d := newDriver(t, Therapist).online()
	d.now = d.now.Add(40 * time.Millisecond)
	if d.sent[1].Ping == nil {
		t.Fatalf("after the welcome the page sent %+v, want a ping", d.sent[1])
	}
	d.hear(FromHouse{Pong: &Pong{T0: d.sent[1].Ping.T0, Now: care.StampOf(d.now)}})
	for range 5 {
		if d.do.Wait.Sub(d.now) > 10*time.Second {
			t.Fatalf("the next ping would wait %v", d.do.Wait.Sub(d.now))
		}
		d.pass(d.do.Wait.Sub(d.now))
		d.pong()
	}
	d.pass(d.do.Wait.Sub(d.now)) // this ping is lost
	asked := d.now
	d.pass(d.do.Wait.Sub(d.now))
	if waited := d.now.Sub(asked); waited > 3*time.Second || !d.do.Close || d.do.Open == 0 {
		t.Fatalf("after %v: %+v", waited, d.do)
	}
	d.state(Connecting)
}

func TestAPageThatWasHeldUpGivesTheHouseOneMoreSecond(t *testing.T) {
	d := newDriver(t, Aggregator).online()
	d.did(d.p.Shown(d.now))        // asks
	d.now = d.now.Add(time.Minute) // the computer slept; the answer lies right behind this tick
	d.did(d.p.Tick(d.now))
	d.state(Online)
	d.pass(lateTick)
	d.state(Connecting)
}

func TestNetworkChangesReopenAtOnce(t *testing.T) {
	d := newDriver(t, Therapist).online()
	old := d.sock
	d.did(d.p.Network(d.now))
	if !d.do.Close || d.do.Open == 0 || d.do.Open == old {
		t.Fatalf("got %+v", d.do)
	}
	if do := d.p.Closed(d.now, old, 1006); do.Open != 0 || len(do.Events) != 0 {
		t.Errorf("the old socket's end did %+v", do)
	}
	d.did(d.p.Closed(d.now, d.sock, 1006))
	d.state(Waiting)
	d.did(d.p.Network(d.now))
	if d.do.Open == 0 {
		t.Error("a page back online waits on")
	}
}

func TestPatienceGrowsAndRecovers(t *testing.T) {
	d := newDriver(t, Therapist)
	last := time.Duration(0)
	for range 12 {
		d.did(d.p.Closed(d.now, d.sock, 1006))
		wait := d.do.Wait.Sub(d.now)
		if wait < last || wait > slowest*3/2 {
			t.Fatalf("waits %v after %v", wait, last)
		}
		last = wait
		d.pass(wait)
		d.state(Connecting)
	}
	d.pass(welcomeWithin) // a socket that never opens
	d.state(Waiting)
	d.pass(d.do.Wait.Sub(d.now))
	d.online()
	d.now = d.now.Add(settled)
	d.did(d.p.Closed(d.now, d.sock, 1012))
	if wait := d.do.Wait.Sub(d.now); wait != time.Second { // half of 2 s, by the dice
		t.Errorf("after a restart of the house the page waits %v", wait)
	}
	if lost := d.p.Link().Lost; !lost.Equal(d.now) {
		t.Errorf("lost since %v, want %v", lost, d.now)
	}
}

// A restart of the house right after a long outage is waited for no longer than any other, and so is a house on a new network.
func TestPatienceAfterAnOutage(t *testing.T) {
	outage := func(d *driver) {
		for range 8 {
			d.did(d.p.Closed(d.now, d.sock, 1006))
			d.pass(d.do.Wait.Sub(d.now))
		}
	}
	d := newDriver(t, Aggregator)
	outage(d)
	d.online()
	d.now = d.now.Add(settled / 2)
	d.did(d.p.Closed(d.now, d.sock, 1012))
	if wait := d.do.Wait.Sub(d.now); wait != time.Second { // half of 2 s, by the dice
		t.Errorf("after a restart of the house the page waits %v", wait)
	}
	outage(d)
	d.did(d.p.Network(d.now))
	d.did(d.p.Closed(d.now, d.sock, 1006))
	if wait := d.do.Wait.Sub(d.now); wait > time.Second {
		t.Errorf("on a new network the page waits %v after one failure", wait)
	}
}

func TestRefusals(t *testing.T) {
	d := newDriver(t, Therapist).online()
	id := d.want(Command{Relay: &Relay{}})
	d.hear(FromHouse{Refused: &Refused{Code: CodeTooMany, Wait: 10_000}})
	d.state(Waiting)
	if wait := d.do.Wait.Sub(d.now); wait < 10*time.Second || !d.do.Close {
		t.Errorf("waits %v: %+v", wait, d.do)
	}
	d.pass(d.do.Wait.Sub(d.now))
	d.online()
	d.hear(FromHouse{Refused: &Refused{Code: CodeVersion, Final: true}})
	d.state(TurnedAway)
	if code, _ := d.reply(id); code != CodeVersion {
		t.Errorf("the command under way got %q", code)
	}
	d.did(d.p.Network(d.now))
	d.pass(time.Hour)
	d.did(d.p.Start(d.now))
	d.did(d.p.Shown(d.now))
	d.state(TurnedAway)
	if code, _ := d.reply(d.want(Command{Relay: &Relay{}})); code != CodeVersion {
		t.Errorf("a later command got %q", code)
	}
}

func TestCommandsAreToldAgainUntilTheyAreReplied(t *testing.T) {
	d := newDriver(t, Therapist)
	first := d.want(Command{Ask: &Ask{From: other, Signals: []access.Signal{access.ECG}}})
	d.online()
	second := d.want(Command{Relay: &Relay{}})
	dropped := d.want(Command{Relay: &Relay{}})
	d.hear(FromHouse{Reply: &Reply{ID: first, Share: "s1"}})
	d.p.Cancel(dropped)
	d.did(d.p.Network(d.now))
	d.sent = nil
	d.online()
	var told []string
	for _, m := range d.sent {
		if m.Command != nil {
			told = append(told, m.Command.ID)
		}
	}
	if len(told) != 1 || told[0] != second {
		t.Errorf("told again: %v, want only %s", told, second)
	}
	d.hear(FromHouse{Leave: &Leave{Room: room, Reason: "unassigned"}})
	if code, ok := d.reply(second); !ok || code != CodeNoRoom {
		t.Errorf("a command to a room left got %q, %v", code, ok)
	}
}

func TestSignalsOfAnEndedShareAreDropped(t *testing.T) {
	d := newDriver(t, Therapist).online()
	share := Share{ID: "s1", Therapist: PersonView{ID: "p"}, From: other, To: member, Signals: []access.Signal{access.ECG}, Since: 1}
	d.hear(FromHouse{Change: &Change{Room: room, N: 2, Share: &share}})
	id := d.want(Command{Signal: &Signal{Share: "s1", Body: json.RawMessage(`1`)}})
	d.hear(FromHouse{Change: &Change{Room: room, N: 3, Ended: &Ended{Share: "s1", Reason: "withdrawn"}}})
	if code, ok := d.reply(id); !ok || code != CodeNoShare {
		t.Errorf("got %q, %v", code, ok)
	}
	last := d.events[len(d.events)-1]
	if last.Ended == nil || last.Ended.Reason != "withdrawn" || last.Ended.Share.From != other {
		t.Errorf("got %+v", last)
	}
}

func TestARestartedHouseIsToldTheSensorsAgainAndEndsOldShares(t *testing.T) {
	d := newDriver(t, Aggregator).online()
	sensors := []Sensor{{Key: "k", Signal: access.ECG, State: "streaming", Battery: 50}}
	d.hear(FromHouse{Reply: &Reply{ID: d.want(Command{Announce: &Announce{Sensors: sensors}})}})
	share := Share{ID: "s1", Therapist: PersonView{ID: "t"}, From: member, To: other, Signals: []access.Signal{access.ECG}, Since: 1}
	d.hear(FromHouse{Change: &Change{Room: room, N: 2, Share: &share}})
	d.sent = nil
	d.hear(FromHouse{Enter: &Snapshot{Room: room, Epoch: "e2", N: 1, Members: []Member{{ID: member, Person: PersonView{ID: "p"}, Portal: Aggregator, State: Here, Since: 1}}}})
	if len(d.sent) != 1 || d.sent[0].Command == nil || d.sent[0].Command.Announce == nil {
		t.Fatalf("the page sent %+v, want the sensors again", d.sent)
	}
	for _, e := range d.events {
		if e.Ended != nil && e.Ended.Reason == Restarted && e.Ended.Share.ID == "s1" {
			return
		}
	}
	t.Errorf("nobody was told that the share is over: %+v", d.events)
}

// A house that had taken another socket for ours for a moment is told the sensors again; one that forbids them is not.
func TestSensorsARoomDidNotTakeAreToldAgain(t *testing.T) {
	for code, again := range map[string]int{CodeNoRoom: 1, CodeForbidden: 0} {
		d := newDriver(t, Aggregator).online()
		sensors := []Sensor{{Key: "k", Signal: access.ECG, State: "streaming", Battery: 50}}
		d.hear(FromHouse{Reply: &Reply{ID: d.want(Command{Announce: &Announce{Sensors: sensors}}), Code: code}})
		d.sent = nil
		d.hear(FromHouse{Change: &Change{Room: room, N: 2, Member: &Member{ID: member, Person: PersonView{ID: "p"}, Portal: Aggregator, State: Here, Since: 1}}})
		told := 0
		for _, m := range d.sent {
			if m.Command != nil && m.Command.Announce != nil && len(m.Command.Announce.Sensors) == 1 {
				told++
			}
		}
		if told != again {
			t.Errorf("after %s the sensors were told %d times again, want %d", code, told, again)
		}
	}
}

func TestAHoleIsAskedForOnce(t *testing.T) {
	d := newDriver(t, Therapist).online()
	d.sent = nil
	for n := range uint64(3) {
		d.hear(FromHouse{Change: &Change{Room: room, N: 5 + n, Data: &DataNote{What: "labels"}}})
	}
	if len(d.sent) != 1 || d.sent[0].Resync == nil {
		t.Fatalf("the page sent %+v", d.sent)
	}
	d.now = d.now.Add(resyncWithin)
	d.hear(FromHouse{Pong: &Pong{Now: care.StampOf(d.now)}}) // the socket is well, the snapshot got lost
	d.sent = nil
	d.pass(0)
	if len(d.sent) == 0 || d.sent[len(d.sent)-1].Resync == nil {
		t.Errorf("the page sent %+v", d.sent)
	}
}

func TestTheClockFollowsTheHouse(t *testing.T) {
	d := newDriver(t, Therapist).online()
	ask := func(ahead, there, back time.Duration) {
		d.did(d.p.Shown(d.now))
		ping := d.sent[len(d.sent)-1].Ping
		d.now = d.now.Add(there)
		house := care.StampOf(d.now.Add(ahead))
		d.now = d.now.Add(back)
		d.hear(FromHouse{Pong: &Pong{T0: ping.T0, Now: house}})
		d.now = d.now.Add(time.Second)
	}
	d.hear(FromHouse{Pong: &Pong{T0: 1, Now: 1}}) // answers nothing we asked
	if d.p.Clock().Known {
		t.Error("an answer to nothing taught the clock")
	}
	ask(5*time.Minute, 200*time.Millisecond, 10*time.Millisecond)
	ask(5*time.Minute, 10*time.Millisecond, 10*time.Millisecond)
	ask(5*time.Minute, 10*time.Millisecond, 300*time.Millisecond)
	if off := d.p.Clock().Offset - 5*time.Minute; off.Abs() > 10*time.Millisecond {
		t.Errorf("the clock is off by %v", off)
	}
	ask(-time.Hour, 50*time.Millisecond, 50*time.Millisecond) // somebody set a clock
	if off := d.p.Clock().Offset + time.Hour; off.Abs() > 50*time.Millisecond {
		t.Errorf("after a jump the clock is off by %v", off)
	}
}

func TestLeavingSaysGoodbyeAndMayComeBack(t *testing.T) {
	d := newDriver(t, Patient).online()
	d.sent = nil
	d.did(d.p.Leave(d.now))
	if len(d.sent) != 1 || d.sent[0].Command.Goodbye == nil || !d.do.Close || !d.do.Wait.IsZero() {
		t.Fatalf("got %+v and %+v", d.sent, d.do)
	}
	d.state(Closed)
	if code, _ := d.reply(d.want(Command{Relay: &Relay{}})); code != CodeClosed {
		t.Errorf("a command after leaving got %q", code)
	}
	d.did(d.p.Start(d.now))
	d.online().state(Online)
}

func TestMalformedWishesNeverReachTheSocket(t *testing.T) {
	d := newDriver(t, Aggregator).online()
	d.sent = nil
	for _, c := range []Command{
		{}, {Relay: &Relay{}, Goodbye: &Goodbye{}}, {Ask: &Ask{From: "x"}},
		{Signal: &Signal{Share: "s", Body: json.RawMessage(`{`)}},
		{Signal: &Signal{Share: "s", Body: json.RawMessage(`"` + strings.Repeat("x", MaxBody) + `"`)}},
	} {
		if code, ok := d.reply(d.want(c)); !ok || code != CodeJunk {
			t.Errorf("%+v got %q", c, code)
		}
	}
	if len(d.sent) != 0 {
		t.Errorf("the page sent %+v", d.sent)
	}
	for range MaxWants {
		d.want(Command{Relay: &Relay{}})
	}
	if code, _ := d.reply(d.want(Command{Relay: &Relay{}})); code != CodeTooMany {
		t.Errorf("one wish too many got %q", code)
	}
}

func TestViewsAreNeverChangedUnderTheirReader(t *testing.T) {
	v := RoomView{Snapshot{Room: room, N: 1, Members: make([]Member, 0, 8), Shares: make([]Share, 0, 8)}}
	a, _ := v.With(Change{N: 2, Member: &Member{ID: member, Portal: Aggregator, State: Here}})
	b, _ := v.With(Change{N: 2, Member: &Member{ID: other, Portal: Therapist, State: Here}})
	if a.Members[0].ID != member || b.Members[0].ID != other || len(v.Members) != 0 {
		t.Errorf("views share their lists: %v %v %v", v.Members, a.Members, b.Members)
	}
	if !a.Online() || b.Online() || len(a.Of(Aggregator)) != 1 {
		t.Errorf("online %v %v", a.Online(), b.Online())
	}
	c, _ := a.With(Change{N: 3, Member: &Member{ID: member, Portal: Aggregator, State: Reconnecting}})
	if a.Members[0].State != Here || c.Online() {
		t.Errorf("%v became %v", a.Members, c.Members)
	}
	if same, err := c.With(Change{N: 3, Left: &Left{Member: member}}); err != nil || len(same.Members) != 1 {
		t.Errorf("a change seen before did %v, %v", same, err)
	}
	if _, err := c.With(Change{N: 5}); err != ErrHole {
		t.Errorf("a hole is %v", err)
	}
}

// TestAPageTurnedAwayStreamsToNobody: the house ends the shares of whoever it turns away and cannot tell that page any
// more, so the page ends them itself. Another protocol is no such judgement.
func TestAPageTurnedAwayStreamsToNobody(t *testing.T) {
	for code, over := range map[string]bool{CodeSignedOut: true, CodePortal: true, CodeMember: true, CodeVersion: false} {
		d := newDriver(t, Aggregator).online()
		share := Share{ID: "s1", Therapist: PersonView{ID: "t"}, From: member, To: other, Signals: []access.Signal{access.ECG}, Since: 1}
		d.hear(FromHouse{Change: &Change{Room: room, N: 2, Share: &share}})
		d.hear(FromHouse{Refused: &Refused{Code: code, Final: true}})
		d.state(TurnedAway)
		if ended := d.ended("s1"); ended != over {
			t.Errorf("%s: the share ended %v, want %v", code, ended, over)
		}
		if stands := len(d.p.Rooms()) > 0; stands == over {
			t.Errorf("%s: the page stands in %d rooms", code, len(d.p.Rooms()))
		}
	}
}

// TestAPageIsNeverAnotherPersons: a socket that comes back as somebody else, because another account signed in at the
// same browser, is not this page's.
func TestAPageIsNeverAnotherPersons(t *testing.T) {
	d := newDriver(t, Aggregator).online()
	share := Share{ID: "s1", Therapist: PersonView{ID: "t"}, From: member, To: other, Signals: []access.Signal{access.ECG}, Since: 1}
	d.hear(FromHouse{Change: &Change{Room: room, N: 2, Share: &share}})
	d.did(d.p.Network(d.now))
	d.did(d.p.Opened(d.now, d.sock))
	d.hear(FromHouse{Welcome: &Welcome{Member: member, Person: PersonView{ID: "q", Name: "Q"}, Rooms: []RoomID{"patient/other"}, Now: care.StampOf(d.now), Build: "b"}})
	d.state(TurnedAway)
	if !d.do.Close || !d.ended("s1") || d.p.Me().ID != "p" || len(d.p.Rooms()) != 0 {
		t.Errorf("close %v, ended %v, is %q, rooms %v", d.do.Close, d.ended("s1"), d.p.Me().ID, d.p.Rooms())
	}
}

// TestAHelloSaysWhoseItIs: the house can refuse a page that comes back where somebody else has signed in, before it
// stands in any room with the resume point of the former.
func TestAHelloSaysWhoseItIs(t *testing.T) {
	d := newDriver(t, Therapist)
	d.did(d.p.Opened(d.now, d.sock))
	d.online()
	d.did(d.p.Network(d.now))
	d.did(d.p.Opened(d.now, d.sock))
	if first, last := d.sent[0].Hello, d.sent[len(d.sent)-1].Hello; first.Person != "" || last == nil || last.Person != "p" || len(last.Resume) != 1 {
		t.Errorf("at first %+v, then %+v", first, last)
	}
}

// TestASnapshotOfTheSameEpochSaysWhy: the reason is the house's; where it has forgotten, a page that is still there has
// not left.
func TestASnapshotOfTheSameEpochSaysWhy(t *testing.T) {
	at := func(id MemberID, p Portal) Member {
		return Member{ID: id, Person: PersonView{ID: "p"}, Portal: p, State: Here, Since: 1}
	}
	both := []Member{at(member, Aggregator), at(other, Therapist)}
	for name, c := range map[string]struct {
		members []Member
		ended   []Ended
		want    string
	}{
		"the patient's will":       {both, []Ended{{"another", "left"}, {"s1", "stopped-by-patient"}}, "stopped-by-patient"},
		"withdrawn":                {both[:1], []Ended{{"s1", "withdrawn"}}, "withdrawn"},
		"its reader is gone":       {both[:1], nil, "left"},
		"its tablet is gone":       {both[1:], nil, "aggregator-gone"},
		"both merely came back":    {both, nil, Restarted},
		"another share, another’s": {both, []Ended{{"s2", "withdrawn"}}, Restarted},
	} {
		d := newDriver(t, Aggregator).online()
		share := Share{ID: "s1", Therapist: PersonView{ID: "t"}, From: member, To: other, Signals: []access.Signal{access.ECG}, Since: 1}
		d.hear(FromHouse{Change: &Change{Room: room, N: 2, Share: &share}})
		d.hear(FromHouse{Enter: &Snapshot{Room: room, Epoch: "e1", N: 300, Members: c.members, Ended: c.ended}})
		got := ""
		for _, e := range d.events {
			if e.Ended != nil {
				got += e.Ended.Reason
			}
		}
		if got != c.want {
			t.Errorf("%s: ended as %q, want %q", name, got, c.want)
		}
		if v, _ := d.p.Room(room); v.Ended != nil {
			t.Errorf("%s: the room keeps what is over", name)
		}
	}
}

// TestARoomOneMayNotStandInAnyMoreIsWithdrawn: who was unassigned while the socket was broken hears of it by the welcome.
func TestARoomOneMayNotStandInAnyMoreIsWithdrawn(t *testing.T) {
	d := newDriver(t, Therapist).online()
	share := Share{ID: "s1", Therapist: PersonView{ID: "p"}, From: other, To: member, Signals: []access.Signal{access.ECG}, Since: 1}
	d.hear(FromHouse{Change: &Change{Room: room, N: 2, Share: &share}})
	d.did(d.p.Network(d.now))
	d.did(d.p.Opened(d.now, d.sock))
	d.hear(FromHouse{Welcome: &Welcome{Member: member, Person: PersonView{ID: "p"}, Rooms: []RoomID{}, Now: care.StampOf(d.now), Build: "b"}})
	for _, e := range d.events {
		if e.Ended != nil && e.Ended.Reason == "withdrawn" {
			return
		}
	}
	t.Error("nobody was told that the share is withdrawn")
}

// ended reports whether the page told the end of a share.
func (d *driver) ended(id ShareID) bool {
	for _, e := range d.events {
		if e.Ended != nil && e.Ended.Share.ID == id {
			return true
		}
	}
	return false
}
