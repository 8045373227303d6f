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
	if !one(c.Announce != nil, c.Ask != nil, c.Stop != nil, c.Signal != nil, c.Relay != nil, c.Goodbye != nil) {
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
		if err := errors.Join(token(c.Signal.Share), body(c.Signal.Body)); err != nil {
			return fmt.Errorf("signal: %w", err)
		}
	}
	return nil
}
