package live

import (
	"errors"
	"fmt"
)

func (m FromHouse) check() error {
	if !one(m.Welcome != nil, m.Refused != nil, m.Pong != nil, m.Enter != nil, m.Leave != nil, m.Change != nil, m.Reply != nil, m.Signal != nil, m.Nudge != nil) {
		return errFields
	}
	switch {
	case m.Welcome != nil:
		return m.Welcome.check()
	case m.Refused != nil:
		return m.Refused.check()
	case m.Pong != nil:
		return errors.Join(echo(m.Pong.T0), instant(m.Pong.Now))
	case m.Enter != nil:
		return m.Enter.check()
	case m.Leave != nil:
		return errors.Join(m.Leave.Room.check(), token(m.Leave.Reason))
	case m.Change != nil:
		return m.Change.check()
	case m.Reply != nil:
		return m.Reply.check()
	case m.Nudge != nil:
		return errors.Join(m.Nudge.Room.check(), m.Nudge.From.check(), nudge(m.Nudge.What, m.Nudge.Text), m.Nudge.Made.check(m.Nudge.What))
	default:
		return m.Signal.check()
	}
}

func (s *Signalled) check() error {
	return errors.Join(s.Room.check(), maybe(s.Share), s.From.check(), body(s.Body))
}

func (w *Welcome) check() error {
	if len(w.Rooms) > 4096 {
		return errList
	}
	for _, r := range w.Rooms {
		if err := r.check(); err != nil {
			return err
		}
	}
	return errors.Join(w.Member.check(), w.Person.check(), instant(w.Now), text(w.Build, 64))
}

func (p PersonView) check() error { return errors.Join(token(p.ID), text(p.Name, 80)) }

func (r *Refused) check() error {
	if r.Wait < 0 || r.Wait > 3_600_000 {
		return errStamp
	}
	return token(r.Code)
}

func (s *Snapshot) check() error {
	if len(s.Members) > MaxMembers || len(s.Shares) > MaxMembers*MaxMembers || len(s.Ended) > MaxEnds {
		return errList
	}
	if s.Patient != "" {
		if err := token(s.Patient); err != nil {
			return err
		}
	}
	for _, m := range s.Members {
		if err := m.check(); err != nil {
			return fmt.Errorf("member: %w", err)
		}
	}
	for _, sh := range s.Shares {
		if err := sh.check(); err != nil {
			return fmt.Errorf("share: %w", err)
		}
	}
	for _, e := range s.Ended {
		if err := e.check(); err != nil {
			return fmt.Errorf("ended: %w", err)
		}
	}
	return errors.Join(s.Room.check(), token(s.Epoch), text(s.Name, 80))
}

func (m Member) check() error {
	if m.State != Here && m.State != Reconnecting {
		return errWord
	}
	return errors.Join(m.ID.check(), m.Person.check(), m.Portal.check(), instant(m.Since), sensors(m.Sensors),
		maybe(m.Guest), m.Seat.check())
}

func (s Share) check() error {
	return errors.Join(token(s.ID), s.Therapist.check(), s.From.check(), s.To.check(), signals(s.Signals, 1), instant(s.Since))
}

func (e Ended) check() error { return errors.Join(token(e.Share), token(e.Reason)) }

func (c *Change) check() error {
	if err := c.Room.check(); err != nil {
		return err
	}
	if c.N == 0 || !one(c.Member != nil, c.Left != nil, c.Share != nil, c.Ended != nil, c.Data != nil) {
		return errFields
	}
	switch {
	case c.Member != nil:
		return c.Member.check()
	case c.Left != nil:
		return errors.Join(c.Left.Member.check(), token(c.Left.Reason))
	case c.Share != nil:
		return c.Share.check()
	case c.Ended != nil:
		return c.Ended.check()
	default:
		if c.Data.ID != "" {
			if err := token(c.Data.ID); err != nil {
				return err
			}
		}
		return token(c.Data.What)
	}
}

func (r *Reply) check() error {
	if len(r.ICE) > 16 {
		return errList
	}
	for _, s := range r.ICE {
		if len(s.URLs) == 0 || len(s.URLs) > 8 {
			return errList
		}
		for _, u := range s.URLs {
			if err := text(u, 512); err != nil {
				return err
			}
		}
		if err := errors.Join(text(s.Username, 512), text(s.Credential, 512)); err != nil {
			return err
		}
	}
	for _, optional := range []string{r.Code, string(r.Share)} {
		if optional != "" {
			if err := token(optional); err != nil {
				return err
			}
		}
	}
	return token(r.ID)
}
