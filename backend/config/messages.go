package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"hearth/backend/post"
)

// Messages are the settings of messages to guests of visits. Hosts named here are the operator's own word: private networks
// are fine.
type Messages struct {
	SMSProvider string   `env:"SMS"`                          // "twilio" or "http"; "" = no SMS
	SMSURL      string   `env:"SMS_URL"`                      // address to send to; of Twilio only in other regions
	SMSUser     string   `env:"SMS_USER"`                     // Twilio's account, or the user of basic authentication
	SMSPassword string   `env:"SMS_PASSWORD"`                 // also _FILE
	SMSFrom     string   `env:"SMS_FROM"`                     // sender; "+15005550006,+49=Hearth" by country
	SMSMethod   string   `env:"SMS_METHOD" envDefault:"POST"` // of http
	SMSHeaders  string   `env:"SMS_HEADERS"`                  // "Name: value", a line or ";" each; also _FILE
	SMSBody     string   `env:"SMS_BODY"`                     // a form ("to={to}&text={text}") or JSON ("{…}")
	SMSSuccess  string   `env:"SMS_SUCCESS"`                  // "" = any 2xx; "path=a|b"; "^text"
	SMSID       string   `env:"SMS_ID"`                       // path of the provider's id in its answer
	SMSOnce     string   `env:"SMS_ONCE_HEADER"`              // header that makes it take a message once
	SMSSecret   string   `env:"SMS_HOOK_SECRET"`              // its reports and answers bring; also _FILE
	SMSReport   string   `env:"SMS_REPORT"`                   // "id=messageId,state=status,delivered=A|B,failed=C|D"
	SMSAnswers  string   `env:"SMS_ANSWERS"`                  // "from=msisdn,text=message"
	SMSReplies  bool     `env:"SMS_REPLIES"`                  // texts say that STOP ends them
	SMTPAddr    string   `env:"SMTP_ADDR"`                    // host:port; "" = no e-mail
	SMTPUser    string   `env:"SMTP_USER"`                    //
	SMTPPass    string   `env:"SMTP_PASSWORD"`                // also _FILE
	SMTPFrom    string   `env:"SMTP_FROM"`                    // "North clinic <visits@north.example>"
	SMTPTLS     string   `env:"SMTP_TLS"`                     // starttls, tls or none; "" = tls on port 465, else starttls
	PushHosts   []string `env:"PUSH_HOSTS"`                   // services browsers are pushed to by, besides the usual ones

	Gateway *post.Gateway `env:"-"` // SMS…, read; nil: no SMS
	Mailbox *post.Mailbox `env:"-"` // SMTP…, read; nil: no e-mail
	Inbox   post.Inbox    `env:"-"` // what the provider sends by itself
}

func (c *Config) checkMessages() error {
	return errors.Join(c.checkSMS(), c.checkSMTP(), c.checkPush())
}

func (c *Config) checkSMS() error {
	c.Gateway, c.Inbox = nil, post.Inbox{}
	if c.SMSProvider == "" {
		if c.SMSURL != "" || c.SMSUser != "" || c.SMSBody != "" || c.SMSFrom != "" {
			return errors.New("HEARTH_SMS is missing: say twilio or http, or leave out the other HEARTH_SMS_ settings")
		}
		return nil
	}
	from, err := post.ParseSenders(c.SMSFrom)
	if err != nil {
		return fmt.Errorf("HEARTH_SMS_FROM: %w", err)
	}
	if c.SMSURL != "" {
		if u, err := url.Parse(c.SMSURL); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return errors.New("HEARTH_SMS_URL is not an address such as https://sms.example/send") // not quoted: it may hold a key
		}
	}
	switch c.SMSProvider {
	case "twilio":
		return c.checkTwilio(from)
	case "http":
		return c.checkGateway(from)
	}
	return fmt.Errorf("HEARTH_SMS %q is neither twilio nor http", c.SMSProvider)
}

func (c *Config) checkTwilio(from post.Senders) error {
	switch {
	case c.SMSUser == "" || c.SMSPassword == "":
		return errors.New("HEARTH_SMS_USER (the account, AC…) and HEARTH_SMS_PASSWORD (its auth token) are needed with HEARTH_SMS=twilio")
	case len(from) == 0:
		return errors.New("HEARTH_SMS_FROM is missing: say the number messages are from, such as +15005550006, or a messaging service, MG…")
	}
	g := post.Twilio(c.SMSURL, c.SMSUser, c.SMSPassword, from, nil)
	c.Gateway, c.Inbox = &g, post.Inbox{Fields: post.TwilioFields, Twilio: c.SMSPassword}
	return nil
}

