package identity_test

import (
	"net/http"
	"testing"

	"hearth/backend/identity"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// A password that was handed out opens nothing any more once whoever handed it out could not do so: they still know it.
func TestHandedOutPasswordsEndWithTheirIssuer(t *testing.T) {
	for what, change := range map[string]func(t *testing.T, h *house, boss identity.Who, lead, clerk care.Person){
		"": func(*testing.T, *house, identity.Who, care.Person, care.Person) {},
		"the person became more": func(t *testing.T, h *house, boss identity.Who, _, clerk care.Person) {
			if _, err := h.store.GiveGrant(t.Context(), boss.Reader(), clerk.ID, care.Grant{Role: access.Administrator}); err != nil {
				t.Fatal(err)
			}
		},
		"the issuer was disabled": func(t *testing.T, h *house, boss identity.Who, lead, _ care.Person) {
			yes := true
			if _, err := h.store.PatchPerson(t.Context(), boss.Reader(), lead.ID, care.PersonPatch{Version: 1, Disabled: &yes}); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(what, func(t *testing.T) {
			onBoth(t, func(t *testing.T, h *house) {
				someone := func(login string, role access.Role, at care.Place) care.Person {
					p, err := h.store.AddPerson(t.Context(), care.NewPerson{Name: "Name of " + login, Login: login, Roles: []access.Role{role}, Hash: h.mustHash(t), At: &at})
					if err != nil {
						t.Fatal(err)
					}
					return p
				}
				boss := identity.Who{Person: someone("boss", access.Administrator, care.TheHouse)}
				here := care.Place{Site: boss.Person.Site}
				lead, clerk := someone("lead", access.Administrator, here), someone("clerk", access.Clerk, here)
				_, handed, err := h.ResetPassword(&http.Request{}, identity.Who{Person: lead}, clerk.ID)
				if err != nil {
					t.Fatal(err)
				}
				change(t, h, boss, lead, clerk)
				_, err = new(browser).signIn(h, "clerk", handed)
				if what == "" && err != nil {
					t.Errorf("the password opens nothing: %v", err)
				} else if what != "" {
					wantFault(t, err, fault.Invalid, "sign-in.wrong")
				}
			})
		})
	}
}
