package care_test

import (
	"testing"

	"pgregory.net/rapid"

	"hearth/shared/access"
	"hearth/shared/care"
)

func places() *rapid.Generator[care.Place] {
	return rapid.Custom(func(t *rapid.T) care.Place {
		site := care.SiteID(rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "site"))
		if site == "" {
			return care.TheHouse
		}
		return care.Place{Site: site, Project: care.ProjectID(rapid.SampledFrom([]string{"", "1", "2"}).Draw(t, "project"))}
	})
}

// Holding is an order: each place holds itself, what holds each other is the same, and it passes on.
func TestPlacesNest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, q, r := places().Draw(t, "p"), places().Draw(t, "q"), places().Draw(t, "r")
		switch {
		case !p.Holds(p), !care.TheHouse.Holds(p):
			t.Errorf("%v is not in itself or not in the house", p)
		case p.Holds(q) && q.Holds(p) && p != q:
			t.Errorf("%v and %v hold each other", p, q)
		case p.Holds(q) && q.Holds(r) && !p.Holds(r):
			t.Errorf("%v holds %v, that holds %v, and not the first", p, q, r)
		}
	})
}

func TestMayAtTheHouse(t *testing.T) {
	site := []care.Grant{{Role: access.Administrator, Place: care.Place{Site: "a"}}}
	house := []care.Grant{{Role: access.Administrator}}
	if care.May(site, access.ManageSites) || !care.May(house, access.ManageSites) || !care.May(site, access.ManageSite) || care.May(nil, access.ReadOwnAccount) {
		t.Error("the house is open to a site's administrator, or closed to its own")
	}
	if kinds := care.Kinds(append(site, house...)); len(kinds) != 1 {
		t.Errorf("two grants of one role are the roles %v", kinds)
	}
}
