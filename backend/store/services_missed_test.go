package store

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"hearth/backend/provider"
	"hearth/backend/service"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// A service is given no name of staff and none of their notes; staff are.
func TestServicesReadNoStaff(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, root := t.Context(), c.mustAt(t, "root", care.TheHouse, access.Administrator)
		v := asService(c.mustService(t, root, "Lab", care.TheHouse))
		d, err := c.PutDevice(ctx, c.admin, care.Device{ID: care.NewID[care.DeviceID](), Project: c.project, Kind: care.Tablet, Name: "Tablet", State: care.DeviceEnabled, Note: "ask Zoe"})
		if err != nil {
			t.Fatal(err)
		}
		d, err = c.LendDevice(ctx, c.admin, d.ID, d.Version, c.wrenID)
		if err == nil {
			_, err = c.LendDevice(ctx, c.admin, d.ID, d.Version, "")
		}
		if err == nil {
			_, err = c.AddConsentText(ctx, c.admin, []care.ConsentText{{Project: c.project, Kind: "recording", Language: "en", Title: "T", Paragraphs: []string{"P"}}})
		}
		if err == nil {
			_, err = c.AddConsent(ctx, c.admin, care.Consent{ID: care.NewID[care.ConsentID](), Patient: c.wrenID, Kind: "recording", Version: 1, Language: "en", Given: true, At: noon.Add(-time.Hour), Signer: "guardian", Way: "paper", Note: "told Zoe"})
		}
		if err != nil {
			t.Fatal(err)
		}
		for who, by := range map[string]care.Reader{"staff": c.admin, "a service": v} {
			var names []string
			records, _, _, err1 := c.ListRecords(ctx, by, care.RecordFilter{}, care.Page{})
			record, err2 := c.Record(ctx, by, c.wrenID)
			for _, r := range append(records, record) {
				for _, k := range r.Care {
					names = append(names, k.TherapistName)
				}
			}
			loans, err3 := c.ListLoans(ctx, by, d.ID)
			more, err4 := c.ListPatientLoans(ctx, by, c.wrenID)
			for _, l := range append(loans, more...) {
				names = append(names, l.LentBy, l.ReturnedBy)
			}
			devices, _, err5 := c.ListDevices(ctx, by, c.project, care.Page{})
			consents, err6 := c.ListConsents(ctx, by, c.wrenID)
			for _, err := range []error{err1, err2, err3, err4, err5, err6} {
				if err != nil {
					t.Fatal(who, err)
				}
			}
			names = append(names, devices[0].Note, consents[0].Note)
			said := 0
			for _, name := range names {
				if name != "" {
					said++
				}
			}
			if len(names) != 9 || by.Service == "" && said != 9 || by.Service != "" && said != 0 {
				t.Errorf("%s reads %q", who, names)
			}
		}
	})
}

