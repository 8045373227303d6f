package admin

import (
	"encoding/json"
	"testing"
	"time"

	"hearth/app/frame"
	"hearth/app/remote/remotetest"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
)

func TestHowLongIsSaidPerPlace(t *testing.T) {
	h := thousands(1, access.Administrator)
	var said []api.Retention
	h.Answer(api.ListRetention, func(remotetest.Asked) (any, error) { return api.List[api.Retention]{Items: said}, nil })
	h.Answer(api.ListErasures, func(remotetest.Asked) (any, error) {
		done := time.Now()
		return api.List[api.Erasure]{Items: []api.Erasure{{ID: "a", State: care.ErasureDone, Done: &done, Reason: "request", Proof: "4f4f", Counts: map[string]int{"labels": 7}},
			{ID: "b", State: care.ErasureWaiting, Reason: "consent", Patient: wren}, {ID: "c", State: care.ErasureCancelled, Reason: "mistake"}}}, nil
	})
	h.Answer(api.PutRetention, func(a remotetest.Asked) (any, error) {
		var b api.Retention
		must(json.Unmarshal(a.Body, &b))
		b.Version++
		said = []api.Retention{b}
		return b, nil
	})
	due := 2
	h.Answer(api.PreviewRetention, func(remotetest.Asked) (any, error) { return api.RetentionPreview{Patients: due}, nil })
	portal(t, h, func(e *frame.Env) *Kept { return &Kept{Env: e} }, func(t *testing.T, v *remotetest.Visit, k *Kept) {
		v.Shows("deleted patients 90 days", "an erasure waits 7 days", "the trail 10 years", "4f4f", "7 things were deleted", "called off", "waits")
		v.Spoken()
		v.Act(k.ask(k.spots()[0].Value, "kept-new"))
		v.Shows(`id="kept-deleted"`)
		v.Spoken()
		k.dialog.deleted = "many"
		v.Act(k.save)
		v.Shows("Please give whole numbers")
		k.dialog.deleted, k.dialog.wait = "20", ""
		v.Act(k.save)
		v.Shows("<dialog", "2 deleted patients have been kept that long already")
		v.Spoken()
		if due = 0; said != nil {
			t.Errorf("said %+v before it was meant", said)
		}
		k.dialog.deleted = "30"
		v.Act(k.save)
		v.Hides("<dialog")
		v.Shows("deleted patients 30 days")
		if said[0].WaitDays != 0 || said[0].Site == "" {
			t.Errorf("said %+v", said)
		}
		v.Act(k.ask(spotName(said[0]), "x"))
		if k.dialog.deleted != "30" || k.dialog.version != 1 {
			t.Errorf("it begins with %+v", k.dialog)
		}
	})
}
