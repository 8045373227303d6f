package admin

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/words"
)

// agreed is what a patient agreed to and withdrew: a part of the page of their record, asked for by a press.
type agreed struct {
	env     *frame.Env
	run     errand
	focus   func(id string)
	patient care.PatientID
	project care.ProjectID

	known  bool
	said   []api.Consent     // the latest first
	texts  []api.ConsentText // by kind, the newest version first
	busy   bool
	fault  error
	done   string
	dialog *consentDialog // nil: none

	composing *textDialog // nil: none
}

// consentDialog writes down what a patient said.
type consentDialog struct {
	form
	id                             care.ConsentID // made once, so that a second press writes nothing twice
	which, given, day, signer, way string
	note                           string
	from                           string
}

// show asks the house.
func (a *agreed) show(app.Context) { a.read() }

func (a *agreed) read() {
	if a.busy {
		return
	}
	a.busy, a.fault = true, nil
	patient, project := a.patient, a.project
	a.run(func(ctx context.Context) func(app.Context) {
		said, err := a.env.API.ListConsents(ctx, patient)
		var texts api.List[api.ConsentText]
		if err == nil {
			texts, err = a.env.API.ListConsentTexts(ctx, project)
		}
		return func(app.Context) {
			if a.busy = false; a.env.SignedOut(err) || patient != a.patient {
				return
			}
			if a.fault = err; err == nil {
				first := !a.known
				if a.known, a.said, a.texts = true, said.Items, texts.Items; first {
					a.focus("consents")
				}
			}
		}
	})
}

// standing is what holds: the last word on each kind, by kind.
func (a *agreed) standing() (list []api.Consent) {
	for _, c := range a.said { // the latest first
		if !slices.ContainsFunc(list, func(o api.Consent) bool { return o.Kind == c.Kind }) {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(x, y api.Consent) int { return compare(x.Kind, y.Kind) })
	return list
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// newest is the newest version of a kind of text; 0 when there is none any more.
func (a *agreed) newest(kind string) (version int) {
	for _, t := range a.texts {
		if t.Kind == kind {
			version = max(version, t.Version)
		}
	}
	return version
}

// title is what a text is called, in the page's language where there is one.
func (a *agreed) title(kind string, version int) string {
	title := kind
	for _, t := range a.texts {
		if t.Kind == kind && t.Version == version && (title == kind || t.Language == string(words.Current().Language)) {
			title = t.Title
		}
	}
	return title
}

// key names a text for a choice.
func textKey(t api.ConsentText) string {
	return t.Kind + "/" + strconv.Itoa(t.Version) + "/" + t.Language
}

// ask opens the dialog; kind is what it is about, "" for the first there is.
func (a *agreed) ask(kind string, given bool, from string) func(app.Context) {
	return func(app.Context) {
		d := &consentDialog{id: care.NewID[care.ConsentID](), given: "given", signer: "patient", way: "paper", from: from, day: a.env.Now().Local().Format(time.DateOnly)}
		if !given {
			d.given = "withdrawn"
		}
		for _, t := range a.texts {
			if (kind == "" || t.Kind == kind) && (d.which == "" || t.Language == string(words.Current().Language) && t.Version == a.newest(t.Kind) && textOf(a.texts, d.which).Language != t.Language) {
				d.which = textKey(t)
			}
		}
		a.dialog, a.done = d, ""
	}
}

func textOf(texts []api.ConsentText, key string) api.ConsentText {
	for _, t := range texts {
		if textKey(t) == key {
			return t
		}
	}
	return api.ConsentText{}
}

// leave closes the dialog, but not while the house is being asked.
func (a *agreed) leave(app.Context) {
	if a.dialog == nil || a.dialog.busy {
		return
	}
	from := a.dialog.from
	a.dialog = nil
	a.focus(from)
}

// body is what is written down. Of today the moment is now, of another day its noon: paper says no more.
func (d *consentDialog) body(texts []api.ConsentText, now time.Time) (api.AddConsentBody, error) {
	t := textOf(texts, d.which)
	at, err := time.ParseInLocation(time.DateOnly, d.day, now.Location())
	if err != nil {
		return api.AddConsentBody{}, fault.New(fault.Invalid, "consent.time", err)
	}
	if at = at.Add(12 * time.Hour); d.day == now.Format(time.DateOnly) {
		at = now
	}
	return api.AddConsentBody{ID: d.id, Kind: t.Kind, Version: t.Version, Language: t.Language, Given: d.given == "given", At: at.UTC(), Signer: d.signer, Way: d.way, Note: d.note}, nil
}

// write writes it down.
func (a *agreed) write(app.Context) {
	d := a.dialog
	if d == nil || d.busy {
		return
	}
	d.fresh()
	body, err := d.body(a.texts, a.env.Now().Local())
	if err != nil {
		d.wrong("consent-day", err)
		a.focus(d.first())
		return
	}
	d.busy = true
	patient := a.patient
	a.run(func(ctx context.Context) func(app.Context) {
		_, err := a.env.API.AddConsent(ctx, patient, body)
		return func(ctx app.Context) {
			d.busy = false
			switch {
			case a.env.SignedOut(err):
			case err != nil:
				d.wrong(consentField(err), err)
				a.focus(d.first())
			default:
				a.done = words.T("consent.written")
				a.leave(ctx)
				a.show(ctx)
			}
		}
	})
}

func consentField(err error) string {
	switch fault.Of(err).Code {
	case "consent.time":
		return "consent-day"
	case "consent.note":
		return "consent-note"
	case "consent.text", "consent.kind", "consent.language":
		return "consent-text"
	}
	return ""
}
