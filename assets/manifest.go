package assets

import "encoding/json"

// portal is what an installed page says of itself.
type portal struct{ name, start, colour string }

// portals have a manifest each, so that a phone installs the patient's page and a tablet the aggregator.
var portals = map[string]portal{
	"patient":    {"Hearth", "/patient", "#f6f3ee"},
	"aggregator": {"Hearth sensors", "/aggregator", "#f6f3ee"},
	"therapist":  {"Hearth therapist", "/therapist", "#0d131a"},
	"agenda":     {"Hearth therapist", "/therapist", "#0d131a"}, // a part of it, in another program
	"admin":      {"Hearth clinic", "/admin", "#f6f3ee"},
}

// manifest builds a portal's web app manifest (W3C Web Application Manifest).
func (s *Site) manifest(name string) (*file, bool) {
	p, ok := portals[name]
	if !ok {
		return nil, false
	}
	type icon struct {
		Src     string `json:"src"`
		Type    string `json:"type"`
		Sizes   string `json:"sizes"`
		Purpose string `json:"purpose"`
	}
	body, err := json.Marshal(map[string]any{
		"id": p.start, "name": p.name, "short_name": p.name, "start_url": p.start, "scope": "/",
		"display": "standalone", "background_color": p.colour, "theme_color": p.colour,
		"icons": []icon{
			{s.URL("icons/logo.svg"), "image/svg+xml", "any", "any maskable"},
			{s.URL("icons/logo-192.png"), "image/png", "192x192", "any maskable"},
			{s.URL("icons/logo-512.png"), "image/png", "512x512", "any maskable"},
		},
	})
	if err != nil {
		panic(err) // strings only: cannot fail
	}
	return &file{kind: kinds[".webmanifest"], plain: body}, true
}
