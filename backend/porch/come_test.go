package porch

import (
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"hearth/shared/words"
)

// visitPages are the pages of those who were invited.
func visitPages(s Setting) map[string]templ.Component {
	start := time.Date(2026, 12, 3, 9, 30, 0, 0, time.UTC)
	v := Visit{Setting: s, Clinic: hostile, Phone: hostile, Host: hostile, Urgent: hostile, Start: start, End: start.Add(time.Hour), Zone: "Europe/Berlin", Own: "Asia/Tokyo", Now: start, Opens: start.Add(-time.Hour), Moved: true}
	early := v
	early.Opens, early.Own = start.Add(time.Hour), ""
	load := Load{Program: hostile, Address: "/assets/visit.wasm", Size: "1"}
	all := map[string]templ.Component{
		"come":        ComePage(Come{Visit: v, Action: "/i/x", To: "/visit/x", Link: hostile, Terms: Terms{Value: hostile, Version: 1, Language: "en", Title: hostile, Paragraphs: []string{hostile}}, Where: hostile, Told: hostile, Sits: true, Load: load, Trouble: Trouble{Words: hostile}}),
		"come early":  ComePage(Come{Visit: early, Action: "/i/x"}),
		"come second": ComePage(Come{Visit: v, Action: "/i/x", Second: true}),
		"come asked":  ComePage(Come{Visit: v, Action: "/i/x", Second: true, Asked: true}),
		"drop-in":     DropInPage(DropIn{Setting: s, Clinic: hostile, Phone: hostile, Open: true, Until: hostile, Days: []Day{{hostile, hostile}}, Zone: "Europe/Berlin", Action: "/c/x", Trouble: Trouble{Words: hostile}}),
		"called":      CalledPage(DropIn{Setting: s, Clinic: hostile, Phone: hostile, Action: "/c/x", Before: hostile, Name: hostile, Where: hostile, Agreed: hostile}),
		"closed":      DropInPage(DropIn{Setting: s, Clinic: "x", Zone: "UTC"}),
	}
	for _, state := range []string{"waiting", "inside", "after"} {
		all["at "+state] = AtPage(At{Visit: v, State: state, Leave: "/visit/x/leave", Ahead: 2, Code: hostile, Load: load, Slot: hostile})
	}
	for _, key := range []string{"late", "over", "cancelled", "denied", "unknown", "again"} {
		all["gone "+key] = GonePage(Gone{Visit: v, Key: key, Call: "/i/x/call", Ending: hostile})
		all["gone and called "+key] = GonePage(Gone{Visit: Visit{Setting: s}, Key: key, Called: true})
	}
	return all
}

// Two clocks are told apart, also across midnight and where summer time differs.
func TestBothClocks(t *testing.T) {
	s := settingIn(words.English)
	for _, c := range []struct{ start, zone, own, time, elsewhere string }{
		{"2026-06-12T08:30:00Z", "Europe/Berlin", "", "10:30", ""},
		{"2026-06-12T08:30:00Z", "Europe/Berlin", "Europe/Paris", "10:30", ""},
		{"2026-06-12T08:30:00Z", "Europe/Berlin", "Europe/London", "10:30", "On your clock: 09:30"},
		{"2026-06-12T20:30:00Z", "Europe/Berlin", "Asia/Tokyo", "22:30", "On your clock: Saturday 13 June, 05:30"},
		{"2026-10-25T01:30:00Z", "Europe/Berlin", "UTC", "02:30", "On your clock: 01:30"},
	} {
		start, err := time.Parse(time.RFC3339, c.start)
		if err != nil {
			t.Fatal(err)
		}
		v := Visit{Setting: s, Start: start, Zone: c.zone, Own: c.own, Now: start}
		if v.Time() != c.time || v.Elsewhere() != c.elsewhere {
			t.Errorf("%s in %s for %s: %s and %q", c.start, c.zone, c.own, v.Time(), v.Elsewhere())
		}
	}
	start := time.Date(2026, 6, 12, 8, 30, 0, 0, time.UTC)
	for before, want := range map[time.Duration]string{time.Minute: "today, Friday 12 June", 20 * time.Hour: "tomorrow, Friday 12 June", 100 * time.Hour: "Friday 12 June"} {
		if got := (Visit{Setting: s, Start: start, Zone: "Europe/Berlin", Now: start.Add(-before)}).Date(); got != want {
			t.Errorf("%v before: %q, want %q", before, got, want)
		}
	}
}

// Every button of these pages is one the page can answer: with a script, it is the same form.
func TestReadyIsAForm(t *testing.T) {
	html := render(t, visitPages(settingIn(words.German))["come"])
	for _, want := range []string{`<form id="ready-form" method="post" action="/i/x"`, "Ich bin bereit", `name="terms" value="`, `id="self" class="scene" muted playsinline autoplay`} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if body := html[strings.Index(html, "<body"):]; !strings.HasPrefix(strings.TrimSpace(body[strings.Index(body, ">")+1:]), `<div id="page"`) {
		t.Errorf("the program would replace %.80s", body)
	}
}

// A clinic without a name does not put that of the product into a title twice, nor a gap.
func TestTitleOfAClinic(t *testing.T) {
	s := settingIn(words.English)
	for clinic, want := range map[string]string{Unnamed: " · Hearth</title>", "": " · Hearth</title>", "North": " · " + words.Isolate("North") + " · Hearth</title>"} {
		v := Visit{Setting: s, Clinic: clinic, Zone: "UTC"}
		for title, component := range map[string]templ.Component{
			s.Say("visit.title"):   ComePage(Come{Visit: v, Action: "/i/x"}),
			s.Say("drop-in.title"): DropInPage(DropIn{Setting: s, Clinic: clinic, Zone: "UTC"}),
		} {
			var page strings.Builder
			if err := component.Render(t.Context(), &page); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(page.String(), "<title>"+title+want) {
				t.Errorf("the page of %q is not called %s%s", clinic, title, want)
			}
		}
	}
}
