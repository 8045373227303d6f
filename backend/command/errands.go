package command

import (
	"context"
	"strconv"
	"strings"
	"time"

	"hearth/backend/house"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
)

// errands of the office by what they are about and what they do. Flags are those an errand takes.
var errands = map[string]map[string]errand{
	"service": serviceErrands,
	"device":  deviceErrands(),
	"kit":     kitErrands(),
	"site": {
		"list": {do: func(ctx context.Context, o *house.Office, _ wish) (done, error) { return many(siteOf)(o.Sites(ctx)) }},
		"create": {called: true, flags: []string{"project"}, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
			if w.project == "" {
				w.project = "Therapy"
			}
			return single(siteOf)(o.CreateSite(ctx, w.called, w.project))
		}},
		"delete": {called: true, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
			return single(siteOf)(o.HideSite(ctx, w.called, true))
		}},
		"restore": {called: true, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
			return single(siteOf)(o.HideSite(ctx, w.called, false))
		}},
		"settings": {maybe: true, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
			s, err := o.Settings(ctx, w.called)
			return single(settingsOf)(s, true, err)
		}},
		"set": {maybe: true, settings: true, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
			return single(settingsOf)(o.Set(ctx, w.called, w.given))
		}},
	},
	"project": {
		"list": {flags: []string{"site"}, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
			return many(projectOf)(o.Projects(ctx, w.site))
		}},
		"create": {called: true, flags: []string{"site"}, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
			return single(projectOf)(o.CreateProject(ctx, w.site, w.called))
		}},
		"delete": {called: true, flags: []string{"site"}, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
			return single(projectOf)(o.HideProject(ctx, w.site, w.called, true))
		}},
		"restore": {called: true, flags: []string{"site"}, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
			return single(projectOf)(o.HideProject(ctx, w.site, w.called, false))
		}},
	},
	"group": {
		"list": {flags: []string{"site", "project"}, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
			return many(groupOf)(o.Groups(ctx, w.site, w.project))
		}},
		"create": {called: true, flags: []string{"site", "project"}, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
			return single(groupOf)(o.CreateGroup(ctx, w.site, w.project, w.called))
		}},
		"delete": {called: true, flags: []string{"site", "project"}, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
			return single(groupOf)(o.HideGroup(ctx, w.site, w.project, w.called, true))
		}},
		"restore": {called: true, flags: []string{"site", "project"}, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
			return single(groupOf)(o.HideGroup(ctx, w.site, w.project, w.called, false))
		}},
	},
	"user": {
		"list": {do: func(ctx context.Context, o *house.Office, _ wish) (done, error) { return many(userOf)(o.Users(ctx)) }},
		"create": {called: true, flags: []string{"name", "role", "site", "project"}, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
			return single(userOf)(o.CreateUser(ctx, w.called, w.name, access.Role(w.role), w.site, w.project))
		}},
		"give": {called: true, flags: []string{"role", "site", "project"}, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
			return single(userOf)(o.GrantUser(ctx, w.called, access.Role(w.role), w.site, w.project, true))
		}},
		"take": {called: true, flags: []string{"role", "site", "project"}, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
			return single(userOf)(o.GrantUser(ctx, w.called, access.Role(w.role), w.site, w.project, false))
		}},
		"disable": {called: true, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
			return single(userOf)(o.DisableUser(ctx, w.called, true))
		}},
		"enable": {called: true, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
			return single(userOf)(o.DisableUser(ctx, w.called, false))
		}},
	},
	"patient": {
		"list": {flags: []string{"site", "project", "state"}, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
			return many(patientOf)(o.Patients(ctx, w.site, w.project, care.RecordState(w.state)))
		}},
		"create": {maybe: true, flags: []string{"site", "project", "group", "language", "link-only"}, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
			return single(patientOf)(o.CreatePatient(ctx, care.NewRecord{Name: w.called, Language: w.language, LinkOnly: w.linkOnly}, w.site, w.project, w.group))
		}},
		"disable": {called: true, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
			return single(patientOf)(o.DisablePatient(ctx, w.called, true))
		}},
		"enable": {called: true, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
			return single(patientOf)(o.DisablePatient(ctx, w.called, false))
		}},
		"delete": {called: true, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
			return single(patientOf)(o.HidePatient(ctx, w.called, true))
		}},
		"restore": {called: true, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
			return single(patientOf)(o.HidePatient(ctx, w.called, false))
		}},
	},
}

