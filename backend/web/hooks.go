package web

import (
	"io"
	"net/http"
	"strings"

	"hearth/backend/porch"
	"hearth/shared/api"
	"hearth/shared/fault"
)

// messageRoutes are the doors of providers and receivers of messages.
func (s *Server) messageRoutes(mux *http.ServeMux) {
	mux.HandleFunc("POST "+api.SMSReports, timed(s.hook(s.Messages.Reported)))
	mux.HandleFunc("POST "+api.SMSReports+"/{message}/{proof}", timed(s.hook(s.Messages.Reported)))
	mux.HandleFunc("POST "+api.SMSAnswers, timed(s.hook(s.Messages.Answered)))
	mux.HandleFunc("GET "+api.StopPage+"{token}", timed(s.showStop))
	mux.HandleFunc("POST "+api.StopPage+"{token}", timed(s.stop))
	if s.Demo {
		mux.HandleFunc("GET "+api.InboxPage, timed(s.showInbox))
		mux.HandleFunc("GET "+api.InboxPage+"/{file}", timed(s.inboxFile))
	}
}

// mostHook is how much a provider sends at once.
const mostHook = 64 << 10

// hook takes what a provider sends by itself. Whom it does not believe it tells nothing.
func (s *Server) hook(take func(*http.Request, []byte) (bool, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostHook))
		if err != nil {
			s.fail(w, r, fault.New(fault.TooLarge, "request.too-large", err))
			return
		}
		switch believed, err := take(r, body); {
		case err != nil:
			s.fail(w, r, err) // the provider asks again
		case !believed:
			s.fail(w, r, fault.New(fault.NotFound, "request.not-found", nil))
		default:
			w.WriteHeader(http.StatusNoContent)
		}
	}
}

// showStop asks whether somebody wants no more e-mails. Looking changes nothing, and says nothing about anyone.
func (s *Server) showStop(w http.ResponseWriter, r *http.Request) {
	if _, err := s.Messages.Secrets.Stopped(r.PathValue("token")); err != nil {
		s.fail(w, r, err)
		return
	}
	page(w, r, http.StatusOK, porch.StopPage(porch.Stop{Setting: s.setting(w, r), Key: "messages", Action: r.URL.EscapedPath()}))
}

// stop does it. Programs of e-mail that stop by themselves post a form of their own (RFC 8058 section 3.1).
func (s *Server) stop(w http.ResponseWriter, r *http.Request) {
	if !s.formBy(w, r, r.PathValue("token")) {
		return
	}
	again := r.PostForm.Has("again")
	if err := s.Messages.Stop(r.Context(), r.PathValue("token"), !again); err != nil {
		s.fail(w, r, err)
		return
	}
	v := porch.Stop{Setting: s.setting(w, r), Key: "messages-out", Action: r.URL.EscapedPath(), Done: true}
	if again {
		v.Key, v.Action = "messages-in", ""
	}
	page(w, r, http.StatusOK, porch.StopPage(v))
}

// showInbox shows what a demo would have sent.
func (s *Server) showInbox(w http.ResponseWriter, r *http.Request) {
	if !s.Identity.Near(r) {
		s.nothingHere(w, r)
		return
	}
	list := s.Messages.Shelf.All()
	if here := origin(s.URL, r.Host); here != s.URL { // a neighbour's browser finds nothing at this machine's own name
		for i := range list {
			list[i].Text = strings.ReplaceAll(list[i].Text, s.URL+"/", here+"/")
		}
	}
	page(w, r, http.StatusOK, porch.InboxPage(porch.Inbox{Setting: s.setting(w, r), List: list}))
}

// origin is the house's address under the name somebody reached it by.
func origin(house, host string) string {
	scheme, _, _ := strings.Cut(house, "://")
	return scheme + "://" + host
}

func (s *Server) inboxFile(w http.ResponseWriter, r *http.Request) {
	id, ok := strings.CutSuffix(r.PathValue("file"), ".ics")
	if !ok || !s.Identity.Near(r) {
		s.nothingHere(w, r)
		return
	}
	for _, m := range s.Messages.Shelf.All() {
		if string(m.ID) == id && m.File != "" {
			w.Header().Set("Content-Type", "text/calendar; charset=utf-8; method="+m.Method)
			w.Header().Set("Content-Disposition", `attachment; filename="visit.ics"`)
			io.WriteString(w, m.File)
			return
		}
	}
	s.nothingHere(w, r)
}
