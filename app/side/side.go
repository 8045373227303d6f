// Package side is the therapist's side: the places it leads to, for pages of two programs. Their visits are planned in the
// office's program, so that whoever waits for signals does not wait for forms; both stand in one portal for whoever uses them.
package side

import (
	"hearth/app/frame"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// Words is where a therapist's label buttons are chosen.
const Words = api.TherapistPage + "/words"

// Therapist are the places of a therapist's side, seen from one of them.
func Therapist(here string) []frame.Place {
	return []frame.Place{
		{Word: words.T("therapist.patients"), Icon: "people", Href: api.TherapistPage, Here: here == api.TherapistPage},
		{Word: words.T("agenda.title"), Icon: "calendar", Href: api.AgendaPage, Here: here == api.AgendaPage, Needs: []access.Action{access.ReadVisits}},
		{Word: words.T("therapist.words"), Icon: "tag", Href: Words, Here: here == Words},
	}
}

// Room is where a therapist attends a visit.
func Room(id care.VisitID) string { return api.TherapistPage + "/visit/" + string(id) }
