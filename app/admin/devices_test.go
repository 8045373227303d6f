package admin

import (
	"slices"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote/remotetest"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/words"
)

const (
	theKit   = care.DeviceID("kitaaaaaaaaaaaaaaaaaaaaaaa")
	theStrap = care.DeviceID("strapaaaaaaaaaaaaaaaaaaaaa")
	strapped = care.DeviceTypeID("typeaaaaaaaaaaaaaaaaaaaaaa")
)

// cupboard are devices of the southern project: a kit with a strap in it, a tablet that waits, and one that was deleted.
func cupboard() []api.Device {
	gone := time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)
	return []api.Device{
		{ID: theKit, Project: southern, Kind: care.Kit, Name: "Kit A", State: care.DeviceEnabled, Patient: "w", PatientName: "Wren-23", Version: 3},
		{ID: theStrap, Project: southern, Kind: care.ChestStrap, Type: strapped, Name: "Strap A", Serial: "SN7", State: care.DeviceEnabled, Patient: "w", PatientName: "Wren-23", Within: theKit, Version: 2},
		{ID: "t", Project: southern, Kind: care.Tablet, Name: "Tablet 9", State: care.DeviceWaiting, Keyed: true, Version: 1},
		{ID: "o", Project: southern, Kind: care.Tablet, Name: "Old one", State: care.DeviceDisabled, Deleted: &gone, Version: 5},
	}
}

func types() []api.DeviceType {
	top := care.DeviceTypeID("topaaaaaaaaaaaaaaaaaaaaaaa")
	return []api.DeviceType{{ID: top, Kind: care.ChestStrap, Names: map[words.Language]string{"en": "Chest strap", "de": "Brustgurt"}, Version: 1},
		{ID: strapped, Kind: care.ChestStrap, Parent: top, Names: map[words.Language]string{"fr": "Ceinture X"}, Used: 1, Version: 2},
		{ID: "kits", Kind: care.Kit, Names: map[words.Language]string{"en": "Kit"}, Version: 1}}
}

func stocked(list func() []api.Device) *remotetest.House {
	h := clinic()
	h.Answer(api.ListDevices, func(remotetest.Asked) (any, error) { return api.List[api.Device]{Items: list()}, nil })
	h.Answer(api.ListDeviceTypes, func(remotetest.Asked) (any, error) { return api.List[api.DeviceType]{Items: types()}, nil })
	return h
}

func devicesPageOf(e *frame.Env) *Devices { return &Devices{Env: e} }

func TestDevicesAreListedAndDoneWith(t *testing.T) {
	list := cupboard()
	h := stocked(func() []api.Device { return slices.Clone(list) })
	portal(t, h, devicesPageOf, func(t *testing.T, v *remotetest.Visit, p *Devices) {
		v.Shows("3 devices", "Ceinture X", `data-name="Strap A"`, `id="enable-t"`, `id="return-`+string(theKit), "Wren-23")
		v.Hides("Old one", `id="return-`+string(theStrap)) // it goes with its kit
		v.Spoken()
		if shown := p.shown(); shown[0].ID != "t" {
			t.Errorf("the first is %s, want the one that waits", shown[0].Name)
		}
		h.Answer(api.PutDevice, func(a remotetest.Asked) (any, error) {
			var b api.PutDeviceBody
			if a.Read(t, &b); b.State != care.DeviceEnabled || b.Version != 1 || b.Name != "Tablet 9" {
				t.Errorf("asked for %+v", b)
			}
			list[2].State, list[2].Version = care.DeviceEnabled, 2
			return list[2], nil
		})
		v.Act(p.turn(list[2], care.DeviceEnabled, "open-t"))
		v.Shows("Tablet 9 is enabled.", `id="lend-t"`)
		h.Answer(api.ReturnDevice, func(remotetest.Asked) (any, error) {
			return nil, fault.New(fault.Conflict, "changed-elsewhere", nil)
		})
		v.Act(p.takeBack(list[0], "open-"+string(theKit)))
		v.Shows(`role="alert"`)
		v.Spoken()
		v.Act(func(app.Context) { p.text = "sn7" })
		v.Shows("1 device", "Strap A")
		v.Hides("Tablet 9")
		v.Act(func(app.Context) { p.text = "zzz" })
		v.Shows("No device fits")
		v.Act(p.clear)
		v.Act(func(app.Context) { p.state = "deleted" })
		v.Shows("Old one", `id="restore-o"`)
		v.Spoken()
	})
}

