package post

import (
	"context"
	"net/http"

	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/words"
	"hearth/shared/words/catalogue"
)

// Desk is what the office needs of the house's memory besides its outbox.
type Desk interface {
	// ListMessages returns what the guests of a visit by reads were and are to be told, with the visit and the clinic's name.
	ListMessages(ctx context.Context, by care.Reader, visit care.VisitID) ([]care.Message, care.Planned, string, error)
	// SendLinkAgain has a guest sent their link once more; only says that links before it open nothing any more.
	SendLinkAgain(ctx context.Context, by care.Reader, visit care.VisitID, guest care.GuestID, only bool) (care.Message, error)
	// MayWriteGuest answers fault.NotFound unless by writes the visit and the guest is one of it.
	MayWriteGuest(ctx context.Context, by care.Reader, visit care.VisitID, guest care.GuestID) error
	// ReportMessage notes what a provider says and answers the message it is about as it is now, without an id for none.
	ReportMessage(ctx context.Context, r Report) (care.Message, error)
	// FallBack makes the same message for another channel, unless there is one.
	FallBack(ctx context.Context, id care.MessageID, channel care.Channel) error
	// PutOptOut remembers, or forgets, that nothing is to be sent to an address.
	PutOptOut(ctx context.Context, channel care.Channel, hash, way string, by care.PersonID, out bool) error
	OptedOut(ctx context.Context, hash string) (bool, error)
}

// Office is where staff look after messages, and where providers and receivers answer.
type Office struct {
	Desk
	Reached Reached
	Secrets *Secrets
	Push    *Push
	Inbox   Inbox
	Mails   bool                                           // e-mails leave the house
	Shelf   *Shelf                                         // of a demo; nil elsewhere
	Trail   func(ctx context.Context, action string) error // nil: none is kept
}

// Written is a message as staff read it.
type Written struct {
	care.Message
	Text string // without the link
}

// Way is how a guest is reached, as staff read it.
type Way struct {
	Guest   care.GuestID
	Mobile  string // last two digits; "" for none
	Mail    bool
	Push    bool
	SMSOff  bool // they want no SMS
	MailOff bool
}

// Messages lists what the guests of a visit were and are to be told, and how they are reached now.
func (o *Office) Messages(ctx context.Context, by care.Reader, visit care.VisitID) (list []Written, ways []Way, err error) {
	all, v, clinic, err := o.ListMessages(ctx, by, visit)
	if err != nil {
		return nil, nil, err
	}
	guests, reaches := map[care.GuestID]care.Guest{}, map[care.GuestID]Reach{}
	for _, g := range v.Guests {
		way, reach, err := o.way(ctx, v.Visit, g.Guest)
		if err != nil {
			return nil, nil, err
		}
		guests[g.ID], reaches[g.ID], ways = g.Guest, reach, append(ways, way)
	}
	for _, m := range all {
		lang := words.English
		for _, l := range []string{m.Language, guests[m.Guest].Language, reaches[m.Guest].Language} {
			if words.Language(l).Known() {
				lang = words.Language(l)
				break
			}
		}
		list = append(list, Written{m, Shown(m, v.Visit, guests[m.Guest].Zone, clinic, catalogue.Load(lang))})
	}
	return list, ways, nil
}

// way is how a guest is reached. A contact that cannot be read is none: the messages say so by themselves.
func (o *Office) way(ctx context.Context, v care.Visit, g care.Guest) (w Way, r Reach, err error) {
	w.Guest = g.ID
	if r, err = o.Reached.Reach(ctx, Outgoing{Visit: v, Guest: g}); err != nil {
		if fault.Is(err, fault.Unavailable) || ctx.Err() != nil {
			return w, r, err
		}
		return w, Reach{}, nil
	}
	w.Mail, w.Push = r.Mail != "", r.Pushes
	if r.Mobile != "" {
		w.Mobile = r.Mobile[len(r.Mobile)-2:]
		if w.SMSOff, err = o.OptedOut(ctx, o.Secrets.Hash(care.BySMS, r.Mobile)); err != nil {
			return w, r, err
		}
	}
	if w.Mail {
		w.MailOff, err = o.OptedOut(ctx, o.Secrets.Hash(care.ByMail, r.Mail))
	}
	return w, r, err
}

// OptOut notes that a guest told staff they want no SMS or e-mails, or want them again. It holds for the number or address,
// whoever's visit it is.
func (o *Office) OptOut(ctx context.Context, by care.Reader, visit care.VisitID, guest care.GuestID, channel care.Channel, out bool) error {
	if err := o.MayWriteGuest(ctx, by, visit, guest); err != nil {
		return err
	}
	r, err := o.Reached.Reach(ctx, Outgoing{Guest: care.Guest{ID: guest, Visit: visit}})
	if err != nil {
		return err
	}
	to := map[care.Channel]string{care.BySMS: r.Mobile, care.ByMail: r.Mail}[channel]
	if to == "" {
		return fault.New(fault.Conflict, "message.no-address", nil)
	}
	return o.PutOptOut(ctx, channel, o.Secrets.Hash(channel, to), "staff", by.Person, out)
}

// Stop is what a receiver of e-mails says on their page; fault.NotFound when the token is not the house's.
func (o *Office) Stop(ctx context.Context, token string, out bool) error {
	hash, err := o.Secrets.Stopped(token)
	if err != nil {
		return err
	}
	if err := o.PutOptOut(ctx, care.ByMail, hash, "page", "", out); err != nil {
		return err
	}
	return o.noted(ctx, out)
}

// Reported takes a provider's report; false when it is not believed.
func (o *Office) Reported(r *http.Request, body []byte) (believed bool, err error) {
	if !o.Inbox.Trusts(r, body) {
		return false, nil
	}
	if rep, ok := o.Inbox.Report(r, body); ok {
		err = o.report(r.Context(), rep)
	}
	return true, err
}

// report notes what a provider says. What will not arrive as an SMS is tried as an e-mail, as one that was refused is.
func (o *Office) report(ctx context.Context, rep Report) error {
	m, err := o.ReportMessage(ctx, rep)
	if err != nil || m.ID == "" || m.State != care.MessageFailed || rep.State != care.MessageFailed || !o.Mails {
		return err
	}
	reach, err := o.Reached.Reach(ctx, Outgoing{Message: m, Guest: care.Guest{ID: m.Guest, Visit: m.Visit}})
	if err != nil || reach.Mail == "" {
		return err
	}
	return o.FallBack(ctx, m.ID, care.ByMail)
}

// Answered takes an answer to an SMS that a provider hands in; false when it is not believed.
func (o *Office) Answered(r *http.Request, body []byte) (believed bool, err error) {
	if !o.Inbox.Trusts(r, body) {
		return false, nil
	}
	from, text := o.Inbox.Inbound(r, body)
	if stop, start := Wish(text); from != "" && (stop || start) {
		if err = o.PutOptOut(r.Context(), care.BySMS, o.Secrets.Hash(care.BySMS, from), "answer", "", stop); err == nil {
			err = o.noted(r.Context(), stop)
		}
	}
	return true, err
}

// noted leaves a line in the trail: that somebody wants no more, or wants again, and not who.
func (o *Office) noted(ctx context.Context, out bool) error {
	if o.Trail == nil {
		return nil
	}
	if out {
		return o.Trail(ctx, "messages.stop")
	}
	return o.Trail(ctx, "messages.start")
}
