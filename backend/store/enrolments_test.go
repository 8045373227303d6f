package store

import (
	"testing"
	"time"

	"hearth/backend/identity"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// Codes are given to patients by who enrols them where they are, and to the rest by who manages them; a clerk cannot become
// an administrator by one.
func TestWhoMayBeEnrolled(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		house := c.mustAt(t, "house.admin", care.TheHouse, access.Administrator)
		far, _, err := c.CreateSite(t.Context(), house, "Far", "Therapy")
		if err != nil {
			t.Fatal(err)
		}
		clerk := c.mustAt(t, "clerk", care.Place{Site: c.site, Project: c.project}, access.Clerk)
		farClerk := c.mustAt(t, "far.clerk", care.Place{Site: far.ID}, access.Clerk)
		farAdmin := c.mustAt(t, "far.admin", care.Place{Site: far.ID}, access.Administrator)
		both := c.mustAdd(t, "Both-1", access.Patient)
		if _, err := c.db.NewInsert().Model(&grantRow{Person: both.Person, Role: access.Administrator, Site: c.site}).Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
		hash := identity.Hash{1}
		for _, one := range []struct {
			what    string
			by, who care.Reader
			may     bool
		}{
			{"an administrator for a patient", c.admin, c.wren, true},
			{"an administrator for staff", c.admin, c.ana, true},
			{"a clerk for a patient", clerk, c.wren, true},
			{"a clerk for staff", clerk, c.ana, false},
			{"a clerk for an administrator", clerk, c.admin, false},
			{"a clerk for a patient who is staff", clerk, both, false},
			{"a site's administrator for the house's", c.admin, house, false},
			{"another site's clerk", farClerk, c.wren, false},
			{"another site's administrator", farAdmin, c.ana, false},
			{"the patient's therapist", c.ana, c.wren, false},
			{"another patient", c.lark, c.wren, false},
			{"somebody who says they are more", care.Reader{Person: c.lark.Person, Site: c.site, Roles: []access.Role{access.Administrator}}, c.wren, false},
		} {
			_, err := c.PutEnrolment(t.Context(), one.by, one.who.Person, hash, noon.Add(time.Hour))
			if one.may && err != nil {
				t.Errorf("%s: %v", one.what, err)
			}
			if !one.may {
				wantFault(t, err, fault.NotFound, "not-found")
			}
			if _, err := c.Enrollable(t.Context(), one.by, one.who.Person); (err == nil) != one.may {
				t.Errorf("%s: looked up: %v", one.what, err)
			}
		}
	})
}

// Who comes by link does not sign in, whatever they were given before.
func TestLinkOnlyIsNotEnrolled(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		p, err := c.PutEnrolment(t.Context(), c.admin, c.wren.Person, identity.Hash{1}, noon.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.db.ExecContext(t.Context(), "UPDATE people SET link_only = ? WHERE id = ?", true, p.ID); err != nil {
			t.Fatal(err)
		}
		_, err = c.RedeemEnrolment(t.Context(), identity.Hash{1}, identity.Hash{2}, noon, noon.Add(time.Minute))
		wantFault(t, err, fault.NotFound, "not-found")
		_, err = c.PutEnrolment(t.Context(), c.admin, p.ID, identity.Hash{3}, noon.Add(time.Hour))
		wantFault(t, err, fault.Conflict, "enrol.link-only")
	})
}

// What has run out is forgotten.
func TestPasskeyTablesAreSwept(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		for i := range byte(3) {
			if err := c.PutChallenge(ctx, identity.Challenge{Hash: identity.Hash{i}, Expires: c.clock.now.Add(time.Minute)}); err != nil {
				t.Fatal(err)
			}
		}
		c.clock.now = c.clock.now.Add(time.Minute)
		if err := c.PutChallenge(ctx, identity.Challenge{Hash: identity.Hash{9}, Expires: c.clock.now.Add(time.Minute)}); err != nil {
			t.Fatal(err)
		}
		if n, err := c.db.NewSelect().Model((*challengeRow)(nil)).Count(ctx); err != nil || n != 1 {
			t.Errorf("%d challenges are kept, want 1 (%v)", n, err)
		}
		if _, err := c.PutEnrolment(ctx, c.admin, c.wren.Person, identity.Hash{1}, c.clock.now); err != nil {
			t.Fatal(err)
		}
		if err := c.SweepEnrolments(ctx, c.clock.now); err != nil {
			t.Fatal(err)
		}
		if n, err := c.db.NewSelect().Model((*enrolmentRow)(nil)).Count(ctx); err != nil || n != 0 {
			t.Errorf("%d codes are kept, want none (%v)", n, err)
		}
	})
}