func many[T any](dress func(T) (any, string)) func([]T, error) (done, error) {
	return func(list []T, err error) (done, error) {
		d := done{list: true}
		for _, v := range list {
			thing, line := dress(v)
			d.things, d.lines = append(d.things, thing), append(d.lines, line)
		}
		return d, err
	}
}

func single[T any](dress func(T) (any, string)) func(T, bool, error) (done, error) {
	return func(v T, changed bool, err error) (done, error) {
		thing, line := dress(v)
		return done{changed: changed, things: []any{thing}, lines: []string{line}}, err
	}
}

func row(cells ...string) string { return strings.Join(cells, "\t") }

func state(disabled bool, deleted time.Time) string {
	switch {
	case !deleted.IsZero():
		return "deleted"
	case disabled:
		return "disabled"
	}
	return "active"
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func siteOf(s care.Site) (any, string) {
	return api.Site{ID: s.ID, Name: s.Name, Version: s.Version, Deleted: moment(s.Deleted)}, row(string(s.ID), s.Name, state(false, s.Deleted))
}

func settingsOf(s care.SiteSettings) (any, string) {
	var signIn []string
	for _, one := range api.RoleLevels(s.SignIn) {
		signIn = append(signIn, string(one.Role)+"="+string(one.Level))
	}
	is := api.SiteSettings{Slug: s.Slug, Languages: append([]string{}, s.Languages...), Language: s.Language, SignIn: api.RoleLevels(s.SignIn), IdleMinutes: s.IdleMinutes,
		MostHours: s.MostHours, Addresses: care.NetworkTexts(s.Addresses), Version: s.Version}
	lines := []string{row("slug", s.Slug), row("languages", strings.Join(s.Languages, ",")), row("language", s.Language), row("sign-in", strings.Join(signIn, ",")),
		row("idle", minutes(s.IdleMinutes)), row("most", minutes(s.MostHours)), row("addresses", strings.Join(is.Addresses, " "))}
	return is, strings.Join(lines, "\n")
}

// minutes is a number as the flag takes it; nothing when nothing was said.
func minutes(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func projectOf(p care.Project) (any, string) {
	return api.Project{ID: p.ID, Site: p.Site, Name: p.Name, Version: p.Version, Deleted: moment(p.Deleted)}, row(string(p.ID), p.Name, state(false, p.Deleted))
}

func groupOf(g care.Group) (any, string) {
	return api.Group{ID: g.ID, Project: g.Project, Name: g.Name, Version: g.Version, Deleted: moment(g.Deleted)}, row(string(g.ID), g.Name, state(false, g.Deleted))
}

func userOf(p care.Person) (any, string) {
	u := api.Person{ID: p.ID, Name: p.Name, Login: p.Login, Roles: p.Roles, Disabled: p.Disabled, Version: p.Version, Created: p.Created}
	var roles []string
	for _, g := range p.Grants {
		u.Grants = append(u.Grants, api.Grant{Role: g.Role, Site: g.Site, Project: g.Project})
		roles = append(roles, string(g.Role))
	}
	return u, row(p.Login, p.Name, strings.Join(roles, " "), state(p.Disabled, time.Time{}))
}

func patientOf(r care.Record) (any, string) {
	comes := "account " + r.Login
	if r.LinkOnly {
		comes = "link"
	}
	return api.Record{ID: r.ID, Site: r.Site, Project: r.Project, Group: r.Group, Person: r.Person, Name: r.Name, Login: r.Login, LinkOnly: r.LinkOnly,
			Language: r.Language, Theme: r.Theme, Disabled: r.Disabled, Care: []api.RecordCare{}, Version: r.Version, Created: r.Created, Deleted: moment(r.Deleted), CalledOff: r.CalledOff},
		row(append([]string{r.Name, comes, state(r.Disabled, r.Deleted), string(r.ID)}, calledOff(r)...)...)
}

// calledOff says of a patient who was brought back that their erasure is called off.
func calledOff(r care.Record) []string {
	if r.CalledOff {
		return []string{"the erasure that waited is called off"}
	}
	return nil
}
