package web

import (
	"net/http"

	"hearth/backend/porch"
	"hearth/shared/api"
	"hearth/shared/fault"
)

// notices are the pages people see instead of a problem.
var notices = map[fault.Kind]string{
	fault.Invalid:     "refused",
	fault.NotFound:    "not-found",
	fault.Conflict:    "refused",
	fault.Gone:        "ended",
	fault.TooMany:     "slow-down",
	fault.TooLarge:    "refused",
	fault.Unavailable: "away",
	fault.Internal:    "failure",
}

// failurePage says what happened and offers what helps.
func (s *Server) failurePage(w http.ResponseWriter, r *http.Request, f *fault.Error, id string) {
	if f.Kind == fault.SignedOut {
		s.toSignIn(w, r)
		return
	}
	set := s.setting(w, r)
	n := porch.Notice{Setting: set, Key: notices[f.Kind], Code: id, Action: api.HomePage, Button: set.Say("home"), Icon: "home"}
	if f.Code == "sign-in.network" {
		n.Key = "network"
	}
	if again := r.Method == http.MethodGet && (f.Kind == fault.Unavailable || f.Kind == fault.Internal); again {
		n.Action, n.Button, n.Icon = r.URL.EscapedPath(), set.Say("again"), "refresh"
	}
	page(w, r, statusOf(f), porch.NoticePage(n))
}
