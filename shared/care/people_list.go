package care

import "hearth/shared/access"

// PeopleKind narrows a list of people.
type PeopleKind string

// The kinds of people.
const (
	Everybody    PeopleKind = ""
	OnlyStaff    PeopleKind = "staff"
	OnlyPatients PeopleKind = "patients"
)

// PeopleFilter narrows a list of people; what is zero narrows nothing.
type PeopleFilter struct {
	Text     string // part of the name or sign-in name
	Kind     PeopleKind
	Role     access.Role
	Site     SiteID // who has a role there or in it
	Project  ProjectID
	Disabled *bool
}
