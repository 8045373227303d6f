package store

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// errFull is the fault of letting in one more than a call takes.
var errFull = fault.New(fault.Conflict, "visit.full", nil)

// errStep is the fault of an act that is not for whoever asks.
var errStep = fault.New(fault.Invalid, "guest.act", nil)

// whoSteps says which right an act needs; what is not in it is the house's alone.
var whoSteps = map[care.GuestAct]access.Action{
	care.Arrive: access.AttendVisit, care.Check: access.AttendVisit, care.Wait: access.AttendVisit, care.Leave: access.AttendVisit,
	care.Admit: access.AdmitGuests, care.Deny: access.AdmitGuests, care.Uninvite: access.WriteVisits, care.Invite: access.WriteVisits,
}

// StepGuest does an act to a guest: the only way a guest's state ever changes. What means nothing there changes nothing and
// says so; of two who do the same at once one changes something and both get the same answer. A guest takes only their own
// steps. Faults: NotFound; Gone "visit.over", "visit.cancelled"; Conflict "visit.early", "visit.full"; Invalid "guest.act".
func (s *Store) StepGuest(ctx context.Context, by care.Reader, visit care.VisitID, guest care.GuestID, step care.Step) (out care.Stepped, err error) {
	action, known := whoSteps[step.Act]
	if !known && !by.Operator {
		return out, errStep
	}
	if err := clean(step.Reason); err != nil {
		return out, err
	}
	own := care.PersonID("")
	if action == access.AttendVisit && !by.Operator {
		own = by.Person
	}
	return s.stepGuest(ctx, visitsOf(by, action), own, visit, guest, step, by.Person)
}

// stepGuest is StepGuest for a guest of the visits somebody sees; own is whose own guest it must be, "" for anybody's.
func (s *Store) stepGuest(ctx context.Context, those sight, own care.PersonID, visit care.VisitID, guest care.GuestID, step care.Step, author care.PersonID) (out care.Stepped, err error) {
	v, err := s.changeVisit(ctx, "move a guest on", those, visit, func(ctx context.Context, tx bun.Tx, row *visitRow) error {
		g, err := guestIn(ctx, tx, visit, guest)
		if err != nil {
			return err
		}
		if own != "" && care.PersonID(g.ID) != own && g.Person != own {
			return errNotFound
		}
		was := g.State
		out.Changed, err = s.stepped(ctx, tx, row, &g, step, author)
		if out.Moved = g.State != was; err == nil && out.Moved && step.Act == care.Admit {
			out.Met, err = s.callsEnd(ctx, tx, *row, g, author)
		}
		return err
	})
	if err != nil {
		return care.Stepped{}, err
	}
	out.Visit = v
	for _, g := range v.Guests {
		if g.ID == guest {
			out.Guest = g
		}
	}
	return out, nil
}

// stepped does an act to a guest of a visit that is held, with what follows from it for the visit.
func (s *Store) stepped(ctx context.Context, tx bun.Tx, v *visitRow, g *guestRow, step care.Step, by care.PersonID) (bool, error) {
	next, ok := g.State.After(step.Act)
	if !ok {
		return s.foundLater(ctx, tx, g, step)
	}
	if err := s.prepare(ctx, tx, v, g, step, by); err != nil {
		return false, err
	}
	was := g.State
	g.State, g.Since, g.Reason, g.Version = next, micro(s.now()), step.Reason, g.Version+1
	if _, err := tx.NewUpdate().Model(g).WherePK().Exec(ctx); err != nil {
		return false, err
	}
	if err := s.visitEvent(ctx, tx, v.ID, care.VisitEvent{Guest: g.ID, Act: string(step.Act), From: string(was), To: string(next), By: by, Reason: step.Reason}); err != nil {
		return false, err
	}
	if err := s.arrives(ctx, tx, *g, was); err != nil {
		return false, err
	}
	if err := s.summon(ctx, tx, *g, was); err != nil {
		return false, err
	}
	if step.Act == care.Deny || step.Act == care.Uninvite {
		if err := s.shutOut(ctx, tx, g.ID, step.Act == care.Uninvite); err != nil {
			return false, err
		}
	}
	switch step.Act {
	case care.Join:
		return true, s.meet(ctx, tx, v)
	case care.Deny:
		return true, s.tellNews(ctx, tx, care.NewsDenied, v.visit(), *v, g.ID, by)
	case care.Uninvite:
		return true, s.tellNews(ctx, tx, care.NewsUninvited, v.visit(), *v, g.ID, by)
	case care.Invite:
		return true, s.tellNews(ctx, tx, care.NewsInvited, v.visit(), *v, g.ID, by)
	}
	return true, nil
}

