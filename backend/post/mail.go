package post

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"

	"github.com/wneessen/go-mail"
)

// Mailbox says how e-mails leave the house.
type Mailbox struct {
	Host     string
	Port     int
	User     string
	Password string
	From     string // such as "North clinic <visits@north.example>"
	TLS      string // "starttls" (the default), "tls" from the first byte on, or "none"
	Trust    *tls.Config
}

// Mail sends by SMTP.
type Mail struct {
	b    Mailbox
	from *netmail.Address
}

// NewMail makes a sender. Without TLS nothing is sent unless the operator says so, and no password ever is.
func NewMail(b Mailbox) (*Mail, error) {
	from, err := netmail.ParseAddress(b.From)
	if err != nil {
		return nil, fmt.Errorf("%q is no sender such as North clinic <visits@north.example>", b.From)
	}
	if b.TLS == "none" && b.User != "" {
		return nil, errors.New("a password is not sent without TLS")
	}
	m := &Mail{b: b, from: from}
	_, err = m.client()
	return m, err
}

// Repeats reports that a server takes the same e-mail twice.
func (m *Mail) Repeats() bool { return false }

func (m *Mail) client() (*mail.Client, error) {
	trust := m.b.Trust
	if trust == nil {
		trust = &tls.Config{ServerName: m.b.Host, MinVersion: tls.VersionTLS12}
	}
	options := []mail.Option{mail.WithPort(m.b.Port), mail.WithTimeout(patience), mail.WithTLSConfig(trust), mail.WithoutNoop()}
	switch m.b.TLS {
	case "tls":
		options = append(options, mail.WithSSL())
	case "none":
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if m.b.User != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(m.b.User), mail.WithPassword(m.b.Password))
	}
	return mail.NewClient(m.b.Host, options...)
}

// Compose is an e-mail as it leaves: a text, and a calendar for what belongs in one.
func (m *Mail) Compose(l Letter) (*mail.Msg, error) {
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	msg.FromMailAddress(m.from)
	if err := msg.To(l.To); err != nil {
		return nil, err
	}
	msg.Subject(l.Subject)
	msg.SetDate()
	msg.SetMessageIDWithValue(string(l.ID) + m.from.Address[strings.LastIndexByte(m.from.Address, '@'):])
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834 section 5: no machine answers it
	if l.Stop != "" {
		msg.SetGenHeader(mail.HeaderListUnsubscribe, "<"+l.Stop+">") // RFC 8058
		msg.SetGenHeader(mail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	msg.SetBodyString(mail.TypeTextPlain, l.Text)
	if c := l.Calendar; c != nil {
		c.Organizer, c.Attendee = m.from.Address, l.To
		file := c.File()
		msg.AddAlternativeString(mail.ContentType("text/calendar; method="+c.Method()), file)
		if err := msg.AttachReader("visit.ics", bytes.NewReader([]byte(file)), mail.WithFileContentType("text/calendar")); err != nil {
			return nil, err
		}
	}
	return msg, nil
}

// Send hands an e-mail to the server.
func (m *Mail) Send(ctx context.Context, l Letter) Answer {
	msg, err := m.Compose(l)
	if err != nil {
		return Answer{Fate: Refused, Reason: "refused"}
	}
	client, err := m.client()
	if err != nil {
		return Answer{Fate: NotNow, Reason: "settings"}
	}
	err = client.DialAndSendWithContext(ctx, msg)
	if msg.IsDelivered() { // the server said so; how the farewell went does not matter
		return Answer{Fate: Taken, Provider: strings.Trim(msg.GetMessageID(), "<>")}
	}
	var failed *mail.SendError
	switch {
	case err == nil:
		return Answer{Fate: Perhaps, Reason: "silent"}
	case !errors.As(err, &failed):
		return Answer{Fate: NotNow, Reason: "unreachable"} // nothing of it was said yet
	}
	return verdict(failed)
}

// verdict reads how far an attempt came (RFC 5321 section 4.5.4.1 and 6.1): only a line that breaks after the last byte
// and before the answer leaves anything in doubt.
func verdict(failed *mail.SendError) Answer {
	switch code := failed.ErrorCode(); {
	case code >= 500:
		if code == 530 || code == 535 || code == 550 && failed.Reason == mail.ErrSMTPMailFrom {
			return Answer{Fate: NotNow, Reason: "settings"}
		}
		return Answer{Fate: Refused, Reason: "refused"}
	case code >= 400:
		return Answer{Fate: NotNow, Reason: "unreachable"}
	case failed.Reason == mail.ErrSMTPDataClose:
		return Answer{Fate: Perhaps, Reason: "silent"}
	}
	return Answer{Fate: NotNow, Reason: "unreachable"}
}
