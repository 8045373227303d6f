package store

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"hearth/backend/device"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

func TestDevices(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, far := t.Context(), c.mustFarSite(t)
		clerk := c.mustAt(t, "clerk", care.Place{Site: c.site, Project: c.project}, access.Clerk)
		strap := care.Device{ID: care.NewID[care.DeviceID](), Project: c.project, Kind: care.ChestStrap, Name: "Strap 1", State: care.DeviceEnabled, Patient: c.wrenID}
		got, err := c.PutDevice(ctx, clerk, strap)
		if err != nil || got.Version != 1 || got.PatientName != "Wren-23" || got.Keyed {
			t.Fatalf("got %+v, %v", got, err)
		}
		for i := range 5 {
			d := care.Device{ID: care.NewID[care.DeviceID](), Project: c.project, Kind: care.Tablet, Name: fmt.Sprintf("Tablet %d", i/2), State: care.DeviceEnabled}
			if _, err := c.PutDevice(ctx, clerk, d); err != nil {
				t.Fatal(err)
			}
		}
		var names []string
		for after := ""; ; {
			list, next, err := c.ListDevices(ctx, clerk, c.project, care.Page{After: after, Limit: 2})
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range list {
				names = append(names, d.Name)
			}
			if after = next; next == "" {
				break
			}
		}
		if want := "[Strap 1 Tablet 0 Tablet 0 Tablet 1 Tablet 1 Tablet 2]"; fmt.Sprint(names) != want {
			t.Errorf("in parts: %v, want %s", names, want)
		}
		change := func(edit func(*care.Device)) error {
			d := got
			edit(&d)
			_, err := c.PutDevice(ctx, clerk, d)
			return err
		}
		for what, err := range map[string]error{
			"lent to another site's patient":  change(func(d *care.Device) { d.Patient = far.patient }),
			"moved to another site's project": change(func(d *care.Device) { d.Project = far.project }),
			"put into what is no kit":         change(func(d *care.Device) { d.Within = strap.ID }),
			"another's device":                change(func(d *care.Device) { d.ID = care.NewID[care.DeviceID]() }),
		} {
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", what, err)
			}
		}
		wantFault(t, change(func(d *care.Device) { d.Version = 7 }), fault.Conflict, "changed-elsewhere")
		if list, _, err := c.ListDevices(ctx, far.admin, "", care.Page{}); err != nil || len(list) != 0 {
			t.Errorf("the far administrator sees %v, %v", list, err)
		}
		if list, _, err := c.ListDevices(ctx, c.ana, "", care.Page{}); err != nil || len(list) != 0 {
			t.Errorf("a therapist sees %v, %v", list, err)
		}
		c.mustHide(t, c.wrenID)
		got.State = care.DeviceDisabled
		if got, err = c.PutDevice(ctx, clerk, got); err != nil || got.State != care.DeviceDisabled || got.Patient != c.wrenID {
			t.Errorf("switched off while a hidden patient has it: %+v, %v", got, err)
		}
		tablet := care.Device{ID: care.NewID[care.DeviceID](), Project: c.project, Kind: care.Tablet, Name: "Tablet 9", State: care.DeviceEnabled}
		if tablet, err = c.PutDevice(ctx, clerk, tablet); err != nil {
			t.Fatal(err)
		}
		tablet.Patient = c.wrenID
		if _, err := c.PutDevice(ctx, clerk, tablet); !fault.Is(err, fault.NotFound) {
			t.Errorf("lent to a hidden patient: %v", err)
		}
		gone, err := c.BuryDevice(ctx, clerk, strap.ID, 2, true)
		if err != nil || gone.Deleted.IsZero() || gone.Patient != "" {
			t.Errorf("hidden: %+v, %v", gone, err)
		}
		if back, err := c.BuryDevice(ctx, clerk, strap.ID, 3, false); err != nil || !back.Deleted.IsZero() || back.State != care.DeviceDisabled {
			t.Errorf("back: %+v, %v", back, err)
		}
	})
}

// However many come at once, a code counts as often as it was made for, a key is one device, and a proof counts once.
func TestDevicesAtOnce(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		if err := c.PutDeviceCode(ctx, c.admin, c.project, device.Hash{1}, noon.Add(time.Hour), 3); err != nil {
			t.Fatal(err)
		}
		var wait sync.WaitGroup
		var mu sync.Mutex
		came := map[care.DeviceID]bool{}
		for i := range 8 {
			wait.Go(func() {
				d, err := c.RegisterDevice(ctx, device.Hash{1}, care.Device{Kind: care.Tablet, Name: "T"}, fmt.Sprintf("key %d", i%5))
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					came[d.ID] = true
				} else if code := fault.Of(err).Code; code != "device.code" && code != "changed-elsewhere" {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if len(came) != 3 {
			t.Errorf("%d devices came with a code for 3", len(came))
		}
		for id := range came {
			spent := 0
			for range 3 {
				wait.Go(func() {
					err := c.SpendProof(ctx, id, device.Hash{9}, noon.Add(time.Minute))
					mu.Lock()
					defer mu.Unlock()
					if err == nil {
						spent++
					} else if !fault.Is(err, fault.Conflict) {
						t.Error(err)
					}
				})
			}
			wait.Wait()
			if spent != 1 {
				t.Errorf("a proof counted %d times", spent)
			}
		}
		c.clock.Advance(2 * time.Hour)
		_, err := c.RegisterDevice(ctx, device.Hash{1}, care.Device{Kind: care.Tablet, Name: "T"}, "late")
		wantFault(t, err, fault.Invalid, "device.code")
		if err := c.PutDeviceCode(ctx, c.admin, c.project, device.Hash{2}, noon.Add(3*time.Hour), 1); err != nil {
			t.Fatal(err)
		}
		if n, err := c.db.NewSelect().Table("device_codes").Count(ctx); err != nil || n != 1 {
			t.Errorf("%d codes are kept, %v; the expired one is forgotten", n, err)
		}
	})
}

// mustHide deletes a patient's record.
func (c clinic) mustHide(t *testing.T, id care.PatientID) {
	t.Helper()
	r, err := c.Record(t.Context(), c.admin, id)
	if err == nil {
		_, err = c.DeleteRecord(t.Context(), c.admin, id, r.Version)
	}
	if err != nil {
		t.Fatal(err)
	}
}
