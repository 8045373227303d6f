package porch

import (
	"strconv"
	"time"

	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/prose"
)

// About is a public page: what a clinic, or the house, tells everybody.
type About struct {
	Setting
	Kind    string
	Site    string // its name; "" for the house
	Blocks  []prose.Block
	In      string // language of the blocks
	Other   bool   // it is not the reader's
	Version int    // 0: nobody has written it yet
	Day     time.Time
}

// title names the page.
func (v About) title() string { return v.Say("about." + v.Kind) }

// day is when the version was written, as dates without a country's habits are.
func (v About) day() string { return v.Day.UTC().Format(time.DateOnly) }

func (v About) version() string { return strconv.Itoa(v.Version) }

// publicPage is a link to one of the public pages.
type publicPage struct{ URL, Name string }

// publicPages lists them, those of the house when a page belongs to no site.
func (s Setting) publicPages() (list []publicPage) {
	at := s.About
	if at == "" {
		at = api.AboutPage
	}
	for _, kind := range care.PageKinds() {
		list = append(list, publicPage{at + string(kind), s.Say("about." + string(kind))})
	}
	return list
}
