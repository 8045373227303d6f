package web

import (
	"context"
	"net/http"
	"time"

	"github.com/a-h/templ"

	"hearth/backend/porch"
	"hearth/shared/api"
	"hearth/shared/fault"
)

// routes is the list of every address of the house.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	s.operations(mux)
	s.deviceDoors(mux)
	mux.HandleFunc("GET "+api.LiveSocket, s.socket)

	mux.HandleFunc("GET /assets/", s.file)
	mux.HandleFunc("GET /sw.js", s.file)
	mux.HandleFunc("GET /favicon.ico", s.file)

	for _, p := range portals {
		mux.HandleFunc("GET /manifest-"+p.name+".webmanifest", s.file)
		mux.HandleFunc("GET "+p.path, timed(s.portal(p)))
		mux.HandleFunc("GET "+p.path+"/{rest...}", timed(s.portal(p)))
	}
	mux.HandleFunc("GET /{$}", timed(s.home))

	mux.HandleFunc("GET "+api.SignInPage, timed(s.showSignIn))
	mux.HandleFunc("POST "+api.SignInPage, timed(s.signIn))
	mux.HandleFunc("GET "+api.HospitalPage+"{hospital}", timed(s.toHospital))
	mux.HandleFunc("GET "+api.HospitalPage+"{hospital}/callback", timed(s.fromHospital))
	mux.HandleFunc("POST "+api.SignOutPage, timed(s.signOut))
	mux.HandleFunc("GET "+api.PasswordPage, timed(s.showPassword))
	mux.HandleFunc("POST "+api.PasswordPage, timed(s.password))
	mux.HandleFunc("GET "+api.AccountPage, timed(s.showAccount))
	mux.HandleFunc("GET "+api.SetUpPage, timed(s.showSetUp))
	mux.HandleFunc("POST "+api.SetUpPage, timed(s.setUp))
	s.providerRoutes(mux)
	mux.HandleFunc("GET "+api.AboutPage+"{kind}", timed(s.about))
	mux.HandleFunc("GET "+api.AboutPage+"{site}/{kind}", timed(s.about))
	mux.HandleFunc("GET "+api.OfflinePage, s.offline)
	s.passkeyRoutes(mux)
	s.enrolRoutes(mux)
	s.secondRoutes(mux)
	s.placesRoutes(mux)
	s.lockRoutes(mux)
	s.comeRoutes(mux)
	s.dropInRoutes(mux)
	s.findRoutes(mux)
	s.messageRoutes(mux)
	if s.Demo {
		mux.HandleFunc("GET "+api.DemoPage+"{token}", timed(s.showDemo))
		mux.HandleFunc("POST "+api.DemoPage+"{token}", timed(s.demo))
	}

	mux.HandleFunc("GET /healthz", s.healthy)
	mux.HandleFunc("GET /readyz", timed(s.ready))
	mux.HandleFunc("/", s.nothingHere)
	return mux
}

// file serves what is the same for everybody. A slow line may take its time over the program.
func (s *Server) file(w http.ResponseWriter, r *http.Request) {
	http.NewResponseController(w).SetWriteDeadline(time.Now().Add(10 * time.Minute)) // the connection knows only real time
	s.Files.ServeHTTP(w, r)
}

// healthy says that the program runs; ready also that it can work.
func (s *Server) healthy(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok") }

func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if err := s.Store.Ready(ctx); err != nil {
		s.Log.Warn("not ready", "error", err)
		plain(w, http.StatusServiceUnavailable, "the database does not answer")
		return
	}
	plain(w, http.StatusOK, "ready")
}

func (s *Server) nothingHere(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, fault.New(fault.NotFound, "request.not-found", nil))
}

func (s *Server) offline(w http.ResponseWriter, r *http.Request) {
	set := s.setting(w, r)
	page(w, r, http.StatusOK, porch.NoticePage(porch.Notice{Setting: set, Key: "offline", Action: api.HomePage, Button: set.Say("again"), Icon: "refresh", Script: "js/offline.js"}))
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	w.Write([]byte(text + "\n"))
}

// page sends a page with its status once all of it is written, so half a page never looks like a whole one.
func page(w http.ResponseWriter, r *http.Request, status int, c templ.Component) {
	templ.Handler(c, templ.WithStatus(status)).ServeHTTP(w, r)
}
