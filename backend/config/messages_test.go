package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hearth/backend/config"
)

func TestMessages(t *testing.T) {
	read := func(pairs ...string) (config.Config, error) { return config.FromEnv(pairs) }
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("secret token\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := read("HEARTH_SMS=twilio", "HEARTH_SMS_USER=AC1", "HEARTH_SMS_PASSWORD_FILE="+file, "HEARTH_SMS_FROM=+15005550006,+49=Hearth",
		"HEARTH_SMTP_ADDR=smtp.example:465", "HEARTH_SMTP_FROM=North <n@north.example>", "HEARTH_SMTP_USER=n", "HEARTH_SMTP_PASSWORD=p")
	if err != nil || c.Gateway == nil || c.Gateway.Password != "secret token" || c.Inbox.Twilio != "secret token" || c.Gateway.From.For("+491") != "Hearth" ||
		c.Mailbox == nil || c.Mailbox.TLS != "tls" || c.Mailbox.Port != 465 {
		t.Errorf("%+v %+v, %v", c.Gateway, c.Mailbox, err)
	}
	c, err = read("HEARTH_SMS=http", "HEARTH_SMS_URL=http://10.0.0.5/send", `HEARTH_SMS_BODY={"to":"{to}","text":"{text}"}`, "HEARTH_SMS_HEADERS=Authorization: App x; X-Y: z",
		"HEARTH_SMS_REPORT=id=a.0.id,state=s,delivered=D|E,failed=F", "HEARTH_SMS_ANSWERS=from=msisdn,text=message", "HEARTH_SMS_HOOK_SECRET=0123456789abcdef")
	if err != nil || c.Gateway.JSON == nil || len(c.Gateway.Headers) != 2 || c.Inbox.Fields.Delivered[1] != "E" || c.Inbox.Fields.From != "msisdn" {
		t.Errorf("%+v %+v, %v", c.Gateway, c.Inbox, err)
	}
	if c, err := read("HEARTH_SMS=http", "HEARTH_SMS_URL=https://sms.example/?t={text}", "HEARTH_SMS_BODY=to={to}&from=X"); err != nil || len(c.Gateway.Form) != 2 {
		t.Errorf("a form: %+v, %v", c.Gateway, err)
	}
	if c, err := read(); err != nil || c.Gateway != nil || c.Mailbox != nil {
		t.Errorf("nothing set: %v", err)
	}
	for names, pairs := range map[string][]string{
		"HEARTH_SMS is missing":       {"HEARTH_SMS_USER=x"},
		"neither twilio nor http":     {"HEARTH_SMS=pigeon"},
		"auth token":                  {"HEARTH_SMS=twilio"},
		"HEARTH_SMS_FROM is missing":  {"HEARTH_SMS=twilio", "HEARTH_SMS_USER=a", "HEARTH_SMS_PASSWORD=b"},
		"is no sender":                {"HEARTH_SMS=twilio", "HEARTH_SMS_FROM=49=x"},
		"HEARTH_SMS_URL is missing":   {"HEARTH_SMS=http"},
		"{to} and {text}":             {"HEARTH_SMS=http", "HEARTH_SMS_URL=https://x.example", "HEARTH_SMS_BODY=to={to}"},
		"begins like JSON":            {"HEARTH_SMS=http", "HEARTH_SMS_URL=https://x.example", `HEARTH_SMS_BODY={"to":`},
		"Name: value":                 {"HEARTH_SMS=http", "HEARTH_SMS_URL=https://x.example", "HEARTH_SMS_HEADERS=secret-key"},
		"anybody could end":           {"HEARTH_SMS=http", "HEARTH_SMS_URL=https://x.example?{to}{text}", "HEARTH_SMS_ANSWERS=from=a,text=b"},
		"shorter than 16":             {"HEARTH_SMS=http", "HEARTH_SMS_URL=https://x.example?{to}{text}", "HEARTH_SMS_HOOK_SECRET=short"},
		"there is no":                 {"HEARTH_SMS=http", "HEARTH_SMS_URL=https://x.example?{to}{text}", "HEARTH_SMS_REPORT=what=a"},
		"HEARTH_SMTP_ADDR is missing": {"HEARTH_SMTP_FROM=a@b.example"},
		"is not host:port":            {"HEARTH_SMTP_ADDR=smtp.example", "HEARTH_SMTP_FROM=a@b.example"},
		"HEARTH_SMTP_FROM":            {"HEARTH_SMTP_ADDR=smtp.example:25"},
		"not starttls, tls or none":   {"HEARTH_SMTP_ADDR=h:25", "HEARTH_SMTP_FROM=a@b.example", "HEARTH_SMTP_TLS=maybe"},
		"for everybody to read":       {"HEARTH_SMTP_ADDR=h:25", "HEARTH_SMTP_FROM=a@b.example", "HEARTH_SMTP_TLS=none", "HEARTH_SMTP_USER=u", "HEARTH_SMTP_PASSWORD=secret-p"},
		"belong together":             {"HEARTH_SMTP_ADDR=h:25", "HEARTH_SMTP_FROM=a@b.example", "HEARTH_SMTP_USER=u"},
		"HEARTH_PUSH_HOSTS":           {"HEARTH_PUSH_HOSTS=https://x.example/"},
	} {
		if _, err := read(pairs...); err == nil || !strings.Contains(err.Error(), names) || strings.Contains(err.Error(), "secret-") {
			t.Errorf("%v: %v, want a sentence with %q", pairs, err, names)
		}
	}
}
