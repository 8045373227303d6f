package api

import (
	"hearth/shared/access"
	"hearth/shared/care"
)

// Operations about who holds which role, and who may do what, and why.
var (
	SearchPeople = Operation{"search-people", "POST", Base + "/people/search", access.ManagePeople}
	GiveRole     = Operation{"give-role", "POST", Base + "/people/{person}/roles", access.ManageRoles}
	TakeRole     = Operation{"take-role", "DELETE", Base + "/people/{person}/roles", access.ManageRoles}

	GetRoles  = Operation{"get-roles", "GET", Base + "/roles", access.ReadRights}
	WhoMay    = Operation{"who-may", "GET", Base + "/records/{patient}/rights", access.ReadRights}
	GetRights = Operation{"get-rights", "GET", Base + "/records/{patient}/rights/{person}", access.ReadRights}
)

var rightsOperations = []Operation{SearchPeople, GiveRole, TakeRole, GetRoles, WhoMay, GetRights}

// PeopleQuery narrows a list of people; what is left out narrows nothing.
type PeopleQuery struct {
	Text     string          `json:"text,omitempty" maxLength:"80" doc:"Part of the name or sign-in name."`
	Kind     care.PeopleKind `json:"kind,omitempty" enum:"staff,patients"`
	Role     access.Role     `json:"role,omitempty" maxLength:"20"`
	Site     care.SiteID     `json:"site,omitempty" maxLength:"26"`
	Project  care.ProjectID  `json:"project,omitempty" maxLength:"26"`
	Disabled *bool           `json:"disabled,omitempty"`
	After    string          `json:"after,omitempty" maxLength:"400" doc:"Cursor: the next of the part before."`
	Limit    int             `json:"limit,omitempty" minimum:"0" maximum:"200" doc:"How many at most; 0 is 200."`
}

// People is one part of a list of people, by name.
type People struct {
	Items []Person `json:"items"`
	Next  string   `json:"next,omitempty"`
	Total int      `json:"total"` // of all parts; only in the first
}

// RoleTaken is a person without the role, and whom they care for no more.
type RoleTaken struct {
	Person Person `json:"person"`
	Ended  []Care `json:"ended"`
}

// Roles is the whole policy: how far each action reaches for each role. An action a role has not is refused.
type Roles struct {
	Actions []access.Action                                `json:"actions"`
	Roles   map[access.Role]map[access.Action]access.Scope `json:"roles"`
}

// Rights is what one person may do to one patient, and why. Words for actions stand in the catalogues under
// "rights.action.", for scopes under "rights.reach.".
type Rights struct {
	Person   care.PersonID   `json:"person"`
	Name     string          `json:"name"`
	Disabled bool            `json:"disabled"` // may do nothing, whatever they hold
	Assigned bool            `json:"assigned"` // cares for the patient
	Rights   []Right         `json:"rights"`
	Signals  []access.Signal `json:"signals"` // that may be streamed to them
}

// Right is one thing somebody may do, and the grants that give it: each alone would be enough.
type Right struct {
	Action  access.Action `json:"action"`
	Because []Because     `json:"because"`
}

// Because is a grant that gives a right, with how far its role reaches: "own-patients" that the patient is assigned to
// them besides, "self" that it is they.
type Because struct {
	Grant
	Reach access.Scope `json:"reach"`
}
