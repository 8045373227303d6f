package e2e

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"hearth/e2e/stage"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
)

// ears is a service that writes captions, with the token it was given.
type ears struct {
	t      *testing.T
	id     care.ServiceID
	http   *stage.Caller
	bearer string
}

// mustEars registers it for the visit's project.
func (v *visit) mustEars() *ears {
	v.t.Helper()
	alex := v.house.Resident(v.t, "alex")
	manifest, _ := json.Marshal(care.Manifest{Name: "Good ears", Scopes: []access.ServiceScope{access.CaptionsWrite}})
	body := api.ManifestBody{Site: alex.Me().Site, Project: v.is.Project, Manifest: string(manifest)}
	var preview api.ServicePreview
	alex.Do(api.PreviewService, nil, body, &preview)
	body.Agreed = preview.Digest
	var made api.ServiceMade
	alex.Do(api.CreateService, nil, body, &made)
	e := &ears{t: v.t, id: made.Service.ID, http: v.house.Stranger(v.t)}
	res, got := e.http.Send("POST", "/oauth/token", strings.NewReader(url.Values{"grant_type": {"client_credentials"}, "client_id": {string(e.id)}, "client_secret": {made.ClientSecret}}.Encode()),
		"Content-Type", "application/x-www-form-urlencoded")
	var token struct {
		Token string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(got), &token); err != nil || res.StatusCode != http.StatusOK {
		v.t.Fatalf("a token: %d %v", res.StatusCode, err)
	}
	e.bearer = "Bearer " + token.Token
	return e
}

// says pushes a caption and returns the status.
func (e *ears) says(visit care.VisitID, c api.CaptionBody) int {
	e.t.Helper()
	body, err := json.Marshal(c)
	if err != nil {
		e.t.Fatal(err)
	}
	res, _ := e.http.Send("POST", strings.Replace(api.PushCaption.Path, "{visit}", string(visit), 1), strings.NewReader(string(body)), "Authorization", e.bearer, "Content-Type", "application/json")
	return res.StatusCode
}

// A service that the project permits posts a caption; patient and therapist read whose words a machine wrote down; the therapist
// stops it, and lets it go on; and nothing of it is kept.
func TestCaptionsOfAService(t *testing.T) {
	t.Parallel()
	v := begin(t, stage.Open(t), 0)
	desk, phone := stage.Browse(t, "captions-desk"), stage.Browse(t, "captions-phone")
	desk.Follows = "#visit"
	desk.ComeIn(v.house.Links().Therapist, "/therapist/visit/"+string(v.is.ID))
	desk.UntilData("#visit", "step", "in")
	v.knock(phone, 0)
	on(phone, "waiting")
	v.until(0, care.WaitingRoom)
	desk.Click("#knock-in")
	on(phone, "in-call")
	phone.UntilData("#tile-1", "state", "here")
	e := v.mustEars()
	line := api.CaptionBody{Text: "Buenos días, doctora", Language: "es", Speaker: care.Speaker{Guest: v.guest(0).ID}}
	if got := e.says(v.is.ID, line); got != http.StatusNotFound {
		t.Errorf("where the project permits nothing: %d", got)
	}
	alex := v.house.Resident(t, "alex")
	var set api.Visiting
	at := []string{"{project}", string(v.is.Project)}
	alex.Get(strings.NewReplacer(at...).Replace(api.GetVisiting.Path), &set)
	set.Captions = true
	alex.Do(api.PutVisiting, at, set, nil)
	if got := e.says(care.NewID[care.VisitID](), line); got != http.StatusNotFound {
		t.Errorf("a visit of nobody: %d", got)
	}
	if got := e.says(v.is.ID, api.CaptionBody{Text: strings.Repeat("ñ", 300)}); got < 400 || got > 499 {
		t.Errorf("a long line: %d", got)
	}
	say := func() {
		t.Helper()
		if got := e.says(v.is.ID, line); got >= 300 {
			t.Fatalf("a caption: %d", got)
		}
	}
	say()
	phone.UntilText("#caption", "Buenos días, doctora")
	desk.UntilText("#caption", "Written by a machine: Good ears")
	say()
	phone.UntilText("#caption", "Written by a machine: Good ears")
	if stage.Eval[string](phone, `document.querySelector("#caption [lang]").lang`) != "es" || stage.Eval[bool](phone, `!!document.querySelector("#caption-off")`) {
		t.Error("the guest reads another language, or may stop the service")
	}
	phone.Picture("captions-guest")
	say()
	desk.UntilText("#caption", "Wren-23")
	desk.Picture("captions-staff")
	desk.Accessible("light", "dark")
	stop, quiet := make(chan struct{}), make(chan struct{})
	go func() { // who speaks goes on while somebody presses: a caption lasts eight seconds
		defer close(quiet)
		for tick := time.Tick(3 * time.Second); ; {
			e.says(v.is.ID, line)
			select {
			case <-stop:
				return
			case <-tick:
			}
		}
	}()
	desk.Click("#caption-off")
	close(stop)
	<-quiet
	desk.Click("#call-more")
	desk.Click("#more-people")
	desk.UntilData("#captioner-"+string(e.id), "stopped", "true")
	if got := e.says(v.is.ID, line); got != http.StatusConflict {
		t.Errorf("after staff stopped it: %d", got)
	}
	desk.Picture("captions-stopped")
	desk.Click("#captioner-" + string(e.id) + "-stop")
	desk.Until(`!document.querySelector("#captioner-` + string(e.id) + `").dataset.stopped || document.querySelector("#captioner-` + string(e.id) + `").dataset.stopped === "false"`)
	line.Text = "Hasta luego"
	say()
	phone.UntilText("#caption", "Hasta luego")
	var kept api.List[api.Line]
	v.mira.Get(strings.NewReplacer("{visit}", string(v.is.ID)).Replace(api.ReadChat.Path), &kept)
	if len(kept.Items) != 0 {
		t.Errorf("the house kept %+v", kept.Items)
	}
	var trail api.List[api.TrailEntry]
	alex.Get(api.ListTrail.Path+"?action=push-caption", &trail)
	written := slices.DeleteFunc(trail.Items, func(e api.TrailEntry) bool { return e.Action != api.PushCaption.ID }) // refusals stand there too
	if len(written) != 1 || written[0].PersonName != "Good ears" || written[0].Patient != v.is.Patient {
		t.Errorf("the trail says %+v", trail.Items)
	}
	refused := 0
	for end := time.Now().Add(stage.Patience); refused == 0 && time.Now().Before(end); {
		if e.says(v.is.ID, line) == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused == 0 {
		t.Error("a flood is shown whole")
	}
}
