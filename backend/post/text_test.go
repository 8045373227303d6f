package post

import (
	"strings"
	"testing"
	"time"

	"hearth/shared/care"
	"hearth/shared/words"
	"hearth/shared/words/catalogue"
)

// telling no text may tell: health, therapy, and the names of the story's people.
var telling = []string{"wren", "mira", "solano", "therap", "thérap", "terap", "patient", "pacien", "krank", "klinik", "malad", "enferm", "health", "gesund", "sant", "salud", "arzt", "doctor", "médec"}

// Every text, in every language, for every kind, at its longest: in the telephones' alphabet and in two parts at the most.
func TestEveryShortMessage(t *testing.T) {
	link := "https://" + strings.Repeat("h", 40) + ".example/i/" + strings.Repeat("x", 26)
	for _, l := range words.Languages() {
		book := catalogue.Load(l)
		for _, kind := range care.MessageKinds() {
			for month := time.January; month <= time.December; month++ {
				for _, zones := range [][2]string{{"Europe/Berlin", ""}, {"Europe/Berlin", "America/Argentina/ComodRivadavia"}, {"Pacific/Kiritimati", "America/North_Dakota/New_Salem"}} {
					for day := range 7 {
						if day > 0 && month > time.January {
							break // a day of the week and a month at a time
						}
						s := Said{Kind: kind, Book: book, Clinic: "Praxis am Großen Müllersweg 12 im Hinterhaus", Home: zones[0], Zone: zones[1], Minutes: 50, Late: 120, Stop: "yes",
							Start: time.Date(2026, month, 22+day%7, 21, 58, 0, 0, time.UTC), Link: link}
						text := s.SMS()
						if !GSM(text) || Parts(text) > 2 {
							t.Fatalf("%s in %s: %d parts, in the alphabet %v: %s", kind, l, Parts(text), GSM(text), text)
						}
						if strings.Contains(text, "[") || strings.Contains(text, "{") {
							t.Fatalf("%s in %s: %s", kind, l, text)
						}
						if kind.Links() != strings.Contains(text, link) {
							t.Errorf("%s in %s has its link: %v", kind, l, !kind.Links())
						}
						s.Clinic = ""
						for _, word := range telling {
							if strings.Contains(strings.ToLower(s.SMS()+s.Subject()+s.Mail()+s.Notice()), word) {
								t.Errorf("%s in %s tells %q: %s", kind, l, word, s.SMS()+s.Subject()+s.Mail()+s.Notice())
							}
						}
					}
				}
			}
		}
	}
}

// The words of the catalogue themselves are of the alphabet; nothing needs to be made plain but a clinic's name.
func TestWordsAreOfTheAlphabet(t *testing.T) {
	for _, l := range words.Languages() {
		all, err := catalogue.Sentences(l)
		if err != nil {
			t.Fatal(err)
		}
		for key, s := range all {
			short := strings.HasPrefix(key, "post.sms.") || strings.HasPrefix(key, "post.day.") || strings.HasPrefix(key, "post.mon.") || key == "post.when" || key == "post.when.two"
			if bare := strings.NewReplacer("{", "", "}", "").Replace(s); short && (!GSM(bare) || strings.ContainsAny(bare, gsmExtra)) {
				t.Errorf("%s %s is not plain: %s", l, key, s)
			}
		}
	}
}

// Any name of a clinic goes: what is of another script takes more parts, and says everything.
func TestAnyClinic(t *testing.T) {
	for _, name := range []string{"Clínica São João", "عيادة الأمل", "Поликлиника № 7", "🙂", `O'Brien & "Sons" <x>`, strings.Repeat("ж", 200), "a\nb"} {
		s := Said{Kind: care.TellSoon, Book: catalogue.Load(words.English), Clinic: name, Start: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC), Home: "Europe/Berlin", Link: "https://h.example/i/abc"}
		if text := s.SMS(); !strings.Contains(text, s.Link) || Parts(text) > 4 || !strings.Contains(text, "10:00") {
			t.Errorf("%q: %d parts: %s", name, Parts(text), text)
		}
	}
}

func TestBothClocks(t *testing.T) {
	book := catalogue.Load(words.English)
	at := func(text string) time.Time {
		v, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for want, c := range map[string]clock{
		"Tue 24 Nov, 10:00":                                   {at: at("2026-11-24T09:00:00Z"), home: "Europe/Berlin"},
		"Wed 25 Nov, 10:00":                                   {at: at("2026-11-25T09:00:00Z"), home: "Europe/Berlin", zone: "Europe/Madrid"}, // the same clock
		"Tue 24 Nov, 09:00 London (10:00 Berlin)":             {at: at("2026-11-24T09:00:00Z"), home: "Europe/Berlin", zone: "Europe/London"},
		"Wed 25 Nov, 00:30 Tokyo (Tue 24 Nov, 09:30 Chicago)": {at: at("2026-11-24T15:30:00Z"), home: "America/Chicago", zone: "Asia/Tokyo"},
		"Sun 25 Oct, 02:30":                                   {at: at("2026-10-25T00:30:00Z"), home: "Europe/Berlin"}, // the first of two
	} {
		c.book, c.plain = book, true
		if got := c.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	c := clock{book: catalogue.Load(words.Spanish), at: at("2026-11-24T09:00:00Z"), home: "Europe/Madrid"}
	if got := c.String(); got != "martes, 24 de noviembre de 2026, 10:00" {
		t.Errorf("got %q", got)
	}
}

// What staff read later has everything but the link.
func TestShown(t *testing.T) {
	v := care.Visit{Start: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC), Zone: "Europe/Berlin", Minutes: 50}
	m := care.Message{Kind: care.TellSoon, Channel: care.BySMS, Start: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	got := Shown(m, v, "", "North", catalogue.Load(words.English))
	if want := "North: your video visit begins soon (Mon 23 Nov, 10:00). Open this link: …"; got != want {
		t.Errorf("shown is %q, want %q", got, want)
	}
}
