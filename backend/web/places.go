package web

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
)

// PlaceStore is the memory of sites, projects and groups.
type PlaceStore interface {
	ListSites(ctx context.Context, by care.Reader) ([]care.Site, error)
	CreateSite(ctx context.Context, by care.Reader, name, project string) (care.Site, care.Project, error)
	RenameSite(ctx context.Context, by care.Reader, id care.SiteID, version int64, name string) (care.Site, error)
	DeleteSite(ctx context.Context, by care.Reader, id care.SiteID, version int64) (care.Site, error)
	RestoreSite(ctx context.Context, by care.Reader, id care.SiteID, version int64) (care.Site, error)
	SiteContents(ctx context.Context, by care.Reader, id care.SiteID) (care.Contents, error)

	ListProjects(ctx context.Context, by care.Reader) ([]care.Project, error)
	CreateProject(ctx context.Context, by care.Reader, site care.SiteID, name string) (care.Project, error)
	RenameProject(ctx context.Context, by care.Reader, id care.ProjectID, version int64, name string) (care.Project, error)
	DeleteProject(ctx context.Context, by care.Reader, id care.ProjectID, version int64) (care.Project, error)
	RestoreProject(ctx context.Context, by care.Reader, id care.ProjectID, version int64) (care.Project, error)
	ProjectContents(ctx context.Context, by care.Reader, id care.ProjectID) (care.Contents, error)

	ListGroups(ctx context.Context, by care.Reader) ([]care.Group, error)
	CreateGroup(ctx context.Context, by care.Reader, project care.ProjectID, name string) (care.Group, error)
	ChangeGroup(ctx context.Context, by care.Reader, id care.GroupID, version int64, name *string, deleted *bool) (care.Group, error)
}

type (
	// OfSite names a site in a path.
	OfSite struct {
		Site care.SiteID `path:"site"`
	}
	// OfProject names a project in a path.
	OfProject struct {
		Project care.ProjectID `path:"project"`
	}
	// OfGroup names a group in a path.
	OfGroup struct {
		Group care.GroupID `path:"group"`
	}
	siteNamed struct {
		OfSite
		Body api.NameBody
	}
	siteRenamed struct {
		OfSite
		Body api.RenameBody
	}
	siteVersion struct {
		OfSite
		Body api.VersionBody
	}
	projectNamed struct {
		OfProject
		Body api.NameBody
	}
	projectRenamed struct {
		OfProject
		Body api.RenameBody
	}
	projectVersion struct {
		OfProject
		Body api.VersionBody
	}
	groupRenamed struct {
		OfGroup
		Body api.RenameBody
	}
	groupVersion struct {
		OfGroup
		Body api.VersionBody
	}
)

func (s *Server) placeOperations(a huma.API) {
	handle(s, a, api.ListPlaces, "The sites, projects and groups I have a role in", s.listPlaces)
	handle(s, a, api.CreateSite, "Make a site with its first project", s.createSite)
	handle(s, a, api.PatchSite, "Rename a site", func(ctx context.Context, who *asking, in *siteRenamed) (*versioned[api.Site], error) {
		return changePlace(ctx, who, in.Site, in.Body.Version, named(s.Store.RenameSite, in.Body.Name), siteOf, s.placesChanged)
	})
	handle(s, a, api.DeleteSite, "Hide a site with everything in it; it can be brought back", func(ctx context.Context, who *asking, in *siteVersion) (*versioned[api.Site], error) {
		return changePlace(ctx, who, in.Site, in.Body.Version, s.Store.DeleteSite, siteOf, s.reachChanged)
	})
	handle(s, a, api.RestoreSite, "Bring back a site", func(ctx context.Context, who *asking, in *siteVersion) (*versioned[api.Site], error) {
		return changePlace(ctx, who, in.Site, in.Body.Version, s.Store.RestoreSite, siteOf, s.reachChanged)
	})
	handle(s, a, api.SiteContents, "What goes with a site that is deleted", func(ctx context.Context, who *asking, in *OfSite) (*answer[api.Contents], error) {
		return counted(s.Store.SiteContents(ctx, who.Reader(), in.Site))
	})
	s.projectOperations(a)
	s.groupOperations(a)
}

