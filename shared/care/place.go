package care

import (
	"slices"
	"time"

	"hearth/shared/access"
)

// Place is where a role is held or a thing belongs: the house, a site of it, or a project of a site.
type Place struct {
	Site    SiteID    // "" is the house itself, with every site in it
	Project ProjectID // "" is the whole site
}

// TheHouse is the place that holds every other.
var TheHouse = Place{}

// Holds reports whether q is p or lies in it.
func (p Place) Holds(q Place) bool {
	return p.Site == "" || p.Site == q.Site && (p.Project == "" || p.Project == q.Project)
}

// Grant is a role somebody holds at a place.
type Grant struct {
	Role access.Role
	Place
}

// Kinds lists the different roles of grants, in the order pages show them.
func Kinds(grants []Grant) []access.Role {
	var roles []access.Role
	for _, r := range access.Roles() {
		if slices.ContainsFunc(grants, func(g Grant) bool { return g.Role == r }) {
			roles = append(roles, r)
		}
	}
	return roles
}

// May reports whether somebody with these grants may do action anywhere at all. What reaches the house is for those who
// hold the role at the house itself.
func May(grants []Grant, action access.Action) bool {
	return slices.ContainsFunc(grants, func(g Grant) bool {
		reach := access.Reach([]access.Role{g.Role}, action)
		return reach != access.Nothing && (reach != access.House || g.Place == TheHouse)
	})
}

// GroupID names a group of patients inside a project.
type GroupID string

// Site is a hospital or clinic.
type Site struct {
	ID      SiteID
	Name    string
	Version int64
	Created time.Time
	Deleted time.Time // zero: it is there
}

// Project is a study or team inside a site. Everything collected belongs to one project.
type Project struct {
	ID      ProjectID
	Site    SiteID
	Name    string
	Version int64
	Created time.Time
	Deleted time.Time
}

// Group is a folder for patients of one project, such as a study's arm.
type Group struct {
	ID      GroupID
	Project ProjectID
	Name    string
	Version int64
	Created time.Time
	Deleted time.Time
}

// Contents counts what a place holds, so that who deletes it knows what goes with it.
type Contents struct {
	Projects, Patients, Sittings int
}
