package post

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"hearth/backend/jobs"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/words"
	"hearth/shared/words/catalogue"
)

// patience is how long a provider may take over one letter.
const patience = 10 * time.Second

// withheldFor is how long one waits before looking again whether a message may be sent.
const withheldFor = 10 * time.Minute

// mostWait is how long a message waits at the most before it is tried again.
const mostWait = 5 * time.Minute

// shortly is how long before a visit a link is tried by every way it has.
const shortly = 2 * time.Minute

// Config says how messages leave the house.
type Config struct {
	Outbox  Outbox
	Links   Links
	Reached Reached
	Senders map[care.Channel]Sender // channels without one are not used
	Secrets *Secrets
	Host    string           // of the house, for calendars
	URL     string           // of the house, for the e-mails' way out
	Replies bool             // an SMS may be answered with STOP
	Now     func() time.Time // nil: time.Now
	Log     *slog.Logger     // nil: silence
}

// Courier sends messages.
type Courier struct{ c Config }

// NewCourier makes a courier.
func NewCourier(c Config) *Courier {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Courier{c}
}

// Deliver is the handler of Job.
func (c *Courier) Deliver(ctx context.Context, j jobs.Job) (again time.Time, err error) {
	id := care.MessageID(j.Body)
	o, err := c.c.Outbox.OutgoingMessage(ctx, id)
	switch {
	case fault.Is(err, fault.NotFound): // the visit was erased
		return again, nil
	case err != nil:
		return again, err
	case o.State == care.MessageFailed, o.State == care.MessageOptedOut: // and it could not be noted that it goes another way
		return again, c.elsewhere(ctx, o)
	case o.State.Over():
		return again, nil
	case o.State == care.MessageSending:
		return c.resume(ctx, o)
	case o.Due.After(c.c.Now()):
		return o.Due, nil
	}
	if reason, sound := Sense(o.Message, o.Visit, o.Guest, c.c.Now()); !sound {
		state := care.MessageCancelled
		switch {
		case o.Perhaps:
			state, reason = care.MessageUnknown, "silent"
		case o.Attempts > 0 && reason == "late":
			state, reason = care.MessageFailed, "unreachable"
		}
		return again, c.settle(ctx, o, Outcome{State: state, Reason: reason})
	}
	if o.Withheld { // until somebody brings them back, or it makes no sense any more
		return c.c.Now().Add(withheldFor), nil
	}
	return c.address(ctx, o)
}

// resume is for a message whose sender never said what became of it.
func (c *Courier) resume(ctx context.Context, o Outgoing) (again time.Time, err error) {
	s := c.c.Senders[o.Channel]
	if s == nil || !s.Repeats() {
		return again, c.doubt(ctx, o, "crash")
	}
	return c.c.Now(), c.settle(ctx, o, Outcome{State: care.MessageQueued, Reason: "crash", Due: c.c.Now(), Perhaps: true})
}

// address finds out where a message goes, and by which channels.
func (c *Courier) address(ctx context.Context, o Outgoing) (again time.Time, err error) {
	reach, err := c.c.Reached.Reach(ctx, o)
	switch {
	case fault.Is(err, fault.Unavailable), ctx.Err() != nil:
		return again, err
	case err != nil:
		c.c.Log.Error("a contact cannot be read", "message", o.ID, "error", err)
		return again, c.settle(ctx, o, Outcome{State: care.MessageFailed, Reason: "contact"})
	}
	if o.Guest.Language == "" {
		o.Guest.Language = reach.Language
	}
	if o.Channel == "" {
		list := c.channels(o.Kind, reach)
		if len(list) == 0 {
			reason := "no-address"
			if reach.Mobile != "" || reach.Mail != "" || reach.Pushes {
				reason = "no-channel"
			}
			return again, c.settle(ctx, o, Outcome{State: care.MessageFailed, Reason: reason})
		}
		if err := c.c.Outbox.SplitMessage(ctx, o.ID, list); err != nil {
			return again, err
		}
		o.Channel = list[0]
	}
	to := map[care.Channel]string{care.BySMS: reach.Mobile, care.ByMail: reach.Mail}[o.Channel]
	if o.Channel == care.ByPush && reach.Pushes {
		to = string(o.Guest.Person)
	}
	sender := c.c.Senders[o.Channel]
	switch {
	case sender == nil:
		return again, c.lose(ctx, o, Outcome{State: care.MessageFailed, Reason: "no-channel"})
	case to == "": // since its way was chosen: the number was taken away
		return again, c.lose(ctx, o, Outcome{State: care.MessageFailed, Reason: "no-address"})
	}
	if o.Channel != care.ByPush {
		out, err := c.c.Outbox.OptedOut(ctx, c.c.Secrets.Hash(o.Channel, to))
		if err != nil {
			return again, err
		}
		if out {
			return again, c.lose(ctx, o, Outcome{State: care.MessageOptedOut})
		}
	}
	return c.send(ctx, o, sender, to)
}

// channels are those a kind of message travels by: a telephone first, a calendar's change by e-mail too, and e-mail where
// there is no telephone. Browsers hear of everything.
func (c *Courier) channels(k care.MessageKind, r Reach) (list []care.Channel) {
	has := func(ch care.Channel, there bool) bool { return there && c.c.Senders[ch] != nil }
	sms := has(care.BySMS, r.Mobile != "")
	if sms {
		list = append(list, care.BySMS)
	}
	dated := k == care.TellInvitation || k == care.TellChanged || k == care.TellCancelled
	if has(care.ByMail, r.Mail != "") && (!sms || dated) {
		list = append(list, care.ByMail)
	}
	if has(care.ByPush, r.Pushes) {
		list = append(list, care.ByPush)
	}
	return list
}

