package command

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"time"

	"hearth/backend/config"
	"hearth/backend/house"
	"hearth/backend/post"
	"hearth/shared/care"
	"hearth/shared/words"
	"hearth/shared/words/catalogue"
)

const messageUsage = `
  hearth message test --to +4917012345678|somebody@example [--language en]
      send one message with the settings of serve, and say what came of it
`

// messages are the settings of messages as a house takes them.
func messages(s config.Config) house.Messages {
	return house.Messages{SMS: s.Gateway, Mail: s.Mailbox, Inbox: s.Messages.Inbox, Replies: s.SMSReplies, Pushed: s.PushHosts}
}

// message tries the settings: it sends for real, to whoever is named, and keeps nothing.
func message(ctx context.Context, args []string, t Terminal) int {
	if len(args) == 0 || args[0] != "test" {
		return wrongly(t, "Say what to do with messages: test.")
	}
	flags := flag.NewFlagSet("message test", flag.ContinueOnError)
	to := flags.String("to", "", "a number as +4917012345678, or an e-mail address")
	language := flags.String("language", "en", "of the text")
	if code, ok := parse(flags, args[1:], t); !ok {
		return code
	}
	if *to == "" || !words.Language(*language).Known() {
		return wrongly(t, "Say to whom: --to +4917012345678 or --to somebody@example, and --language en, de, fr or es.")
	}
	settings, err := config.FromEnv(t.Environ)
	if err != nil {
		fmt.Fprintln(t.Err, err)
		return misled
	}
	sender, l, err := trial(settings, *to, words.Language(*language))
	if err != nil {
		fmt.Fprintln(t.Err, err)
		return misled
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	a := sender.Send(ctx, l)
	book := catalogue.Load(words.English)
	switch a.Fate {
	case post.Taken:
		fmt.Fprintf(t.Out, "Taken by the provider, which calls it %q. Look whether it arrives.\n", a.Provider)
		return well
	case post.Perhaps:
		fmt.Fprintln(t.Err, "Perhaps sent:", book.Say("post.reason."+a.Reason))
	default:
		fmt.Fprintln(t.Err, "Not sent:", book.Say("post.reason."+a.Reason))
	}
	return failed
}

// trial is the message that tries the settings, and who sends it.
func trial(s config.Config, to string, lang words.Language) (post.Sender, post.Letter, error) {
	said := post.Said{Kind: "test", Book: catalogue.Load(lang)}
	l := post.Letter{ID: care.NewID[care.MessageID](), Kind: "test", To: to}
	if strings.Contains(to, "@") {
		if s.Mailbox == nil {
			return nil, l, fmt.Errorf("HEARTH_SMTP_ADDR is missing: there is no server to send e-mails by")
		}
		l.Subject, l.Text = said.Subject(), said.Book.Say("post.mail.test")+"\n"
		sender, err := post.NewMail(*s.Mailbox)
		return sender, l, err
	}
	number, err := care.Mobile(to)
	if err != nil {
		return nil, l, fmt.Errorf("%q is no number such as +4917012345678", to)
	}
	if s.Gateway == nil {
		return nil, l, fmt.Errorf("HEARTH_SMS is missing: there is no provider to send SMS by")
	}
	l.To, l.Text = number, said.SMS()
	return post.NewSMS(*s.Gateway), l, nil
}
