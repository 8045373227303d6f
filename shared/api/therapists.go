package api

import (
	"hearth/shared/access"
	"hearth/shared/care"
)

// ListTherapists are those who may be given patients of a project: who assigns patients need not manage people.
var ListTherapists = Operation{"list-therapists", "GET", Base + "/projects/{project}/therapists", access.ManageCare}

var therapistOperations = []Operation{ListTherapists}

// Colleague is somebody of the staff by name alone.
type Colleague struct {
	ID   care.PersonID `json:"id"`
	Name string        `json:"name"`
}