func (c *Config) checkGateway(from post.Senders) error {
	g := post.Gateway{Method: strings.ToUpper(c.SMSMethod), URL: c.SMSURL, User: c.SMSUser, Password: c.SMSPassword, Success: c.SMSSuccess, ID: c.SMSID, From: from, Once: c.SMSOnce}
	if c.SMSURL == "" {
		return errors.New("HEARTH_SMS_URL is missing: HEARTH_SMS=http needs the address to send to")
	}
	if !slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodGet}, g.Method) {
		return fmt.Errorf("HEARTH_SMS_METHOD %q is not POST, PUT or GET", c.SMSMethod)
	}
	for line := range strings.FieldsFuncSeq(c.SMSHeaders, func(r rune) bool { return r == '\n' || r == ';' }) {
		name, value, ok := strings.Cut(line, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !ok || name == "" || strings.ContainsAny(name, " \t") {
			return errors.New("HEARTH_SMS_HEADERS is not Name: value, with ; between two") // not quoted: they hold keys
		}
		g.Headers = append(g.Headers, [2]string{name, value})
	}
	if err := c.readBody(&g); err != nil {
		return err
	}
	if all := c.SMSURL + c.SMSBody; !strings.Contains(all, "{to}") || !strings.Contains(all, "{text}") {
		return errors.New("HEARTH_SMS_BODY (or HEARTH_SMS_URL) must say where {to} and {text} stand")
	}
	c.Gateway = &g
	return c.readInbox()
}

// readBody reads the body's template: a JSON document, or the fields of a form.
func (c *Config) readBody(g *post.Gateway) error {
	body := strings.TrimSpace(c.SMSBody)
	if body == "" {
		return nil
	}
	if body[0] == '[' || strings.HasPrefix(body, `{"`) || strings.HasPrefix(body, "{\n") || strings.HasPrefix(body, "{ ") {
		if err := json.Unmarshal([]byte(body), &g.JSON); err != nil {
			return fmt.Errorf("HEARTH_SMS_BODY begins like JSON and is none: %w", err)
		}
		return nil
	}
	for pair := range strings.SplitSeq(body, "&") {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || name == "" {
			return errors.New("HEARTH_SMS_BODY is neither JSON nor a form such as to={to}&text={text}")
		}
		g.Form = append(g.Form, [2]string{name, value})
	}
	return nil
}

// readInbox reads what the provider calls things it sends by itself.
func (c *Config) readInbox() error {
	f := post.Fields{}
	for setting, text := range map[string]string{"HEARTH_SMS_REPORT": c.SMSReport, "HEARTH_SMS_ANSWERS": c.SMSAnswers} {
		for pair := range strings.SplitSeq(text, ",") {
			name, value, ok := strings.Cut(strings.TrimSpace(pair), "=")
			switch {
			case text == "":
				continue
			case !ok || value == "":
				return fmt.Errorf("%s: %q is not name=field", setting, pair)
			}
			switch name {
			case "id":
				f.ID = value
			case "state":
				f.State = value
			case "delivered":
				f.Delivered = strings.Split(value, "|")
			case "failed":
				f.Failed = strings.Split(value, "|")
			case "from":
				f.From = value
			case "text":
				f.Text = value
			default:
				return fmt.Errorf("%s: there is no %q; id, state, delivered and failed are of reports, from and text of answers", setting, name)
			}
		}
	}
	if c.SMSAnswers != "" && c.SMSSecret == "" {
		return errors.New("HEARTH_SMS_HOOK_SECRET is missing: without it anybody could end anybody's messages")
	}
	if c.SMSSecret != "" && len(c.SMSSecret) < 16 {
		return errors.New("HEARTH_SMS_HOOK_SECRET is shorter than 16 characters")
	}
	c.Inbox = post.Inbox{Fields: f, Secret: c.SMSSecret}
	return nil
}

func (c *Config) checkSMTP() error {
	c.Mailbox = nil
	if c.SMTPAddr == "" {
		if c.SMTPUser != "" || c.SMTPFrom != "" || c.SMTPPass != "" {
			return errors.New("HEARTH_SMTP_ADDR is missing: say the server's host:port, such as smtp.example:587")
		}
		return nil
	}
	host, text, err := net.SplitHostPort(c.SMTPAddr)
	port, err2 := strconv.ParseUint(text, 10, 16)
	if err != nil || err2 != nil || host == "" || port == 0 {
		return fmt.Errorf("HEARTH_SMTP_ADDR %q is not host:port, such as smtp.example:587", c.SMTPAddr)
	}
	if _, err := mail.ParseAddress(c.SMTPFrom); err != nil {
		return fmt.Errorf("HEARTH_SMTP_FROM %q is no sender such as North clinic <visits@north.example>", c.SMTPFrom)
	}
	how := c.SMTPTLS
	if how == "" {
		if how = "starttls"; port == 465 {
			how = "tls"
		}
	}
	switch {
	case !slices.Contains([]string{"starttls", "tls", "none"}, how):
		return fmt.Errorf("HEARTH_SMTP_TLS %q is not starttls, tls or none", c.SMTPTLS)
	case how == "none" && c.SMTPUser != "":
		return errors.New("HEARTH_SMTP_TLS=none would send HEARTH_SMTP_PASSWORD for everybody to read; leave out the one or the other")
	case (c.SMTPUser == "") != (c.SMTPPass == ""):
		return errors.New("HEARTH_SMTP_USER and HEARTH_SMTP_PASSWORD belong together; set both or none")
	}
	c.Mailbox = &post.Mailbox{Host: host, Port: int(port), User: c.SMTPUser, Password: c.SMTPPass, From: c.SMTPFrom, TLS: how}
	return nil
}

func (c *Config) checkPush() error {
	for _, h := range c.PushHosts {
		if h == "" || strings.ContainsAny(h, "/ ") {
			return fmt.Errorf("HEARTH_PUSH_HOSTS: %q is no host such as push.example or push.example:8443", h)
		}
	}
	return nil
}