// prepare looks whether an act that means something may be done now, and does what goes with it.
func (s *Store) prepare(ctx context.Context, tx bun.Tx, v *visitRow, g *guestRow, step care.Step, by care.PersonID) error {
	now := s.now()
	switch step.Act {
	case care.Arrive:
		if err := v.visit().Comes(now); err != nil {
			return err
		}
		if err := s.often(ctx, tx, *g); err != nil {
			return err
		}
		g.Waiting = micro(now)
		if g.Came == 0 {
			g.Came = g.Waiting
		}
		if step.Agreed > 0 && (step.AgreedTo != g.AgreedTo || step.Agreed > g.Agreed) {
			g.Agreed, g.AgreedTo = step.Agreed, step.AgreedTo
		}
	case care.Check:
		if err := g.checked(step.Ready); err != nil {
			return err
		}
	case care.Admit:
		if err := s.running(*v); err != nil {
			return err
		}
		if err := s.room(ctx, tx, v.ID); err != nil {
			return err
		}
		if err := s.begun(ctx, tx, v, by); err != nil {
			return err
		}
		if by == v.Host {
			v.HostIn = micro(now)
		}
	case care.Invite:
		if err := s.running(*v); err != nil {
			return err
		}
		if err := s.fitsAgain(ctx, tx, *v, *g); err != nil {
			return err
		}
		return s.relayFor(ctx, tx, v, g.InvitedAs)
	}
	return nil
}

// mostArrivals is how often a guest comes within arrivalsWithin: each time all who let guests in are told, and it is written down
// for good. Only a tap of somebody who is out counts, no page that is loaded or connects again; and whom a bad line puts out of the
// call is not out before half a minute has passed, so that nobody is refused for their line. Whoever is may come a few minutes later.
const (
	mostArrivals   = 10
	arrivalsWithin = 5 * time.Minute
)

// errOften is the fault of a guest who comes and goes all the time.
var errOften = fault.New(fault.TooMany, "guest.too-often", nil)

// often refuses a guest who came too often lately.
func (s *Store) often(ctx context.Context, tx bun.Tx, g guestRow) error {
	var came int
	err := tx.NewRaw("SELECT COUNT(*) FROM guest_events WHERE visit = ? AND moment > ? AND guest = ? AND act = ?", g.Visit, micro(s.now().Add(-arrivalsWithin)), g.ID, care.Arrive).
		Scan(ctx, &came)
	if err == nil && came >= mostArrivals {
		err = errOften
	}
	return err
}

// fitsAgain refuses to invite somebody again who does not belong to the visit as it is now: who is in it by another place,
// whom its kind does not take, or for whom there is no room.
func (s *Store) fitsAgain(ctx context.Context, tx bun.Tx, v visitRow, g guestRow) error {
	rows, err := guestsOf(ctx, tx, v.ID)
	if err != nil {
		return err
	}
	n := care.NewVisit{Visit: v.visit()}
	for _, o := range rows {
		if o.InvitedAs != care.AsCaller && (o.State != care.Uninvited || o.ID == g.ID) {
			n.Guests = append(n.Guests, care.NewGuest{ID: o.ID, As: o.InvitedAs, Relative: o.Relative, Person: o.Person})
		}
	}
	return n.Validate()
}

// foundLater keeps what a page that waits, or is in, found out about its device since it was checked, such as a sensor that
// was put on. The guest stays where they are.
func (s *Store) foundLater(ctx context.Context, tx bun.Tx, g *guestRow, step care.Step) (bool, error) {
	was := g.Ready
	if step.Act != care.Check || step.Ready == nil || !g.State.Queued() && !g.State.Inside() {
		return false, nil
	}
	if err := g.checked(step.Ready); err != nil || g.Ready == was {
		return false, err
	}
	_, err := tx.NewUpdate().Model(g).WherePK().Exec(ctx)
	return true, err
}

// checked keeps what a check found.
func (g *guestRow) checked(r *care.Readiness) error {
	if r == nil {
		return nil
	}
	if err := r.Validate(); err != nil {
		return err
	}
	text, err := json.Marshal(r)
	g.Ready = string(text)
	return err
}

// room refuses one more than a call takes; the host has a place in it.
func (s *Store) room(ctx context.Context, tx bun.Tx, visit care.VisitID) error {
	var inside int
	if err := tx.NewRaw("SELECT COUNT(*) FROM guests WHERE visit = ? AND state IN ('admitted', 'in-call', 'reconnecting')", visit).Scan(ctx, &inside); err != nil {
		return err
	}
	if inside >= care.MostInCall-1 {
		return errFull
	}
	return nil
}

// meet notes when two were in a visit at once, the first time. That the host is in it follows from what they did: they
// opened it, let somebody in, or heard somebody.
func (s *Store) meet(ctx context.Context, tx bun.Tx, v *visitRow) error {
	if v.Met != 0 {
		return nil
	}
	var inside int
	if err := tx.NewRaw("SELECT COUNT(*) FROM guests WHERE visit = ? AND state = 'in-call'", v.ID).Scan(ctx, &inside); err != nil {
		return err
	}
	if v.HostIn != 0 {
		inside++
	}
	if inside >= 2 {
		v.Met = micro(s.now())
	}
	return nil
}

// GuestAt returns, for the house, a visit with the sealed address of one of its guests.
func (s *Store) GuestAt(ctx context.Context, id care.GuestID) (v care.Planned, sealed []byte, err error) {
	if !care.ValidID(id) {
		return v, nil, errNotFound
	}
	var at struct {
		Visit  care.VisitID
		Sealed string
	}
	if err := s.db.NewRaw("SELECT i.visit, i.sealed FROM guests AS i WHERE i.id = ?", id).Scan(ctx, &at); err != nil {
		return v, nil, failed("find a guest", err)
	}
	if sealed, err = base64.StdEncoding.DecodeString(at.Sealed); err != nil {
		return v, nil, failed("find a guest", err)
	}
	v, err = s.planned(ctx, s.db, every, at.Visit)
	return v, sealed, failed("find a guest", err)
}
