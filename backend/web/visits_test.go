package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"hearth/shared/api"
	"hearth/shared/care"
)

// visitBodies are sound bodies for operations about visits.
func visitBodies() map[string]string {
	const guest = `{"id":"bbbbbbbbbbbbbbbbbbbbbbbbbb","as":"patient"}`
	return map[string]string{
		api.BookVisit.ID:  `{"id":"aaaaaaaaaaaaaaaaaaaaaaaaaa","project":"aaaaaaaaaaaaaaaaaaaaaaaaaa","patient":"aaaaaaaaaaaaaaaaaaaaaaaaaa","kind":"therapy","now":true,"minutes":30,"guests":[` + guest + `]}`,
		api.PatchVisit.ID: `{"version":1,"minutes":45}`, api.CancelVisit.ID: `{"version":1}`, api.EndVisit.ID: `{"seconds":5}`,
		api.HandVisit.ID: `{"version":1,"person":"aaaaaaaaaaaaaaaaaaaaaaaaaa"}`, api.LateVisit.ID: `{"minutes":5}`, api.PutOutcome.ID: `{"outcome":"held"}`,
		api.AddGuest.ID: guest, api.PatchGuest.ID: `{"version":1,"name":"Mother"}`, api.DenyGuest.ID: `{"reason":"later"}`, api.AdmitNext.ID: `{}`,
		api.TellGuest.ID: `{"id":"bbbbbbbbbbbbbbbbbbbbbbbbbb","text":"soon"}`, api.PutVisitNotes.ID: `{"parts":[{"key":"said","text":"x"}],"version":0}`,
		api.PutVisiting.ID: `{"zone":"Europe/Berlin","dropIn":false,"hours":[],"notes":[],"survey":true,"reminders":true,"naming":"role","version":0}`,
		api.PushCaption.ID: `{"text":"hello"}`, api.StopCaptions.ID: `{"stopped":true}`,
		api.StepAttendance.ID: `{"act":"wait"}`, api.AddLine.ID: `{"id":"bbbbbbbbbbbbbbbbbbbbbbbbbb","text":"hello"}`,
		api.ReportMinutes.ID: `{"minutes":[{"at":29000000,"quality":4,"sound":60,"picture":60}]}`, api.AnswerVisit.ID: `{"stars":5}`,
	}
}

// soon is a visit of Wren's with Mira, booked by whoever asks.
func (c clinic) soon(t *testing.T) api.BookVisitBody {
	t.Helper()
	record := mustDo[api.Record](c.admin, "GET", of(api.GetRecord, c.patients["Wren-23"]), nil)
	return api.BookVisitBody{ID: care.NewID[care.VisitID](), Project: record.Project, Patient: record.ID, Kind: care.Therapy,
		Local: time.Now().UTC().Add(20 * time.Minute).Format(care.LocalLayout), Zone: "UTC", Minutes: 30,
		Guests: []api.NewGuest{{ID: care.NewID[care.GuestID](), As: care.AsPatient}}}
}

func atVisit(op api.Operation, v api.Visit) string {
	path := strings.ReplaceAll(op.Path, "{visit}", string(v.ID))
	if len(v.Guests) > 0 {
		path = strings.ReplaceAll(path, "{guest}", string(v.Guests[0].ID))
	}
	return path
}

// Of two who edit one visit the second is told in words, with what it is now.
func TestTwoEditOneVisit(t *testing.T) {
	c := mustClinic(t)
	body := c.soon(t)
	v := mustDo[api.Visit](c.mira, "POST", api.BookVisit.Path, body)
	if again := mustDo[api.Visit](c.mira, "POST", api.BookVisit.Path, body); again.ID != v.ID || again.Version != 1 || len(again.Guests) != 1 || v.HostName != "Mira Solano" {
		t.Errorf("booked twice: %+v, %+v", v, again)
	}
	if got := mustDo[api.Visit](c.admin, "PATCH", atVisit(api.PatchVisit, v), api.PatchVisitBody{Version: 1, Minutes: new(45)}); got.Version != 2 || got.Minutes != 45 || got.Told != 1 {
		t.Errorf("changed: %+v", got)
	}
	for status, header := range map[int][]string{http.StatusConflict: nil, http.StatusPreconditionFailed: {"If-Match", `"1"`}} {
		res, got := c.mira.ask("PATCH", atVisit(api.PatchVisit, v), `{"version":1,"minutes":60}`, header...)
		var p struct {
			Detail string    `json:"detail"`
			Now    api.Visit `json:"now"`
		}
		if err := json.Unmarshal([]byte(got), &p); err != nil || res.StatusCode != status || p.Now.Minutes != 45 || len(p.Detail) < 20 {
			t.Errorf("too late: %d %s %v", res.StatusCode, got, err)
		}
	}
}

