package room

import (
	"context"
	"slices"
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/live"
)

type signal = access.Signal

// command does what a page wants, once: the same id again gets the same reply.
func (r *Room) command(ctx context.Context, now time.Time, socket SocketID, c live.Command) {
	m := r.at(socket)
	if m == nil {
		r.post(Post{Socket: socket, Text: r.write(live.FromHouse{Reply: &live.Reply{ID: c.ID, Code: live.CodeNoRoom}})})
		return
	}
	if i := slices.IndexFunc(m.done, func(d live.Reply) bool { return d.ID == c.ID }); i >= 0 {
		r.send(m, live.FromHouse{Reply: &m.done[i]})
		return
	}
	reply := live.Reply{ID: c.ID}
	switch {
	case c.Announce != nil:
		reply.Code = r.announce(m, *c.Announce)
	case c.Ask != nil:
		reply.Share, reply.Code = r.asked(ctx, now, m, *c.Ask)
	case c.Stop != nil:
		reply.Code = r.stop(m, *c.Stop)
	case c.Signal != nil && c.Signal.To != "":
		reply.Code = r.pass(now, m, *c.Signal)
	case c.Signal != nil:
		reply.Code = r.relay(now, m, *c.Signal)
	case c.Sit != nil:
		reply.Code = r.sit(now, m, *c.Sit)
	case c.Nudge != nil:
		reply.Code = r.nudge(now, m, *c.Nudge)
	default:
		reply.Code = live.CodeForbidden // the others are the socket's to answer
	}
	if len(m.done) == live.MaxWants {
		m.done = slices.Delete(m.done, 0, 1)
	}
	m.done = append(m.done, reply)
	r.send(m, live.FromHouse{Reply: &reply})
}

func (r *Room) announce(m *member, a live.Announce) (code string) {
	if m.Portal != live.Aggregator || r.place.Room.Kind() != live.OfPatient {
		return live.CodeForbidden
	}
	if !slices.Equal(m.Sensors, a.Sensors) {
		m.Sensors = a.Sensors
		r.tellOf(m)
	}
	return ""
}

// asked begins or changes a share. The permission is read while the room stands still, so that a withdrawal, which
// comes as an act of its own after it is stored, can never be overtaken. Signals that are not received yet are written
// down first.
func (r *Room) asked(ctx context.Context, now time.Time, m *member, a live.Ask) (live.ShareID, string) {
	if m.Portal != live.Therapist || r.place.Patient == "" || r.place.Room.Kind() != live.OfPatient {
		return "", live.CodeForbidden
	}
	from := r.find(a.From)
	if from == nil || from.Portal != live.Aggregator {
		return "", live.CodeAway
	}
	may, err := r.permitted(ctx, m.Person.ID)
	switch {
	case err != nil:
		return "", live.CodeNotNow
	case len(both(a.Signals, may)) < len(a.Signals):
		return "", live.CodeNoSignal
	}
	wanted := both(access.Signals(), a.Signals)
	i := slices.IndexFunc(r.shares, func(s live.Share) bool { return s.From == a.From && s.To == m.ID })
	if i < 0 {
		relayed, err := r.relayed(ctx)
		if err != nil {
			return "", live.CodeNotNow
		}
		s := live.Share{
			ID: care.NewID[live.ShareID](), Therapist: m.Person, From: a.From, To: m.ID,
			Signals: wanted, Since: care.StampOf(now), Relay: relayed,
		}
		if err := r.began(ctx, s, SharedBegin, m.from); err != nil {
			return "", live.CodeNotNow
		}
		r.shares = append(r.shares, s)
		r.record(live.Change{Share: &s})
		return s.ID, ""
	}
	s := r.shares[i]
	if len(without(wanted, s.Signals)) == 0 {
		r.keep(i, wanted)
		return s.ID, ""
	}
	s.Signals = wanted
	if err := r.began(ctx, s, SharedChange, m.from); err != nil {
		return "", live.CodeNotNow
	}
	r.shares[i] = s
	r.record(live.Change{Share: &s})
	return s.ID, ""
}

func (r *Room) permitted(ctx context.Context, therapist care.PersonID) ([]signal, error) {
	ctx, cancel := context.WithTimeout(ctx, lookUp)
	defer cancel()
	return r.ask.Permitted(ctx, r.place.Patient, therapist)
}

