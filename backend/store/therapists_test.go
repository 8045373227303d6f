package store

import (
	"testing"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// Whoever assigns the patients of a project sees the names of its therapists, and nobody else does.
func TestTherapistsOfAProject(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, house := t.Context(), c.mustAt(t, "house.admin", care.TheHouse, access.Administrator)
		north, project, err := c.CreateSite(ctx, house, "North", "Therapy")
		if err != nil {
			t.Fatal(err)
		}
		at := care.Place{Site: north.ID, Project: project.ID}
		clerk := c.mustAt(t, "north.clerk", at, access.Clerk)
		nell := c.mustAt(t, "nell", care.Place{Site: north.ID}, access.Therapist)
		c.mustAt(t, "north.auditor", at, access.Auditor)
		for who, by := range map[string]care.Reader{"the house": house, "the clerk": clerk} {
			if got, err := c.ListTherapists(ctx, by, project.ID); err != nil || len(got) != 1 || got[0].ID != nell.Person || got[0].Name != "nell" || got[0].Login != "nell" {
				t.Errorf("%s sees %+v, %v", who, got, err)
			}
		}
		if got, err := c.ListTherapists(ctx, c.admin, c.project); err != nil || len(got) != 2 {
			t.Errorf("the administrator sees %+v, %v", got, err)
		}
		for who, by := range map[string]care.Reader{"another site's administrator": c.admin, "a therapist": nell, "a patient": c.wren} {
			_, err := c.ListTherapists(ctx, by, project.ID)
			wantFault(t, err, fault.NotFound, "not-found")
			_ = who
		}
		_, err = c.ListTherapists(ctx, house, "nothing")
		wantFault(t, err, fault.NotFound, "not-found")
	})
}
