package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"hearth/backend/hospital"
	"hearth/backend/identity"
	"hearth/backend/porch"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// Hospitals is how people come in with the account of their hospital.
type Hospitals interface {
	Begin(w http.ResponseWriter, r *http.Request, id hospital.ID, next string, anew bool) (address string, err error)
	Finish(w http.ResponseWriter, r *http.Request, id hospital.ID) (hospital.Arrival, error)
	Put(ctx context.Context, by care.Reader, h hospital.Hospital, secret *string) (hospital.Hospital, error)
	Test(ctx context.Context, h hospital.Hospital) error
	Callback(id hospital.ID) string
}

// HospitalStore is the memory of hospitals' sign-ins.
type HospitalStore interface {
	OpenHospitals(ctx context.Context) ([]hospital.Hospital, error)
	ListHospitals(ctx context.Context, by care.Reader) ([]hospital.Hospital, error)
	DeleteHospital(ctx context.Context, by care.Reader, id hospital.ID, version int64) error
	Arrive(ctx context.Context, a hospital.Arrival) (person care.PersonID, changed bool, err error)
}

// doorsOf are the buttons of the page for signing in; anew, those that ask for a fresh proof over there. Hospitals that cannot be read are none: a password still opens.
func (s *Server) doorsOf(r *http.Request, next string, anew bool) (list []porch.Door) {
	all, err := s.Store.OpenHospitals(r.Context())
	if err != nil {
		s.Log.Warn("the hospitals' sign-ins cannot be read", "error", err)
		return nil
	}
	for _, h := range all {
		u, q := url.URL{Path: api.HospitalPage + string(h.ID)}, url.Values{}
		if next != "" {
			q.Set("next", next)
		}
		if anew {
			q.Set("anew", "1")
		}
		u.RawQuery = q.Encode()
		list = append(list, porch.Door{Name: h.Name, URL: u.String()})
	}
	return list
}

// toHospital sends somebody to their hospital's sign-in. Nothing is stored for it: the browser carries its own way.
func (s *Server) toHospital(w http.ResponseWriter, r *http.Request) {
	id := hospital.ID(r.PathValue("hospital"))
	if err := s.knock(w, r, s.hospitalDoor); err != nil {
		s.fail(w, r, err)
		return
	}
	next := ownPath(r.URL.Query().Get("next"))
	to, err := s.Hospitals.Begin(w, r, id, next, r.URL.Query().Has("anew"))
	if err != nil {
		s.atTheDoor(w, r, next, err)
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// fromHospital lets in whoever the hospital vouches for. The code in the address counts once, and only in this browser.
func (s *Server) fromHospital(w http.ResponseWriter, r *http.Request) {
	who, next, err := s.vouched(w, r)
	if err != nil {
		s.atTheDoor(w, r, next, err)
		return
	}
	s.comeIn(w, r, who, next)
}

// atTheDoor shows the page for signing in with what was wrong, for there are other ways in.
func (s *Server) atTheDoor(w http.ResponseWriter, r *http.Request, next string, err error) {
	f := seen(err)
	if !strings.HasPrefix(f.Code, "hospital.") {
		s.fail(w, r, err)
		return
	}
	s.logFailure(r, f)
	v := s.signInPage(w, r, next)
	v.Trouble = porch.Trouble{Words: s.sayFault(f, v.Setting.Words.Language)}
	v.Address = again(api.SignInPage, "next", next) // the language links must not carry what the hospital sent
	page(w, r, statusOf(f), porch.SignInPage(v))
}

func (s *Server) vouched(w http.ResponseWriter, r *http.Request) (who identity.Who, next string, err error) {
	if err := s.knock(w, r, s.hospitalDoor); err != nil {
		return who, "", err
	}
	a, err := s.Hospitals.Finish(w, r, hospital.ID(r.PathValue("hospital")))
	if err != nil {
		return who, "", err
	}
	person, changed, err := s.Store.Arrive(r.Context(), a)
	if changed {
		s.Rooms.SignedOutEverywhere(context.WithoutCancel(r.Context()), person, "")
	}
	if err != nil {
		return who, "", err
	}
	who, err = s.Identity.Admit(w, r, person, identity.ByHospital, a.Proved)
	return who, a.Next, err
}

// knock counts a knock at a door that has no form. Each kind of door has a count of its own: a page of elsewhere that has
// browsers knock at one, or a tablet gone wild, must not close the others to a whole clinic behind one address.
func (s *Server) knock(w http.ResponseWriter, r *http.Request, door *meter) error {
	if wait, ok := door.allow(household(s.Address(r)), s.Now()); !ok {
		s.slow(w, wait)
		return fault.New(fault.TooMany, "request.too-many", nil)
	}
	return nil
}
