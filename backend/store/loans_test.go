package store

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/words"
)

// mustKit is a kit with a tablet and two straps in it.
func (c clinic) mustKit(t *testing.T, by care.Reader) (kit care.Device, in []care.Device) {
	t.Helper()
	put := func(kind care.DeviceKind, name string, within care.DeviceID) care.Device {
		d, err := c.PutDevice(t.Context(), by, care.Device{ID: care.NewID[care.DeviceID](), Project: c.project, Kind: kind, Name: name, State: care.DeviceEnabled, Within: within})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	kit = put(care.Kit, "Kit A", "")
	return kit, []care.Device{put(care.Tablet, "Tablet A", kit.ID), put(care.ChestStrap, "Strap A", kit.ID), put(care.ChestStrap, "Strap B", kit.ID)}
}

// had says in words who had what, the newest first.
func had(t *testing.T, list []care.Loan, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, l := range list {
		state := "has"
		if !l.Until.IsZero() {
			state = "had"
		}
		if l.Kit != "" {
			state += " with a kit"
		}
		all = append(all, fmt.Sprintf("%s %s %s", l.PatientName, state, l.DeviceName))
	}
	return strings.Join(all, ", ")
}

func TestKits(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, far := t.Context(), c.mustFarSite(t)
		clerk := c.mustAt(t, "clerk", care.Place{Site: c.site, Project: c.project}, access.Clerk)
		kit, in := c.mustKit(t, clerk)
		loans := func(id care.DeviceID) string {
			t.Helper()
			list, err := c.ListLoans(ctx, clerk, id)
			return had(t, list, err)
		}
		device := func(id care.DeviceID) care.Device {
			t.Helper()
			d, _, err := c.Device(ctx, id)
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		lent, err := c.LendDevice(ctx, clerk, kit.ID, kit.Version, c.wrenID)
		if err != nil || lent.Patient != c.wrenID || lent.Version != kit.Version+1 {
			t.Fatalf("lent: %+v, %v", lent, err)
		}
		for _, d := range in {
			if got := device(d.ID); got.Patient != c.wrenID || got.Version != d.Version+1 {
				t.Errorf("%s stayed behind: %+v", d.Name, got)
			}
		}
		list, err := c.ListPatientLoans(ctx, clerk, c.wrenID)
		if len(list) != 4 || !strings.Contains(had(t, list, err), "Wren-23 has with a kit Strap B") {
			t.Errorf("Wren has %s", had(t, list, err))
		}
		_, err = c.LendDevice(ctx, clerk, in[0].ID, device(in[0].ID).Version, "")
		wantFault(t, err, fault.Conflict, "device.in-kit")
		_, err = c.LendDevice(ctx, clerk, kit.ID, kit.Version, "")
		wantFault(t, err, fault.Conflict, "changed-elsewhere")
		out := device(in[1].ID)
		out.Within = ""
		if out, err = c.PutDevice(ctx, clerk, out); err != nil || out.Patient != c.wrenID {
			t.Errorf("taken out of the kit: %+v, %v; who has it keeps it", out, err)
		}
		if lent, err = c.LendDevice(ctx, clerk, kit.ID, lent.Version, ""); err != nil || lent.Patient != "" || device(in[0].ID).Patient != "" || device(out.ID).Patient != c.wrenID {
			t.Errorf("returned: %+v, %v", lent, err)
		}
		if got, want := loans(in[0].ID), "Wren-23 had with a kit Tablet A"; got != want {
			t.Errorf("the tablet: %s, want %s", got, want)
		}
		out.Within, out.Patient = kit.ID, ""
		if out, err = c.PutDevice(ctx, clerk, out); err != nil || out.Patient != "" {
			t.Errorf("put back: %+v, %v; it is where its kit is", out, err)
		}
		if _, err = c.LendDevice(ctx, clerk, kit.ID, lent.Version, far.patient); !fault.Is(err, fault.NotFound) {
			t.Errorf("lent to another site's patient: %v", err)
		}
		moved := lent
		moved.Kind = care.Tablet
		_, err = c.PutDevice(ctx, clerk, moved)
		wantFault(t, err, fault.Conflict, "device.kit-full")
		for who, by := range map[string]care.Reader{"the far administrator": far.admin, "a therapist": c.ana} {
			if _, err := c.ListLoans(ctx, by, kit.ID); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s sees who had it: %v", who, err)
			}
			if _, err := c.LendDevice(ctx, by, kit.ID, lent.Version, ""); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s takes it back: %v", who, err)
			}
			if _, err := c.ListPatientLoans(ctx, by, c.wrenID); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s sees what Wren had: %v", who, err)
			}
		}
		lent, err = c.LendDevice(ctx, clerk, kit.ID, lent.Version, c.wrenID)
		if err == nil {
			lent, err = c.BuryDevice(ctx, clerk, kit.ID, lent.Version, true)
		}
		if err != nil || lent.Patient != "" || device(in[0].ID).Patient != "" {
			t.Errorf("hidden with what is in it: %+v, %v", lent, err)
		}
		if lent, err = c.BuryDevice(ctx, clerk, kit.ID, lent.Version, false); err != nil || device(in[0].ID).Within != kit.ID {
			t.Errorf("back with what is in it: %+v, %v", lent, err)
		}
	})
}

