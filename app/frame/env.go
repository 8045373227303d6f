// Package frame is what stands around every page: the abilities a page is given, who is signed in, the side of staff
// pages, and the words about the server and new versions. It never shows anything of a patient.
package frame

import (
	"slices"
	"sync"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/remote"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/sensor"
	"hearth/wasm/file"
	"hearth/wasm/page"
	"hearth/wasm/push"
	"hearth/wasm/rtc"
	"hearth/wasm/sound"
	"hearth/wasm/wake"
)

// Env is everything a page is given: the browser's abilities and the house. The route table makes one and every page of
// this tab shares it. Tests give one with None abilities.
type Env struct {
	Page  page.Page
	Wake  wake.Lock
	Sound sound.Player
	Live  *remote.Live
	API   *remote.API
	Peers rtc.Maker
	Relay rtc.Maker                 // as Peers, through a relay or nowhere
	Radio sensor.Adapter            // the way to sensors people wear
	Own   map[string]sensor.Adapter // by driver: ways to sensors that are not worn
	Keys  Keys                      // the device's passkeys; nil: none
	Files file.Desk                 // where files are chosen and kept; nil: nowhere
	Push  push.Browser              // notices while no page is open; nil: none
	Door  Door                      // who waits to be let in; nil: nobody looks out
	Now   func() time.Time          // the page's clock, see Clock

	me       api.Me
	known    bool
	asks     int  // how often the house was asked who that is
	measures int  // pages that must not be reloaded now
	leaving  bool // signing out is under way and leads to the sign-in page by itself
	bye      *farewell
	proof    *proof
	guests   []api.ShownPage // pages services show in this portal

	mu   sync.Mutex  // guards here
	here app.Context // of the page that was mounted last
}

// Stamp is the page's clock, counted as session time is; what translates between the two is watch.Watch.Session.
func (e *Env) Stamp() care.Stamp { return care.StampOf(e.Now()) }

// Maker makes connections; relayed ones go through a relay or nowhere, and where that cannot be done there are none.
func (e *Env) Maker(relayed bool) rtc.Maker {
	switch {
	case !relayed:
		return e.Peers
	case e.Relay != nil:
		return e.Relay
	}
	return rtc.None{}
}

// Me is who is signed in; the zero value until LoadMe has answered.
func (e *Env) Me() api.Me { return e.me }

// May reports whether the signed-in person may do action anywhere; pages hide what the house would refuse.
func (e *Env) May(action access.Action) bool { return care.May(e.grants(), action) }

// MayAt reports whether they may do action at a place.
func (e *Env) MayAt(action access.Action, at care.Place) bool {
	return care.May(slices.DeleteFunc(e.grants(), func(g care.Grant) bool { return !g.Holds(at) }), action)
}

func (e *Env) grants() []care.Grant {
	grants := make([]care.Grant, len(e.me.Grants))
	for i, g := range e.me.Grants {
		grants[i] = care.Grant{Role: g.Role, Place: care.Place{Site: g.Site, Project: g.Project}}
	}
	return grants
}

// Measuring marks the tab as one that must not be reloaded, until the returned function is called.
func (e *Env) Measuring() (done func()) {
	e.measures++
	e.Page.Measuring(true)
	over := false
	return func() {
		if !over {
			over = true
			e.measures--
			e.Page.Measuring(e.Busy())
		}
	}
}

// Busy reports whether a page measures.
func (e *Env) Busy() bool { return e.measures > 0 }
