package admin

import (
	"context"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
	"hearth/shared/words"
)

// Record is one patient: what is known of them, who cares for them, and, for those who may, who they really are. The
// patient's real name is asked for only when somebody presses for it: such a reading stands in the trail.
type Record struct {
	app.Compo
	Env *frame.Env

	patient care.PatientID
	rec     api.Record
	tree    tree
	known   bool
	fault   error
	reading reading
	ward    ward
	code    handing
	why     why
	agreed  agreed
	safe    safe
	wires   wires
	who     *api.ContactCard // nil: not shown
	asking  bool             // for it
	dialog  *recordDialog    // nil: none
	done    string           // what was done last, for a screen reader

	run   errand
	focus func(id string)
	stops []func()
}

// OnMount reads the record the address names and follows its changes.
func (r *Record) OnMount(ctx app.Context) {
	r.run, r.focus = errands(ctx), focusing(ctx, r.Env)
	r.patient = recordOf(ctx.Page().URL().Path)
	r.ward = ward{env: r.Env, run: r.run, focus: r.focus, reload: r.read}
	r.parts()
	r.Env.LoadMe(ctx, func(ctx app.Context) {
		r.tree.load(r.Env, r.run, nil)
		r.read(ctx)
	})
	r.stops = append(r.stops,
		r.Env.Follow(ctx, func(app.Context, remote.View) {}),
		r.Env.Live.Listen(func(e live.Event) {
			if stirs(e) {
				ctx.Dispatch(r.read)
			}
		}))
}

// OnNav follows the address to another patient.
func (r *Record) OnNav(ctx app.Context) {
	if id := recordOf(ctx.Page().URL().Path); r.run != nil && id != "" && id != r.patient {
		r.patient, r.known, r.who, r.why, r.dialog, r.done = id, false, nil, why{}, nil, ""
		r.ward.circle, r.ward.dialog, r.ward.done = Circle{}, nil, ""
		r.parts()
		r.read(ctx)
	}
}

// parts begins the parts of the page anew, for whomever it is about.
func (r *Record) parts() {
	r.agreed = agreed{env: r.Env, run: r.run, focus: r.focus, patient: r.patient}
	r.wires = wires{env: r.Env, run: r.run, focus: r.focus}
	r.safe = safe{env: r.Env, run: r.run, focus: r.focus, patient: r.patient, reload: r.read, gone: func(app.Context) { r.known, r.fault = false, nil }}
}

// OnDismount ends what OnMount began.
func (r *Record) OnDismount() {
	for _, stop := range r.stops {
		stop()
	}
	r.stops = nil
}

// recordOf reads the patient out of the page's address; what is no identity is "".
func recordOf(path string) care.PatientID {
	id := care.PatientID(strings.Trim(strings.TrimPrefix(path, recordPage), "/"))
	if !care.ValidID(id) {
		return ""
	}
	return id
}

// read reads the record, and who could care for the patient.
func (r *Record) read(app.Context) {
	if !r.reading.begin() {
		return
	}
	id, project := r.patient, r.rec.Project
	r.run(func(ctx context.Context) func(app.Context) {
		rec, err := r.Env.API.GetRecord(ctx, id)
		var free api.List[api.Colleague]
		if err == nil && rec.Deleted == nil && (len(r.ward.circle.People) == 0 || rec.Project != project) {
			free, _ = r.Env.API.ListTherapists(ctx, rec.Project) // who may not assign has no button for it
		}
		return func(ctx app.Context) { r.took(ctx, id, rec, free.Items, err) }
	})
}

func (r *Record) took(ctx app.Context, id care.PatientID, rec api.Record, free []api.Colleague, err error) {
	again := r.reading.end()
	if r.Env.SignedOut(err) {
		return
	}
	if r.fault = err; err == nil && id == r.patient {
		r.put(rec)
		if free != nil {
			r.ward.circle.People = nil
			for _, t := range free {
				r.ward.circle.People = append(r.ward.circle.People, api.Person{ID: t.ID, Name: t.Name, Roles: []access.Role{access.Therapist}})
			}
		}
	}
	if again || id != r.patient {
		r.read(ctx)
	}
}

// put takes the record as the house answered; a record never goes back.
func (r *Record) put(rec api.Record) {
	if r.known && rec.Version < r.rec.Version {
		return
	}
	gone := rec.Deleted != nil && (!r.known || r.rec.Deleted == nil || r.safe.plan == nil)
	r.rec, r.known = rec, true
	if r.agreed.project, r.wires.person, r.agreed.patient, r.safe.patient = rec.Project, rec.Person, rec.ID, rec.ID; gone && r.may(access.ErasePatient) && r.safe.busy == "" {
		r.safe.look()
	}
	r.Env.Page.SetTitle(words.T("admin.patient") + " · " + words.T("app.name")) // no name where others see it in passing
	r.ward.name, r.ward.circle.Cares = rec.Name, nil
	for _, c := range rec.Care {
		r.ward.circle.Cares = append(r.ward.circle.Cares, api.Care{Patient: rec.ID, PatientName: rec.Name, Therapist: c.Therapist, TherapistName: c.Name, Signals: c.Signals})
	}
}

func (r *Record) place() care.Place { return care.Place{Site: r.rec.Site, Project: r.rec.Project} }

func (r *Record) may(action access.Action) bool { return r.Env.MayAt(action, r.place()) }

// show asks who the patient really is.
func (r *Record) show(app.Context) {
	if r.asking {
		return
	}
	r.asking = true
	id := r.patient
	r.run(func(ctx context.Context) func(app.Context) {
		card, err := r.Env.API.GetContact(ctx, id)
		return func(app.Context) {
			if r.asking = false; r.Env.SignedOut(err) || id != r.patient {
				return
			}
			if r.fault = err; err == nil {
				r.who = &card
				r.focus("contact")
			}
		}
	})
}

// change asks the house for a change of the record and closes the dialog, or says in it why not.
func (r *Record) change(d *recordDialog, done string, do func(context.Context) (api.Record, error)) {
	if d.busy {
		return
	}
	d.busy = true
	d.fresh()
	r.run(func(ctx context.Context) func(app.Context) {
		rec, err := do(ctx)
		return func(ctx app.Context) { r.changed(ctx, d, done, rec, err) }
	})
}

func (r *Record) changed(ctx app.Context, d *recordDialog, done string, rec api.Record, err error) {
	d.busy = false
	switch {
	case r.Env.SignedOut(err):
	case fault.Is(err, fault.Conflict) && fault.Of(err).Code == "changed-elsewhere":
		r.compare(d, err)
	case err != nil:
		d.wrong(recordField(err), err)
		r.focus(d.first())
	default:
		r.put(rec)
		r.done = words.T(done, "name", rec.Name)
		r.leave(ctx)
	}
}

// compare reads what somebody else made of the record and shows it beside what was written here.
func (r *Record) compare(d *recordDialog, late error) {
	id := r.patient
	r.run(func(ctx context.Context) func(app.Context) {
		now, err := r.Env.API.GetRecord(ctx, id)
		return func(app.Context) {
			if r.Env.SignedOut(err) {
				return
			}
			if err != nil {
				d.wrong("", late)
				return
			}
			d.clash = between(d.fields(r), valuesOf(d.base), valuesOf(now))
			if d.base = now; d.clash == nil {
				d.wrong("", late)
			}
			r.put(now)
			r.focus("theirs-all")
		}
	})
}

// leave closes the dialog, but not while the house is being asked.
func (r *Record) leave(app.Context) {
	if r.dialog == nil || r.dialog.busy {
		return
	}
	from := r.dialog.from
	r.dialog = nil
	r.focus(from)
}