func TestAKitIsLentWithEverythingInIt(t *testing.T) {
	list := cupboard()
	for i := range 2 {
		list[i].Patient, list[i].PatientName = "", ""
	}
	h := stocked(func() []api.Device { return slices.Clone(list) })
	wren := api.Record{ID: "p", Name: "Wren-23", Project: southern}
	h.Answer(api.ListRecords, func(remotetest.Asked) (any, error) { return api.Records{Items: []api.Record{wren}, Total: 1}, nil })
	h.Answer(api.SearchRecords, func(remotetest.Asked) (any, error) { return api.Records{}, nil })
	since := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	h.Answer(api.ListLoans, func(remotetest.Asked) (any, error) {
		return api.List[api.Loan]{Items: []api.Loan{{ID: "l", Device: theKit, PatientName: "Wren-23", Since: since}, {ID: "m", Device: theKit, Since: since.AddDate(0, -1, 0), Until: &since}}}, nil
	})
	portal(t, h, devicesPageOf, func(t *testing.T, v *remotetest.Visit, p *Devices) {
		v.Act(p.ask(deviceLending, list[0], "open-"+string(theKit)))
		v.Shows("Everything in the kit goes along", `id="lend-patient"`, "Wren-23")
		v.Spoken()
		v.Act(func(app.Context) { p.dialog.query = "nobody"; p.seek(p.dialog, 0) })
		v.Shows(`id="nobody"`)
		v.Act(func(app.Context) { p.dialog.query = ""; p.seek(p.dialog, 0) })
		h.Answer(api.LendDevice, func(a remotetest.Asked) (any, error) {
			var b api.LendBody
			if a.Read(t, &b); b.Patient != "p" || b.Version != 3 {
				t.Errorf("asked for %+v", b)
			}
			list[0].PatientName, list[0].Patient, list[0].Version = "Wren-23", "p", 4
			return list[0], nil
		})
		v.Act(p.lend)
		v.Hides("<dialog")
		v.Shows("Kit A is lent.")
		v.Act(p.ask(deviceShowing, list[0], "open-"+string(theKit)))
		v.Shows(`id="contents"`, "Strap A", `data-loans="2"`, "Somebody you may not see", `id="return"`)
		v.Spoken()
		h.Answer(api.DeleteDevice, func(remotetest.Asked) (any, error) {
			list[0].Deleted, list[0].Version = &since, 5
			return list[0], nil
		})
		v.Act(p.ask(deviceDeleting, list[0], "open-"+string(theKit)))
		v.Shows("with everything in it")
		v.Act(p.remove)
		v.Shows(`id="undo"`)
		v.Spoken()
		h.Answer(api.RestoreDevice, func(a remotetest.Asked) (any, error) {
			var b api.VersionBody
			if a.Read(t, &b); b.Version != 5 {
				t.Errorf("undone with version %d", b.Version)
			}
			list[0].Deleted, list[0].State, list[0].Version = nil, care.DeviceDisabled, 6
			return list[0], nil
		})
		v.Act(p.restore(*p.undo))
		v.Hides(`id="undo"`)
		v.Shows(`data-name="Kit A"`)
	})
}