// relayed is asked while the room stands still, too: a page must not have to know of the visit its patient is in.
func (r *Room) relayed(ctx context.Context) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, lookUp)
	defer cancel()
	return r.ask.Relayed(ctx, r.place.Patient)
}

// stop ends a share or some of its signals, for the therapist's page and for any page of the patient.
func (r *Room) stop(m *member, s live.Stop) (code string) {
	i := r.share(s.Share)
	if i < 0 {
		return live.CodeNoShare
	}
	reason := "stopped-by-patient"
	switch {
	case r.shares[i].To == m.ID:
		reason = "stopped-by-therapist"
	case m.Portal != live.Aggregator && m.Portal != live.Patient:
		return live.CodeNoShare // another therapist's stream is none of theirs
	}
	var left []signal
	if len(s.Signals) > 0 {
		left = without(r.shares[i].Signals, s.Signals)
	}
	if len(left) == 0 {
		r.end(s.Share, reason)
	} else {
		r.keep(i, left)
	}
	return ""
}

// relay brings a signal to the other page of its share, and keeps it for a while in case that page's socket is broken
// without anybody knowing yet.
func (r *Room) relay(now time.Time, m *member, s live.Signal) (code string) {
	i := r.share(s.Share)
	if i < 0 || (m.ID != r.shares[i].From && m.ID != r.shares[i].To) {
		return live.CodeNoShare
	}
	to := r.find(r.shares[i].To)
	if m == to {
		to = r.find(r.shares[i].From)
	}
	r.mail(now, m, to, s)
	return ""
}

// mail numbers a signal, keeps it and sends it.
func (r *Room) mail(now time.Time, from, to *member, s live.Signal) {
	r.calls++
	text := r.write(live.FromHouse{Signal: &live.Signalled{Room: r.place.Room, N: r.calls, Share: s.Share, From: from.ID, Body: s.Body}})
	to.mail = append(to.mail, letter{n: r.calls, share: s.Share, from: from.ID, text: text, until: now.Add(mailTime)})
	to.weight += len(text)
	to.forget(now)
	if to.socket != "" {
		r.post(Post{Socket: to.socket, Text: text})
	}
}

// recheck reads every permission again: shares shrink to what is still permitted, or end. What cannot be read is not
// permitted.
func (r *Room) recheck(ctx context.Context) {
	for _, s := range slices.Clone(r.shares) {
		may, err := r.permitted(ctx, s.Therapist.ID)
		if err != nil {
			may = nil
		}
		if left := both(s.Signals, may); len(left) == 0 {
			r.end(s.ID, "withdrawn")
		} else {
			r.keep(r.share(s.ID), left)
		}
	}
}

// keep leaves share i some of its signals.
func (r *Room) keep(i int, signals []signal) {
	s := r.shares[i]
	if slices.Equal(s.Signals, signals) {
		return
	}
	s.Signals = signals
	r.shares[i] = s
	r.record(live.Change{Share: &s})
	r.jot(s, SharedChange, "")
}

// end ends a share and forgets its mail.
func (r *Room) end(id live.ShareID, reason string) {
	if i := r.share(id); i >= 0 {
		r.jot(r.shares[i], SharedEnd, reason)
	}
	r.shares = slices.DeleteFunc(r.shares, func(s live.Share) bool { return s.ID == id })
	for _, m := range r.members {
		m.drop(func(l letter) bool { return l.share == id })
	}
	ended := live.Ended{Share: id, Reason: reason}
	if len(r.ends) == live.MaxEnds {
		r.ends = slices.Delete(r.ends, 0, 1)
	}
	r.ends = append(r.ends, ended)
	r.record(live.Change{Ended: &ended})
}

func (r *Room) share(id live.ShareID) int {
	return slices.IndexFunc(r.shares, func(s live.Share) bool { return s.ID == id })
}

// both keeps what is in both lists, in the order of the first.
func both(a, b []signal) []signal {
	var in []signal
	for _, s := range a {
		if slices.Contains(b, s) {
			in = append(in, s)
		}
	}
	return in
}

func without(a, b []signal) []signal {
	return slices.DeleteFunc(slices.Clone(a), func(s signal) bool { return slices.Contains(b, s) })
}
