package admin

import (
	"context"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/words"
)

// Places shows the sites with their projects and groups, and makes, renames, deletes and brings them back. What goes with a
// place is said before it goes.
type Places struct {
	app.Compo
	Env *frame.Env

	tree    tree
	reading reading
	dialog  *placeDialog // nil: none
	done    string       // what was done last
	undo    *spot        // what was deleted last

	run   errand
	focus func(id string)
	stops []func()
}

// spot is a site, a project or a group.
type spot struct {
	kind    string // "site", "project", "group"
	id      string
	name    string
	version int64
	at      care.Place // where it lies; of a site and a project itself
}

// placeDialog is what stands in front of the page.
type placeDialog struct {
	form
	what string // "new", "rename", "delete"
	spot spot   // what it is about; of a new place what it will be, with the id of what it will lie in
	from string

	name, project string
	contents      *api.Contents // that go with it; nil: not counted yet
}

// OnMount reads the places and follows changes.
func (p *Places) OnMount(ctx app.Context) {
	p.Env.Page.SetTitle(words.T("admin.places") + " · " + words.T("app.name"))
	p.run, p.focus = errands(ctx), focusing(ctx, p.Env)
	p.Env.LoadMe(ctx, p.read)
	p.stops = append(p.stops,
		p.Env.Follow(ctx, func(app.Context, remote.View) {}),
		p.Env.Live.Listen(func(e live.Event) {
			if e.Changed != nil && e.Changed.Change.Data != nil && e.Changed.Change.Data.What == "places" {
				ctx.Dispatch(p.read)
			}
		}))
}

// OnDismount ends what OnMount began.
func (p *Places) OnDismount() {
	for _, stop := range p.stops {
		stop()
	}
	p.stops = nil
}

func (p *Places) read(app.Context) {
	if !p.reading.begin() {
		return
	}
	p.tree.load(p.Env, p.run, func(ctx app.Context) {
		if p.reading.end() {
			p.read(ctx)
		}
	})
}

func siteSpot(s api.Site) spot {
	return spot{"site", string(s.ID), s.Name, s.Version, care.Place{Site: s.ID}}
}

func projectSpot(j api.Project) spot {
	return spot{"project", string(j.ID), j.Name, j.Version, care.Place{Site: j.Site, Project: j.ID}}
}

func (p *Places) groupSpot(g api.Group) spot {
	at := care.Place{Project: g.Project}
	for _, j := range p.tree.Projects {
		if j.ID == g.Project {
			at.Site = j.Site
		}
	}
	return spot{"group", string(g.ID), g.Name, g.Version, at}
}

// mayRename and mayDelete ask the table for what the house would ask it.
func (p *Places) mayRename(s spot) bool {
	if s.kind == "site" {
		return p.Env.MayAt(access.ManageSite, s.at)
	}
	return p.Env.MayAt(access.ManageProject, s.at)
}

func (p *Places) mayDelete(s spot) bool {
	switch s.kind {
	case "site":
		return p.Env.May(access.ManageSites)
	case "project":
		return p.Env.MayAt(access.ManageSite, care.Place{Site: s.at.Site})
	}
	return p.Env.MayAt(access.ManageProject, s.at)
}

// ask opens a dialog; a deletion counts what goes with it first.
func (p *Places) ask(what string, s spot, from string) func(app.Context) {
	return func(app.Context) {
		d := &placeDialog{what: what, spot: s, from: from}
		if what != "new" {
			d.name = s.name
		}
		p.dialog, p.done, p.undo = d, "", nil
		if what != "delete" || s.kind == "group" {
			return
		}
		p.run(func(ctx context.Context) func(app.Context) {
			var got api.Contents
			var err error
			if s.kind == "site" {
				got, err = p.Env.API.SiteContents(ctx, s.at.Site)
			} else {
				got, err = p.Env.API.ProjectContents(ctx, s.at.Project)
			}
			return func(app.Context) {
				if d.wrong("", err); err == nil {
					d.contents = &got
				}
			}
		})
	}
}

func (p *Places) leave(app.Context) {
	if p.dialog == nil || p.dialog.busy {
		return
	}
	from := p.dialog.from
	p.dialog = nil
	p.focus(from)
}

// do does what the dialog is about.
func (p *Places) do(app.Context) {
	d := p.dialog
	if d == nil || d.busy {
		return
	}
	d.fresh()
	if d.what != "delete" {
		d.wrong("place-name", care.ValidateName(d.name))
		if d.what == "new" && d.spot.kind == "site" {
			d.wrong("place-project", care.ValidateName(d.project))
		}
	}
	if len(d.faults) > 0 {
		p.focus(d.first())
		return
	}
	d.busy = true
	what, s, name, project := d.what, d.spot, d.name, d.project
	p.run(func(ctx context.Context) func(app.Context) {
		version, err := ask(ctx, p.Env.API, what, s, name, project)
		return func(ctx app.Context) { p.did(ctx, d, version, err) }
	})
}

func (p *Places) did(ctx app.Context, d *placeDialog, version int64, err error) {
	d.busy = false
	if p.Env.SignedOut(err) {
		return
	}
	if err != nil {
		d.wrong("", err)
		p.read(ctx)
		return
	}
	name := d.name
	if p.done = words.T("admin.saved", "name", name); d.what == "delete" {
		d.spot.version = version
		p.done, p.undo, d.from = words.T("admin.deleted", "name", name), &d.spot, "undo"
	}
	p.leave(ctx)
	p.read(ctx)
}

// restore brings something back.
func (p *Places) restore(s spot) func(app.Context) {
	return func(app.Context) {
		p.undo = nil
		p.run(func(ctx context.Context) func(app.Context) {
			_, err := ask(ctx, p.Env.API, "restore", s, "", "")
			return func(ctx app.Context) {
				if p.Env.SignedOut(err) {
					return
				}
				p.done = words.T("admin.restored", "name", s.name)
				if err != nil {
					p.done = frame.Say(err)
				}
				p.read(ctx)
			}
		})
	}
}

// ask asks the house for a change of a place and returns its new version.
func ask(ctx context.Context, house *remote.API, what string, s spot, name, project string) (int64, error) {
	body := any(api.VersionBody{Version: s.version})
	if what == "rename" {
		body = api.RenameBody{Version: s.version, Name: name}
	}
	ops := map[string]map[string]api.Operation{
		"site":    {"rename": api.PatchSite, "delete": api.DeleteSite, "restore": api.RestoreSite},
		"project": {"rename": api.PatchProject, "delete": api.DeleteProject, "restore": api.RestoreProject},
		"group":   {"rename": api.PatchGroup, "delete": api.DeleteGroup, "restore": api.RestoreGroup}}
	switch op := ops[s.kind][what]; {
	case s.kind == "site" && what == "new":
		made, err := house.CreateSite(ctx, api.CreateSiteBody{Name: name, Project: project})
		return made.Site.Version, err
	case s.kind == "project" && what == "new":
		made, err := house.CreateProject(ctx, s.at.Site, api.NameBody{Name: name})
		return made.Version, err
	case what == "new":
		made, err := house.CreateGroup(ctx, s.at.Project, api.NameBody{Name: name})
		return made.Version, err
	case s.kind == "site":
		now, err := house.ChangeSite(ctx, op, care.SiteID(s.id), body)
		return now.Version, err
	case s.kind == "project":
		now, err := house.ChangeProject(ctx, op, care.ProjectID(s.id), body)
		return now.Version, err
	default:
		now, err := house.ChangeGroup(ctx, op, care.GroupID(s.id), body)
		return now.Version, err
	}
}