func TestTwoWhoEditADeviceSeeEachOther(t *testing.T) {
	list := cupboard()
	h := stocked(func() []api.Device { return slices.Clone(list) })
	portal(t, h, devicesPageOf, func(t *testing.T, v *remotetest.Visit, p *Devices) {
		v.Act(p.ask(deviceEditing, list[1], "open-"+string(theStrap)))
		v.Shows(`id="device-name"`, `id="device-within"`, "Chest strap · Ceinture X")
		v.Spoken()
		v.Act(func(app.Context) { p.dialog.name = "Strap 1" })
		list[1].Name, list[1].Serial, list[1].Version = "Strap Z", "SN8", 3
		h.Answer(api.PutDevice, func(remotetest.Asked) (any, error) {
			return nil, fault.New(fault.Conflict, "changed-elsewhere", nil)
		})
		v.Act(p.save)
		v.Shows(`id="clash"`, "Strap Z", "SN8")
		v.Spoken()
		h.Answer(api.PutDevice, func(a remotetest.Asked) (any, error) {
			var b api.PutDeviceBody
			if a.Read(t, &b); b.Name != "Strap 1" || b.Serial != "SN8" || b.Version != 3 || b.Within != theKit || b.Kind != care.ChestStrap {
				t.Errorf("asked for %+v", b)
			}
			return list[1], nil
		})
		v.Act(p.save)
		v.Hides("<dialog")
		v.Act(p.ask(deviceEditing, api.Device{}, "device-new"))
		v.Act(p.save)
		v.Shows(`id="device-name-fault"`)
		v.Spoken()
	})
}

func TestACodeForDevicesIsShownOnce(t *testing.T) {
	h := stocked(cupboard)
	portal(t, h, devicesPageOf, func(t *testing.T, v *remotetest.Visit, p *Devices) {
		v.Act(p.ask(deviceCoding, api.Device{}, "code"))
		v.Act(func(app.Context) { p.dialog.uses = "900" })
		v.Act(p.makeCode)
		v.Shows(`id="code-uses-fault"`)
		v.Spoken()
		h.Answer(api.CreateDeviceCode, func(remotetest.Asked) (any, error) {
			return api.DeviceCode{Code: "ABCD-EFGH-JKMN-PQRS", Expires: time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)}, nil
		})
		v.Act(func(app.Context) { p.dialog.uses = "3" })
		v.Act(p.makeCode)
		v.Shows("ABCD-EFGH-JKMN-PQRS", `id="code-print"`)
		v.Spoken()
		v.Act(p.leave)
		v.Hides("ABCD-EFGH-JKMN-PQRS")
	})
}

func TestTypesOfDevicesAreWrittenInLanguages(t *testing.T) {
	h := stocked(cupboard)
	portal(t, h, func(e *frame.Env) *DeviceTypes { return &DeviceTypes{Env: e} }, func(t *testing.T, v *remotetest.Visit, p *DeviceTypes) {
		v.Shows("Chest strap", "↳ Ceinture X", `id="type-new"`)
		v.Spoken()
		v.Act(p.ask(api.DeviceType{}, "type-new"))
		h.Answer(api.CreateDeviceType, func(remotetest.Asked) (any, error) {
			return nil, fault.New(fault.Invalid, "device-type.name", nil)
		})
		v.Act(p.save)
		v.Shows(`id="type-en-fault"`)
		v.Spoken()
		h.Answer(api.CreateDeviceType, func(a remotetest.Asked) (any, error) {
			var b api.PutDeviceTypeBody
			if a.Read(t, &b); b.Names["de"] != "Ring" || len(b.Names) != 1 || b.Parent != "" {
				t.Errorf("asked for %+v", b)
			}
			return api.DeviceType{ID: "r", Kind: b.Kind, Names: b.Names, Version: 1}, nil
		})
		v.Act(func(app.Context) { *p.dialog.names["de"] = " Ring " })
		v.Act(p.save)
		v.Hides("<dialog")
		v.Shows("Ring")
	})
}

func TestAClerkEnablesAndEditsNoTypes(t *testing.T) {
	h := stocked(cupboard)
	h.Answer(api.GetMe, func(remotetest.Asked) (any, error) {
		return api.Me{ID: "a", Name: "Cleo", Roles: []access.Role{access.Clerk}, Grants: []api.Grant{{Role: access.Clerk, Site: site, Project: southern}}, Site: site}, nil
	})
	portal(t, h, devicesPageOf, func(t *testing.T, v *remotetest.Visit, p *Devices) {
		v.Shows(`id="enable-t"`, `id="device-new"`)
		v.Hides(`id="types"`)
		v.Spoken()
	})
}
