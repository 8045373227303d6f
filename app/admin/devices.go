package admin

import (
	"context"
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// Devices are the tablets, straps, robots and kits of the reader's projects: those that wait to be let in first, who has
// which, and who had it. A kit goes to a patient and comes back with everything in it.
type Devices struct {
	app.Compo
	desk
	Env *frame.Env

	tree    tree
	list    []api.Device
	types   []api.DeviceType
	refused error // of a change

	text, project, kind, state string // what the list is narrowed to

	dialog  *deviceDialog // nil: none
	done    string
	undo    *api.Device // deleted a moment ago
	telling string      // the device the house is being told about
}

// OnMount reads the places, the types and the devices.
func (p *Devices) OnMount(ctx app.Context) {
	p.open(ctx, p.Env, words.T("devices.title"), func(ctx app.Context) {
		p.tree.load(p.Env, p.run, nil)
		p.read(ctx)
	})
}

// mostParts bounds how many parts of 200 are read.
const mostParts = 25

// read reads every device there is: a house has hundreds, so they are sorted and searched here.
func (p *Devices) read(app.Context) {
	ask := func(ctx context.Context) (all stock, err error) {
		if all.devices, err = p.everything(ctx); err == nil {
			all.types, all.missing = p.Env.API.ListDeviceTypes(ctx)
		}
		return all, err
	}
	reads(&p.desk, p.Env, ask, func(all stock) {
		if p.list, p.known = all.devices, true; all.missing == nil {
			p.types = all.types.Items
		}
		p.clashed()
	}, p.read)
}

// stock is every device there is, and the types of devices as far as they could be read.
type stock struct {
	devices []api.Device
	types   api.List[api.DeviceType]
	missing error
}

func (p *Devices) everything(ctx context.Context) (all []api.Device, err error) {
	for cursor, n := "", 0; n < mostParts; n++ {
		got, err := p.Env.API.ListDevices(ctx, "", cursor)
		if err != nil {
			return nil, err
		}
		all = append(all, got.Items...)
		if cursor = got.Next; cursor == "" {
			break
		}
	}
	return all, nil
}

// deviceState is where a device stands, deleted ones too.
func deviceState(d api.Device) string {
	if d.Deleted != nil {
		return "deleted"
	}
	return string(d.State)
}

// shown are the devices the list is narrowed to, those that wait first, then by name.
func (p *Devices) shown() (some []api.Device) {
	text := strings.ToLower(strings.TrimSpace(p.text))
	for _, d := range p.list {
		state := deviceState(d)
		fits := (p.state == state || p.state == "" && state != "deleted") && (p.project == "" || string(d.Project) == p.project) && (p.kind == "" || string(d.Kind) == p.kind)
		if fits && strings.Contains(strings.ToLower(d.Name+" "+d.Serial+" "+d.Model+" "+d.PatientName), text) {
			some = append(some, d)
		}
	}
	waits := func(d api.Device) int {
		if deviceState(d) == string(care.DeviceWaiting) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(some, func(a, b api.Device) int { return waits(a) - waits(b) })
	return some
}

func (p *Devices) narrowed() bool {
	return p.text != "" || p.project != "" || p.kind != "" || p.state != ""
}

func (p *Devices) clear(app.Context) {
	p.text, p.project, p.kind, p.state = "", "", "", ""
	kit.Clear("search")
	p.focus("search")
}

// device finds one as it was read last.
func (p *Devices) device(id care.DeviceID) (api.Device, bool) {
	i := slices.IndexFunc(p.list, func(d api.Device) bool { return d.ID == id })
	if i < 0 {
		return api.Device{}, false
	}
	return p.list[i], true
}

// mayWrite reports whether the reader may change devices of a project.
func (p *Devices) mayWrite(project care.ProjectID) bool {
	for _, j := range p.tree.Projects {
		if j.ID == project {
			return p.Env.MayAt(access.WriteDevices, care.Place{Site: j.Site, Project: j.ID})
		}
	}
	return false
}

func (p *Devices) mayWriteAny() bool { return p.Env.May(access.WriteDevices) }

// typeName is a type's name in the reader's language, or in any.
func typeName(t api.DeviceType) string {
	return care.DeviceType{Names: t.Names}.Name(words.Current().Language)
}

// what says of what type a device is: its type's name, or its kind's.
func (p *Devices) what(d api.Device) string {
	for _, t := range p.types {
		if t.ID == d.Type {
			return typeName(t)
		}
	}
	return words.T("device.kind." + string(d.Kind))
}

// bodyOf is a device as it is, to be put with something changed.
func bodyOf(d api.Device) api.PutDeviceBody {
	return api.PutDeviceBody{Project: d.Project, Kind: d.Kind, Type: d.Type, Model: d.Model, Name: d.Name, Serial: d.Serial, State: d.State,
		Patient: d.Patient, Within: d.Within, Note: d.Note, Version: d.Version}
}

// tell tells the house of a change of one device and reads anew; from is where the keyboard goes afterwards.
func (p *Devices) tell(d api.Device, done, from string, ask func(context.Context) (api.Device, error)) {
	if p.telling != "" {
		return
	}
	p.telling, p.done, p.undo, p.refused = string(d.ID), "", nil, nil
	p.run(func(ctx context.Context) func(app.Context) {
		_, err := ask(ctx)
		return func(ctx app.Context) {
			if p.telling = ""; p.Env.SignedOut(err) {
				return
			}
			p.read(ctx)
			if p.refused = err; err != nil {
				return
			}
			p.done = words.T(done, "name", d.Name)
			p.focus(from)
		}
	})
}

// turn enables or disables a device.
func (p *Devices) turn(d api.Device, to care.DeviceState, from string) func(app.Context) {
	return func(app.Context) {
		body := bodyOf(d)
		body.State = to
		p.tell(d, "devices.done."+string(to), from, func(ctx context.Context) (api.Device, error) {
			return p.Env.API.ChangeDevice(ctx, api.PutDevice, d.ID, body)
		})
	}
}

// takeBack takes a device back, of a kit with everything in it.
func (p *Devices) takeBack(d api.Device, from string) func(app.Context) {
	return func(app.Context) {
		p.tell(d, "devices.done.returned", from, func(ctx context.Context) (api.Device, error) { return p.Env.API.ReturnDevice(ctx, d.ID, d.Version) })
	}
}

// restore brings a device back.
func (p *Devices) restore(d api.Device) func(app.Context) {
	return func(app.Context) {
		p.tell(d, "admin.restored", "open-"+string(d.ID), func(ctx context.Context) (api.Device, error) {
			return p.Env.API.ChangeDevice(ctx, api.RestoreDevice, d.ID, api.VersionBody{Version: d.Version})
		})
	}
}
