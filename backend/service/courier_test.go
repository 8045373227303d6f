package service_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"hearth/backend/jobs"
	"hearth/backend/service"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// one sends one thing and says where it stands then, and how long it waits.
func (w *world) one(t *testing.T) (care.Delivery, time.Duration) {
	t.Helper()
	d, err := w.store.TestWebhook(context.Background(), w.root, w.of.ID)
	if err != nil {
		t.Fatal(err)
	}
	w.look(w.nodes[0])
	for _, one := range w.deliveries(t) {
		if one.ID == d.ID {
			return one, one.Due.Sub(w.Now())
		}
	}
	t.Fatal("it is gone")
	return d, 0
}

func TestWhatAnAnswerMeans(t *testing.T) {
	w := mustWorld(t)
	for _, c := range []struct {
		what    string
		answer  func(http.ResponseWriter)
		state   care.DeliveryState
		failure string
		wait    time.Duration // from, at least
	}{
		{"taken", func(w http.ResponseWriter) { w.WriteHeader(201) }, care.DeliveryDelivered, "", 0},
		{"taken with a flood", func(w http.ResponseWriter) { w.Write([]byte(strings.Repeat("x", 4<<20))) }, care.DeliveryDelivered, "", 0},
		{"sent elsewhere", func(w http.ResponseWriter) { w.Header().Set("Location", "/again"); w.WriteHeader(307) }, care.DeliveryWaiting, "redirect", 30 * time.Second},
		{"not understood", func(w http.ResponseWriter) { w.WriteHeader(422) }, care.DeliveryWaiting, "status", 30 * time.Second},
		{"busy", func(w http.ResponseWriter) { w.Header().Set("Retry-After", "3600"); w.WriteHeader(429) }, care.DeliveryWaiting, "status", time.Hour},
		{"busy until then", func(rw http.ResponseWriter) {
			rw.Header().Set("Retry-After", w.Now().Add(2*time.Hour).Format(http.TimeFormat))
			rw.WriteHeader(503)
		}, care.DeliveryWaiting, "status", 2*time.Hour - time.Second},
		{"busy for ever", func(w http.ResponseWriter) { w.Header().Set("Retry-After", "999999999"); w.WriteHeader(503) }, care.DeliveryWaiting, "status", 12 * time.Hour},
		{"a header without end", func(w http.ResponseWriter) { w.Header().Set("X", strings.Repeat("x", 64<<10)); w.WriteHeader(200) }, care.DeliveryWaiting, "unreachable", 30 * time.Second},
		{"hung up", func(http.ResponseWriter) { panic(http.ErrAbortHandler) }, care.DeliveryWaiting, "unreachable", 30 * time.Second},
		{"gone", func(w http.ResponseWriter) { w.WriteHeader(410) }, care.DeliveryGivenUp, "status", 0},
	} {
		w.listen(t)
		w.to.answer = c.answer
		d, wait := w.one(t)
		if d.State != c.state || d.Failure != c.failure || d.Attempts != 1 || (c.wait > 0 && (wait < c.wait || wait > c.wait*5/4+time.Second)) {
			t.Errorf("%s: %+v, again in %s", c.what, d, wait)
		}
		if came, _, wrong := w.to.heard(); len(wrong) > 0 || came != 1 {
			t.Errorf("%s: %v, came %d times", c.what, wrong, came)
		}
		w.leave(t)
	}
}

// Who answers 410 is told nothing any more, not even what waited, until somebody switches the service on again.
func TestGone(t *testing.T) {
	w := mustWorld(t)
	w.listen(t)
	w.to.feel(410)
	w.happen(t)
	w.happen(t)
	w.look(w.nodes[0])
	w.happen(t)
	w.look(w.nodes[1])
	list := w.deliveries(t)
	came, _, _ := w.to.heard()
	if len(list) != 2 || came != 1 || list[0].State != care.DeliveryGivenUp || list[1].State != care.DeliveryGivenUp {
		t.Fatalf("came %d times: %+v", came, list)
	}
	if _, err := w.store.SendAgain(t.Context(), w.root, w.of.ID, list[0].ID); fault.Of(err).Code != "service.off" {
		t.Errorf("sent to who wants nothing: %v", err)
	}
	all, err := w.store.ListServices(t.Context(), w.root)
	if err != nil || !all[0].Quiet {
		t.Fatal(all, err)
	}
	if _, err := w.book.Switch(t.Context(), w.root, w.of.ID, all[0].Version, false); err != nil {
		t.Fatal(err)
	}
	w.to.feel(204)
	for range 2 { // twice is once more, under the same id
		if _, err := w.store.SendAgain(t.Context(), w.root, w.of.ID, list[0].ID); err != nil {
			t.Fatal(err)
		}
		w.look(w.nodes[0])
	}
	if _, good, _ := w.to.heard(); good["msg_"+string(list[0].ID)] != 2 {
		t.Errorf("sent again: %v", good)
	}
	if got := w.deliveries(t); got[0].State != care.DeliveryDelivered || got[0].Attempts != 1 {
		t.Errorf("afterwards: %+v", got[0])
	}
}

