package store

import (
	"testing"
	"time"

	"hearth/backend/hospital"
	"hearth/backend/identity"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// A code for an account is worth what its issuer may do when it is entered, not when it was given.
func TestCodesEndWithTheirIssuer(t *testing.T) {
	for what, change := range map[string]func(t *testing.T, c clinic, house, lead, clerk care.Reader){
		"the person became more": func(t *testing.T, c clinic, house, _, clerk care.Reader) {
			if _, err := c.GiveGrant(t.Context(), house, clerk.Person, care.Grant{Role: access.Administrator}); err != nil {
				t.Fatal(err)
			}
		},
		"the issuer was disabled": func(t *testing.T, c clinic, house, lead, _ care.Reader) {
			yes := true
			if _, err := c.PatchPerson(t.Context(), house, lead.Person, care.PersonPatch{Version: 1, Disabled: &yes}); err != nil {
				t.Fatal(err)
			}
		},
		"the issuer lost the role": func(t *testing.T, c clinic, house, lead, _ care.Reader) {
			if _, _, err := c.TakeGrant(t.Context(), house, lead.Person, care.Grant{Role: access.Administrator, Place: care.Place{Site: c.site, Project: c.project}}); err != nil {
				t.Fatal(err)
			}
		},
		"": func(*testing.T, clinic, care.Reader, care.Reader, care.Reader) {},
	} {
		t.Run(what, func(t *testing.T) {
			inClinic(t, func(t *testing.T, c clinic) {
				here := care.Place{Site: c.site, Project: c.project}
				house, lead := c.mustAt(t, "house", care.TheHouse, access.Administrator), c.mustAt(t, "lead", here, access.Administrator)
				clerk := c.mustAt(t, "clerk", here, access.Clerk)
				if _, err := c.PutEnrolment(t.Context(), lead, clerk.Person, identity.Hash{1}, noon.Add(time.Hour)); err != nil {
					t.Fatal(err)
				}
				change(t, c, house, lead, clerk)
				_, err := c.RedeemEnrolment(t.Context(), identity.Hash{1}, identity.Hash{2}, noon, noon.Add(time.Hour))
				if good := what == ""; good != (err == nil) || !good && !fault.Is(err, fault.NotFound) {
					t.Errorf("redeemed: %v", err)
				}
			})
		})
	}
}

// What a hospital's word gave ends with the rule that gave it, with the sign-in itself, and with those who come by it no more.
func TestAHospitalsWordIsTakenBack(t *testing.T) {
	for what, change := range map[string]func(t *testing.T, c clinic, house care.Reader, h hospital.Hospital){
		"the rule is gone": func(t *testing.T, c clinic, house care.Reader, h hospital.Hospital) {
			h.Rules = nil
			if _, err := c.PutHospital(t.Context(), house, h); err != nil {
				t.Fatal(err)
			}
		},
		"the sign-in is closed": func(t *testing.T, c clinic, house care.Reader, h hospital.Hospital) {
			h.Disabled = true
			if _, err := c.PutHospital(t.Context(), house, h); err != nil {
				t.Fatal(err)
			}
		},
		"the sign-in is removed": func(t *testing.T, c clinic, house care.Reader, h hospital.Hospital) {
			if err := c.DeleteHospital(t.Context(), c.ana, h.ID, h.Version); !fault.Is(err, fault.NotFound) {
				t.Errorf("a therapist removes it: %v", err)
			}
			if err := c.DeleteHospital(t.Context(), house, h.ID, h.Version+1); !fault.Is(err, fault.Conflict) {
				t.Errorf("removed at a version nobody read: %v", err)
			}
			if err := c.DeleteHospital(t.Context(), house, h.ID, h.Version); err != nil {
				t.Fatal(err)
			}
			if list, err := c.ListHospitals(t.Context(), house); err != nil || len(list) != 0 {
				t.Errorf("still there: %v, %v", list, err)
			}
		},
		"nobody came for long": func(t *testing.T, c clinic, _ care.Reader, _ hospital.Hospital) {
			c.clock.Advance(arrivalLasts + time.Hour)
			if people, err := c.ForgetArrivals(t.Context()); err != nil || len(people) != 1 {
				t.Errorf("forgotten: %v, %v", people, err)
			}
		},
		"": func(t *testing.T, c clinic, _ care.Reader, _ hospital.Hospital) {
			if people, err := c.ForgetArrivals(t.Context()); err != nil || len(people) != 0 {
				t.Errorf("forgotten: %v, %v", people, err)
			}
		},
	} {
		t.Run(what, func(t *testing.T) {
			inClinic(t, func(t *testing.T, c clinic) {
				ctx, house := t.Context(), c.mustAt(t, "house", care.TheHouse, access.Administrator)
				therapist := care.Grant{Role: access.Therapist, Place: care.Place{Site: c.site}}
				h, err := c.PutHospital(ctx, house, hospital.Hospital{ID: care.NewID[hospital.ID](), Site: c.site, Name: "North", Issuer: "https://id.example",
					Client: "hearth", Claim: "groups", Rules: []hospital.Rule{{Value: "therapy", Grant: therapist}}})
				if err != nil {
					t.Fatal(err)
				}
				person, changed, err := c.Arrive(ctx, hospital.Arrival{Hospital: h, Subject: "1", Name: "Ada", Login: "ada", Grants: []care.Grant{therapist}})
				if err != nil || !changed {
					t.Fatalf("arrived: %v %v", changed, err)
				}
				if err := c.CreateSession(ctx, identity.Session{Hash: identity.Hash{3}, Slot: "aaaaaaaa", Person: person, Created: noon, Seen: noon, Expires: noon.Add(time.Hour)}); err != nil {
					t.Fatal(err)
				}
				if _, again, err := c.Arrive(ctx, hospital.Arrival{Hospital: h, Subject: "1", Grants: []care.Grant{therapist}}); err != nil || again {
					t.Errorf("came again with the same roles: changed %v, %v", again, err)
				}
				change(t, c, house, h)
				a, err := c.Account(ctx, person)
				if err != nil {
					t.Fatal(err)
				}
				_, _, gone := c.SessionByHash(ctx, identity.Hash{3})
				if kept := what == ""; kept != (len(a.Grants) == 1) || kept != (gone == nil) {
					t.Errorf("afterwards: %v, session %v", a.Grants, gone)
				}
			})
		})
	}
}

// A device says nothing of a patient who has left its project.
func TestDevicesLetGo(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, house := t.Context(), c.mustAt(t, "house", care.TheHouse, access.Administrator)
		d, err := c.PutDevice(ctx, house, care.Device{ID: care.NewID[care.DeviceID](), Project: c.project, Kind: care.Tablet, Name: "T", State: care.DeviceEnabled, Patient: c.wrenID})
		if err != nil || d.PatientName == "" {
			t.Fatal(d, err)
		}
		other, err := c.CreateProject(ctx, house, c.site, "Other")
		if err != nil {
			t.Fatal(err)
		}
		wren, err := c.Record(ctx, house, c.wrenID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.MoveRecord(ctx, house, c.wrenID, care.RecordMove{Project: other.ID, Version: wren.Version}); err != nil {
			t.Fatal(err)
		}
		list, _, err := c.ListDevices(ctx, c.admin, c.project, care.Page{})
		if err != nil || len(list) != 1 || list[0].Patient != "" || list[0].PatientName != "" {
			t.Errorf("the old project's device says %+v, %v", list, err)
		}
	})
}
