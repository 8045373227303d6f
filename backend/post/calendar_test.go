package post

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
	"time"

	"hearth/shared/care"
	"hearth/shared/words"
	"hearth/shared/words/catalogue"
)

// strict reads a calendar by the letter of RFC 5545 section 3.1: CRLF, lines of 75 octets, folded by a space, and says the
// properties of its one event with TEXT unescaped (section 3.3.11).
func strict(t *testing.T, file string) map[string]string {
	t.Helper()
	if strings.Contains(strings.ReplaceAll(file, "\r\n", ""), "\n") || strings.Contains(strings.ReplaceAll(file, "\r\n", ""), "\r") || !strings.HasSuffix(file, "END:VCALENDAR\r\n") {
		t.Fatalf("lines do not all end in CRLF: %q", file)
	}
	for line := range strings.SplitSeq(file, "\r\n") {
		if len(line) > 75 {
			t.Errorf("a line of %d octets: %s", len(line), line)
		}
	}
	got := map[string]string{}
	for line := range strings.SplitSeq(strings.TrimSuffix(strings.ReplaceAll(file, "\r\n ", ""), "\r\n"), "\r\n") {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			t.Fatalf("no property: %q", line)
		}
		name, _, _ = strings.Cut(name, ";")
		if name == "BEGIN" || name == "END" {
			name += " " + value
		}
		if _, twice := got[name]; twice {
			t.Errorf("%s is there twice", name)
		}
		got[name] = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\,`, ",", `\;`, ";").Replace(value)
	}
	return got
}

func TestCalendar(t *testing.T) {
	now := time.Date(2026, 10, 20, 12, 0, 0, 0, time.UTC)
	zone, clinic := "Europe/Berlin", `Praxis "Müller"; Söhne, & <b>Ärzte</b> \ 🙂 عيادة sehr lang, damit gefaltet wird`
	start, err := care.At("2026-10-25T02:30", zone) // the hour that comes twice
	if err != nil {
		t.Fatal(err)
	}
	v := care.Visit{ID: "v", Start: start, End: start.Add(50 * time.Minute), Minutes: 50, Zone: zone, Told: 3}
	for _, l := range words.Languages() {
		for kind, want := range map[care.MessageKind]map[string]string{
			care.TellInvitation: {"METHOD": "REQUEST", "SEQUENCE": "10", "STATUS": "CONFIRMED"},
			care.TellChanged:    {"METHOD": "REQUEST", "SEQUENCE": "10", "STATUS": "CONFIRMED"},
			care.TellCancelled:  {"METHOD": "CANCEL", "SEQUENCE": "11", "STATUS": "CANCELLED"},
		} {
			o := Outgoing{Message: care.Message{Kind: kind}, Visit: v, Guest: care.Guest{ID: "guest-7", Version: 2}, Clinic: clinic}
			s := said(o, catalogue.Load(l))
			c := calendarOf(o, s, "hearth.example", now)
			c.Organizer, c.Attendee = "visits@clinic.example", "someone.with.a.very.long.address.indeed@a.long.host.example.org"
			got := strict(t, c.File())
			want["DTSTART"], want["DTEND"], want["DTSTAMP"], want["UID"] = "20261025T003000Z", "20261025T012000Z", "20261020T120000Z", "guest-7@hearth.example"
			want["SUMMARY"], want["VERSION"], want["DESCRIPTION"] = s.Book.Say("post.event", "clinic", clinic), "2.0", s.Book.Say("post.mail."+string(kind))
			want["ATTENDEE"], want["ORGANIZER"] = "mailto:"+c.Attendee, "mailto:"+c.Organizer
			for name, v := range want {
				if got[name] != v {
					t.Errorf("%s in %s: %s is %q, want %q", kind, l, name, got[name], v)
				}
			}
			foreign(t, c.File(), want)
		}
	}
	o := Outgoing{Message: care.Message{Kind: care.TellSoon}, Visit: v}
	if calendarOf(o, said(o, catalogue.Load(words.English)), "h", now) != nil {
		t.Error("a link brings a calendar along")
	}
}

// Whoever is uninvited and invited again finds the visit in their calendar again: each file is newer than the one before.
func TestCalendarsGrowNewer(t *testing.T) {
	last := -1
	for _, c := range []struct {
		kind    care.MessageKind
		told    int
		version int64
	}{{care.TellInvitation, 0, 1}, {care.TellCancelled, 0, 2}, {care.TellInvitation, 0, 3}, {care.TellChanged, 1, 3}, {care.TellCancelled, 1, 4}, {care.TellInvitation, 1, 5}, {care.TellChanged, 2, 5}, {care.TellCancelled, 2, 5}} {
		o := Outgoing{Message: care.Message{Kind: c.kind}, Visit: care.Visit{Told: c.told}, Guest: care.Guest{ID: "g", Version: c.version}}
		if got := calendarOf(o, said(o, catalogue.Load(words.English)), "h", time.Time{}).Sequence; got <= last {
			t.Errorf("%s after %d changes of the visit, %d of the guest: SEQUENCE %d after %d", c.kind, c.told, c.version, got, last)
		} else {
			last = got
		}
	}
}

// foreign has another program's library read the file, where there is one.
func foreign(t *testing.T, file string, want map[string]string) {
	t.Helper()
	const script = `
import sys, json
try:
    from icalendar import Calendar
except ImportError:
    print("null"); sys.exit()
c = Calendar.from_ical(sys.stdin.buffer.read())
e = [x for x in c.walk("VEVENT")][0]
f = lambda n: e.decoded(n).strftime("%Y%m%dT%H%M%SZ")
print(json.dumps({"METHOD": str(c["METHOD"]), "SEQUENCE": str(e["SEQUENCE"]), "STATUS": str(e["STATUS"]), "UID": str(e["UID"]), "SUMMARY": str(e["SUMMARY"]),
  "DESCRIPTION": str(e["DESCRIPTION"]), "DTSTART": f("DTSTART"), "DTEND": f("DTEND"), "ATTENDEE": str(e["ATTENDEE"]), "ORGANIZER": str(e["ORGANIZER"])}))
`
	var got map[string]string
	var err error
	for _, python := range []string{"/usr/bin/python3", "python3"} { // Debian's own has Debian's libraries
		cmd := exec.Command(python, "-c", script)
		cmd.Stdin = strings.NewReader(file)
		var out []byte
		if out, err = cmd.Output(); err == nil {
			err = json.Unmarshal(out, &got)
		}
		if err == nil && got != nil {
			break
		}
	}
	if err != nil || got == nil {
		t.Logf("no python3 with icalendar here: only our own strict reading was held against it (%v)", err)
		return
	}
	for name, v := range got {
		if v != want[name] {
			t.Errorf("another library reads %s as %q, want %q", name, v, want[name])
		}
	}
}