// send makes one attempt.
func (c *Courier) send(ctx context.Context, o Outgoing, sender Sender, to string) (again time.Time, err error) {
	l, language, err := c.letter(ctx, o, to)
	if err != nil {
		return again, err
	}
	b := Begun{Language: language, Parts: l.Parts, Start: o.Visit.Start, Late: o.Visit.Late, Guest: o.Guest.Version}
	if o.Channel == care.BySMS {
		b.Ends = to[max(0, len(to)-2):]
	}
	switch began, err := c.c.Outbox.BeginMessage(ctx, o.ID, b); {
	case fault.Is(err, fault.Conflict):
		return c.c.Now(), nil
	case err != nil || !began:
		return again, err
	}
	// From here on it is sent whatever becomes of the lease or the house: half-way is the one place nobody wants to be.
	whole := context.WithoutCancel(ctx)
	within, cancel := context.WithTimeout(whole, patience)
	a := sender.Send(within, l)
	cancel()
	c.c.Log.Debug("message", "message", o.ID, "kind", o.Kind, "channel", o.Channel, "fate", a.Fate, "reason", a.Reason)
	return c.judge(whole, o, a)
}

// judge says what follows from an answer.
func (c *Courier) judge(ctx context.Context, o Outgoing, a Answer) (again time.Time, err error) {
	switch a.Fate {
	case Taken:
		return again, c.settle(ctx, o, Outcome{State: care.MessageSent, Provider: a.Provider})
	case NotNow:
		due := c.c.Now().Add(max(min(15*time.Second<<min(o.Attempts, 10), mostWait), min(a.After, time.Hour)))
		return due, c.later(ctx, o, Outcome{Reason: a.Reason, Due: due})
	case Refused:
		return again, c.lose(ctx, o, Outcome{State: care.MessageFailed, Reason: a.Reason})
	}
	if s := c.c.Senders[o.Channel]; s.Repeats() {
		due := c.c.Now().Add(15 * time.Second << min(o.Attempts, 4))
		return due, c.later(ctx, o, Outcome{Reason: a.Reason, Due: due, Perhaps: true})
	}
	return again, c.doubt(ctx, o, a.Reason)
}

// later has a message tried again. A link does not wait for a provider that is away: from the second try in vain on, or from the
// first when the next would come shortly before the visit, it goes by e-mail besides. What cannot be noted now is by the next try.
func (c *Courier) later(ctx context.Context, o Outgoing, out Outcome) error {
	var lost error
	if o.Kind.Links() && (o.Attempts > 0 || !out.Due.Before(o.Visit.Start.Add(-shortly))) {
		lost = c.elsewhere(ctx, o)
	}
	out.State = care.MessageQueued
	return errors.Join(lost, c.settle(ctx, o, out))
}

// doubt settles a message of which nobody knows whether it went. It is not sent again; a link that makes sense still goes by
// e-mail besides, and of two links that arrive both are good.
func (c *Courier) doubt(ctx context.Context, o Outgoing, reason string) error {
	if _, sound := Sense(o.Message, o.Visit, o.Guest, c.c.Now()); sound && o.Kind.Links() {
		if err := c.elsewhere(ctx, o); err != nil {
			return err
		}
	}
	return c.settle(ctx, o, Outcome{State: care.MessageUnknown, Reason: reason})
}

// lose settles an SMS that will not arrive; where there is an e-mail address, that is tried instead. What the provider said is
// noted first: it is known, whatever else cannot be now.
func (c *Courier) lose(ctx context.Context, o Outgoing, out Outcome) error {
	if err := c.settle(ctx, o, out); err != nil {
		return err
	}
	return c.elsewhere(ctx, o)
}

// elsewhere has what an SMS says sent by e-mail too, once, where there is an address.
func (c *Courier) elsewhere(ctx context.Context, o Outgoing) error {
	if o.Channel != care.BySMS || c.c.Senders[care.ByMail] == nil {
		return nil
	}
	reach, err := c.c.Reached.Reach(ctx, o)
	switch {
	case err != nil && (fault.Is(err, fault.Unavailable) || ctx.Err() != nil):
		return err
	case err != nil || reach.Mail == "":
		return nil
	}
	return c.c.Outbox.FallBack(ctx, o.ID, care.ByMail)
}

func (c *Courier) settle(ctx context.Context, o Outgoing, out Outcome) error {
	return c.c.Outbox.SettleMessage(ctx, o.ID, out)
}

// letter writes a message.
func (c *Courier) letter(ctx context.Context, o Outgoing, to string) (l Letter, language string, err error) {
	lang := words.Language(o.Guest.Language)
	if !lang.Known() {
		lang = words.English
	}
	s := said(o, catalogue.Load(lang))
	if o.Kind.Links() && o.Channel != care.ByPush {
		if s.Link, err = c.c.Links.MintLink(ctx, o.Guest.ID); err != nil {
			return l, "", err
		}
	}
	l = Letter{ID: o.ID, Kind: o.Kind, To: to, Until: over(o.Visit, c.c.Now())}
	switch o.Channel {
	case care.BySMS:
		if c.c.Replies {
			s.Stop = "yes"
		}
		l.Text = s.SMS()
		l.Parts = Parts(l.Text)
	case care.ByMail:
		l.Stop = c.c.URL + api.StopPage + c.c.Secrets.StopToken(to)
		s.Stop = l.Stop
		l.Subject, l.Text, l.Calendar = s.Subject(), s.Mail(), calendarOf(o, s, c.c.Host, c.c.Now())
	case care.ByPush:
		l.Text = s.Notice()
	}
	return l, string(lang), nil
}
