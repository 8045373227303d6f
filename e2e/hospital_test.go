package e2e

import (
	"net"
	"strconv"
	"testing"

	"hearth/backend/house"
	"hearth/e2e/stage"
	"hearth/shared/access"
	"hearth/shared/api"
)

// freePort is a port nobody listens on at this moment, for a house that must know its address before it opens.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// A second house is the hospital: its people come into the first with the account they have there, asked once, with the
// roles of that day. It is called provider.localhost, for cookies know no ports.
func TestHospital(t *testing.T) {
	t.Parallel()
	hospital := stage.OpenWith(t, func(c *house.Config) {
		port := freePort(t)
		c.Address, c.Public = "localhost:"+port, "http://provider.localhost:"+port
	})
	clinic := stage.Open(t)
	admin, there := clinic.Caller(t, clinic.Links().Administrator), hospital.Caller(t, hospital.Links().Administrator)
	me := admin.Me()
	body := api.PutHospitalBody{Site: me.Site, Name: "North Hospital", Issuer: hospital.URL(), Client: "unknown", Claim: "roles", Scopes: []string{"roles"},
		Rules: []api.HospitalRule{{Value: "therapist", Grant: api.Grant{Role: access.Therapist, Site: me.Site}}}}
	var h api.Hospital
	admin.Do(api.CreateHospital, nil, body, &h)
	var made api.ClientSecret
	there.Do(api.CreateClient, nil, api.CreateClientBody{Name: "The clinic", Method: "client_secret_basic", Redirects: []string{h.Callback},
		Scopes: []string{"openid", "profile", "roles"}, Roles: []access.Role{access.Therapist, access.Administrator}}, &made)
	body.Client, body.Secret, body.Version = made.Client.ID, &made.Secret, h.Version
	admin.Do(api.PutHospital, []string{"{hospital}", h.ID}, body, &h)
	var tested api.Tested
	if admin.Do(api.TestHospital, []string{"{hospital}", h.ID}, nil, &tested); !tested.Good {
		t.Fatalf("tested: %+v", tested)
	}

	w := stage.Browse(t, "mira")
	w.ComeIn(hospital.Links().Therapist, api.TherapistPage)
	w.Goto(clinic.URL() + api.SignInPage)
	w.UntilText("main", "Sign in with North Hospital")
	examine(w, "sign-in-hospital")
	w.Click("a[href^='" + api.HospitalPage + "']")
	w.UntilText("h1", "The clinic")
	examine(w, "consent")
	w.Click("button[value=allow]")
	w.UntilAt(api.TherapistPage)
	w.Until("document.querySelector('details.account')?.textContent.includes('Mira Solano')")
	w.Until("location.origin === '" + clinic.URL() + "'")
	var people api.List[api.Person]
	admin.Get(api.ListPeople.Path, &people)
	came := 0
	for _, p := range people.Items {
		if p.Name == "Mira Solano" && len(p.Grants) == 1 && p.Grants[0].Role == access.Therapist {
			came++
		}
	}
	if came != 2 { // the clinic's own, and the hospital's
		t.Errorf("%d therapists of that name, want 2: %+v", came, people.Items)
	}

	w.Forget() // of the clinic and of the hospital
	w.ComeIn(hospital.Links().Administrator, api.AdminPage)
	w.Expect("Failed to load resource: the server responded with a status of 4")
	w.Goto(clinic.URL() + api.SignInPage)
	w.Click("a[href^='" + api.HospitalPage + "']")
	w.UntilText("h1", "The clinic")
	w.Click("button[value=allow]")
	w.UntilText("[role=alert]", "has given you no role here")
	examine(w, "hospital-no-role")
}