// mustErase erases a new patient of the built-in project.
func (c clinic) mustErase(t testing.TB, by care.Reader) care.PatientID {
	t.Helper()
	r := c.mustRecord(t, by, care.NewRecord{ID: care.NewID[care.PatientID](), Project: c.project})
	e, err := c.AskErasure(t.Context(), by, r.ID, "request", true)
	if err == nil {
		_, err = c.Erase(t.Context(), e.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	c.clock.Advance(time.Second)
	return r.ID
}

// waiting says what a service is still to be told.
func (c clinic) waiting(t testing.TB, by care.Reader, id care.ServiceID, event access.Event) (n int, bodies string) {
	t.Helper()
	list, _, err := c.ListDeliveries(t.Context(), by, id, care.DeliveryWaiting, care.Page{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range list {
		if d.Event != event {
			continue
		}
		out, err := c.Outgoing(t.Context(), d.ID)
		if err != nil {
			t.Fatal(err)
		}
		n++
		bodies += string(out.Body)
	}
	return n, bodies
}

// Who was erased while a service was away is told when it is back; an address that is corrected gets what waited.
func TestErasuresAreNotMissed(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, root := t.Context(), c.mustAt(t, "root", care.TheHouse, access.Administrator)
		here, far := c.mustService(t, root, "Here", care.Place{Site: c.site}), c.mustFarSite(t)
		away := c.mustService(t, root, "Away", care.Place{Site: far.admin.Site})
		change := func(v care.Service, do func(*care.Service)) care.Service {
			t.Helper()
			v, err := c.ChangeService(ctx, root, v.ID, v.Version, func(v *care.Service, _ *provider.Client) ([]byte, error) { do(v); return nil, nil })
			if err != nil {
				t.Fatal(err)
			}
			c.clock.Advance(time.Second)
			return v
		}
		want := func(what string, of care.Service, ids ...care.PatientID) {
			t.Helper()
			n, bodies := c.waiting(t, root, of.ID, access.PatientErased)
			for _, id := range ids {
				if !strings.Contains(bodies, string(id)) {
					t.Errorf("%s: %s is missing in %s", what, id, bodies)
				}
			}
			if n != len(ids) {
				t.Errorf("%s: %d wait, want %d", what, n, len(ids))
			}
		}
		first := c.mustErase(t, root)
		here = change(here, func(v *care.Service) { v.Manifest.Webhook = "https://service.example/other" })
		want("another address", here, first)
		here, away = change(here, func(v *care.Service) { v.Disabled = true }), change(away, func(v *care.Service) { v.Disabled = true })
		want("off", here)
		second := c.mustErase(t, root)
		here, away = change(here, func(v *care.Service) { v.Disabled = false }), change(away, func(v *care.Service) { v.Disabled = false })
		want("on again", here, first, second)
		want("of elsewhere", away)
		here = change(here, func(v *care.Service) { v.Manifest.Name = "Here too" })
		want("another name", here, first, second)
		list, _, err := c.ListDeliveries(ctx, root, here.ID, care.DeliveryWaiting, care.Page{})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.SettleDelivery(ctx, list[0].ID, service.Outcome{State: care.DeliveryGivenUp, Status: 410, Gone: true}); err != nil {
			t.Fatal(err)
		}
		want("gone", here)
		third := c.mustErase(t, root)
		here.Version++
		here = change(here, func(v *care.Service) { v.Quiet = false })
		want("heard again", here, first, second, third)
		site, err := c.ListSites(ctx, root)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range site {
			if s.ID != c.site {
				continue
			}
			hidden, err := c.DeleteSite(ctx, root, s.ID, s.Version)
			if err != nil {
				t.Fatal(err)
			}
			want("its place is hidden", here)
			if _, err := c.RestoreSite(ctx, root, s.ID, hidden.Version); err != nil {
				t.Fatal(err)
			}
			want("its place is back", here, first, second, third)
		}
	})
}

// The house's services are told of everybody who is hidden or brought back with a place; those of the place are told, and
// sent, nothing while it is hidden.
func TestServicesOfHiddenPlaces(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, root := t.Context(), c.mustAt(t, "root", care.TheHouse, access.Administrator)
		all, in := c.mustService(t, root, "All", care.TheHouse), c.mustService(t, root, "In", care.Place{Site: c.site, Project: c.project})
		test, err := c.TestWebhook(ctx, root, in.ID)
		if err != nil {
			t.Fatal(err)
		}
		told := func(what string, wantAll, wantIn int) {
			t.Helper()
			a, bodies := c.waiting(t, root, all.ID, access.PatientChanged)
			b, _ := c.waiting(t, root, in.ID, access.PatientChanged)
			if a != wantAll || b != wantIn || !strings.Contains(bodies, string(c.wrenID)) || !strings.Contains(bodies, string(c.project)) {
				t.Errorf("%s: the house's is told %d, want %d, the place's %d, want %d: %s", what, a, wantAll, b, wantIn, bodies)
			}
		}
		projects, err := c.ListProjects(ctx, root)
		if err != nil {
			t.Fatal(err)
		}
		version := projects[0].Version
		p, err := c.DeleteProject(ctx, root, c.project, version)
		if err != nil {
			t.Fatal(err)
		}
		told("the project is hidden", 2, 0)
		if out, err := c.Outgoing(ctx, test.ID); err != nil || !out.Off || out.State != care.DeliveryGivenUp {
			t.Errorf("what waited: %+v, %v", out, err)
		}
		_, err1 := c.TestWebhook(ctx, root, in.ID)
		_, err2 := c.SendAgain(ctx, root, in.ID, test.ID)
		for _, err := range []error{err1, err2} {
			if fault.Of(err).Code != "service.off" {
				t.Errorf("sent to a hidden place: %v", err)
			}
		}
		if _, err := c.RestoreProject(ctx, root, c.project, p.Version); err != nil {
			t.Fatal(err)
		}
		told("the project is back", 4, 2)
		sites, err := c.ListSites(ctx, root)
		if err != nil {
			t.Fatal(err)
		}
		s, err := c.DeleteSite(ctx, root, c.site, sites[0].Version)
		if err != nil {
			t.Fatal(err)
		}
		told("the site is hidden", 6, 0)
		if _, err := c.RestoreSite(ctx, root, c.site, s.Version); err != nil {
			t.Fatal(err)
		}
		told("the site is back", 8, 2)
	})
}

