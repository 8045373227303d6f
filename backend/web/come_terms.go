package web

import (
	"strconv"
	"strings"
	"time"

	"hearth/backend/porch"
	"hearth/shared/care"
	"hearth/shared/words"
)

// termsOf are the terms guests see: the project's own in their language, in English, or in the first there is; else the
// built-in ones, which the catalogues say in every language.
func termsOf(d care.Doorway, language string) porch.Terms {
	if len(d.Terms) == 0 {
		return porch.Terms{Value: strconv.Itoa(care.VisitTerms), Version: care.VisitTerms}
	}
	is := d.Terms[0]
	for _, wanted := range []string{string(words.English), language} {
		for _, t := range d.Terms {
			if t.Language == wanted {
				is = t
			}
		}
	}
	return porch.Terms{Value: is.Kind + "." + strconv.Itoa(is.Version), Version: is.Version, Language: is.Language, Title: is.Title, Paragraphs: is.Paragraphs}
}

// agreedTo reads what a form says was agreed to: an older version too, for that is what the page showed. Version is 0 for what
// no page shows.
func agreedTo(value string, d care.Doorway) (kind string, version int) {
	newest := care.VisitTerms
	if before, after, own := strings.Cut(value, "."); own {
		if len(d.Terms) == 0 || before != d.Terms[0].Kind {
			return "", 0
		}
		kind, value, newest = before, after, d.Terms[0].Version
	}
	if version, err := strconv.Atoi(value); err == nil && version >= 1 && version <= newest {
		return kind, version
	}
	return "", 0
}

// inZone is an instant on a clock; UTC where nobody knows it.
func inZone(t time.Time, zone string) time.Time {
	where, err := time.LoadLocation(zone)
	if err != nil {
		where = time.UTC
	}
	return t.In(where)
}
