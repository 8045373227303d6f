package remote

import (
	"context"

	"hearth/shared/api"
)

// settingsCalls has a call for every operation about the settings of places.
func settingsCalls(a *API) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"get-site-settings":  func(c context.Context) error { _, err := a.GetSettings(c, "x"); return err },
		"get-house-settings": func(c context.Context) error { _, err := a.GetSettings(c, ""); return err },
		"put-site-settings":  func(c context.Context) error { _, err := a.PutSettings(c, "x", api.PutSettingsBody{}); return err },
		"put-house-settings": func(c context.Context) error { _, err := a.PutSettings(c, "", api.PutSettingsBody{}); return err },
		"preview-site-settings": func(c context.Context) error {
			_, err := a.PreviewSettings(c, "x", api.PutSettingsBody{})
			return err
		},
		"preview-retention":  func(c context.Context) error { _, err := a.PreviewRetention(c, api.Retention{}); return err },
		"get-own-vocabulary": func(c context.Context) error { _, err := a.OwnVocabulary(c, "j"); return err },
		"put-own-vocabulary": func(c context.Context) error {
			_, err := a.PutOwnVocabulary(c, "j", api.Vocabulary{})
			return err
		},
		"delete-own-vocabulary": func(c context.Context) error { _, err := a.DeleteOwnVocabulary(c, "j"); return err },
		"list-site-pages":       func(c context.Context) error { _, err := a.ListPages(c, "x"); return err },
		"list-house-pages":      func(c context.Context) error { _, err := a.ListPages(c, ""); return err },
		"add-site-page":         func(c context.Context) error { _, err := a.AddPage(c, "x", api.AddPageBody{}); return err },
		"add-house-page":        func(c context.Context) error { _, err := a.AddPage(c, "", api.AddPageBody{}); return err },
		"preview-house-settings": func(c context.Context) error {
			_, err := a.PreviewSettings(c, "", api.PutSettingsBody{})
			return err
		},
	}
}
