package admin

import (
	"cmp"
	"slices"
	"strings"

	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
)

// Roster is the list of people with what is searched for.
type Roster struct {
	People []api.Person
	Search string
	Role   access.Role // "" = every role
}

// Read takes a list as the house has it. Where we know a newer version of somebody, the list was asked for before the
// change and the newer one stays.
func (r *Roster) Read(list []api.Person) {
	for i, p := range list {
		if known, ok := r.Find(p.ID); ok && known.Version > p.Version {
			list[i] = known
		}
	}
	r.People = list
}

// Put takes one person as the house answered.
func (r *Roster) Put(p api.Person) {
	people := slices.Clone(r.People)
	if i := slices.IndexFunc(people, func(o api.Person) bool { return o.ID == p.ID }); i < 0 {
		people = append(people, p)
	} else if people[i].Version <= p.Version {
		people[i] = p
	}
	r.People = people
}

// Find finds a person.
func (r Roster) Find(id care.PersonID) (api.Person, bool) {
	if i := slices.IndexFunc(r.People, func(p api.Person) bool { return p.ID == id }); i >= 0 {
		return r.People[i], true
	}
	return api.Person{}, false
}

// Shown lists whom the search and the role leave, by name. Every word of the search has to occur in the name or the
// sign-in name.
func (r Roster) Shown() []api.Person {
	var shown []api.Person
	for _, p := range r.People {
		if (r.Role == "" || slices.Contains(p.Roles, r.Role)) && fits(r.Search, p.Name, p.Login) {
			shown = append(shown, p)
		}
	}
	slices.SortFunc(shown, func(a, b api.Person) int {
		return cmp.Or(byName(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return shown
}

// Narrowed reports whether somebody may be hidden.
func (r Roster) Narrowed() bool { return strings.TrimSpace(r.Search) != "" || r.Role != "" }

// fits reports whether every word of search occurs in one of the texts.
func fits(search string, texts ...string) bool {
	for _, word := range strings.Fields(strings.ToLower(search)) {
		if !slices.ContainsFunc(texts, func(t string) bool { return strings.Contains(strings.ToLower(t), word) }) {
			return false
		}
	}
	return true
}

func byName(a, b string) int { return cmp.Compare(strings.ToLower(a), strings.ToLower(b)) }
