package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hearth/backend/provider"
	"hearth/backend/service"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// mustService registers a service that asks for everything.
func (c clinic) mustService(t testing.TB, by care.Reader, name string, at care.Place) care.Service {
	t.Helper()
	v := care.Service{ID: care.NewID[care.ServiceID](), Place: at, Agreed: "d", Version: 1, Created: noon, Manifest: care.Manifest{Name: name,
		Scopes: access.ServiceScopes(), Events: access.Events(), Webhook: "https://service.example/hook",
		Pages: []care.ServicePage{{Portal: care.TherapistPortal, Title: map[string]string{"en": name}, Address: "https://service.example/"}}}}
	v, err := c.CreateService(t.Context(), by, v, provider.Client{ID: provider.ClientID(v.ID), Name: name, Method: provider.Secret, SecretHash: "h", Service: true, Version: 1, Created: noon}, []byte("sealed"))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// asService is a service as the house lets it in.
func asService(v care.Service) care.Reader {
	return care.Reader{Person: care.PersonID(v.ID), Service: v.ID, Scopes: v.Manifest.Scopes}
}

// told are the events of the deliveries of a service, the oldest first.
func (c clinic) told(t testing.TB, by care.Reader, id care.ServiceID) (events []string, bodies []string) {
	t.Helper()
	list, _, err := c.ListDeliveries(t.Context(), by, id, "", care.Page{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(list)
	for _, d := range list {
		out, err := c.Outgoing(t.Context(), d.ID)
		if err != nil {
			t.Fatal(err)
		}
		events, bodies = append(events, string(d.Event)), append(bodies, string(out.Body))
	}
	return events, bodies
}

func TestServicesSeeTheirPlace(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, root, far := t.Context(), c.mustAt(t, "root", care.TheHouse, access.Administrator), c.mustFarSite(t)
		v := c.mustService(t, root, "Lab", care.Place{Site: c.site, Project: c.project})
		all := c.mustService(t, root, "All", care.TheHouse)
		count := func(by care.Reader) int {
			t.Helper()
			list, _, _, err := c.ListRecords(ctx, by, care.RecordFilter{}, care.Page{})
			if err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		if here, everywhere := count(asService(v)), count(asService(all)); here != 2 || everywhere != 3 {
			t.Errorf("the project's service sees %d patients, the house's %d", here, everywhere)
		}
		less := asService(v)
		less.Scopes = []access.ServiceScope{access.PlacesRead}
		liar := care.Reader{Person: less.Person, Service: v.ID, Scopes: []access.ServiceScope{"patients.write", "everything"}, Roles: []access.Role{access.Administrator}}
		if a, b := count(less), count(liar); a+b != 0 {
			t.Errorf("a token of less sees %d, one of roles %d", a, b)
		}
		if _, err := c.Patient(ctx, asService(v), far.patient); !fault.Is(err, fault.NotFound) {
			t.Errorf("a patient of elsewhere: %v", err)
		}
		if _, _, err := c.Contact(ctx, asService(all), c.wrenID); !fault.Is(err, fault.NotFound) {
			t.Errorf("a name: %v", err)
		}
		if _, err := c.OpenSitting(ctx, asService(all), c.wrenID); !fault.Is(err, fault.NotFound) {
			t.Errorf("a sitting begun: %v", err)
		}
		for who, by := range map[string]care.Reader{"an administrator of a site": c.admin, "a therapist": c.ana, "a service": asService(all)} {
			if _, err := c.ListServices(ctx, by); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s lists services: %v", who, err)
			}
			if _, err := c.BuryService(ctx, by, v.ID, 1, true); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s removes one: %v", who, err)
			}
			if _, _, err := c.ListDeliveries(ctx, by, v.ID, "", care.Page{}); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s reads deliveries: %v", who, err)
			}
		}
		off, err := c.ChangeService(ctx, root, v.ID, 1, func(v *care.Service, _ *provider.Client) ([]byte, error) { v.Disabled = true; return nil, nil })
		if err != nil || off.Version != 2 || count(asService(v)) != 0 {
			t.Errorf("switched off: %+v, %v", off, err)
		}
		if k, err := c.Client(ctx, provider.ClientID(v.ID)); err != nil || !k.Disabled {
			t.Errorf("its client: %+v, %v", k, err)
		}
		if list, err := c.ListClients(ctx, root); err != nil || len(list) != 0 {
			t.Errorf("services among the clients: %v, %v", list, err)
		}
		if _, err := c.PatchClient(ctx, root, provider.ClientID(all.ID), 1, func(*provider.Client) error { return nil }); !fault.Is(err, fault.NotFound) {
			t.Errorf("a service changed as a client: %v", err)
		}
	})
}

