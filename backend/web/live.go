package web

import (
	"net/http"

	"hearth/shared/fault"
	"hearth/shared/live"
)

// socket settles who opens a live socket and from where, and hands the connection to the rooms. A browser shows its page
// nothing of a refused upgrade, so who is signed out is told inside the socket.
func (s *Server) socket(w http.ResponseWriter, r *http.Request) {
	if !s.ownOrigin(r) {
		s.fail(w, r, fault.New(fault.Invalid, "request.foreign", nil))
		return
	}
	who, err := s.Identity.Resolve(r)
	if err == nil && must(who) != nil {
		err = fault.New(fault.SignedOut, "sign-in.needed", must(who)) // signing in again leads to what must be done
	}
	switch f := seen(err); {
	case err == nil:
		s.Rooms.Serve(w, r, who)
	case f.Kind == fault.SignedOut && f.Code == live.CodeMoved:
		s.Rooms.TurnAway(w, r, live.CodeMoved)
	case f.Kind == fault.SignedOut:
		s.Rooms.TurnAway(w, r, live.CodeSignedOut)
	default:
		s.fail(w, r, err)
	}
}

// ownOrigin holds a socket to the exact origin of the address it was opened at (RFC 6455 section 10.2). Browsers always
// send one.
func (s *Server) ownOrigin(r *http.Request) bool {
	scheme := "http://"
	if s.Secure {
		scheme = "https://"
	}
	return r.Header.Get("Origin") == scheme+r.Host
}
