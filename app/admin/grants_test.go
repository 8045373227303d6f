package admin

import (
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote/remotetest"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

func TestRolesAreGivenAndTakenAtPlaces(t *testing.T) {
	h := clinic()
	mira := person("m")
	h.Answer(api.SearchPeople, func(remotetest.Asked) (any, error) {
		list := append([]api.Person{}, people...)
		list[2] = mira
		return api.People{Items: list, Total: len(list)}, nil
	})
	portal(t, h, peoplePageOf, func(t *testing.T, v *remotetest.Visit, p *People) {
		v.Act(p.about(granting, mira, "roles-m"))
		v.Shows("Roles of Mira Solano", "Therapist · Bridge", "the whole installation", "Project Sleep", "Treats the patients")
		v.Spoken()
		h.Answer(api.GiveRole, func(a remotetest.Asked) (any, error) {
			var g api.Grant
			a.Read(t, &g)
			if g != (api.Grant{Role: access.Clerk, Site: site, Project: "east"}) {
				t.Errorf("asked for %+v", g)
			}
			mira.Grants, mira.Version = append(append([]api.Grant{}, mira.Grants...), g), mira.Version+1
			return mira, nil
		})
		v.Act(func(ctx app.Context) {
			p.dialog.role, p.dialog.at = string(access.Clerk), string(site)+"/east"
			p.give(ctx)
		})
		v.Shows("Clerk · Sleep", "Clerk (Sleep)")
		h.Answer(api.TakeRole, func(a remotetest.Asked) (any, error) {
			mira.Grants, mira.Version = mira.Grants[:1], mira.Version+1
			return api.RoleTaken{Person: mira, Ended: []api.Care{{PatientName: "Wren-23"}}}, nil
		})
		v.Act(p.take(mira.Grants[1]))
		v.Shows("No longer cares for: Wren-23")
		v.Hides("Therapist · Bridge")
		h.Answer(api.TakeRole, func(remotetest.Asked) (any, error) { return nil, fault.New(fault.NotFound, "not-found", nil) })
		v.Act(p.take(mira.Grants[0]))
		v.Shows("<dialog", "Administrator · North")
		v.Spoken()
		v.Act(p.leave)
		v.Act(p.about(granting, person("a"), "roles-a"))
		v.Hides(`id="take-0"`) // nobody takes their own
		v.Act(p.leave)
	})
}

func TestSpotsAreThoseOfTheTable(t *testing.T) {
	for v, want := range map[string]care.Place{wholeHouse: {}, "s": {Site: "s"}, "s/p": {Site: "s", Project: "p"}} {
		if got := spotOf(v); got != want {
			t.Errorf("%q is %+v, want %+v", v, got, want)
		}
	}
}

// The table says of every right and role what the house would answer.
func TestTheTableOfRolesIsTheHousesOwn(t *testing.T) {
	portal(t, clinic(), func(e *frame.Env) *Roles { return &Roles{Env: e} }, func(t *testing.T, v *remotetest.Visit, r *Roles) {
		v.Shows("read the real name and the relatives", "assigned patients", `data-action="manage-sites"`, `data-reach="house"`)
		v.Spoken()
		if got, want := len(rightsInOrder()), len(access.Actions()); got != want {
			t.Errorf("%d rights are shown of %d", got, want)
		}
	})
}
