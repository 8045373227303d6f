package web_test

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
)

// bodies are sound bodies for operations that take one.
func bodies() map[string]string {
	label := care.NewID[care.LabelID]()
	all := map[string]string{
		api.PatchMe.ID:         `{}`,
		api.ChangePassword.ID:  `{"old":"a","new":"b"}`,
		api.PutSignIn.ID:       `{"secondStep":false}`,
		api.ProvePasskey.ID:    `{"credential":"{}"}`,
		api.Prove.ID:           `{"password":"a"}`,
		api.CreatePerson.ID:    `{"name":"A","login":"abc","roles":["patient"]}`,
		api.PatchPerson.ID:     `{"version":1}`,
		api.PutCare.ID:         `{"signals":["ecg"]}`,
		api.PutLimits.ID:       `{"heartLow":40,"heartHigh":180,"leadOff":15,"version":0}`,
		api.PutLabel.ID:        `{"id":"` + string(label) + `","at":1,"kind":"note","text":"x","version":0}`,
		api.PutBaseline.ID:     `{"start":1,"end":2,"measures":{"hr":{"Median":60,"Spread":1,"Count":3}},"version":0}`,
		api.CreateHospital.ID:  `{"site":"aaaaaaaaaaaaaaaaaaaaaaaaaa","name":"North","issuer":"https://id.example","client":"hearth","claim":"groups","rules":[]}`,
		api.PutHospital.ID:     `{"site":"aaaaaaaaaaaaaaaaaaaaaaaaaa","name":"North","issuer":"https://id.example","client":"hearth","claim":"groups","rules":[],"version":1}`,
		api.DeleteHospital.ID:  `{"version":1}`,
		api.CreateSite.ID:      `{"name":"North","project":"Therapy"}`,
		api.PatchSite.ID:       `{"version":1,"name":"North"}`,
		api.DeleteSite.ID:      `{"version":1}`,
		api.RestoreSite.ID:     `{"version":1}`,
		api.CreateProject.ID:   `{"name":"Sleep"}`,
		api.PatchProject.ID:    `{"version":1,"name":"Sleep"}`,
		api.DeleteProject.ID:   `{"version":1}`,
		api.RestoreProject.ID:  `{"version":1}`,
		api.CreateGroup.ID:     `{"name":"Arm A"}`,
		api.PatchGroup.ID:      `{"version":1,"name":"Arm A"}`,
		api.DeleteGroup.ID:     `{"version":1}`,
		api.RestoreGroup.ID:    `{"version":1}`,
		api.CreateClient.ID:    `{"name":"Cloud","method":"none","redirects":["https://cloud.example/cb"],"scopes":["openid"],"roles":["therapist"]}`,
		api.PatchClient.ID:     `{"version":1}`,
		api.NewClientSecret.ID: `{"version":1}`,
		api.PutVocabulary.ID:   `{"words":[{"Key":"sunny","Text":"Sonne"}],"version":1}`,
	}
	maps.Copy(all, recordBodies())
	maps.Copy(all, deviceBodies())
	maps.Copy(all, protectBodies())
	maps.Copy(all, connectionBodies())
	maps.Copy(all, serviceBodies())
	maps.Copy(all, settingsBodies())
	maps.Copy(all, visitBodies())
	maps.Copy(all, messageBodies())
	return all
}

func deviceBodies() map[string]string {
	const tablet = `{"project":"aaaaaaaaaaaaaaaaaaaaaaaaaa","kind":"tablet","model":"","name":"Tablet 7","serial":"","state":"enabled"`
	return map[string]string{api.CreateDevice.ID: tablet + `}`, api.PutDevice.ID: tablet + `,"version":1}`, api.DeleteDevice.ID: `{"version":1}`,
		api.RestoreDevice.ID: `{"version":1}`, api.CreateDeviceCode.ID: `{"uses":1}`,
		api.LendDevice.ID: `{"patient":"aaaaaaaaaaaaaaaaaaaaaaaaaa","version":1}`, api.ReturnDevice.ID: `{"version":1}`,
		api.CreateDeviceType.ID: `{"kind":"wrist","names":{"en":"Band"}}`, api.PutDeviceType.ID: `{"kind":"wrist","names":{"en":"Band"},"version":1}`,
		api.DeleteDeviceType.ID: `{"version":1}`, api.RestoreDeviceType.ID: `{"version":1}`}
}

// filled puts ids into an operation's path.
func filled(op api.Operation, ids map[string]string) string {
	path := op.Path
	for name, id := range ids {
		path = strings.ReplaceAll(path, "{"+name+"}", id)
	}
	return path
}

// foreignIDs name what exists and is not Mira's, and what exists nowhere.
func foreignIDs(c clinic) map[string]string {
	ids := junkIDs()
	for name := range ids {
		ids[name] = care.NewID[string]()
	}
	ids["patient"], ids["therapist"] = string(c.patients["Finch-12"]), string(c.people["Noor Haddad"].ID)
	return ids
}

var inPath = regexp.MustCompile(`\{(\w+)\}`)

// namesInPaths are what stands in braces in the path of any operation.
var namesInPaths = sync.OnceValue(func() (names []string) {
	for _, op := range api.Operations() {
		for _, m := range inPath.FindAllStringSubmatch(op.Path, -1) {
			names = append(names, m[1])
		}
	}
	return names
})

// junkIDs fill every name of every path with what is no id.
func junkIDs() map[string]string {
	ids := map[string]string{}
	for _, name := range namesInPaths() {
		ids[name] = "x"
	}
	return ids
}

