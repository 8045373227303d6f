package admin

import (
	"context"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// tree is the sites, projects and groups the reader has a role in.
type tree struct {
	api.Places
	known bool
	fault error
}

// load reads it and goes on; what was read before stays when that fails.
func (t *tree) load(env *frame.Env, run errand, then func(app.Context)) {
	run(func(ctx context.Context) func(app.Context) {
		got, err := env.API.ListPlaces(ctx)
		return func(ctx app.Context) {
			if env.SignedOut(err) {
				return
			}
			if t.fault = err; err == nil {
				t.Places, t.known = got, true
			}
			if then != nil {
				then(ctx)
			}
		}
	})
}

// projects are those that are there.
func (t *tree) projects() (there []api.Project) {
	for _, p := range t.Projects {
		if p.Deleted == nil && t.siteOf(p).Deleted == nil {
			there = append(there, p)
		}
	}
	return there
}

// choices are the projects to choose from, with their sites where there are several.
func (t *tree) choices() (all []kit.Choice) {
	for _, p := range t.projects() {
		all = append(all, kit.Choice{Value: string(p.ID), Word: t.name(p)})
	}
	return all
}

// writable are those in which the reader may do action.
func (t *tree) writable(env *frame.Env, action access.Action) (all []api.Project) {
	for _, p := range t.projects() {
		if env.MayAt(action, care.Place{Site: p.Site, Project: p.ID}) {
			all = append(all, p)
		}
	}
	return all
}

func (t *tree) name(p api.Project) string {
	if site := t.siteOf(p); len(t.Sites) > 1 && site.Name != "" {
		return site.Name + " · " + p.Name
	}
	return p.Name
}

func (t *tree) siteOf(p api.Project) api.Site {
	for _, s := range t.Sites {
		if s.ID == p.Site {
			return s
		}
	}
	return api.Site{}
}

// project is a project's name, with its site's where there are several; "" for one the reader has no role in.
func (t *tree) project(id care.ProjectID) string {
	for _, p := range t.Projects {
		if p.ID == id {
			return t.name(p)
		}
	}
	return ""
}

// groups are a project's groups to choose from.
func (t *tree) groups(project care.ProjectID) (all []kit.Choice) {
	for _, g := range t.Groups {
		if g.Project == project && g.Deleted == nil {
			all = append(all, kit.Choice{Value: string(g.ID), Word: g.Name})
		}
	}
	return all
}

// group is a group's name.
func (t *tree) group(id care.GroupID) string {
	for _, g := range t.Groups {
		if g.ID == id && g.Deleted == nil {
			return g.Name
		}
	}
	return ""
}

// groupWord is a group's name for a choice; none has a word too.
func (t *tree) groupWord(id string) string {
	if name := t.group(care.GroupID(id)); name != "" {
		return name
	}
	return words.T("admin.group.none")
}