// A service that does not answer costs one attempt a hold, however much waits for it, and others are not kept waiting.
func TestOneHold(t *testing.T) {
	w := mustWorld(t)
	w.listen(t)
	dead := w.to
	dead.feel(503)
	for range 5 {
		w.happen(t)
	}
	w.look(w.nodes[0])
	w.look(w.nodes[1])
	if came, _, _ := dead.heard(); came != 1 {
		t.Errorf("a busy service was asked %d times", came)
	}
	w.listen(t)
	w.happen(t)
	w.look(w.nodes[0])
	if came, _, _ := w.to.heard(); came != 1 {
		t.Errorf("the other service heard %d", came)
	}
	w.advance(time.Minute)
	w.look(w.nodes[0])
	if came, _, _ := dead.heard(); came != 2 {
		t.Errorf("after the hold it was asked %d times", came)
	}
	dead.feel(204)
	for range 8 {
		w.advance(5 * time.Minute)
		w.look(w.nodes[0])
	}
	if _, good, _ := dead.heard(); len(good) != 6 {
		t.Errorf("well again it heard %d", len(good))
	}
}

// An address that is not on the open network is never dialled, whoever registered it.
func TestForbiddenAddress(t *testing.T) {
	w := mustWorld(t)
	w.listen(t)
	c := service.NewCourier(service.CourierConfig{Outbox: w.store, Ring: w.ring, Now: w.Now})
	d, err := w.store.TestWebhook(t.Context(), w.root, w.of.ID)
	if err != nil {
		t.Fatal(err)
	}
	list, err := w.store.TakeJobs(t.Context(), []jobs.Kind{service.WebhookJob}, w.Now(), time.Minute, 1)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	if again, err := c.Deliver(t.Context(), list[0]); err != nil || again.IsZero() {
		t.Fatal(again, err)
	}
	if came, _, _ := w.to.heard(); came != 0 {
		t.Errorf("it was dialled: %d", came)
	}
	if got := w.deliveries(t)[0]; got.ID != d.ID || got.Failure != "forbidden" {
		t.Errorf("%+v", got)
	}
}

// A manifest that asks for more must be agreed to again; one that does not need not.
func TestAgreeing(t *testing.T) {
	w := mustWorld(t)
	ctx := t.Context()
	text := func(name, scope string) []byte { return []byte(fmt.Sprintf(`{"name":%q,"scopes":[%q]}`, name, scope)) }
	if _, _, err := w.book.Register(ctx, w.root, care.TheHouse, text("Lab", "places.read"), ""); fault.Of(err).Code != "service.agree" {
		t.Errorf("granted without a look: %v", err)
	}
	m, digest, known, err := w.book.Preview(ctx, w.root, care.TheHouse, text("Lab", "places.read"))
	if err != nil || known != "" || m.Name != "Lab" {
		t.Fatal(m, known, err)
	}
	v, given, err := w.book.Register(ctx, w.root, care.TheHouse, text("Lab", "places.read"), digest)
	if err != nil || given.Client == "" || given.Webhook != "" {
		t.Fatal(given, err)
	}
	if _, _, known, _ := w.book.Preview(ctx, w.root, care.TheHouse, text("Lab", "patients.read")); known != digest {
		t.Error("a preview does not say what was agreed to")
	}
	if _, _, err := w.book.Replace(ctx, w.root, v.ID, v.Version, text("Lab", "patients.read"), digest); fault.Of(err).Code != "service.agree" {
		t.Errorf("another scope: %v", err)
	}
	v, given, err = w.book.Replace(ctx, w.root, v.ID, v.Version, text("Laboratory", "places.read"), "")
	if err != nil || v.Manifest.Name != "Laboratory" || given != (service.Credentials{}) {
		t.Fatalf("another name: %+v, %v", v, err)
	}
	_, more, _, _ := w.book.Preview(ctx, w.root, care.TheHouse, text("Laboratory", "patients.read"))
	if v, _, err = w.book.Replace(ctx, w.root, v.ID, v.Version, text("Laboratory", "patients.read"), more); err != nil || v.Agreed != more {
		t.Errorf("agreed: %+v, %v", v, err)
	}
	if _, _, err := w.book.Replace(ctx, w.root, v.ID, v.Version-1, text("Laboratory", "patients.read"), more); !fault.Is(err, fault.Conflict) {
		t.Errorf("an old version: %v", err)
	}
}

// What waits for who never answers is given up after days, however much it is; sent again, it has its days anew.
func TestOldIsGivenUp(t *testing.T) {
	w := mustWorld(t)
	w.listen(t)
	w.to.feel(503)
	for range 60 {
		w.happen(t)
	}
	for range 6 * 24 {
		w.look(w.nodes[0])
		w.advance(time.Hour)
	}
	old := 0
	list := w.deliveries(t)
	for _, d := range list {
		if d.State == care.DeliveryWaiting {
			t.Fatalf("after six days it waits still: %+v", d)
		}
		if d.Failure == "old" {
			old++
		}
	}
	if old < 30 {
		t.Errorf("%d are given up for their age", old)
	}
	again, err := w.store.SendAgain(t.Context(), w.root, w.of.ID, list[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	where := func() care.Delivery {
		for _, d := range w.deliveries(t) {
			if d.ID == again.ID {
				return d
			}
		}
		return care.Delivery{}
	}
	w.look(w.nodes[0])
	for range 5 { // the others of its service hold it up
		w.happen(t)
		w.advance(10 * time.Minute)
		w.look(w.nodes[0])
	}
	if d := where(); d.State != care.DeliveryWaiting {
		t.Errorf("sent again it is %+v", d)
	}
	w.to.feel(204)
	for range 3 {
		w.advance(15 * time.Minute)
		w.look(w.nodes[0])
	}
	if d := where(); d.State != care.DeliveryDelivered {
		t.Errorf("sent again it is %+v", d)
	}
}
