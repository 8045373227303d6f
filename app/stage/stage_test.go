package stage

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"pgregory.net/rapid"

	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/words"
)

func TestMain(m *testing.M) {
	mustSpeak(words.English)
	os.Exit(m.Run())
}

// mustSpeak gives the parts their words, as the loader does in a browser.
func mustSpeak(l words.Language) {
	all := map[string]string{}
	for _, room := range []string{"app", "stage"} {
		b, err := fs.ReadFile(os.DirFS("../../shared/words/catalogue/"+string(l)), room+".json")
		if err != nil {
			panic(err)
		}
		one := map[string]string{}
		if err := json.Unmarshal(b, &one); err != nil {
			panic(err)
		}
		for k, v := range one {
			all[k] = v
		}
	}
	words.Use(words.NewCatalogue(l, all))
}

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func somebody(place int, name string) Person {
	return Person{ID: live.MemberID(strings.Repeat(name[:1], 26)), Name: name, Place: place, State: Here, Picture: true, As: care.AsRelative, Guest: "guest",
		Seat: live.Seat{In: true, Mic: true, Camera: true, Quality: 4}}
}

func therapist() Person {
	p := somebody(0, "Mira Solano")
	p.As, p.Guest = care.AsStaff, ""
	return p
}

// everything is what may be done by somebody who may do all.
func everything(did *[]string) Acts {
	on := func(what string) func(app.Context, bool) {
		return func(_ app.Context, is bool) { *did = append(*did, what) }
	}
	one := func(what string) func(app.Context, string) {
		return func(app.Context, string) { *did = append(*did, what) }
	}
	plain := func(what string) func(app.Context) { return func(app.Context) { *did = append(*did, what) } }
	return Acts{Mutes: true, Mic: on("mic"), Camera: on("camera"), Flip: plain("flip"), Share: on("share"), Blur: on("blur"), Float: one("float"), Hand: on("hand"), Tapped: plain("tapped"), Use: plain("use"),
		Say: one("say"), Again: one("again"), Caption: one("caption"), Offer: one("offer"), Accept: one("accept"), Refuse: one("refuse"), Cancel: one("cancel"), Save: one("save"),
		Ask: func(_ app.Context, _ live.MemberID, what string) { *did = append(*did, "ask "+what) }, Spotlight: func(app.Context, live.MemberID) { *did = append(*did, "light") },
		PutOut: func(app.Context, care.GuestID) { *did = append(*did, "out") }, Invite: func(app.Context, Invitation) { *did = append(*did, "invite") },
		Captioner: func(_ app.Context, _ care.ServiceID, stopped bool) {
			*did = append(*did, fmt.Sprint("captioner ", stopped))
		},
		HandOver: one("hand over"), Leave: plain("leave"), Close: on("close")}
}

// A caption a service made says so to everybody; only staff can stop it, where they read it and among the people.
func TestCaptionsOfAService(t *testing.T) {
	var did []string
	v := View{Me: therapist(), Caption: Caption{Name: "Wren-23", Text: "Buenos días", Service: "s1", By: "Ears", Language: "es"},
		Writers: []Captioner{{Service: "s1", Name: "Ears"}, {Service: "s2", Name: "Old ears", Stopped: true}}}
	staff, guest := New(func() time.Time { return noon }, everything(&did)), New(func() time.Time { return noon }, Acts{})
	staff.See(v)
	v.Writers = nil
	guest.See(v)
	for _, s := range []*Stage{staff, guest} {
		mustHave(t, drawn(s.Tiles()), "Buenos días", `lang="es"`, "Wren-23: ", "Written by a machine: Ears", `data-service="s1"`)
	}
	mustHave(t, drawn(staff.Tiles()), `id="caption-off"`)
	mustHave(t, drawn(div("", staff.people()...)), `id="captioner-s1"`, "Stop its captions: Ears", "Let it go on: Old ears", `id="captioner-s2"`, "data-stopped")
	for _, part := range []string{drawn(guest.Tiles()), drawn(div("", guest.people()...))} {
		if strings.Contains(part, "caption-off") || strings.Contains(part, "captioner-") {
			t.Error("a guest may stop a service")
		}
	}
	guest.See(View{Me: therapist(), Caption: Caption{Name: "Mira", Text: "Hello"}})
	if strings.Contains(drawn(guest.Tiles()), "machine") {
		t.Error("what a person typed is called a machine's")
	}
}

