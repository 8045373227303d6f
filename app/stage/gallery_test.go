package stage

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/live"
	"hearth/shared/words"
)

// scenes are calls as they may look, for people to look at.
func scenes() map[string]*Stage {
	var did []string
	set := func(v View, open func(*Stage)) *Stage {
		s := New(func() time.Time { return noon }, everything(&did))
		s.See(v)
		if open != nil {
			open(s)
		}
		return s
	}
	wren, father, aunt, voice := somebody(1, "Wren-23"), somebody(2, "Father"), somebody(3, "Interpreter Ms Delacroix-Winterhalter"), somebody(4, "Dr Lind")
	wren.Talks = true
	father.Mic, father.Picture, father.Camera, father.Hand = false, false, false, true
	aunt.State, aunt.Since, aunt.Quality = Away, noon, 1
	voice.Thin, voice.Picture, voice.Quality = true, false, 2
	shares := father
	shares.Screen = true
	guest := somebody(0, "Wren-23")
	guest.Mirror = true
	lines := []Line{{ID: "1", Name: "Wren-23", Text: "Is it this one? https://example.org/breathing", Time: "10:02"}, {ID: "2", Text: "Yes. Take your time.", Time: "10:03", Mine: true}, {ID: "3", Text: "I wait.", Time: "10:04", Mine: true, Unsent: true}}
	six := View{Me: therapist(), Others: []Person{wren, father, aunt, voice, somebody(5, "Grandmother")}, Chat: lines[:1]}
	shared := six
	shared.Others = append([]Person{wren, shares}, six.Others[2:]...)
	notes := func(s *Stage) {
		s.Notes = &Notes{}
		s.Notes.Read(2, []Part{{Key: "said", Text: "Slept badly."}, {Key: "observed"}, {Key: "assessed"}, {Key: "own", Title: "At the door"}})
		s.ShowNotes()
	}
	return map[string]*Stage{
		"alone":   set(View{Me: therapist()}, nil),
		"two":     set(View{Me: guest, Others: []Person{voice}, Chat: lines, Caption: Caption{Name: "Dr Lind", Text: "Breathe out slowly, and look at the door."}}, nil),
		"three":   set(View{Me: therapist(), Others: []Person{wren, father}, Closing: 4}, nil),
		"screen":  set(View{Me: therapist(), Others: []Person{wren, shares}}, nil),
		"six":     set(six, nil),
		"grid":    set(six, func(s *Stage) { s.shape.layout = Grid }),
		"shared":  set(shared, nil),
		"chat":    set(View{Me: therapist(), Others: []Person{wren}, Chat: lines}, func(s *Stage) { s.show(chatPanel) }),
		"people":  set(six, func(s *Stage) { s.show(peoplePanel); s.guest.open = true }),
		"notes":   set(View{Me: therapist(), Others: []Person{wren}}, notes),
		"tap":     set(View{Me: guest, Others: []Person{voice}, Tap: TapResume}, nil),
		"files":   set(View{Me: therapist(), Others: []Person{wren}, Files: []File{{ID: "a", Name: "plan for the week.pdf", With: "Wren-23", Bytes: 3 << 20, Done: 1 << 20, State: Moving, Mine: true}, {ID: "b", Name: "photo.jpg", With: "Wren-23", Bytes: 900 << 10, State: Offered}}}, func(s *Stage) { s.show(filesPanel) }),
		"more":    set(View{Me: therapist(), Others: []Person{wren}, Blur: On}, func(s *Stage) { s.open(moreDialog, "") }),
		"end":     set(View{Me: therapist(), Others: []Person{wren}}, func(s *Stage) { s.open(endDialog, "") }),
		"quality": set(six, func(s *Stage) { s.open(qualityDialog, live.MemberID(aunt.ID)) }),
	}
}

// TestGallery draws every scene in every language as a page of its own, in the folder -artifacts names, and holds each to what
// the policy of our pages and readers of screens need: no style in the tree, every element called once.
func TestGallery(t *testing.T) {
	defer mustSpeak(words.English)
	css, err := filepath.Abs("../../assets/css")
	if err != nil {
		t.Fatal(err)
	}
	kit.UseIcons("file://" + filepath.Dir(css) + "/icons/icons.svg")
	defer kit.UseIcons("/assets/icons/icons.svg")
	id := regexp.MustCompile(` id="([^"]*)"`)
	for _, l := range words.Languages() {
		mustSpeak(l)
		for name, s := range scenes() {
			html := drawn(app.Main().ID("main").Class("gallery").Body(app.H1().Class("sr").Text(name), s.Whole()))
			html = regexp.MustCompile(` (disabled|hidden|checked|selected|muted|autoplay)="false"`).ReplaceAllString(html, "") // as the framework's own browser side does
			html = regexp.MustCompile(` ((?:aria|data)-[a-z-]+)([ >])`).ReplaceAllString(html, ` $1="true"$2`)
			html = regexp.MustCompile(` ((?:aria|data)-[a-z-]+)([ >])`).ReplaceAllString(html, ` $1="true"$2`)
			mustHave(t, html)
			var ids []string
			for _, m := range id.FindAllStringSubmatch(html, -1) {
				if slices.Contains(ids, m[1]) {
					t.Errorf("%s: two are called %s", name, m[1])
				}
				ids = append(ids, m[1])
			}
			if strings.Contains(html, "style=") || strings.Contains(html, " onclick") {
				t.Errorf("%s: the policy refuses what stands in the tree", name)
			}
			page := `<!doctype html><html lang="` + string(l) + `"><meta charset="utf-8"><title>` + name + `</title><meta name="viewport" content="width=device-width"><link rel="stylesheet" href="file://` + css + `/tokens.css"><link rel="stylesheet" href="file://` + css +
				`/kit.css"><link rel="stylesheet" href="file://` + css + `/pages.css"><style>.gallery{height:100dvh} .shot-video{background:linear-gradient(160deg,#8b7a6b,#62656b 45%,#3d4a57)}</style><body>` + html
			if err := os.WriteFile(filepath.Join(t.ArtifactDir(), name+"-"+string(l)+".html"), []byte(page), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}
