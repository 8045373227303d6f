package api

import (
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
)

// Operations about sites, projects and groups.
var (
	ListPlaces    = Operation{"list-places", "GET", Base + "/places", access.ReadPlaces}
	CreateSite    = Operation{"create-site", "POST", Base + "/sites", access.ManageSites}
	PatchSite     = Operation{"patch-site", "PATCH", Base + "/sites/{site}", access.ManageSite}
	DeleteSite    = Operation{"delete-site", "DELETE", Base + "/sites/{site}", access.ManageSites}
	RestoreSite   = Operation{"restore-site", "POST", Base + "/sites/{site}/restore", access.ManageSites}
	SiteContents  = Operation{"get-site-contents", "GET", Base + "/sites/{site}/contents", access.ManageSite}
	CreateProject = Operation{"create-project", "POST", Base + "/sites/{site}/projects", access.ManageSite}

	PatchProject    = Operation{"patch-project", "PATCH", Base + "/projects/{project}", access.ManageProject}
	DeleteProject   = Operation{"delete-project", "DELETE", Base + "/projects/{project}", access.ManageSite}
	RestoreProject  = Operation{"restore-project", "POST", Base + "/projects/{project}/restore", access.ManageSite}
	ProjectContents = Operation{"get-project-contents", "GET", Base + "/projects/{project}/contents", access.ManageProject}
	CreateGroup     = Operation{"create-group", "POST", Base + "/projects/{project}/groups", access.ManageProject}

	PatchGroup   = Operation{"patch-group", "PATCH", Base + "/groups/{group}", access.ManageProject}
	DeleteGroup  = Operation{"delete-group", "DELETE", Base + "/groups/{group}", access.ManageProject}
	RestoreGroup = Operation{"restore-group", "POST", Base + "/groups/{group}/restore", access.ManageProject}
)

var placeOperations = []Operation{ListPlaces, CreateSite, PatchSite, DeleteSite, RestoreSite, SiteContents, CreateProject,
	PatchProject, DeleteProject, RestoreProject, ProjectContents, CreateGroup, PatchGroup, DeleteGroup, RestoreGroup}

// Grant is a role with the place it is held at; without a site it is held at the house.
type Grant struct {
	Role    access.Role    `json:"role"`
	Site    care.SiteID    `json:"site,omitempty"`
	Project care.ProjectID `json:"project,omitempty"`
}

// Places are the sites, projects and groups the reader has a role in, each list by name. Deleted ones are there for who
// may bring them back.
type Places struct {
	Sites    []Site    `json:"sites"`
	Projects []Project `json:"projects"`
	Groups   []Group   `json:"groups"`
}

// Site is a hospital or clinic.
type Site struct {
	ID      care.SiteID `json:"id"`
	Name    string      `json:"name"`
	Version int64       `json:"version"`
	Deleted *time.Time  `json:"deleted,omitempty"`
}

// Project is a study or team of a site.
type Project struct {
	ID      care.ProjectID `json:"id"`
	Site    care.SiteID    `json:"site"`
	Name    string         `json:"name"`
	Version int64          `json:"version"`
	Deleted *time.Time     `json:"deleted,omitempty"`
}

// Group is a folder for patients of a project.
type Group struct {
	ID      care.GroupID   `json:"id"`
	Project care.ProjectID `json:"project"`
	Name    string         `json:"name"`
	Version int64          `json:"version"`
	Deleted *time.Time     `json:"deleted,omitempty"`
}

// CreateSiteBody makes a site with its first project.
type CreateSiteBody struct {
	Name    string `json:"name" maxLength:"80"`
	Project string `json:"project" maxLength:"80"`
}

// SiteMade is what came of it.
type SiteMade struct {
	Site    Site    `json:"site"`
	Project Project `json:"project"`
}

// NameBody gives a new place its name.
type NameBody struct {
	Name string `json:"name" maxLength:"80"`
}

// RenameBody changes a place's name. Version must be the one last read.
type RenameBody struct {
	Version int64  `json:"version"`
	Name    string `json:"name" maxLength:"80"`
}

// VersionBody is a change that needs nothing but the version last read.
type VersionBody struct {
	Version int64 `json:"version"`
}

// Contents counts what goes with a place that is deleted.
type Contents struct {
	Projects int `json:"projects"`
	Patients int `json:"patients"`
	Sittings int `json:"sittings"`
}