func mustHave(t *testing.T, html string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(html, p) {
			t.Errorf("lacks %q", p)
		}
	}
	if i := strings.Index(html, "[stage."); i >= 0 {
		t.Errorf("a word is missing: %.60s", html[i:])
	}
}

func drawn(u app.UI) string { return app.HTMLString(u) }

func TestRolesOfLayouts(t *testing.T) {
	wren, aunt := somebody(1, "Wren-23"), somebody(3, "Aunt")
	sharing := aunt
	sharing.Screen = true
	lit := therapist()
	lit.Spotlight, lit.At = aunt.ID, 5
	for name, c := range map[string]struct {
		layout Layout
		view   View
		want   map[shot]Role
	}{
		"alone":     {Large, View{Me: therapist()}, map[shot]Role{{}: Big}},
		"two":       {Large, View{Me: therapist(), Others: []Person{wren}}, map[shot]Role{{}: Corner, {1, false}: Big}},
		"three":     {Large, View{Me: therapist(), Others: []Person{wren, aunt}}, map[shot]Role{{}: Strip, {1, false}: Big, {3, false}: Strip}},
		"screen":    {Large, View{Me: therapist(), Others: []Person{sharing}}, map[shot]Role{{}: Strip, {3, false}: Strip, {3, true}: Big}},
		"grid":      {Grid, View{Me: therapist(), Others: []Person{wren}}, map[shot]Role{{}: Cell, {1, false}: Cell}},
		"solo":      {Solo, View{Me: therapist(), Others: []Person{wren, aunt}}, map[shot]Role{{}: Corner, {1, false}: Big, {3, false}: Heard}},
		"spotlight": {Large, View{Me: lit, Others: []Person{wren, aunt}}, map[shot]Role{{}: Strip, {1, false}: Strip, {3, false}: Big}},
	} {
		s := New(func() time.Time { return noon }, Acts{})
		s.shape.layout = c.layout
		s.See(c.view)
		got := s.shape.roles(s.view)
		if len(got) != len(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		large, equal := s.Large()
		if equal != (c.layout == Grid) {
			t.Errorf("%s: all alike is %v", name, equal)
		}
		for _, p := range c.view.Others {
			if is := got[shot{place: p.Place}] == Big; is != (large == p.ID) {
				t.Errorf("%s: %s is large for whoever sends it: %v, here %v", name, p.Name, large == p.ID, is)
			}
		}
		for at, role := range c.want {
			if got[at] != role {
				t.Errorf("%s: %v is %q, want %q", name, at, got[at], role)
			}
		}
	}
}

// Nobody is offered what the house refuses them: a guest mutes nobody.
func TestWhoMutesOthers(t *testing.T) {
	for name, mutes := range map[string]bool{"staff": true, "a guest": false} {
		acts := everything(&[]string{})
		acts.Mutes = mutes
		s := New(func() time.Time { return noon }, acts)
		wren := somebody(1, "Wren-23")
		wren.Mic, wren.State = true, Here
		s.See(View{Me: therapist(), Others: []Person{wren}})
		s.show(peoplePanel)
		if html := drawn(s.Panel()); strings.Contains(html, `id="mute-`) != mutes || !strings.Contains(html, `data-person="`) {
			t.Errorf("%s: want mute %v in %s", name, mutes, html)
		}
	}
}

// Whatever comes and goes, in whatever layout, somebody is large or all are equal, nobody who is there is lost, and no video
// element moves in the tree.
func TestStageHoldsEverybody(t *testing.T) {
	var places []string
	rapid.Check(t, func(t *rapid.T) {
		s := New(func() time.Time { return noon }, Acts{})
		for step := range rapid.IntRange(1, 6).Draw(t, "steps") {
			v := View{Me: therapist()}
			for place := 1; place < Places; place++ {
				if rapid.Bool().Draw(t, "there") {
					p := somebody(place, string(rune('A'+place))+"da")
					p.Screen, p.Picture = rapid.Bool().Draw(t, "screen"), rapid.Bool().Draw(t, "picture")
					v.Others = append(v.Others, p)
				}
			}
			v.Me.Spotlight, v.Me.At = live.MemberID(rapid.SampledFrom([]string{"", strings.Repeat("B", 26), "gone"}).Draw(t, "lit")), care.Stamp(step)
			s.See(v)
			if rapid.Bool().Draw(t, "pins") {
				s.shape.pin(rapid.SampledFrom(shots(&v)).Draw(t, "pin"))
			}
			s.shape.layout = rapid.SampledFrom(Layouts()).Draw(t, "layout")
			roles := s.shape.roles(s.view)
			if len(roles) != len(shots(&v)) || count(roles, Nowhere) != 0 {
				t.Fatalf("%d pictures have %v", len(shots(&v)), roles)
			}
			if big, cells := count(roles, Big), count(roles, Cell); big != 1 && (big != 0 || cells != len(roles)) || big == 1 && cells != 0 {
				t.Fatalf("%v", roles)
			}
			if got := videos(drawn(s.Tiles())); places == nil {
				places = got
			} else if strings.Join(got, " ") != strings.Join(places, " ") {
				t.Fatalf("video elements moved: %v", got)
			}
		}
	})
}

// videos lists the video elements of a page in their order.
func videos(html string) (ids []string) {
	for _, part := range strings.Split(html, "<video")[1:] {
		_, rest, _ := strings.Cut(part, `id="`)
		id, _, _ := strings.Cut(rest, `"`)
		ids = append(ids, id)
	}
	return ids
}

// TestAPictureThatDoesNotCome is said where that is all that is wrong.
func TestAPictureThatDoesNotCome(t *testing.T) {
	p, s := somebody(1, "Wren-23"), New(func() time.Time { return noon }, Acts{})
	p.Blind = true
	for _, x := range []struct {
		state State
		side  string
		said  bool
	}{{Here, "", true}, {Here, "theirs", false}, {Mending, "", false}} {
		p.State, p.Side = x.state, x.side
		s.See(View{Me: therapist(), Others: []Person{p}})
		if got := strings.Contains(drawn(s.Tiles()), "picture does not arrive"); got != x.said {
			t.Errorf("%s %q: said %v", x.state, x.side, got)
		}
	}
}

func TestSignsAreWords(t *testing.T) {
	s := New(func() time.Time { return noon }, Acts{})
	p := somebody(1, "Wren-23")
	p.State, p.Since, p.Hand, p.Asleep, p.Held, p.Thin, p.Mic, p.Quality, p.Picture = Mending, noon, true, true, true, true, false, 1, false
	s.See(View{Me: therapist(), Others: []Person{p}, Tap: TapSound, Caption: Caption{Name: "Mira", Text: "Breathe slowly"}, Closing: 4})
	mustHave(t, drawn(s.Tiles()), "reconnecting since", "hand raised", "screen is off", "microphone in use elsewhere", "picture paused: weak line", "muted",
		"Breathe slowly", "ends in 4 seconds", `data-state="mending"`, "shot-face")
}

func TestBarHasOnlyWhatMayBeDone(t *testing.T) {
	var did []string
	s := New(func() time.Time { return noon }, Acts{Mic: func(app.Context, bool) {}, Leave: func(app.Context) {}})
	s.See(View{Me: somebody(0, "Wren-23")})
	html := drawn(s.Bar())
	for _, id := range []string{"call-camera", "call-flip", "call-share", "call-chat", "call-hand"} {
		if strings.Contains(html, id) {
			t.Errorf("%s cannot be done and is there", id)
		}
	}
	s.Acts = everything(&did)
	mustHave(t, drawn(s.Bar()), "call-mic", "call-camera", "call-flip", "call-share", "call-chat", "call-hand", "call-more", "call-end", "Mute", "End")
	for on, says := range map[bool]string{true: "Camera: switch off", false: "Camera off: switch on"} { // and begins as the word that is seen
		me := somebody(0, "Wren-23")
		me.Camera = on
		s.See(View{Me: me})
		mustHave(t, drawn(s.Bar()), says)
	}
	for key, want := range map[string]string{"m": "mic", "V": "camera", "h": "hand"} {
		did = nil
		if !s.pressKey(app.Context{}, key, "DIV", false) || len(did) != 1 || did[0] != want {
			t.Errorf("%s does %v, want %s", key, did, want)
		}
	}
	did = nil
	for _, quiet := range []bool{s.pressKey(app.Context{}, "m", "INPUT", false), s.pressKey(app.Context{}, "m", "DIV", true), s.pressKey(app.Context{}, "x", "DIV", false)} {
		if quiet || len(did) != 0 {
			t.Errorf("a key that is meant for something else did %v", did)
		}
	}
	s.pressKey(app.Context{}, "c", "DIV", false)
	if !s.Open() || !s.pressKey(app.Context{}, "Escape", "DIV", false) || s.Open() {
		t.Error("C opens the chat and Esc shuts it")
	}
}

func TestUnreadLines(t *testing.T) {
	var did []string
	s := New(func() time.Time { return noon }, everything(&did))
	line := func(id string, mine bool) Line {
		return Line{ID: id, Name: "Wren-23", Text: "see https://example.org", Mine: mine}
	}
	s.See(View{Me: therapist(), Chat: []Line{line("1", false), line("2", true), line("3", false)}})
	if got := s.Unread(); got != 2 {
		t.Errorf("%d unread, want 2", got)
	}
	mustHave(t, drawn(s.Bar()), "Chat, 2 unread")
	s.show(chatPanel)
	html := drawn(s.Panel())
	if s.Unread() != 0 || strings.Contains(html, "<a ") {
		t.Errorf("%d unread with the chat open; a link can be pressed: %v", s.Unread(), strings.Contains(html, "<a "))
	}
	unsent := Line{ID: "4", Mine: true, Unsent: true, Text: "hello"}
	failed := Line{ID: "5", Mine: true, Failed: true, Text: "hello"}
	s.See(View{Me: therapist(), Chat: []Line{unsent, failed}})
	mustHave(t, drawn(s.Panel()), "not sent yet", "could not be sent", "Send again")
}

func TestTellerSaysLittle(t *testing.T) {
	now := noon
	s := New(func() time.Time { return now }, Acts{})
	s.See(View{Me: therapist()})
	s.See(View{Me: therapist(), Others: []Person{somebody(1, "Wren-23")}})
	if s.tell.said != "Wren-23 joined." {
		t.Fatalf("said %q", s.tell.said)
	}
	up := somebody(1, "Wren-23")
	up.Hand = true
	s.See(View{Me: therapist(), Others: []Person{up}})
	if s.tell.said != "Wren-23 joined." {
		t.Errorf("said %q before anybody could hear the first", s.tell.said)
	}
	now = now.Add(tellEvery)
	s.See(View{Me: therapist(), Others: []Person{up}})
	if s.tell.said != "Wren-23 raised a hand." {
		t.Errorf("said %q", s.tell.said)
	}
	s.See(View{Me: therapist(), Others: []Person{up}, Closing: 5})
	if s.tell.said != "The visit ends in 5 seconds" {
		t.Errorf("the end waited: %q", s.tell.said)
	}
	now = now.Add(tellEvery)
	s.See(View{Me: therapist()})
	if s.tell.said != "Wren-23 left." {
		t.Errorf("said %q", s.tell.said)
	}
}

func TestPeopleMayBeAskedAndPutOut(t *testing.T) {
	var did []string
	s := New(func() time.Time { return noon }, everything(&did))
	s.See(View{Me: therapist(), Others: []Person{somebody(1, "Wren-23"), somebody(2, "Aunt")}, May: []Offer{{"r", "Father"}}, Staff: []Choice{{"p", "Dr Lind"}}})
	s.show(peoplePanel)
	s.guest.open = true
	mustHave(t, drawn(s.Panel()), "Mute: Wren-23", "Put out: Aunt", "Ask Father in", "Hand over", "very good")
	s.Acts.Ask, s.Acts.PutOut, s.Acts.Invite, s.Acts.HandOver, s.Acts.Spotlight = nil, nil, nil, nil, nil
	if html := drawn(s.Panel()); strings.Contains(html, "Mute: Wren-23") || strings.Contains(html, "Put out") || strings.Contains(html, "Ask somebody") || strings.Contains(html, "Hand over") {
		t.Error("a guest is offered what only staff may")
	}
}

func TestDialogsSayWhatTheyDo(t *testing.T) {
	var did []string
	s := New(func() time.Time { return noon }, everything(&did))
	wren := somebody(1, "Wren-23")
	wren.Quality, wren.Why, wren.Way, wren.Phrase = 1, "loss", "relay", "amber river seven stone"
	s.See(View{Me: therapist(), Others: []Person{wren}, Blur: Off, Staff: []Choice{{"p", "Dr Lind"}}})
	for d, want := range map[dialog][]string{
		moreDialog: {"One large", "All equal", "Blur what is behind me", "Safety phrase", "Type captions"}, endDialog: {"End for all", "Leave"},
		qualityDialog: {"poor", "gets lost on the way", "What helps"}, phraseDialog: {"amber river seven stone", "aloud"}, outDialog: {"Put Wren-23 out?"}, handDialog: {"Dr Lind"},
	} {
		s.open(d, wren.ID)
		mustHave(t, drawnDialog(t, s), want...)
	}
	s.shut()
	s.Asked("Mira", live.NudgeUnmute)
	mustHave(t, drawnDialog(t, s), "Mira asks you to unmute", "Not now")
}

// Whoever joins again finds what was half written, and what was open, and nobody who was there before.
func TestWhatWasHalfWrittenStays(t *testing.T) {
	var did []string
	s := New(func() time.Time { return noon }, Acts{})
	wren := somebody(1, "Wren-23")
	v := View{Me: therapist(), Others: []Person{wren}, Chat: []Line{{ID: "1", Name: "Wren-23", Text: "Hello"}}}
	s.See(v)
	s.show(chatPanel)
	s.draft, s.typing, s.line, s.guest = "I wanted to", true, "Breathe", newcomer{open: true, name: "Sam"}
	s.shape.pin(shot{place: 1})
	s.Asked("Wren-23", live.NudgeUnmute)
	s.open(outDialog, wren.ID)
	s.Again(everything(&did))
	v.Others = nil
	s.See(v)
	mustHave(t, drawn(s.Panel())+drawn(s.Typing()), `data-panel="chat"`, `value="I wanted to"`, `value="Breathe"`)
	if html := drawn(s.Tiles()) + drawn(s.Front()); strings.Contains(html, "Wren-23") || strings.Contains(html, "<dialog") || s.shape.pins || s.Unread() != 0 {
		t.Errorf("who was there before: %.400s", html)
	}
	s.show(peoplePanel)
	mustHave(t, drawn(s.Panel()), `value="Sam"`)
	if s.send(app.Context{}); s.draft != "" || len(did) != 1 || did[0] != "say" {
		t.Errorf("what was half written is sent by %v, and %q is left", did, s.draft)
	}
}

// What somebody tried and did not work is there to be read, until they have, or something works; then it may come again.
func TestWhatWentWrongIsSeen(t *testing.T) {
	s := New(func() time.Time { return noon }, Acts{})
	seen := func(wrong string, want bool) {
		t.Helper()
		s.See(View{Me: therapist(), Wrong: wrong})
		if got := strings.Contains(drawn(s.Tiles()), `id="wrong"`); got != want {
			t.Errorf("%q is seen: %v", wrong, got)
		}
	}
	seen("", false)
	seen("It did not blur.", true)
	mustHave(t, drawn(s.Tiles()), "It did not blur.", `id="wrong-shut"`)
	s.hushed = s.view.Wrong
	seen("It did not blur.", false)
	seen("It was too large.", true)
	seen("", false)
	seen("It did not blur.", true)
}

// Blurring is offered where the camera can, and there says whether it does.
func TestBlurIsOfferedWhereItCan(t *testing.T) {
	var did []string
	s := New(func() time.Time { return noon }, everything(&did))
	for is, want := range map[Ability]bool{Cannot: false, Off: true, On: true} {
		s.See(View{Me: therapist(), Blur: is})
		s.open(moreDialog, "")
		html := drawnDialog(t, s)
		if got := strings.Contains(html, `id="more-blur"`); got != want || !strings.Contains(html, `id="more-keys"`) {
			t.Errorf("ability %d: offered %v", is, got)
		}
		blur := regexp.MustCompile(`<input[^>]*id="more-blur"[^>]*>`).FindString(html)
		if got := strings.Contains(blur, " checked") && !strings.Contains(blur, `checked="false"`); got != (is == On) {
			t.Errorf("ability %d is shown as %.200s", is, blur)
		}
	}
}

func drawnDialog(t *testing.T, s *Stage) string {
	t.Helper()
	html := drawn(s.Front())
	if !strings.Contains(html, "<dialog") {
		t.Errorf("%s: no dialog: %.300s", s.dialog, html)
	}
	return html
}

func TestFilesSayHowFar(t *testing.T) {
	var did []string
	s := New(func() time.Time { return noon }, everything(&did))
	f := func(state FileState, mine bool) File {
		return File{ID: string(state), Name: "plan.pdf", With: "Wren-23", Bytes: 3 << 20, Done: 1 << 20, State: state, Mine: mine}
	}
	s.See(View{Me: therapist(), Files: []File{f(Offered, false), f(Offered, true), f(Moving, true), f(Ready, false), f(Sent, true), f(Refused, true), f(Broken, false), f(Canceled, true)}})
	s.show(filesPanel)
	mustHave(t, drawn(s.Panel()), "Wren-23 offers this", "waits for Wren-23", "on its way", `value="33"`, "3 MB", "Take it", "Save", "broke off")
}

func TestNotesSaveThemselves(t *testing.T) {
	n := &Notes{}
	if _, ok := n.Due(noon, true); ok {
		t.Error("notes nobody read are saved over those of the house")
	}
	n.Read(3, []Part{{Key: "said"}, {Key: "own", Title: "At the door"}})
	n.write(0, "hello", noon)
	if _, ok := n.Due(noon.Add(time.Second), false); ok {
		t.Error("saved while somebody writes")
	}
	parts, ok := n.Due(noon.Add(saveAfter), false)
	if !ok || parts[0].Text != "hello" {
		t.Fatalf("due: %v %v", parts, ok)
	}
	n.write(0, "hello you", noon.Add(2*time.Second))
	n.Saved(noon.Add(3*time.Second), 4, "")
	if !n.Unsaved() || n.Version != 4 {
		t.Errorf("what was written while saving is taken for saved: %+v", n)
	}
	if _, ok := n.Due(noon.Add(10*time.Second), false); !ok {
		t.Error("and is not saved")
	}
	n.Saved(noon.Add(11*time.Second), 0, "The server is away.")
	if !n.Unsaved() || n.Version != 4 {
		t.Errorf("lost: %+v", n)
	}
	n.Read(9, []Part{{Key: "said", Text: "theirs"}})
	if n.Parts[0].Text != "theirs\nhello you" || n.Version != 9 {
		t.Errorf("what was written here is gone: %+v", n)
	}
	s := New(func() time.Time { return noon }, Acts{})
	s.Notes = n
	s.ShowNotes()
	mustHave(t, drawn(s.Panel()), "not saved yet", "The server is away.", "At the door", "Said")
}

func TestSurveyAsksWhatWasWrong(t *testing.T) {
	s := &Survey{Troubles: []string{"sound", "picture", "dropped", "sensor", "link", "device"}, Stars: 2, Wrong: []string{"sound"}}
	mustHave(t, drawn(s.Draw()), "What did not work?", "The call broke off", "star-5")
	s.tick("sound", false)
	s.tick("link", true)
	if len(s.Wrong) != 1 || s.Wrong[0] != "link" {
		t.Errorf("ticked: %v", s.Wrong)
	}
	s.Sent = true
	mustHave(t, drawn(s.Draw()), "Thank you")
	mustHave(t, drawn(Outcome{Is: care.Held, Saved: true}.Draw()), "It took place", "saved")
}

// What is read aloud to each other is called what it is.
func TestThePhraseIsDigits(t *testing.T) {
	wren := somebody(1, "Wren-23")
	wren.Phrase = "2048 1500"
	s := New(func() time.Time { return noon }, Acts{})
	s.See(View{Me: therapist(), Others: []Person{wren}})
	html := drawn(app.Div().Body(s.phraseBody()...))
	mustHave(t, html, "2048 1500", "Read these digits aloud", "The same digits mean")
}
