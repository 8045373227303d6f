package post

import (
	"strconv"
	"strings"
	"time"

	"hearth/shared/care"
	"hearth/shared/words"
)

// Said is everything a text names. It names nobody: no patient, no staff, no health.
type Said struct {
	Kind    care.MessageKind
	Book    *words.Catalogue
	Clinic  string
	Start   time.Time
	Minutes int
	Zone    string // the reader's; "" is Home
	Home    string // the visit's
	Late    int
	Link    string
	Stop    string // where to say no more; of an SMS "yes" when it may be answered
}

// longestClinic is how much of a clinic's name an SMS has room for, in characters.
const longestClinic = 30

// said gathers what a message says about a visit.
func said(o Outgoing, book *words.Catalogue) Said {
	return Said{Kind: o.Kind, Book: book, Clinic: o.Clinic, Start: o.Visit.Start, Minutes: o.Visit.Minutes, Zone: o.Guest.Zone, Home: o.Visit.Zone, Late: o.Visit.Late}
}

func (s Said) start() time.Time {
	if s.Kind == care.TellCancelled || s.Kind == care.TellChanged || s.Kind == care.TellInvitation || s.Kind == care.TellDayBefore {
		return s.Start
	}
	return s.Start.Add(time.Duration(s.Late) * time.Minute)
}

func (s Said) clinic() string {
	if name := strings.TrimSpace(s.Clinic); name != "" {
		return name
	}
	return "Hearth"
}

// SMS is the text for a telephone.
func (s Said) SMS() string {
	when := clock{book: s.Book, at: s.start(), zone: s.Zone, home: s.Home, plain: true}.String()
	name := []rune(s.clinic())
	if len(name) > longestClinic {
		name = []rune(strings.TrimSpace(string(name[:longestClinic-1])) + ".")
	}
	text := s.Book.Say("post.sms."+string(s.Kind), "clinic", string(name), "when", when, "minutes", strconv.Itoa(s.Late), "link", s.Link)
	if s.Stop != "" && (s.Kind == care.TellInvitation || s.Kind == care.TellNow) {
		text += s.Book.Say("post.sms.stop")
	}
	return Plain(text)
}

// Subject is the subject of an e-mail. It names nobody, the clinic neither: it shows on locked screens.
func (s Said) Subject() string {
	return s.Book.Say("post.mail."+string(s.Kind)+".subject", "when", clock{book: s.Book, at: s.start(), zone: s.Zone, home: s.Home}.String())
}

// Mail is the text of an e-mail.
func (s Said) Mail() string {
	say := func(key string, pairs ...string) string { return s.Book.Say("post.mail."+key, pairs...) }
	parts := []string{say(string(s.Kind), "minutes", strconv.Itoa(s.Late))}
	if s.Kind.Links() {
		parts = append(parts, s.Link, say("private"))
	}
	when := say("when", "when", clock{book: s.Book, at: s.start(), zone: s.Zone, home: s.Home}.String())
	if s.Kind != care.TellCancelled && s.Minutes > 0 {
		when += "\n" + say("long", "minutes", strconv.Itoa(s.Minutes))
	}
	parts = append(parts, when)
	if s.Kind == care.TellInvitation || s.Kind == care.TellNow || s.Kind == care.TellSoon {
		parts = append(parts, say("ready"))
	}
	if s.Kind == care.TellInvitation || s.Kind == care.TellChanged || s.Kind == care.TellCancelled {
		parts = append(parts, say("file"))
	}
	parts = append(parts, s.clinic())
	if s.Stop != "" {
		parts = append(parts, "-- \n"+say("stop", "stop", s.Stop))
	}
	return strings.Join(parts, "\n\n") + "\n"
}

// Notice is the text of a browser's notice: nothing about anybody.
func (s Said) Notice() string { return s.Book.Say("post.push." + string(s.Kind)) }

// Shown is a message's text for staff, as it was or will be said, without the link and without where it goes.
func Shown(m care.Message, v care.Visit, zone, clinic string, book *words.Catalogue) string {
	s := Said{Kind: m.Kind, Book: book, Clinic: clinic, Start: v.Start, Minutes: v.Minutes, Zone: zone, Home: v.Zone, Late: v.Late}
	if !m.Start.IsZero() {
		s.Start, s.Late = m.Start, m.Late
	}
	if m.Kind.Links() {
		s.Link = "…"
	}
	switch m.Channel {
	case care.ByMail:
		return s.Subject()
	case care.ByPush:
		return s.Notice()
	}
	link := s.Link
	s.Link = "\x00" // the sign for a link left out is not of the telephones' alphabet
	return strings.ReplaceAll(s.SMS(), "\x00", link)
}
