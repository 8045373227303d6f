package admin

import (
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote/remotetest"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/fault"
)

func placesOf(e *frame.Env) *Places { return &Places{Env: e} }

func TestPlacesAreMadeRenamedDeletedAndBroughtBack(t *testing.T) {
	h, now := clinic(), grounds()
	h.Answer(api.ListPlaces, func(remotetest.Asked) (any, error) { return now, nil })
	portal(t, h, placesOf, func(t *testing.T, v *remotetest.Visit, p *Places) {
		v.Shows("North", "Bridge", "Sleep", "Wave 2", `id="site-new"`, `id="project-new-`+string(site)+`"`, `id="group-new-east"`, `id="delete-east"`)
		v.Spoken()
		v.Act(p.ask("new", spot{kind: "site"}, "site-new"))
		v.Act(p.do)
		v.Shows(`id="place-name-fault"`, `id="place-project-fault"`)
		v.Spoken()
		h.Answer(api.CreateSite, func(a remotetest.Asked) (any, error) {
			var body api.CreateSiteBody
			a.Read(t, &body)
			made := api.SiteMade{Site: api.Site{ID: "south", Name: body.Name, Version: 1}, Project: api.Project{ID: "first", Site: "south", Name: body.Project, Version: 1}}
			now.Sites, now.Projects = append(now.Sites, made.Site), append(now.Projects, made.Project)
			return made, nil
		})
		v.Act(func(ctx app.Context) { p.dialog.name, p.dialog.project = "South", "First"; p.do(ctx) })
		v.Hides("<dialog")
		v.Shows(`data-name="South"`, `data-name="First"`)

		v.Act(p.ask("rename", projectSpot(now.Projects[1]), "rename-east"))
		h.Answer(api.PatchProject, func(remotetest.Asked) (any, error) { return nil, fault.New(fault.Conflict, "changed-elsewhere", nil) })
		v.Act(p.do)
		v.Shows("Rename Sleep", "Somebody changed this in the meantime")
		v.Spoken()
		v.Act(p.leave)

		h.Answer(api.SiteContents, func(remotetest.Asked) (any, error) {
			return api.Contents{Projects: 2, Patients: 41, Sittings: 1310}, nil
		})
		v.Act(p.ask("delete", siteSpot(now.Sites[0]), "delete-"+string(site)))
		v.Shows("Delete North?", "2 projects, 41 patients, 1\u202f310 sittings", "brought back")
		v.Spoken()
		h.Answer(api.DeleteSite, func(remotetest.Asked) (any, error) {
			gone := time.Now()
			now.Sites[0].Deleted, now.Sites[0].Version = &gone, 2
			return now.Sites[0], nil
		})
		v.Act(p.do)
		v.Shows("Deleted: North", `id="undo"`, "Deleted places", `id="restore-`+string(site)+`"`)
		v.Hides(`data-name="North"`)
		v.Spoken()
		h.Answer(api.RestoreSite, func(a remotetest.Asked) (any, error) {
			var body api.VersionBody
			if a.Read(t, &body); body.Version != 2 {
				t.Errorf("brought back from version %d", body.Version)
			}
			now.Sites[0].Deleted = nil
			return now.Sites[0], nil
		})
		v.Act(p.restore(*p.undo))
		v.Shows(`data-name="North"`, "Back again: North")
		v.Act(p.ask("delete", p.groupSpot(now.Groups[0]), "delete-"+string(arm)))
		v.Shows("Its patients stay")
		v.Spoken()
	})
}

// Who runs a project does not run its site.
func TestALeadOfAProjectManagesItsGroupsOnly(t *testing.T) {
	h := thousands(0, access.Administrator)
	h.Answer(api.GetMe, func(remotetest.Asked) (any, error) {
		return api.Me{ID: "c", Roles: []access.Role{access.Administrator}, Grants: []api.Grant{{Role: access.Administrator, Site: site, Project: southern}}}, nil
	})
	portal(t, h, placesOf, func(t *testing.T, v *remotetest.Visit, p *Places) {
		v.Shows(`id="group-new-`+string(southern)+`"`, `id="rename-`+string(southern)+`"`, `id="delete-`+string(arm)+`"`)
		v.Hides(`id="site-new"`, `id="project-new-`+string(site)+`"`, `id="delete-`+string(southern)+`"`, `id="rename-`+string(site)+`"`, `id="rename-east"`)
	})
}
