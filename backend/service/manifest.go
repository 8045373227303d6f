package service

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"hearth/backend/provider"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/words"
)

// Bounds of a manifest.
const (
	MostManifest = 32 << 10 // bytes
	mostAsked    = 20       // of anything
	mostTitle    = 40       // letters
	mostTelling  = 400      // letters of a description
)

// Parse reads a manifest: one JSON object without anything that is not known here. Faults: "service.json", "service.text",
// "service.scope", "service.event", "service.address", "service.role", "service.page", "service.keys", "service.empty",
// and those of a bad name.
func Parse(text []byte) (m care.Manifest, err error) {
	if len(text) > MostManifest {
		return m, wrong("json", "")
	}
	j := json.NewDecoder(bytes.NewReader(text))
	j.DisallowUnknownFields()
	if err := j.Decode(&m); err != nil {
		return care.Manifest{}, wrong("json", whatOf(err)).Because(err)
	}
	if _, err := j.Token(); !errors.Is(err, io.EOF) {
		return care.Manifest{}, wrong("json", "").Because(err)
	}
	m.Name = strings.TrimSpace(m.Name)
	if string(m.Keys) == "null" {
		m.Keys = nil
	}
	if err := check(m); err != nil {
		return care.Manifest{}, err
	}
	return m, nil
}

func wrong(code, where string) *fault.Error {
	return fault.New(fault.Invalid, "service."+code, nil).With("where", where)
}

// whatOf is the name of a member nobody knows, as far as a JSON error says it.
func whatOf(err error) string {
	_, name, found := strings.Cut(err.Error(), "unknown field ")
	if name = strings.Trim(name, `"`); !found || !care.Readable(name, mostTitle) {
		return ""
	}
	return name
}

func check(m care.Manifest) error {
	if err := care.ValidateName(m.Name); err != nil {
		return err
	}
	if len(m.Scopes)+len(m.Redirects)+len(m.Events)+len(m.Pages) == 0 {
		return wrong("empty", "")
	}
	for _, one := range []func(care.Manifest) error{checkWords, checkScopes, checkEvents, checkSignIn, checkPages} {
		if err := one(m); err != nil {
			return err
		}
	}
	if len(m.Keys) > 0 && !provider.PublicKeys(string(m.Keys)) {
		return wrong("keys", "")
	}
	return nil
}

// spoken reports whether a text stands there in our languages, readable, and at least in one when it has to.
func spoken(byLanguage map[string]string, most int, needed bool) bool {
	for l, text := range byLanguage {
		if !words.Language(l).Known() || strings.TrimSpace(text) == "" || !care.Readable(text, most) {
			return false
		}
	}
	return len(byLanguage) > 0 || !needed
}

func checkWords(m care.Manifest) error {
	if !spoken(m.Description, mostTelling, false) {
		return wrong("text", "description")
	}
	return nil
}

func checkScopes(m care.Manifest) error {
	for i, s := range m.Scopes {
		if !slices.Contains(access.ServiceScopes(), s) || slices.Contains(m.Scopes[:i], s) {
			return wrong("scope", short(string(s)))
		}
	}
	return nil
}

func checkEvents(m care.Manifest) error {
	for i, e := range m.Events {
		if !access.Hears(m.Scopes, e) || slices.Contains(m.Events[:i], e) {
			return wrong("event", short(string(e)))
		}
	}
	if (len(m.Events) > 0) != (m.Webhook != "") || (m.Webhook != "" && !provider.SoundAddress(m.Webhook)) {
		return wrong("address", "webhook")
	}
	return nil
}

func checkSignIn(m care.Manifest) error {
	if len(m.Redirects) > mostAsked || slices.ContainsFunc(m.Redirects, func(a string) bool { return !provider.SoundAddress(a) }) {
		return wrong("address", "redirects")
	}
	known := func(r access.Role) bool { return slices.Contains(access.Roles(), r) }
	if (len(m.Redirects) > 0) != (len(m.Roles) > 0) || len(m.Roles) > mostAsked || slices.ContainsFunc(m.Roles, func(r access.Role) bool { return !known(r) }) {
		return wrong("role", "")
	}
	return nil
}

func checkPages(m care.Manifest) error {
	for i, p := range m.Pages {
		twice := slices.ContainsFunc(m.Pages[:i], func(o care.ServicePage) bool { return o.Portal == p.Portal })
		switch {
		case !slices.Contains(care.Portals(), p.Portal), twice:
			return wrong("page", short(string(p.Portal)))
		case !spoken(p.Title, mostTitle, true):
			return wrong("text", "title")
		case !provider.SoundAddress(p.Address):
			return wrong("address", "pages")
		}
	}
	return nil
}

// short is what somebody wrote, as far as it can be said in a sentence.
func short(s string) string {
	if s == "" || !care.Readable(s, mostTitle) {
		return "…"
	}
	return s
}

// Digest names everything a manifest asks for at a place: whoever agrees to it agrees to that. Names and descriptions may
// change without it.
func Digest(at care.Place, m care.Manifest) string {
	sorted := func(list []string) []string { slices.Sort(list); return list }
	asked := struct {
		Site, Project                          string
		Scopes, Redirects, Roles, Events, Page []string
		Webhook, Keys                          string
	}{Site: string(at.Site), Project: string(at.Project), Scopes: sorted(texts(m.Scopes)), Redirects: sorted(texts(m.Redirects)),
		Roles: sorted(texts(m.Roles)), Events: sorted(texts(m.Events)), Webhook: m.Webhook, Keys: compact(m.Keys)}
	for _, p := range slices.SortedFunc(slices.Values(m.Pages), func(a, b care.ServicePage) int { return cmp.Compare(a.Portal, b.Portal) }) {
		asked.Page = append(asked.Page, string(p.Portal)+" "+p.Address)
	}
	b, _ := json.Marshal(asked) // texts alone have no error
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

// compact is JSON without the spaces between.
func compact(text []byte) string {
	var b bytes.Buffer
	if len(text) == 0 || json.Compact(&b, text) != nil {
		return ""
	}
	return b.String()
}