func TestServicesComeAndGo(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, root := t.Context(), c.mustAt(t, "root", care.TheHouse, access.Administrator)
		v := c.mustService(t, root, "Lab", care.TheHouse)
		twin := v
		twin.ID = care.NewID[care.ServiceID]()
		if _, err := c.CreateService(ctx, root, twin, provider.Client{ID: provider.ClientID(twin.ID)}, nil); !errors.Is(err, errNameTaken) {
			t.Errorf("two of a name: %v", err)
		}
		lost := twin
		lost.Manifest.Name, lost.Place = "Lost", care.Place{Site: c.site, Project: care.NewID[care.ProjectID]()}
		if _, err := c.CreateService(ctx, root, lost, provider.Client{ID: provider.ClientID(lost.ID)}, nil); !fault.Is(err, fault.NotFound) {
			t.Errorf("at no place: %v", err)
		}
		hidden, err := c.BuryService(ctx, root, v.ID, 1, true)
		if err != nil || hidden.Deleted.IsZero() {
			t.Fatal(hidden, err)
		}
		if _, err := c.Service(ctx, v.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("a hidden one: %v", err)
		}
		if _, err := c.ChangeService(ctx, root, v.ID, 2, func(*care.Service, *provider.Client) ([]byte, error) { return nil, nil }); !fault.Is(err, fault.NotFound) {
			t.Errorf("a hidden one changed: %v", err)
		}
		if _, err := c.BuryService(ctx, root, v.ID, 1, false); !fault.Is(err, fault.Conflict) {
			t.Errorf("an old version: %v", err)
		}
		back, err := c.BuryService(ctx, root, v.ID, 2, false)
		if err != nil || !back.Disabled || !back.Deleted.IsZero() {
			t.Errorf("back: %+v, %v", back, err)
		}
		pages := func(by care.Reader) int { list, _ := c.ServicePages(ctx, by); return len(list) }
		if n := pages(c.ana); n != 0 {
			t.Errorf("a switched off service shows %d pages", n)
		}
		if _, err := c.ChangeService(ctx, root, v.ID, 3, func(v *care.Service, _ *provider.Client) ([]byte, error) { v.Disabled = false; return nil, nil }); err != nil {
			t.Fatal(err)
		}
		c.mustService(t, root, "Near", care.Place{Site: c.site})
		if a, b, w := pages(c.ana), pages(c.mustFarSite(t).therapist), pages(c.wren); a != 2 || b != 1 || w != 0 {
			t.Errorf("pages: %d here, %d elsewhere, %d for a patient", a, b, w)
		}
	})
}

