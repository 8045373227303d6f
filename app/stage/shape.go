package stage

import (
	"slices"
	"strconv"

	"hearth/shared/care"
	"hearth/shared/live"
)

// Layout is how pictures are arranged.
type Layout string

// The layouts.
const (
	Large Layout = "large" // one large, the others in a strip; with two people the own one in a corner
	Grid  Layout = "grid"  // all the same
	Solo  Layout = "solo"  // one alone; the others are heard
)

// Layouts lists them in the order a choice shows them.
func Layouts() []Layout { return []Layout{Large, Grid, Solo} }

// Role is what a picture is in a layout.
type Role string

// The roles. Who has no picture has a tile with their initials all the same.
const (
	Nowhere Role = ""       // nobody stands there
	Big     Role = "big"    //
	Strip   Role = "strip"  //
	Corner  Role = "corner" // above the big one
	Cell    Role = "cell"   // of the grid
	Heard   Role = "heard"  // out of sight
)

// shot is one picture: somebody's camera, or their screen.
type shot struct {
	place  int
	screen bool
}

// shape is which layout the person chose, and what they want to see large.
type shape struct {
	layout Layout
	pinned shot
	pins   bool
}

// follow lets a choice go when something newer is to be seen: a screen, or whom staff put into the light.
func (s *shape) follow(was, is *View) {
	if lit(was) != lit(is) || screens(is) > screens(was) || s.pins && !slices.Contains(shots(is), s.pinned) {
		s.pins = false
	}
}

// pin shows one picture large; the one that is already lets go.
func (s *shape) pin(p shot) {
	if s.pins && s.pinned == p {
		s.pins = false
		return
	}
	s.pinned, s.pins = p, true
	if s.layout == Grid {
		s.layout = Large
	}
}

func screens(v *View) (n int) {
	for _, p := range v.others() {
		if p.Screen {
			n++
		}
	}
	return n
}

// lit is whom staff put into the light last; "" nobody.
func lit(v *View) (who live.MemberID) {
	newest := care.Stamp(0)
	for _, p := range append([]*Person{&v.Me}, v.others()...) {
		if p.Staff() && p.At > newest {
			newest, who = p.At, p.Spotlight
		}
	}
	return who
}

// shots are all pictures there are. The own screen is not among them: it would show itself.
func shots(v *View) []shot {
	list := []shot{{}}
	for _, p := range v.others() {
		list = append(list, shot{place: p.Place})
		if p.Screen {
			list = append(list, shot{p.Place, true})
		}
	}
	return list
}

// focus is the picture to be large.
func (s shape) focus(v *View) shot {
	if s.pins {
		return s.pinned
	}
	var first, staff, spot, screen *shot
	take := func(to **shot, is shot) {
		if *to == nil {
			*to = &is
		}
	}
	light := lit(v)
	for _, p := range v.others() {
		at := shot{place: p.Place}
		take(&first, at)
		if p.Staff() {
			take(&staff, at)
		}
		if p.ID == light {
			take(&spot, at)
		}
		if p.Screen {
			take(&screen, shot{p.Place, true})
		}
	}
	for _, best := range []*shot{screen, spot, staff, first} {
		if best != nil {
			return *best
		}
	}
	return shot{}
}

// Large is whose camera is large; "" where it is this page's own, or a screen. Equal: all are alike.
func (s *Stage) Large() (who live.MemberID, equal bool) {
	focus := s.shape.focus(s.view)
	if s.shape.layout == Grid || focus.screen || focus.place == 0 {
		return "", s.shape.layout == Grid
	}
	for _, p := range s.view.others() {
		if p.Place == focus.place {
			return p.ID, false
		}
	}
	return "", false
}

// roles gives every picture its role; who is not in it stands nowhere.
func (s shape) roles(v *View) map[shot]Role {
	all, focus := shots(v), s.focus(v)
	roles := make(map[shot]Role, len(all))
	for _, p := range all {
		switch {
		case s.layout == Grid && len(all) > 1:
			roles[p] = Cell
		case p == focus:
			roles[p] = Big
		case p.place == 0 && (s.layout == Solo || len(all) == 2):
			roles[p] = Corner
		case s.layout == Solo:
			roles[p] = Heard
		default:
			roles[p] = Strip
		}
	}
	if s.layout != Grid && focus == (shot{}) && len(all) == 2 { // the own picture large: the other one in the corner
		roles[all[1]] = Corner
	}
	return roles
}

// count is how many pictures have a role.
func count(roles map[shot]Role, role Role) (n int) {
	for _, r := range roles {
		if r == role {
			n++
		}
	}
	return n
}

func id(prefix string, place int) string { return prefix + strconv.Itoa(place) }