func (s *Server) projectOperations(a huma.API) {
	handle(s, a, api.CreateProject, "Make a project", func(ctx context.Context, who *asking, in *siteNamed) (*versioned[api.Project], error) {
		return changed(who, 0, projectOf, func(int64) (care.Project, error) {
			return s.Store.CreateProject(ctx, who.Reader(), in.Site, in.Body.Name)
		}, s.placesChanged(ctx, who))
	})
	handle(s, a, api.PatchProject, "Rename a project", func(ctx context.Context, who *asking, in *projectRenamed) (*versioned[api.Project], error) {
		return changePlace(ctx, who, in.Project, in.Body.Version, named(s.Store.RenameProject, in.Body.Name), projectOf, s.placesChanged)
	})
	handle(s, a, api.DeleteProject, "Hide a project with its patients; it can be brought back", func(ctx context.Context, who *asking, in *projectVersion) (*versioned[api.Project], error) {
		return changePlace(ctx, who, in.Project, in.Body.Version, s.Store.DeleteProject, projectOf, s.reachChanged)
	})
	handle(s, a, api.RestoreProject, "Bring back a project", func(ctx context.Context, who *asking, in *projectVersion) (*versioned[api.Project], error) {
		return changePlace(ctx, who, in.Project, in.Body.Version, s.Store.RestoreProject, projectOf, s.reachChanged)
	})
	handle(s, a, api.ProjectContents, "What goes with a project that is deleted", func(ctx context.Context, who *asking, in *OfProject) (*answer[api.Contents], error) {
		return counted(s.Store.ProjectContents(ctx, who.Reader(), in.Project))
	})
}

func (s *Server) groupOperations(a huma.API) {
	change := func(name *string, deleted *bool) placeChange[care.GroupID, care.Group] {
		return func(ctx context.Context, by care.Reader, id care.GroupID, version int64) (care.Group, error) {
			return s.Store.ChangeGroup(ctx, by, id, version, name, deleted)
		}
	}
	handle(s, a, api.CreateGroup, "Make a group of patients", func(ctx context.Context, who *asking, in *projectNamed) (*versioned[api.Group], error) {
		return changed(who, 0, groupOf, func(int64) (care.Group, error) {
			return s.Store.CreateGroup(ctx, who.Reader(), in.Project, in.Body.Name)
		}, s.placesChanged(ctx, who))
	})
	handle(s, a, api.PatchGroup, "Rename a group", func(ctx context.Context, who *asking, in *groupRenamed) (*versioned[api.Group], error) {
		return changePlace(ctx, who, in.Group, in.Body.Version, change(&in.Body.Name, nil), groupOf, s.placesChanged)
	})
	handle(s, a, api.DeleteGroup, "Hide a group; its patients stay, and it can be brought back", func(ctx context.Context, who *asking, in *groupVersion) (*versioned[api.Group], error) {
		return changePlace(ctx, who, in.Group, in.Body.Version, change(nil, new(true)), groupOf, s.placesChanged)
	})
	handle(s, a, api.RestoreGroup, "Bring back a group", func(ctx context.Context, who *asking, in *groupVersion) (*versioned[api.Group], error) {
		return changePlace(ctx, who, in.Group, in.Body.Version, change(nil, new(false)), groupOf, s.placesChanged)
	})
}

func (s *Server) listPlaces(ctx context.Context, who *asking, _ *nothing) (*answer[api.Places], error) {
	sites, err := s.Store.ListSites(ctx, who.Reader())
	if err != nil {
		return nil, err
	}
	projects, err := s.Store.ListProjects(ctx, who.Reader())
	if err != nil {
		return nil, err
	}
	groups, err := s.Store.ListGroups(ctx, who.Reader())
	if err != nil {
		return nil, err
	}
	return reply(api.Places{Sites: each(sites, siteOf), Projects: each(projects, projectOf), Groups: each(groups, groupOf)}), nil
}