// Every operation asks who is there before it looks at path, header or body.
func TestStrangersAreStoppedFirst(t *testing.T) {
	c := mustClinic(t)
	out := stranger(t, c.House)
	for _, op := range api.Operations() {
		if op.Needs == "" {
			t.Errorf("%s is open to strangers", op.ID)
		}
		for what, path := range map[string]string{"sound ids": filled(op, foreignIDs(c)), "junk ids": filled(op, junkIDs())} {
			for kind, body := range map[string]string{"no": "", "junk": "{", "a huge": strings.Repeat("x", 1<<20)} {
				if op.Method == "GET" && body != "" {
					continue
				}
				res, got := out.ask(op.Method, path, body, "If-Match", "junk")
				out.wantProblem(op.ID+" with "+what+" and "+kind+" body", res, got, http.StatusUnauthorized, "")
			}
		}
	}
}

// What no role of a person allows does not exist for them, whatever they send.
func TestRolesReachOnlyTheirOwn(t *testing.T) {
	c := mustClinic(t)
	for role, v := range map[access.Role]*visitor{access.Administrator: c.admin, access.Therapist: c.mira, access.Patient: c.wren} {
		for _, op := range api.Operations() {
			if access.May([]access.Role{role}, op.Needs) {
				continue
			}
			for _, body := range []string{bodies()[op.ID], "{"} {
				res, got := v.ask(op.Method, filled(op, foreignIDs(c)), body)
				v.wantProblem(string(role)+" asks "+op.ID, res, got, http.StatusNotFound, "request.not-found")
			}
		}
	}
}

// An operation a role may use shows nothing of what is somebody else's: it looks like what does not exist.
func TestForeignLooksUnknown(t *testing.T) {
	c := mustClinic(t)
	foreign, unknown := foreignIDs(c), foreignIDs(c)
	unknown["patient"], unknown["therapist"] = string(care.NewID[care.PatientID]()), string(care.NewID[care.PersonID]())
	for role, v := range map[access.Role]*visitor{access.Administrator: c.admin, access.Therapist: c.mira, access.Patient: c.wren} {
		for _, op := range api.Operations() {
			if !access.May([]access.Role{role}, op.Needs) || !strings.Contains(op.Path, "{") {
				continue
			}
			res, got := v.ask(op.Method, filled(op, unknown), bodies()[op.ID])
			v.wantProblem(string(role)+" asks "+op.ID+" of nobody", res, got, http.StatusNotFound, "")
			if role != access.Therapist {
				continue // for the others there is nothing foreign at one site
			}
			other, same := v.ask(op.Method, filled(op, foreign), bodies()[op.ID])
			if other.StatusCode != res.StatusCode || same != got {
				t.Errorf("%s of another's patient: %d %s; of nobody: %d %s", op.ID, other.StatusCode, same, res.StatusCode, got)
			}
		}
	}
}

func TestListsHoldOnlyOnesOwn(t *testing.T) {
	c := mustClinic(t)
	var names []string
	for _, p := range mustDo[api.List[api.Patient]](c.mira, "GET", api.ListPatients.Path, nil).Items {
		names = append(names, p.Name)
	}
	slices.Sort(names)
	if want := []string{"Robin-07", "Wren-23"}; !slices.Equal(names, want) {
		t.Errorf("Mira sees %v, want %v", names, want)
	}
	sharing := mustDo[api.List[api.SharingEntry]](c.wren, "GET", api.GetSharing.Path, nil).Items
	if len(sharing) != 1 || sharing[0].Name != "Mira Solano" || !slices.Equal(sharing[0].Signals, []access.Signal{access.ECG, access.Movement}) {
		t.Errorf("Wren shares %+v, want heartbeat and movement with Mira", sharing)
	}
	for who, v := range map[string]*visitor{"Mira": c.mira, "the administrator": c.admin} {
		if list := mustDo[api.List[api.SharingEntry]](v, "GET", api.GetSharing.Path, nil).Items; len(list) != 0 {
			t.Errorf("%s has no signals to share, and shares %+v", who, list)
		}
	}
}

// Every operation of the contract is registered, and nothing besides.
func TestOperationsAreAllThere(t *testing.T) {
	c := mustClinic(t)
	type operation struct {
		ID string `json:"operationId"`
	}
	doc := mustDo[struct {
		OpenAPI string                          `json:"openapi"`
		Paths   map[string]map[string]operation `json:"paths"`
	}](c.admin, "GET", api.OpenAPI, nil)
	if doc.OpenAPI != "3.1.0" {
		t.Errorf("the description is of version %s, want 3.1.0", doc.OpenAPI)
	}
	var got []string
	want := []string{"POST " + api.DeviceRegister + " device-register", "POST " + api.DeviceTicket + " device-ticket", "GET " + api.DeviceMe + " device-me"} // doors of their own
	for path, methods := range doc.Paths {
		for method, op := range methods {
			got = append(got, strings.ToUpper(method)+" "+path+" "+op.ID)
		}
	}
	for _, op := range api.Operations() {
		want = append(want, op.Method+" "+op.Path+" "+op.ID)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("described:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	_, page := stranger(t, c.House).ask("GET", api.DocsPage, "")
	for _, op := range api.Operations() {
		if !strings.Contains(page, `id="`+op.ID+`"`) {
			t.Errorf("the readable page lacks %s", op.ID)
		}
	}
}
