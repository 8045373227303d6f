package api

import (
	"time"

	"hearth/shared/access"
)

// Operations about where somebody is signed in right now.
var (
	// ListConnections lists a person's sign-ins with the pages that are open in each, and nothing of what they show.
	ListConnections = Operation{"list-connections", "GET", Base + "/people/{person}/connections", access.ManagePeople}
	// EndConnection ends one of them, with every page of it, at once.
	EndConnection = Operation{"end-connection", "POST", Base + "/people/{person}/connections/end", access.ManagePeople}
)

var connectionOperations = []Operation{ListConnections, EndConnection}

// Connection is one browser somebody is signed in with.
type Connection struct {
	ID      string     `json:"id"`      // 8 hexadecimal digits, no secret
	Browser string     `json:"browser"` // "" when it is not known
	System  string     `json:"system"`
	Since   time.Time  `json:"since"`
	Seen    time.Time  `json:"seen"` // to five minutes
	Expires time.Time  `json:"expires"`
	Pages   []OpenPage `json:"pages"` // that are open now at this node of the house
}

// OpenPage is one open page: a live socket.
type OpenPage struct {
	Portal string    `json:"portal"`
	Since  time.Time `json:"since"`
}

// EndConnectionBody says which connection ends.
type EndConnectionBody struct {
	ID string `json:"id" minLength:"8" maxLength:"8"`
}