// Whoever changes a service while what it was told is settled, or hands over a kit while something in it is changed, waits
// for the other, and neither fails.
func TestLocksInOrder(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, root := t.Context(), c.mustAt(t, "root", care.TheHouse, access.Administrator)
		v := c.mustService(t, root, "Lab", care.TheHouse)
		kit, in := c.mustKit(t, c.admin)
		fine := func(what string, err error) {
			if err != nil && !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", what, err)
			}
		}
		for round := range 25 {
			var ids []care.DeliveryID
			for range 6 {
				d, err := c.TestWebhook(ctx, root, v.ID)
				if err != nil {
					t.Fatal(err)
				}
				ids = append(ids, d.ID)
			}
			var wait sync.WaitGroup
			for _, id := range ids {
				wait.Go(func() {
					fine("settled", c.SettleDelivery(ctx, id, service.Outcome{State: care.DeliveryWaiting, Failure: "slow", Held: noon.Add(time.Hour)}))
				})
				wait.Go(func() { _, err := c.SendAgain(ctx, root, v.ID, id); fine("sent again", err) })
			}
			var on care.Service
			wait.Go(func() {
				list, err := c.ListServices(ctx, root)
				fine("listed", err)
				for _, disabled := range []bool{true, false} {
					on, err = c.ChangeService(ctx, root, v.ID, list[0].Version, func(v *care.Service, _ *provider.Client) ([]byte, error) { v.Disabled = disabled; return nil, nil })
					fine("changed", err)
					list[0].Version = on.Version
				}
			})
			wait.Go(func() {
				to := c.wrenID
				if round%2 > 0 {
					to = ""
				}
				d, err := c.LendDevice(ctx, c.admin, kit.ID, kit.Version, to)
				fine("lent", err)
				if err == nil {
					kit = d
				}
			})
			for i := range in {
				wait.Go(func() {
					list, _, err := c.ListDevices(ctx, c.admin, c.project, care.Page{})
					fine("listed", err)
					for _, d := range list {
						if d.ID == in[i].ID {
							d.Note = fmt.Sprint(round)
							_, err := c.PutDevice(ctx, c.admin, d)
							fine("put", err)
							_, err = c.LendDevice(ctx, c.admin, d.ID, d.Version+1, d.Patient)
							fine("lent alone", err)
						}
					}
				})
			}
			wait.Wait()
		}
	})
}
