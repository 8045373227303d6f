package web_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
)

// Where else somebody works is not said to those who administer one of the places; that there is an elsewhere is.
func TestRolesElsewhereAreNotSaid(t *testing.T) {
	c := mustClinic(t)
	me := mustDo[api.Me](c.admin, "GET", api.GetMe.Path, nil)
	here := care.Place{Site: me.Site}
	far := mustDo[api.SiteMade](c.admin, "POST", api.CreateSite.Path, api.CreateSiteBody{Name: "Far", Project: "Far"})
	lead := c.mustStaff("lead", access.Administrator, here)
	c.mustStaff("both", access.Therapist, here)
	mustDo[api.Person](c.admin, "POST", strings.Replace(api.GiveRole.Path, "{person}", string(c.people["both"].ID), 1), api.Grant{Role: access.Clerk, Site: far.Site.ID})
	of := func(v *visitor) api.Person {
		t.Helper()
		for _, p := range mustDo[api.List[api.Person]](v, "GET", api.ListPeople.Path, nil).Items {
			if p.ID == c.people["both"].ID {
				return p
			}
		}
		t.Fatal("not on the list")
		return api.Person{}
	}
	if p := of(c.admin); len(p.Grants) != 2 || p.Elsewhere || !slices.Contains(p.Roles, access.Clerk) {
		t.Errorf("the house's administrator sees %+v", p)
	}
	p := of(lead)
	if len(p.Grants) != 1 || !p.Elsewhere || slices.Contains(p.Roles, access.Clerk) {
		t.Errorf("the administrator of one place sees %+v", p)
	}
	if said, _ := json.Marshal(p); strings.Contains(string(said), string(far.Site.ID)) {
		t.Errorf("the other place is named in %s", said)
	}
	if p := mustDo[api.People](lead, "POST", api.SearchPeople.Path, api.PeopleQuery{Text: "both"}); len(p.Items) != 1 || len(p.Items[0].Grants) != 1 {
		t.Errorf("searched, there are %+v", p.Items)
	}
}
