package room

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/live"
)

// posted is a room with what it posted.
type posted struct {
	*Room
	now  time.Time
	sent map[SocketID][]live.FromHouse
}

func newPosted(t *testing.T, may asked) *posted {
	p := &posted{now: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC), sent: map[SocketID][]live.FromHouse{}}
	p.Room = NewRoom(p.now, Place{Room: live.PatientRoom(patient), Patient: patient}, may, func(post Post) {
		if len(post.Text) == 0 {
			return
		}
		m, err := live.DecodeHouse(post.Text)
		if err != nil {
			t.Fatalf("the room wrote %s: %v", post.Text, err)
		}
		p.sent[post.Socket] = append(p.sent[post.Socket], m)
	}, slog.New(slog.DiscardHandler))
	return p
}

func (p *posted) act(a Act) { p.Act(context.Background(), p.now, a) }

func (p *posted) enter(n int, portal live.Portal, person live.PersonView) live.MemberID {
	id := live.MemberID(fmt.Sprintf("member-%012d", n))
	p.act(Act{Enter: &Enter{Socket: SocketID(id), Member: id, Person: person, Portal: portal}})
	return id
}

func (p *posted) last(id live.MemberID) live.FromHouse {
	all := p.sent[SocketID(id)]
	return all[len(all)-1]
}

func TestARoomHoldsOnlySoMany(t *testing.T) {
	p := newPosted(t, nil)
	for n := range live.MaxMembers {
		p.enter(n, live.Therapist, live.PersonView{ID: "t"})
	}
	id := p.enter(live.MaxMembers, live.Therapist, live.PersonView{ID: "t"})
	if r := p.last(id).Refused; r == nil || r.Code != live.CodeTooMany || r.Final {
		t.Errorf("got %+v", p.last(id))
	}
	wants(t, "members", len(p.members), live.MaxMembers)
}

// TestTheLargestRoomFitsIntoAMessage fills a room to its bounds: the snapshot must still be one that pages read.
func TestTheLargestRoomFitsIntoAMessage(t *testing.T) {
	p := newPosted(t, nil)
	name := strings.Repeat("漢", 80)
	var sensors []live.Sensor
	for i := range live.MaxSensors {
		sensors = append(sensors, live.Sensor{Key: fmt.Sprint(i, strings.Repeat("k", 60)), Signal: access.Movement, Name: name, State: "reconnecting", Battery: 100})
	}
	var id live.MemberID
	for n := range live.MaxMembers {
		id = p.enter(n, live.Aggregator, live.PersonView{ID: "patient", Name: name})
		p.act(Act{Command: &Commanded{Socket: SocketID(id), Command: live.Command{ID: "a", Room: p.place.Room, Announce: &live.Announce{Sensors: sensors}}}})
	}
	p.act(Act{Resync: &Resynced{Socket: SocketID(id)}})
	if e := p.last(id).Enter; e == nil || len(e.Members) != live.MaxMembers {
		t.Errorf("got %+v", p.last(id))
	}
}

func TestMailIsBoundedAndForgotten(t *testing.T) {
	p := newPosted(t, asked{"t": {access.ECG}})
	aggregator := p.enter(0, live.Aggregator, live.PersonView{ID: "patient"})
	therapist := p.enter(1, live.Therapist, live.PersonView{ID: "t"})
	command := func(id live.MemberID, n int, c live.Command) live.Reply {
		c.ID, c.Room = fmt.Sprint(n), p.place.Room
		p.act(Act{Command: &Commanded{Socket: SocketID(id), Command: c}})
		return *p.last(id).Reply
	}
	share := command(therapist, 0, live.Command{Ask: &live.Ask{From: aggregator, Signals: []access.Signal{access.ECG}}}).Share
	body := []byte(`"` + strings.Repeat("x", 40<<10) + `"`)
	for n := range 50 {
		command(therapist, n+1, live.Command{Signal: &live.Signal{Share: share, Body: body}})
	}
	m := p.find(aggregator)
	if m.weight > mailSize || len(m.mail) == 0 {
		t.Errorf("%d letters weigh %d", len(m.mail), m.weight)
	}
	p.now = p.now.Add(mailTime)
	if !p.Deadline().Equal(p.now) {
		t.Errorf("the room waits until %v", p.Deadline())
	}
	p.Tick(p.now)
	if len(m.mail) != 0 || m.weight != 0 {
		t.Errorf("%d letters weigh %d after a minute", len(m.mail), m.weight)
	}
	command(therapist, 99, live.Command{Signal: &live.Signal{Share: share, Body: body}})
	command(therapist, 100, live.Command{Stop: &live.Stop{Share: share}})
	if len(m.mail) != 0 || m.weight != 0 {
		t.Errorf("%d letters weigh %d after the share ended", len(m.mail), m.weight)
	}
}

func TestAPermissionNobodyCanReadIsNone(t *testing.T) {
	may := asked{"t": {access.ECG}}
	p := newPosted(t, may)
	aggregator := p.enter(0, live.Aggregator, live.PersonView{ID: "patient"})
	therapist := p.enter(1, live.Therapist, live.PersonView{ID: "t"})
	p.act(Act{Command: &Commanded{Socket: SocketID(therapist), Command: live.Command{ID: "1", Room: p.place.Room, Ask: &live.Ask{From: aggregator, Signals: []access.Signal{access.ECG}}}}})
	p.ask = broken{}
	p.act(Act{Recheck: true})
	if c := p.last(aggregator).Change; c == nil || c.Ended == nil || c.Ended.Reason != "withdrawn" {
		t.Errorf("got %+v", p.last(aggregator))
	}
}

type broken struct{}

func (broken) Permitted(ctx context.Context, _ care.PatientID, _ care.PersonID) ([]access.Signal, error) {
	return []access.Signal{access.ECG}, context.DeadlineExceeded
}

func (broken) Relayed(context.Context, care.PatientID) (bool, error) {
	return false, context.DeadlineExceeded
}

func (broken) Note(context.Context, Shared) error { return context.DeadlineExceeded }