// Of many who lend one kit at once, one does, and everything in it goes to the same patient.
func TestLendingAtOnce(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		clerk := c.mustAt(t, "clerk", care.Place{Site: c.site, Project: c.project}, access.Clerk)
		kit, in := c.mustKit(t, clerk)
		var all sync.WaitGroup
		done := make(chan error, 8)
		for range cap(done) {
			all.Go(func() {
				_, err := c.LendDevice(t.Context(), clerk, kit.ID, kit.Version, c.wrenID)
				done <- err
			})
		}
		all.Wait()
		close(done)
		lent := 0
		for err := range done {
			if err == nil {
				lent++
			} else if fault.Of(err).Code != "changed-elsewhere" {
				t.Errorf("too late: %v", err)
			}
		}
		if lent != 1 {
			t.Errorf("lent %d times", lent)
		}
		for _, d := range in {
			if list, err := c.ListLoans(t.Context(), clerk, d.ID); err != nil || len(list) != 1 {
				t.Errorf("%s was lent %d times, %v", d.Name, len(list), err)
			}
		}
	})
}

func TestTypesOfDevices(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, chief := t.Context(), c.mustAt(t, "chief", care.TheHouse, access.Administrator)
		clerk := c.mustAt(t, "clerk", care.Place{Site: c.site, Project: c.project}, access.Clerk)
		if _, err := c.PutDeviceType(ctx, c.mustAt(t, "site", care.Place{Site: c.site}, access.Administrator), care.DeviceType{}); !fault.Is(err, fault.NotFound) {
			t.Errorf("an administrator of one site adds a type for all: %v", err)
		}
		list, err := c.ListDeviceTypes(ctx, clerk)
		if err != nil || len(list) != len(firstTypes)+3 {
			t.Fatalf("a house begins with %d types, %v", len(list), err)
		}
		strap := care.DeviceType{}
		for _, y := range list {
			if y.Kind == care.ChestStrap && y.Parent == "" {
				strap = y
			}
		}
		if strap.Name(words.German) != "Brustgurt" || strap.Name("xx") != "Chest strap" {
			t.Errorf("names: %+v", strap)
		}
		belt := care.DeviceType{ID: care.NewID[care.DeviceTypeID](), Parent: strap.ID, Kind: care.Robot, Names: map[words.Language]string{words.French: " Ceinture X "}}
		if _, err := c.PutDeviceType(ctx, clerk, belt); !fault.Is(err, fault.NotFound) {
			t.Errorf("a clerk adds a type: %v", err)
		}
		belt, err = c.PutDeviceType(ctx, chief, belt)
		if err != nil || belt.Kind != care.ChestStrap || belt.Name(words.English) != "Ceinture X" || belt.Version != 1 {
			t.Fatalf("added: %+v, %v", belt, err)
		}
		below := care.DeviceType{ID: care.NewID[care.DeviceTypeID](), Parent: belt.ID, Names: belt.Names}
		_, err = c.PutDeviceType(ctx, chief, below)
		wantFault(t, err, fault.Invalid, "device-type.parent")
		_, err = c.PutDeviceType(ctx, chief, care.DeviceType{ID: below.ID, Kind: care.Wrist, Names: map[words.Language]string{"xx": "A"}})
		wantFault(t, err, fault.Invalid, "device-type.name")

		d := care.Device{ID: care.NewID[care.DeviceID](), Project: c.project, Kind: care.Tablet, Type: belt.ID, Name: "Strap", State: care.DeviceEnabled}
		if d, err = c.PutDevice(ctx, clerk, d); err != nil || d.Kind != care.ChestStrap || d.Type != belt.ID {
			t.Errorf("of a type: %+v, %v", d, err)
		}
		if belt, err = c.BuryDeviceType(ctx, chief, belt.ID, belt.Version, true); err != nil || belt.Deleted.IsZero() || belt.Used != 1 {
			t.Errorf("hidden: %+v, %v", belt, err)
		}
		if d, err = c.PutDevice(ctx, clerk, d); err != nil || d.Type != belt.ID {
			t.Errorf("what is of it stays so: %+v, %v", d, err)
		}
		_, err = c.PutDevice(ctx, clerk, care.Device{ID: care.NewID[care.DeviceID](), Project: c.project, Kind: care.Tablet, Type: belt.ID, Name: "Strap 2", State: care.DeviceEnabled})
		wantFault(t, err, fault.Invalid, "device.type")
		if seen, err := c.ListDeviceTypes(ctx, clerk); err != nil || len(seen) != len(list) {
			t.Errorf("a clerk sees %d types, %v", len(seen), err)
		}
		if belt, err = c.BuryDeviceType(ctx, chief, belt.ID, belt.Version, false); err != nil || !belt.Deleted.IsZero() {
			t.Errorf("back: %+v, %v", belt, err)
		}
		_, err = c.BuryDeviceType(ctx, chief, belt.ID, 1, true)
		wantFault(t, err, fault.Conflict, "changed-elsewhere")
	})
}

