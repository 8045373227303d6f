package house

import (
	"context"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// Sites lists the sites, hidden ones too.
func (o *Office) Sites(ctx context.Context) ([]care.Site, error) { return o.store.ListSites(ctx, o.by) }

// Site finds a site by its name or id.
func (o *Office) Site(ctx context.Context, called string) (care.Site, error) {
	list, err := o.Sites(ctx)
	if err != nil {
		return care.Site{}, err
	}
	return theOne(list, called, func(s care.Site) (string, string) { return string(s.ID), s.Name })
}

// CreateSite makes a site with a first project, unless it is there.
func (o *Office) CreateSite(ctx context.Context, name, project string) (s care.Site, made bool, err error) {
	s, err = o.Site(ctx, name)
	if !fault.Is(err, fault.NotFound) {
		return s, false, err
	}
	if s, _, err = o.store.CreateSite(ctx, o.by, name, project); err != nil {
		return s, false, err
	}
	return s, true, o.note(ctx, "create-site", "", string(s.ID))
}

// HideSite hides a site or brings it back.
func (o *Office) HideSite(ctx context.Context, called string, hide bool) (s care.Site, changed bool, err error) {
	s, err = o.Site(ctx, called)
	if err != nil || s.Deleted.IsZero() != hide {
		return s, false, err
	}
	act, name := o.store.RestoreSite, "restore-site"
	if hide {
		act, name = o.store.DeleteSite, "delete-site"
	}
	if s, err = act(ctx, o.by, s.ID, s.Version); err != nil {
		return s, false, err
	}
	return s, true, o.note(ctx, name, "", string(s.ID))
}

// Projects lists the projects of a site, "" for all sites, hidden ones too.
func (o *Office) Projects(ctx context.Context, site string) ([]care.Project, error) {
	list, err := o.store.ListProjects(ctx, o.by)
	if err != nil || site == "" {
		return list, err
	}
	s, err := o.Site(ctx, site)
	var of []care.Project
	for _, p := range list {
		if p.Site == s.ID {
			of = append(of, p)
		}
	}
	return of, err
}

// Project finds a project by its name or id; without a name the only one there is.
func (o *Office) Project(ctx context.Context, site, called string) (care.Project, error) {
	list, err := o.Projects(ctx, site)
	if err != nil {
		return care.Project{}, err
	}
	if called == "" && len(list) == 1 {
		return list[0], nil
	}
	return theOne(list, called, func(p care.Project) (string, string) { return string(p.ID), p.Name })
}

// CreateProject makes a project at a site, unless it is there.
func (o *Office) CreateProject(ctx context.Context, site, name string) (p care.Project, made bool, err error) {
	s, err := o.Site(ctx, site)
	if err != nil {
		return p, false, err
	}
	p, err = o.Project(ctx, string(s.ID), name)
	if !fault.Is(err, fault.NotFound) {
		return p, false, err
	}
	if p, err = o.store.CreateProject(ctx, o.by, s.ID, name); err != nil {
		return p, false, err
	}
	return p, true, o.note(ctx, "create-project", "", string(p.ID))
}

// HideProject hides a project or brings it back.
func (o *Office) HideProject(ctx context.Context, site, called string, hide bool) (p care.Project, changed bool, err error) {
	p, err = o.Project(ctx, site, called)
	if err != nil || p.Deleted.IsZero() != hide {
		return p, false, err
	}
	act, name := o.store.RestoreProject, "restore-project"
	if hide {
		act, name = o.store.DeleteProject, "delete-project"
	}
	if p, err = act(ctx, o.by, p.ID, p.Version); err != nil {
		return p, false, err
	}
	return p, true, o.note(ctx, name, "", string(p.ID))
}

// Groups lists the groups of a project, hidden ones too.
func (o *Office) Groups(ctx context.Context, site, project string) ([]care.Group, error) {
	p, err := o.Project(ctx, site, project)
	if err != nil {
		return nil, err
	}
	list, err := o.store.ListGroups(ctx, o.by)
	var of []care.Group
	for _, g := range list {
		if g.Project == p.ID {
			of = append(of, g)
		}
	}
	return of, err
}

func (o *Office) group(ctx context.Context, site, project, called string) (care.Group, error) {
	list, err := o.Groups(ctx, site, project)
	if err != nil {
		return care.Group{}, err
	}
	return theOne(list, called, func(g care.Group) (string, string) { return string(g.ID), g.Name })
}

// CreateGroup makes a group in a project, unless it is there.
func (o *Office) CreateGroup(ctx context.Context, site, project, name string) (g care.Group, made bool, err error) {
	p, err := o.Project(ctx, site, project)
	if err != nil {
		return g, false, err
	}
	g, err = o.group(ctx, site, string(p.ID), name)
	if !fault.Is(err, fault.NotFound) {
		return g, false, err
	}
	if g, err = o.store.CreateGroup(ctx, o.by, p.ID, name); err != nil {
		return g, false, err
	}
	return g, true, o.note(ctx, "create-group", "", string(g.ID))
}

// HideGroup hides a group or brings it back.
func (o *Office) HideGroup(ctx context.Context, site, project, called string, hide bool) (g care.Group, changed bool, err error) {
	g, err = o.group(ctx, site, project, called)
	if err != nil || g.Deleted.IsZero() != hide {
		return g, false, err
	}
	name := "restore-group"
	if hide {
		name = "delete-group"
	}
	if g, err = o.store.ChangeGroup(ctx, o.by, g.ID, g.Version, nil, &hide); err != nil {
		return g, false, err
	}
	return g, true, o.note(ctx, name, "", string(g.ID))
}
