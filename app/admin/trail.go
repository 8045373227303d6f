package admin

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// Trail shows who read or changed what. It is read when it is opened, narrowed or asked for more; reading is an entry of
// its own, so it never reads by itself.
//
// Hooks for tests: #span, #action, #place, #refused; #trail with data-shown; rows tr[data-number][data-action]; buttons
// #who-{number} and #whom-{number}; #clear, #more, #save, #save-lines, #end.
type Trail struct {
	app.Compo
	Env *frame.Env

	filter api.TrailFilter
	only   string // name of whom the filter is about
	span   string
	items  []api.TrailEntry
	next   string
	end    string
	known  bool
	busy   bool
	fault  error
	tree   tree
	asked  int // questions so far: an old answer never overtakes a newer one

	run   errand
	stops []func()
}

// OnMount reads the newest entries and the places.
func (t *Trail) OnMount(ctx app.Context) {
	t.Env.Page.SetTitle(words.T("trail.title") + " · " + words.T("app.name"))
	t.run = errands(ctx)
	t.Env.LoadMe(ctx, func(app.Context) {
		t.ask("")
		t.tree.load(t.Env, t.run, nil)
	})
	t.stops = append(t.stops, t.Env.Follow(ctx, func(app.Context, remote.View) {}))
}

// OnDismount ends what OnMount began.
func (t *Trail) OnDismount() {
	for _, stop := range t.stops {
		stop()
	}
	t.stops = nil
}

// ask reads the entries after a cursor, and with the first of them where the trail ends.
func (t *Trail) ask(cursor string) {
	t.asked++
	n, filter := t.asked, t.filter
	t.busy = true
	t.run(func(ctx context.Context) func(app.Context) {
		list, err := t.Env.API.ListTrail(ctx, filter, cursor)
		var end api.Anchor
		if err == nil && cursor == "" {
			end, err = t.Env.API.TrailEnd(ctx)
		}
		return func(app.Context) {
			if n != t.asked || t.Env.SignedOut(err) {
				return
			}
			t.busy = false
			if t.fault = err; err != nil {
				return
			}
			if cursor == "" {
				t.items, t.end = nil, end.Anchor
			}
			t.items, t.next, t.known = append(t.items, list.Items...), list.Next, true
		}
	})
}

// narrow changes the filter and reads anew.
func (t *Trail) narrow(change func(*api.TrailFilter)) {
	change(&t.filter)
	t.ask("")
}

// spans are the time spans to choose from.
var spans = []struct {
	key  string
	long time.Duration
}{{"every", 0}, {"day", 24 * time.Hour}, {"week", 7 * 24 * time.Hour}, {"month", 30 * 24 * time.Hour}, {"year", 365 * 24 * time.Hour}}

func (t *Trail) choose(span string) {
	t.span = span
	t.narrow(func(f *api.TrailFilter) {
		f.From = time.Time{}
		for _, s := range spans {
			if s.key == span && s.long > 0 {
				f.From = t.Env.Now().Add(-s.long)
			}
		}
	})
}

// at narrows to a place, written as "site/project".
func (t *Trail) at(place string) {
	site, project, _ := strings.Cut(place, "/")
	t.narrow(func(f *api.TrailFilter) { f.Site, f.Project = care.SiteID(site), care.ProjectID(project) })
}

func (t *Trail) clear(app.Context) {
	t.filter, t.only, t.span = api.TrailFilter{}, "", ""
	t.ask("")
}

// narrowed reports whether anything is left out.
func (t *Trail) narrowed() bool { return t.filter != api.TrailFilter{} }

// actionWord says an action in words: of a dotted one the longest beginning that has some. refused tells that it came to
// nothing.
func actionWord(action string) (word string, refused bool) {
	for _, end := range []string{".refused", ".locked", "wrong"} {
		refused = refused || strings.HasSuffix(action, end)
	}
	for rest := action; rest != ""; {
		if key := "trail.action." + rest; words.Current().Has(key) {
			return words.T(key), refused
		}
		rest = rest[:max(strings.LastIndex(rest, "."), 0)]
	}
	return action, refused
}

// besides are the actions that are no operations of the interface and can be looked for.
var besides = []string{"sign-in", "sign-out", "step-up", "share", "password", "passkey", "code", "recovery", "enrol", "client", "link", "device", "patient.erased", "trail.forget", "messages",
	"visit.call-back", "visit.call-ended", "visit.device-ask", "visit.where"}

// actions are the ones to look for, with their words, by these.
func actions() (all [][2]string) {
	for _, op := range api.Operations() {
		word, _ := actionWord(op.ID)
		all = append(all, [2]string{op.ID, word})
	}
	for _, a := range besides {
		word, _ := actionWord(a)
		all = append(all, [2]string{a, word})
	}
	slices.SortFunc(all, func(a, b [2]string) int { return strings.Compare(a[1], b[1]) })
	return all
}
