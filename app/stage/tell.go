package stage

import (
	"strings"
	"time"

	"hearth/shared/live"
	"hearth/shared/words"
)

// teller says what a person would see: few sentences, none twice, and not more often than every few seconds. What happens
// meanwhile is said together; the end of the visit does not wait.
type teller struct {
	waits []string
	said  string
	at    time.Time
}

const (
	tellEvery = 3 * time.Second
	tellMost  = 3 // sentences at once; more is said as a number
)

// follow takes in what changed between two Views.
func (t *teller) follow(now time.Time, was, is *View) {
	if was.Me.ID != "" {
		t.people(was, is)
		t.own(was, is)
	}
	if is.Closing > 0 && was.Closing == 0 {
		t.waits = append([]string{words2("closing", is.Closing)}, t.waits...)
		t.at = time.Time{}
	}
	if was.Closing > 0 && is.Closing == 0 && len(is.Others) > 0 {
		t.add("told.goes-on")
	}
	t.speak(now)
}

func (t *teller) people(was, is *View) {
	before := byID(was)
	for _, p := range is.others() {
		old, there := before[p.ID]
		switch {
		case !there:
			t.add("told.joined", "name", p.Name)
		case p.State == Away && old.State != Away:
			t.add("told.away", "name", p.Name)
		case p.State == Here && old.State == Away:
			t.add("told.back", "name", p.Name)
		}
		if there && p.Hand && !old.Hand {
			t.add("told.hand", "name", p.Name)
		}
		if there && p.Screen && !old.Screen {
			t.add("told.screen", "name", p.Name)
		}
		delete(before, p.ID)
	}
	for _, p := range was.others() {
		if _, gone := before[p.ID]; gone {
			t.add("told.left", "name", p.Name)
		}
	}
}

// own says what happened to this page; what its person pressed they know.
func (t *teller) own(was, is *View) {
	for _, l := range is.Chat[min(len(was.Chat), len(is.Chat)):] {
		if !l.Mine {
			t.add("told.line", "name", l.Name)
		}
	}
	if is.Trouble != "" && is.Trouble != was.Trouble {
		t.waits = append(t.waits, is.Trouble)
	}
}

// Announce says something once: that the host muted this page, for example.
func (s *Stage) Announce(key string, pairs ...string) {
	s.tell.add(key, pairs...)
	s.tell.speak(s.now())
}

func (t *teller) add(key string, pairs ...string) { t.waits = append(t.waits, say(key, pairs...)) }

func (t *teller) speak(now time.Time) {
	if len(t.waits) == 0 || !t.at.IsZero() && now.Sub(t.at) < tellEvery {
		return
	}
	list := t.waits
	if more := len(list) - tellMost; more > 0 {
		list = append(list[:tellMost:tellMost], words2("told.more", more))
	}
	t.said, t.at, t.waits = strings.Join(list, " "), now, nil
}

func byID(v *View) map[live.MemberID]*Person {
	all := make(map[live.MemberID]*Person, len(v.Others))
	for _, p := range v.others() {
		all[p.ID] = p
	}
	return all
}

// words2 says a number of things.
func words2(key string, n int) string { return words.N("stage."+key, n) }
