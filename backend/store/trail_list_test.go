package store

import (
	"slices"
	"testing"
	"time"

	"hearth/backend/audit"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// Whoever reads the trail reads what was about the places they hold the right at, and nothing else.
func TestTrailIsScoped(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, far := t.Context(), c.mustFarSite(t)
		house := c.mustAt(t, "house.auditor", care.TheHouse, access.Auditor)
		site := c.mustAt(t, "site.auditor", care.Place{Site: c.site}, access.Auditor)
		project := c.mustAt(t, "project.auditor", care.Place{Site: c.site, Project: c.project}, access.Auditor)
		farAuditor := c.mustAt(t, "far.auditor", care.Place{Site: far.admin.Site}, access.Auditor)
		for i, e := range []audit.Entry{
			{Person: c.ana.Person, Action: "get-limits", Patient: c.wrenID},
			{Person: c.ana.Person, Action: "get-patient.refused", Patient: far.patient},
			{Person: c.admin.Person, Action: "list-people", Count: 5},
			{Person: far.admin.Person, Action: "list-people", Count: 3},
			{Action: "set-up"},
			{Person: c.admin.Person, Action: "patch-project", Object: string(far.project)},
			{Person: c.wren.Person, Action: "sign-in.wrong"},
		} {
			e.At = noon.Add(time.Duration(i) * time.Minute)
			if err := c.AppendAudit(ctx, e); err != nil {
				t.Fatal(err)
			}
		}
		numbers := func(by care.Reader, f audit.Filter) (list []int64) {
			t.Helper()
			seen, next, err := c.ListTrail(ctx, by, f, care.Page{})
			if err != nil || next != "" {
				t.Fatal(next, err)
			}
			n, err := c.CountTrail(ctx, by, f, 100)
			if err != nil || n != len(seen) {
				t.Errorf("counted %d, %v; listed %d", n, err, len(seen))
			}
			for _, e := range seen {
				list = append(list, e.Number)
			}
			return list
		}
		for name, w := range map[string]struct {
			by   care.Reader
			f    audit.Filter
			want []int64
		}{
			"the house":               {house, audit.Filter{}, []int64{7, 6, 5, 4, 3, 2, 1}},
			"a site":                  {site, audit.Filter{}, []int64{7, 3, 1}},
			"a project":               {project, audit.Filter{}, []int64{1}},
			"another site":            {farAuditor, audit.Filter{}, []int64{6, 4, 2}},
			"a site's administrator":  {c.admin, audit.Filter{}, []int64{7, 3, 1}},
			"a therapist":             {c.ana, audit.Filter{}, nil},
			"a patient":               {c.wren, audit.Filter{}, nil},
			"nobody":                  {care.Reader{}, audit.Filter{}, nil},
			"a patient who claims it": {care.Reader{Person: c.wren.Person, Roles: access.Roles()}, audit.Filter{}, nil},
			"by person":               {house, audit.Filter{Person: c.ana.Person}, []int64{2, 1}},
			"by patient":              {house, audit.Filter{Patient: c.wrenID}, []int64{1}},
			"by action":               {house, audit.Filter{Action: "list-people"}, []int64{4, 3}},
			"by what an action ends":  {house, audit.Filter{Action: "get-patient"}, []int64{2}},
			"by site":                 {house, audit.Filter{Place: care.Place{Site: far.admin.Site}}, []int64{6, 4, 2}},
			"by project":              {house, audit.Filter{Place: care.Place{Project: far.project}}, []int64{6, 2}},
			"by another's site":       {site, audit.Filter{Place: care.Place{Site: far.admin.Site}}, nil},
			"by time":                 {house, audit.Filter{From: noon.Add(time.Minute), Until: noon.Add(3 * time.Minute)}, []int64{3, 2}},
			"refused":                 {house, audit.Filter{Refused: true}, []int64{7, 2}},
		} {
			if got := numbers(w.by, w.f); !slices.Equal(got, w.want) {
				t.Errorf("%s: got %v, want %v", name, got, w.want)
			}
		}
		seen, next, err := c.ListTrail(ctx, site, audit.Filter{}, care.Page{Limit: 2})
		if err != nil || next != "3" || seen[0].PersonName != "" || seen[1].PersonName != "Ada Minister" {
			t.Errorf("got %+v, %q, %v", seen, next, err)
		}
		if seen, next, err = c.ListTrail(ctx, site, audit.Filter{}, care.Page{Limit: 2, After: next}); err != nil || next != "" || len(seen) != 1 ||
			seen[0].PersonName != "Ana Therapist" || seen[0].PatientName != "" {
			t.Errorf("got %+v, %q, %v", seen, next, err)
		}
		if seen, _, err = c.ListTrail(ctx, c.admin, audit.Filter{Patient: c.wrenID}, care.Page{}); err != nil || seen[0].PatientName != "Wren-23" {
			t.Errorf("who may see patients reads %+v, %v", seen, err)
		}
		for _, f := range []audit.Filter{{Person: "x"}, {Patient: "'"}, {Action: "%"}, {Action: "A"}, {Place: care.Place{Site: "x"}}, {Place: care.Place{Project: "x"}}} {
			if _, _, err := c.ListTrail(ctx, house, f, care.Page{}); !fault.Is(err, fault.Invalid) {
				t.Errorf("%+v: %v", f, err)
			}
		}
		for _, cursor := range []string{"x", "-1", "0", "1e3"} {
			_, _, err := c.ListTrail(ctx, house, audit.Filter{}, care.Page{After: cursor})
			wantFault(t, err, fault.Invalid, "page.cursor")
		}
	})
}
