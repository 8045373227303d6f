package admin

import (
	"context"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/shared/api"
	"hearth/shared/care"
)

// deck is enrolment cards for many: a code for each is made first, one after the other, and then they are opened to print. A
// code works for two days, so cards are made for a part at a time.
type deck struct {
	codes []api.Enrolment // made, for the part it was asked for
	of    int             // how many there will be
	first care.PersonID   // of those it was asked for
	busy  bool
	fault error
}

// issue makes a code for each of the people. After one that could not be made it goes on there: those before have theirs.
func (d *deck) issue(env *frame.Env, run errand, focus func(string), people []care.PersonID) {
	if d.busy || len(people) == 0 {
		return
	}
	if d.fault == nil || d.first != people[0] || d.of != len(people) {
		*d = deck{of: len(people), first: people[0]}
	}
	d.busy, d.fault = true, nil
	d.next(env, run, focus, people[len(d.codes):])
}

func (d *deck) next(env *frame.Env, run errand, focus func(string), people []care.PersonID) {
	run(func(ctx context.Context) func(app.Context) {
		e, err := env.API.IssueEnrolment(ctx, people[0])
		return func(app.Context) {
			if env.SignedOut(err) {
				return
			}
			if d.fault = err; err == nil {
				d.codes = append(d.codes, e)
			}
			if err == nil && len(people) > 1 {
				d.next(env, run, focus, people[1:])
				return
			}
			if d.busy = false; err == nil {
				focus("cards-open")
			}
		}
	})
}

// open opens the cards in a window of their own. Codes travel in a form, never in an address.
func (d *deck) open(env *frame.Env, back string) {
	var persons, codes []string
	for _, e := range d.codes {
		persons, codes = append(persons, string(e.Person.ID)), append(codes, e.Code)
	}
	env.Page.PostAside(api.EnrolPage+"/cards", map[string]string{"as": env.Page.Slot(), "persons": strings.Join(persons, " "),
		"codes": strings.Join(codes, " "), "back": back})
}
