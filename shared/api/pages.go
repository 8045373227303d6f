package api

import (
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
)

// AboutPage is where the public pages are: + "imprint", "privacy" or "accessibility" for the house, + a site's slug or id, a
// slash and the same for a site. The query "version" names an older version.
const AboutPage = "/about/"

// Operations about what a site, or the house, tells everybody.
var (
	ListSitePages  = Operation{"list-site-pages", "GET", Base + "/sites/{site}/pages", access.ManageSite}
	AddSitePage    = Operation{"add-site-page", "POST", Base + "/sites/{site}/pages", access.ManageSite}
	ListHousePages = Operation{"list-house-pages", "GET", Base + "/installation/pages", access.ManageSignIn}
	AddHousePage   = Operation{"add-house-page", "POST", Base + "/installation/pages", access.ManageSignIn}
)

var pageOperations = []Operation{ListSitePages, AddSitePage, ListHousePages, AddHousePage}

// PublicPages are the public pages of a site, or of the house.
type PublicPages struct {
	Address   string       `json:"address"`   // before the kind of page, such as "https://hearth.example/about/north/"
	Languages []string     `json:"languages"` // that are offered there
	Language  string       `json:"language"`  // the one to begin with
	Items     []PublicPage `json:"items"`     // every version, by kind, the newest first
}

// Len is how many there are.
func (p PublicPages) Len() int { return len(p.Items) }

// PublicPage is one version of a page in one language.
type PublicPage struct {
	Kind     care.PageKind `json:"kind"`
	Version  int           `json:"version"`
	Language string        `json:"language"`
	Text     string        `json:"text"`
	Created  time.Time     `json:"created"`
}

// AddPageBody is the next version of a page, in all its languages. Version must be the one last read, 0 for the first.
type AddPageBody struct {
	Kind    care.PageKind `json:"kind" maxLength:"20"`
	Version int           `json:"version"`
	Texts   []PageText    `json:"texts" minItems:"1" maxItems:"4"`
}

// PageText are the words of a page in one language, as shared/prose reads them.
type PageText struct {
	Language string `json:"language" maxLength:"2"`
	Text     string `json:"text" maxLength:"30000"`
}