// A patient who moves leaves the devices, and the times end; those that once stayed open are ended by the tables' next step.
func TestMovingEndsLoans(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		kit, in := c.mustKit(t, c.admin)
		if _, err := c.LendDevice(ctx, c.admin, kit.ID, kit.Version, c.wrenID); err != nil {
			t.Fatal(err)
		}
		there, err := c.CreateProject(ctx, c.admin, c.site, "Sleep")
		if err != nil {
			t.Fatal(err)
		}
		r, err := c.Record(ctx, c.admin, c.wrenID)
		if err == nil {
			_, err = c.MoveRecord(ctx, c.admin, c.wrenID, care.RecordMove{Version: r.Version, Project: there.ID})
		}
		if err != nil {
			t.Fatal(err)
		}
		times := func() []care.Loan {
			t.Helper()
			list, err := c.ListPatientLoans(ctx, c.admin, c.wrenID)
			if err != nil || len(list) != 1+len(in) {
				t.Fatalf("times are %+v, %v", list, err)
			}
			return list
		}
		for _, l := range times() {
			if l.Until.IsZero() || l.ReturnedBy == "" {
				t.Errorf("%s stays lent: %+v", l.DeviceName, l)
			}
		}
		if _, err := c.db.Exec("UPDATE loans SET ends = 0"); err != nil {
			t.Fatal(err)
		}
		d, _, err := c.Device(ctx, kit.ID)
		if err == nil {
			_, err = c.db.Exec("UPDATE devices SET patient = ? WHERE id = ?", c.wrenID, d.ID)
		}
		if err == nil {
			err = c.within(ctx, "mend", func(ctx context.Context, tx bun.Tx) error { return openLoans(ctx, tx, c.Store) })
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range times() {
			if (l.Device == kit.ID) != l.Until.IsZero() {
				t.Errorf("mended: %+v", l)
			}
		}
	})
}
