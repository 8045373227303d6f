// Package shell is where a program of the pages begins: its table of routes is given to the framework, abilities are handed to
// pages, and the words come. Which pages there are, the tables of its rooms say: practice, for whoever practises, desk, for
// therapists, office, for whoever runs the house and for planning visits, and visit, for whoever was invited to one. They are
// programs of their own and not one, because a patient on a bad line would wait for the whole administration, and the office for
// every sensor; from one portal into another a page is loaded anew anyway. The price is the floor all of them stand on, for the
// few who open several. It never knows a page by name.
package shell

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/shared/live"
)

// Route is one page: where it is, which portal it belongs to, and how it is made.
type Route struct {
	Path   string // exact, or up to the last part when it ends in "/"
	Portal live.Portal
	Open   func(*frame.Env) app.Composer
}

// Register gives every route to the framework, and a page of ours to all others. assets/build has a lighter router in the
// framework's place, which knows the patterns that are used here and no others.
func Register(routes []Route, env *frame.Env) {
	for _, r := range routes {
		open := func() app.Composer { return r.Open(env) }
		if last := len(r.Path) - 1; r.Path[last] == '/' {
			app.RouteWithRegexp("^"+r.Path+"[^/]+/?$", open)
		} else {
			app.Route(r.Path, open)
		}
	}
	app.RouteWithRegexp(".*", func() app.Composer { return &frame.Lost{Env: env} })
}

// PortalOf finds the portal of these routes a path belongs to.
func PortalOf(routes []Route, path string) live.Portal {
	var found Route
	for _, r := range routes {
		base := r.Path
		if len(base) > len(found.Path) && (path == base || (len(path) > len(base) && path[:len(base)] == base)) {
			found = r
		}
	}
	return found.Portal
}
