package admin

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// safe is what protects a patient's data: everything as one archive, holding, and erasing with its proof. It is a part of the
// page of their record.
type safe struct {
	env     *frame.Env
	run     errand
	focus   func(id string)
	reload  func(app.Context) // reads the record again
	gone    func(app.Context) // the patient is erased: there is no record any more
	patient care.PatientID

	plan   *api.Erasure // as last read; nil: not read
	busy   string       // what is under way: "export", "plan", "hold", "erase", "cancel"
	fault  error
	done   string
	dialog *safeDialog  // nil: none
	proof  *api.Erasure // of the erasure that was just done
}

// safeDialog is what stands in front of the record.
type safeDialog struct {
	form
	erasing bool           // else saving everything
	counts  map[string]int // what it is about, by kind
	saved   []api.TrailEntry
	known   bool // whether saved was read
	reason  string
	now     bool
	sure    bool
	from    string
}

// do asks the house for something and shows what went wrong, if anything.
func (s *safe) do(what string, ask func(context.Context) (func(app.Context), error)) {
	if s.busy != "" {
		return
	}
	s.busy, s.fault, s.done = what, nil, ""
	patient := s.patient
	s.run(func(ctx context.Context) func(app.Context) {
		then, err := ask(ctx)
		return func(ctx app.Context) {
			if s.busy = ""; s.env.SignedOut(err) || patient != s.patient {
				return
			}
			if s.fault = err; err == nil {
				then(ctx)
			} else if s.dialog != nil {
				s.dialog.wrong("", err)
			}
		}
	})
}

// export counts what an archive would hold, which needs a fresh proof, as saving it does then, and asks who saved one before.
func (s *safe) export(reads bool) func(app.Context) {
	return func(app.Context) {
		s.do("export", func(ctx context.Context) (func(app.Context), error) {
			counts, err := s.env.API.PlanExport(ctx, s.patient)
			d := &safeDialog{counts: counts.Counts, from: "export", known: reads}
			if err == nil && reads {
				if list, err := s.env.API.ListTrail(ctx, api.TrailFilter{Patient: s.patient, Action: api.PatientFile.ID}, ""); err == nil {
					d.saved = list.Items[:min(len(list.Items), 5)]
				}
			}
			return func(app.Context) { s.dialog = d }, err
		})
	}
}

// save has the browser save the archive; it shows by itself how far that is. The dialog may have stood for long, so the house
// is asked first whether the proof still holds: what a browser follows cannot ask for one.
func (s *safe) save(app.Context) {
	s.do("export", func(ctx context.Context) (func(app.Context), error) {
		_, err := s.env.API.PlanExport(ctx, s.patient)
		return func(ctx app.Context) {
			s.env.Page.Go(s.env.API.PatientFile(s.patient))
			s.done = words.T("safe.saving")
			s.leave(ctx)
		}, err
	})
}

// erase asks what erasing would delete, before anything is asked for.
func (s *safe) erase(app.Context) {
	s.do("plan", func(ctx context.Context) (func(app.Context), error) {
		plan, err := s.env.API.PlanErasure(ctx, s.patient)
		return func(app.Context) {
			s.plan = &plan
			s.dialog = &safeDialog{erasing: true, counts: plan.Counts, reason: care.ErasureReasons()[0], from: "erase"}
		}, err
	})
}

// look reads what is planned for a patient who is deleted.
func (s *safe) look() {
	s.do("plan", func(ctx context.Context) (func(app.Context), error) {
		plan, err := s.env.API.PlanErasure(ctx, s.patient)
		return func(app.Context) { s.plan = &plan }, err
	})
}

// ask asks for the erasure.
func (s *safe) ask(app.Context) {
	d := s.dialog
	if d == nil || !d.sure {
		return
	}
	d.fresh()
	body := api.AskErasureBody{Reason: d.reason, Now: d.now}
	s.do("erase", func(ctx context.Context) (func(app.Context), error) {
		e, err := s.env.API.AskErasure(ctx, s.patient, body)
		return func(ctx app.Context) {
			s.dialog = nil
			if s.plan = &e; e.State == care.ErasureDone {
				s.proof = &e
				s.gone(ctx)
				s.focus("proof")
				return
			}
			s.done = words.T("safe.waits", "day", moment(e.Due))
			s.reload(ctx)
			s.focus("erasure-cancel")
		}, err
	})
}

// cancel calls an erasure off and brings the patient back.
func (s *safe) cancel(app.Context) {
	s.do("cancel", func(ctx context.Context) (func(app.Context), error) {
		_, err := s.env.API.CancelErasure(ctx, s.patient)
		return func(ctx app.Context) {
			s.plan, s.done = nil, words.T("safe.cancelled")
			s.reload(ctx)
		}, err
	})
}

// hold keeps the patient from being forgotten, or lets them go.
func (s *safe) hold(_ app.Context, on bool) {
	s.do("hold", func(ctx context.Context) (func(app.Context), error) {
		plan, err := s.env.API.HoldPatient(ctx, s.patient, on)
		return func(ctx app.Context) {
			s.plan = &plan
			s.reload(ctx)
		}, err
	})
}

// leave closes the dialog, but not while the house is being asked.
func (s *safe) leave(app.Context) {
	if s.dialog == nil || s.busy != "" {
		return
	}
	from := s.dialog.from
	s.dialog = nil
	s.focus(from)
}

// keep gives the proof of an erasure as a file. It holds nothing about the patient but the id nothing else knows.
func (s *safe) keep(app.Context) { keepProof(s.env, *s.proof) }

func keepProof(env *frame.Env, e api.Erasure) {
	text, err := json.MarshalIndent(e, "", " ")
	if err != nil || env.Files == nil {
		return
	}
	day := env.Now()
	if e.Done != nil {
		day = *e.Done
	}
	env.Files.Save("erasure-"+day.UTC().Format(time.DateOnly)+".json", "application/json", append(text, '\n'))
}

// kinds are what there is of a patient, by the words for them.
func kinds(counts map[string]int) (list [][2]string) {
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		list = append(list, [2]string{words.T("safe.kind." + kind), grouped(counts[kind])})
	}
	return list
}

// protects reports whether there is anything of this part for the reader.
func (r *Record) protects() bool { return r.may(access.ExportPatient) || r.may(access.ErasePatient) }
