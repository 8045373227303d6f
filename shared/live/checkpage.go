package live

import (
	"errors"
	"fmt"

	"hearth/shared/care"
)

func (m FromPage) check() error {
	if !one(m.Hello != nil, m.Ping != nil, m.Resync != nil, m.Command != nil) {
		return errFields
	}
	switch {
	case m.Hello != nil:
		return m.Hello.check()
	case m.Ping != nil:
		return m.Ping.check()
	case m.Resync != nil:
		return m.Resync.Room.check()
	default:
		return m.Command.check()
	}
}

// check looks no further than the version when it is another one: that page deserves words, not "junk".
func (h *Hello) check() error {
	if h.Protocol != Protocol {
		return nil
	}
	if len(h.Resume) > 4096 {
		return errList
	}
	for room, r := range h.Resume {
		if err := errors.Join(room.check(), token(r.Epoch)); err != nil {
			return err
		}
	}
	if h.Person != "" {
		if err := token(h.Person); err != nil {
			return err
		}
	}
	return errors.Join(h.Member.check(), h.Portal.check(), text(h.Build, 64))
}

// check lets a page's clock be as wrong as it likes, within what JSON carries exactly: it only comes back in the Pong.
func (p *Ping) check() error { return echo(p.T0) }

func echo(s care.Stamp) error {
	if s < -1<<53 || s > 1<<53 {
		return errStamp
	}
	return nil
}

func (c *Command) check() error {
	if err := errors.Join(token(c.ID), c.Room.check()); err != nil {
		return err
	}
	if !one(c.Announce != nil, c.Ask != nil, c.Stop != nil, c.Signal != nil, c.Sit != nil, c.Nudge != nil, c.Relay != nil, c.Goodbye != nil) {
		return errFields
	}
	switch {
	case c.Announce != nil:
		return sensors(c.Announce.Sensors)
	case c.Ask != nil:
		return errors.Join(c.Ask.From.check(), signals(c.Ask.Signals, 1))
	case c.Stop != nil:
		return errors.Join(token(c.Stop.Share), signals(c.Stop.Signals, 0))
	case c.Signal != nil:
		if err := c.Signal.check(); err != nil {
			return fmt.Errorf("signal: %w", err)
		}
	case c.Sit != nil:
		return c.Sit.check()
	case c.Nudge != nil:
		return errors.Join(whom(c.Nudge.To), nudge(c.Nudge.What, c.Nudge.Text))
	}
	return nil
}

// check wants to know to whom: to the other page of a share, or to a page.
func (s *Signal) check() error {
	if !one(s.Share != "", s.To != "") {
		return errFields
	}
	return errors.Join(maybe(s.Share), whom(s.To), body(s.Body))
}