// What happens is in the outbox, with ids alone; what did not happen is not.
func TestOutbox(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, root, far := t.Context(), c.mustAt(t, "root", care.TheHouse, access.Administrator), c.mustFarSite(t)
		v := c.mustService(t, root, "Lab", care.Place{Site: c.site, Project: c.project})
		away := c.mustService(t, root, "Away", care.Place{Site: far.admin.Site})
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			c.clock.Advance(time.Second)
		}
		record := c.mustRecord(t, c.admin, care.NewRecord{ID: care.NewID[care.PatientID](), Project: c.project, Name: "Secretive-9"})
		c.clock.Advance(time.Second)
		if _, err := c.CreateRecords(ctx, c.admin, []care.NewRecord{{ID: care.NewID[care.PatientID](), Project: c.project, Name: "Secretive-9", Login: "wren-23"}}); err == nil {
			t.Error("a pseudonym twice")
		}
		sitting, err := c.OpenSitting(ctx, c.ana, c.wrenID)
		must(err)
		_, err = c.OpenSitting(ctx, c.ana, c.wrenID) // the same
		must(err)
		_, err = c.EndSitting(ctx, c.ana, sitting.ID)
		must(err)
		_, err = c.EndSitting(ctx, c.ana, sitting.ID)
		must(err)
		name := "Secretive-10"
		record, err = c.PatchRecord(ctx, c.admin, record.ID, care.RecordPatch{Version: record.Version, Name: &name})
		must(err)
		d, err := c.PutDevice(ctx, c.admin, care.Device{ID: care.NewID[care.DeviceID](), Project: c.project, Kind: care.Tablet, Name: "Secretive", State: care.DeviceEnabled})
		must(err)
		_, err = c.BuryDevice(ctx, c.admin, d.ID, d.Version, true)
		must(err)
		tried, err := c.MoveRecord(ctx, root, record.ID, care.RecordMove{Project: far.project, Version: record.Version, Try: true})
		must(err)
		_, err = c.MoveRecord(ctx, root, record.ID, care.RecordMove{Project: far.project, Version: tried.Record.Version})
		must(err)
		events, bodies := c.told(t, root, v.ID)
		want := "[patient.created sitting.started sitting.ended patient.changed device.enabled device.disabled patient.changed]"
		if fmt.Sprint(events) != want {
			t.Errorf("told %v, want %s", events, want)
		}
		if strings.Contains(strings.Join(bodies, ""), "ecretive") {
			t.Errorf("a name left the house: %v", bodies)
		}
		var first api.Webhook
		if err := json.Unmarshal([]byte(bodies[1]), &first); err != nil || first.Data["patient"] != string(c.wrenID) || first.Data["sitting"] != string(sitting.ID) ||
			first.Data["project"] != string(c.project) || first.Data["site"] != string(c.site) || len(first.Data) != 4 || first.Type != access.SittingStarted {
			t.Errorf("a sitting is told as %s", bodies[1])
		}
		if events, _ := c.told(t, root, away.ID); fmt.Sprint(events) != "[patient.changed]" {
			t.Errorf("the other clinic's service was told %v", events)
		}
		_, err = c.AskErasure(ctx, root, record.ID, "request", true)
		must(err)
		e, err := c.PlanErasure(ctx, root, record.ID)
		must(err)
		_, err = c.Erase(ctx, e.ID)
		must(err)
		events, bodies = c.told(t, root, away.ID)
		if fmt.Sprint(events) != "[patient.erased]" || !strings.Contains(bodies[0], string(record.ID)) {
			t.Errorf("after the erasure: %v %v", events, bodies)
		}
		var jobs int
		if err := c.db.NewRaw("SELECT COUNT(*) FROM jobs WHERE kind = ?", service.WebhookJob).Scan(ctx, &jobs); err != nil || jobs < len(events)+6 {
			t.Errorf("%d jobs, %v", jobs, err)
		}
	})
}

// A secret that was replaced signs along for a day, the newest first, and never more than that.
func TestWebhookSecrets(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, root := t.Context(), c.mustAt(t, "root", care.TheHouse, access.Administrator)
		v := c.mustService(t, root, "Lab", care.TheHouse)
		d, err := c.TestWebhook(ctx, root, v.ID)
		if err != nil {
			t.Fatal(err)
		}
		sealed := func() string {
			out, err := c.Outgoing(ctx, d.ID)
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprintf("%s", out.Sealed)
		}
		for i, want := range []string{"[sealed]", "[n1 sealed]", "[n2 n1 sealed]", "[n3 n2 n1 sealed]"} {
			if i > 0 {
				v, err = c.ChangeService(ctx, root, v.ID, v.Version, func(*care.Service, *provider.Client) ([]byte, error) { return []byte(fmt.Sprintf("n%d", i)), nil })
				if err != nil {
					t.Fatal(err)
				}
			}
			if got := sealed(); got != want {
				t.Errorf("%d: signed with %s, want %s", i, got, want)
			}
			c.clock.Advance(9 * time.Hour)
		}
		c.clock.Advance(16 * time.Hour)
		if got := sealed(); got != "[n3]" {
			t.Errorf("a day later: %s", got)
		}
	})
}