// mustCall comes by the project's public link, as somebody nobody knows.
func (c clinic) mustCall(t *testing.T, project care.ProjectID) *visitor {
	t.Helper()
	set := mustDo[api.Visiting](c.admin, "GET", strings.ReplaceAll(api.GetVisiting.Path, "{project}", string(project)), nil)
	set.DropIn = true
	for day := time.Sunday; day <= time.Saturday; day++ {
		set.Hours = append(set.Hours, care.Opening{Day: day, From: "00:00", Until: "24:00"})
	}
	mustDo[api.Visiting](c.admin, "PUT", strings.ReplaceAll(api.PutVisiting.Path, "{project}", string(project)), set)
	v := stranger(t, c.House)
	res, body := v.ask("POST", api.DropInPage+string(project), url.Values{"name": {`Kim "K" <&> שלום`}}.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	if res.StatusCode >= 400 {
		t.Fatalf("a caller: %d %s", res.StatusCode, body)
	}
	for _, cookie := range res.Cookies() {
		if slot, is := strings.CutPrefix(strings.TrimPrefix(cookie.Name, "__Host-"), "hearth-"); is {
			v.slot = slot
		}
	}
	return v
}

// A caller waits, is written to, let in, writes, reports and says how it was; everybody reads what is theirs to read.
func TestACallerThroughTheInterface(t *testing.T) {
	c := mustClinic(t)
	project := c.soon(t).Project
	kim := c.mustCall(t, project)
	own := mustDo[api.List[api.Attendance]](kim, "GET", api.ListAttendance.Path, nil).Items
	if len(own) != 1 || own[0].VisitIs != care.Booked || own[0].State != care.Arrived || own[0].As != care.AsCaller {
		t.Fatalf("Kim sees %+v", own)
	}
	queue := mustDo[api.List[api.Queued]](c.mira, "GET", api.GetQueue.Path, nil).Items
	if len(queue) != 1 || queue[0].Name != `Kim "K" <&> שלום` || queue[0].Waiting == nil || queue[0].Host != "" {
		t.Fatalf("the queue: %+v", queue)
	}
	v := api.Visit{ID: queue[0].Visit, Guests: []api.Guest{queue[0].Guest}}
	for _, op := range []api.Operation{api.GetVisit, api.AdmitGuest, api.VisitReport, api.GetVisitNotes, api.EndVisit, api.TellGuest} {
		res, got := kim.ask(op.Method, atVisit(op, v), bodies()[op.ID])
		kim.wantProblem("a guest asks "+op.ID, res, got, http.StatusNotFound, "request.not-found")
	}
	attend := func(op api.Operation) string { return atVisit(op, v) }
	mustDo[api.Line](c.mira, "POST", attend(api.TellGuest), api.LineBody{ID: care.NewID[care.LineID](), Text: "Two minutes, please"})
	mustDo[api.Attendance](kim, "POST", attend(api.StepAttendance), api.StepBody{Act: care.Check, Ready: &care.Readiness{Camera: care.Forbidden, Mic: care.WorksWell}})
	if got := mustDo[api.List[api.Line]](kim, "GET", attend(api.ListLines), nil).Items; len(got) != 1 || got[0].Door != v.Guests[0].ID || got[0].Mine {
		t.Errorf("Kim reads %+v", got)
	}
	in := mustDo[api.Admitted](c.mira, "POST", api.AdmitNext.Path, api.AdmitNextBody{Project: project})
	if in.Visit == nil || in.Visit.HostName != "Mira Solano" || in.Guest.State != care.Admitted || in.Guest.Ready.Camera != care.Forbidden {
		t.Fatalf("let in: %+v", in)
	}
	if none := mustDo[api.Admitted](c.mira, "POST", api.AdmitNext.Path, api.AdmitNextBody{}); none.Visit != nil {
		t.Errorf("let in of nobody: %+v", none)
	}
	mustDo[api.Line](kim, "POST", attend(api.AddLine), api.LineBody{ID: care.NewID[care.LineID](), Text: "Hello"})
	kim.ask("POST", attend(api.ReportMinutes), `{"minutes":[{"at":`+strconv.FormatInt(time.Now().Unix()/60, 10)+`,"quality":3,"sound":60,"picture":0}]}`)
	notes := mustDo[api.VisitNotes](c.mira, "GET", attend(api.GetVisitNotes), nil)
	if len(notes.Parts) != len(care.DefaultNotes()) || notes.Version != 0 {
		t.Errorf("notes begin with %+v", notes)
	}
	notes.Parts[0].Text = "well"
	mustDo[api.VisitNotes](c.mira, "PUT", attend(api.PutVisitNotes), api.PutVisitNotesBody{Parts: notes.Parts})
	for _, op := range []api.Operation{api.GetVisitNotes, api.ReadChat, api.PutVisitNotes} {
		res, got := c.admin.ask(op.Method, attend(op), bodies()[op.ID])
		c.admin.wantProblem("an administrator asks "+op.ID, res, got, http.StatusNotFound, "")
	}
	if over := mustDo[api.Visit](c.mira, "POST", attend(api.EndVisit), api.EndVisitBody{}); over.State != care.Ended || over.Outcome != care.Held {
		t.Errorf("over: %+v", over)
	}
	for status, what := range []int{http.StatusOK, http.StatusConflict} {
		if res, got := kim.ask("PUT", attend(api.AnswerVisit), `{"stars":5,"wrong":["sound"]}`); res.StatusCode/100 != what/100 {
			t.Errorf("answer %d: %d %s", status, res.StatusCode, got)
		}
	}
	report := mustDo[api.Report](c.mira, "GET", attend(api.VisitReport), nil)
	if len(report.Minutes) != 1 || len(report.Answers) != 1 || report.Answers[0].Stars != 5 || len(report.Events) < 5 {
		t.Errorf("the report: %+v", report)
	}
}
