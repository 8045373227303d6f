package house

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// Settings returns what was said about a site, called by its name or id; "" is the house.
func (o *Office) Settings(ctx context.Context, site string) (care.SiteSettings, error) {
	var id care.SiteID
	if site != "" {
		s, err := o.Site(ctx, site)
		if err != nil {
			return care.SiteSettings{}, err
		}
		id = s.ID
	}
	of, _, err := o.store.SiteSettings(ctx, o.by, id)
	return of, err
}

// SettingKeys are what Set knows.
func SettingKeys() []string {
	return []string{"slug", "languages", "language", "sign-in", "idle", "most", "addresses"}
}

// Set changes some settings of a site or of the house: what was given, by its key. An empty text takes back what was said.
// An open house follows at the next request, and its live pages within a minute.
func (o *Office) Set(ctx context.Context, site string, given map[string]string) (care.SiteSettings, bool, error) {
	was, err := o.Settings(ctx, site)
	if err != nil {
		return was, false, err
	}
	n := was
	for _, key := range slices.Sorted(maps.Keys(given)) {
		if err := set(&n, key, strings.TrimSpace(given[key])); err != nil {
			return was, false, err
		}
	}
	if unchanged(was, n) {
		return was, false, nil
	}
	if n, err = o.store.PutSiteSettings(ctx, o.by, n); err != nil {
		return was, false, err
	}
	action := "put-site-settings"
	if n.Site == "" {
		action = "put-house-settings"
	}
	return n, true, o.note(ctx, action, "", string(n.Site))
}

func set(n *care.SiteSettings, key, text string) (err error) {
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
	switch key {
	case "slug":
		n.Slug = strings.ToLower(text)
	case "languages":
		n.Languages = parts
	case "language":
		n.Language = text
	case "sign-in":
		n.SignIn = map[access.Role]care.Level{}
		for _, one := range parts {
			role, level, ok := strings.Cut(one, "=")
			if !ok {
				return fault.New(fault.Invalid, "settings.sign-in", nil)
			}
			n.SignIn[access.Role(role)] = care.Level(level)
		}
	case "idle":
		n.IdleMinutes, err = whole(text)
	case "most":
		n.MostHours, err = whole(text)
	case "addresses":
		n.Addresses, err = care.ParseNetworks(text)
	}
	return err
}

func whole(text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		err = fault.New(fault.Invalid, "settings.session", err)
	}
	return n, err
}

func unchanged(a, b care.SiteSettings) bool {
	return a.Slug == b.Slug && slices.Equal(a.Languages, b.Languages) && a.Language == b.Language && maps.Equal(a.SignIn, b.SignIn) &&
		a.IdleMinutes == b.IdleMinutes && a.MostHours == b.MostHours && slices.Equal(a.Addresses, b.Addresses)
}