func (s *Server) createSite(ctx context.Context, who *asking, in *body[api.CreateSiteBody]) (*answer[api.SiteMade], error) {
	site, project, err := s.Store.CreateSite(ctx, who.Reader(), in.Body.Name, in.Body.Project)
	if err != nil {
		return nil, err
	}
	who.object(string(site.ID))
	s.placesChanged(ctx, who)(string(site.ID))
	return reply(api.SiteMade{Site: siteOf(site), Project: projectOf(project)}), nil
}

// placeChange changes a place that stands at a version.
type placeChange[ID, T any] = func(ctx context.Context, by care.Reader, id ID, version int64) (T, error)

// named changes a place's name by a method of the memory.
func named[ID, T any](rename func(context.Context, care.Reader, ID, int64, string) (T, error), name string) placeChange[ID, T] {
	return func(ctx context.Context, by care.Reader, id ID, version int64) (T, error) {
		return rename(ctx, by, id, version, name)
	}
}

// changePlace changes a place as do does, and lets tell say it to the pages.
func changePlace[ID, T, V any](ctx context.Context, who *asking, id ID, body int64, do placeChange[ID, T], dress func(T) V, tell func(context.Context, *asking) func(id string)) (*versioned[V], error) {
	return changed(who, body, dress, func(version int64) (T, error) { return do(ctx, who.Reader(), id, version) }, tell(ctx, who))
}

// changed runs a change of something that has versions and dresses what it became.
func changed[T, V any](who *asking, body int64, dress func(T) V, do func(version int64) (T, error), tell func(id string)) (*versioned[V], error) {
	version, err := who.version(body)
	if err != nil {
		return nil, err
	}
	v, err := do(version)
	if err != nil {
		return nil, err
	}
	id, now := identified(v)
	who.object(id)
	tell(id)
	return &versioned[V]{etag(now), dress(v)}, nil
}

func identified(v any) (id string, version int64) {
	switch v := v.(type) {
	case care.Site:
		return string(v.ID), v.Version
	case care.Project:
		return string(v.ID), v.Version
	case care.Group:
		return string(v.ID), v.Version
	}
	return "", 0
}

// placesChanged tells the pages of the reader's site that names or places are new.
func (s *Server) placesChanged(ctx context.Context, who *asking) func(id string) {
	return func(id string) {
		s.tell(ctx, live.SiteRoom(who.Person.Site), live.DataNote{What: "places", ID: id})
	}
}

// reachChanged does so, and lets every page ask anew where it stands: whoever stood in a place that is hidden stands there no
// more, and a stream that is watched from there ends at once.
func (s *Server) reachChanged(ctx context.Context, who *asking) func(id string) {
	return func(id string) {
		s.placesChanged(ctx, who)(id)
		s.Rooms.LookAgain(context.WithoutCancel(ctx))
	}
}

func each[T, V any](list []T, dress func(T) V) []V {
	out := make([]V, len(list))
	for i, v := range list {
		out[i] = dress(v)
	}
	return out
}

func counted(c care.Contents, err error) (*answer[api.Contents], error) {
	if err != nil {
		return nil, err
	}
	return reply(api.Contents{Projects: c.Projects, Patients: c.Patients, Sittings: c.Sittings}), nil
}

// moment is an instant as an answer says it; none when it is zero.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func siteOf(v care.Site) api.Site {
	return api.Site{ID: v.ID, Name: v.Name, Version: v.Version, Deleted: moment(v.Deleted)}
}

func projectOf(v care.Project) api.Project {
	return api.Project{ID: v.ID, Site: v.Site, Name: v.Name, Version: v.Version, Deleted: moment(v.Deleted)}
}

func groupOf(v care.Group) api.Group {
	return api.Group{ID: v.ID, Project: v.Project, Name: v.Name, Version: v.Version, Deleted: moment(v.Deleted)}
}

func grantsOf(grants []care.Grant) []api.Grant {
	return each(grants, func(g care.Grant) api.Grant { return api.Grant{Role: g.Role, Site: g.Site, Project: g.Project} })
}
