package service

import (
	"encoding/json"
	"strings"
	"testing"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

const sound = `{"name":"Gait lab","description":{"en":"Looks at how people walk."},"scopes":["patients.read","sittings.read"],
	"redirects":["https://gait.example/cb"],"roles":["therapist"],"events":["patient.created","sitting.ended"],"webhook":"https://gait.example/hook",
	"pages":[{"portal":"therapist","title":{"en":"Gait","de":"Gang"},"address":"https://gait.example/page?a=b"}],
	"keys":{"keys":[{"kty":"EC","crv":"P-256","kid":"a","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}}`

func TestManifests(t *testing.T) {
	m, err := Parse([]byte(sound))
	if err != nil || m.Name != "Gait lab" || len(m.Scopes) != 2 || len(m.Pages) != 1 || len(m.Keys) == 0 {
		t.Fatalf("got %+v, %v", m, err)
	}
	change := func(old, is string) string {
		if !strings.Contains(sound, old) {
			t.Fatalf("nothing to change: %s", old)
		}
		return strings.Replace(sound, old, is, 1)
	}
	for text, code := range map[string]string{
		"": "service.json", "null": "name.empty", "[]": "service.json", sound + "{}": "service.json", strings.Repeat(" ", MostManifest+1): "service.json",
		change(`"name"`, `"admin":true,"name"`): "service.json", change(`"Gait lab"`, `" "`): "name.empty", change(`"Gait lab"`, "\"Gait\u202elab\""): "name.invalid",
		change(`{"en":"Looks`, `{"xx":"Looks`): "service.text", change("patients.read", "patients.write"): "service.scope",
		change(`"sittings.read"]`, `"sittings.read","sittings.read"]`): "service.scope", change(`"patients.read",`, ``): "service.event",
		change("patient.created", "patient.named"): "service.event", change("patient.created", "service.tested"): "service.event",
		change(`"webhook":"https://gait.example/hook",`, ``): "service.address", change("https://gait.example/hook", "http://gait.example/hook"): "service.address",
		change("https://gait.example/hook", "https://u:p@gait.example/hook"): "service.address", change("https://gait.example/cb", "javascript:alert(1)"): "service.address",
		change(`"roles":["therapist"],`, ``): "service.role", change(`["therapist"]`, `["owner"]`): "service.role",
		change(`"portal":"therapist"`, `"portal":"patient"`): "service.page", change(`"title":{"en":"Gait","de":"Gang"}`, `"title":{}`): "service.text",
		change("https://gait.example/page?a=b", "https://gait.example/;script-src *"): "service.address", change("https://gait.example/page?a=b", "data:text/html,x"): "service.address",
		change(`"y":`, `"d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI","y":`): "service.keys",
		`{"name":"Nothing"}`: "service.empty", `{"name":"Only keys","keys":{"keys":[]}}`: "service.empty",
	} {
		if _, err := Parse([]byte(text)); err == nil || fault.Of(err).Code != code {
			t.Errorf("%.120s: %v, want %s", text, err, code)
		}
	}
}

// The digest is the same for whatever asks for the same, and another for whatever asks for anything else.
func TestDigest(t *testing.T) {
	m, err := Parse([]byte(sound))
	if err != nil {
		t.Fatal(err)
	}
	at := care.Place{Site: "s"}
	same, err := Parse([]byte(strings.NewReplacer("Gait lab", "Walk", `"en":"Gait"`, `"en":"Walk"`, `"patients.read","sittings.read"`, `"sittings.read","patients.read"`, `{"kty"`, `{ "kty"`).Replace(sound)))
	if err != nil || Digest(at, same) != Digest(at, m) {
		t.Errorf("other words ask for something else: %v", err)
	}
	seen := map[string]string{Digest(at, m): "as it is", Digest(care.TheHouse, m): "another place"}
	for what, edit := range map[string]func(*care.Manifest){
		"a scope": func(m *care.Manifest) { m.Scopes = append(m.Scopes, access.DevicesRead) }, "no scope": func(m *care.Manifest) { m.Scopes = nil },
		"an event": func(m *care.Manifest) { m.Events = m.Events[:1] }, "another webhook": func(m *care.Manifest) { m.Webhook += "2" },
		"another redirect": func(m *care.Manifest) { m.Redirects = []string{"https://other.example/"} }, "other people": func(m *care.Manifest) { m.Roles = []access.Role{access.Patient} },
		"another page": func(m *care.Manifest) { m.Pages[0].Address += "2" }, "another portal": func(m *care.Manifest) { m.Pages[0].Portal = care.AdminPortal }, "no keys": func(m *care.Manifest) { m.Keys = nil },
	} {
		other, _ := Parse([]byte(sound))
		edit(&other)
		if was, twice := seen[Digest(at, other)]; twice {
			t.Errorf("%s looks like %s", what, was)
		}
		seen[Digest(at, other)] = what
	}
}

// Whatever is read as a manifest is one when it is written and read again, and asks for the same.
func FuzzParse(f *testing.F) {
	f.Add([]byte(sound))
	f.Add([]byte(`{"name":"A","scopes":["places.read"]}`))
	f.Add([]byte(`{"name":"A","pages":[{"portal":"admin","title":{"fr":"é"},"address":"http://localhost:1/"}]}`))
	f.Add([]byte(`{"NAME":"A","name":"B","keys":null}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := Parse(text)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatal(err)
			}
			return
		}
		b, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse(b)
		if err != nil || Digest(care.TheHouse, again) != Digest(care.TheHouse, m) {
			t.Fatalf("%s became %s: %v", text, b, err)
		}
		for _, p := range m.Pages {
			if strings.ContainsAny(p.Address, " ;,'\"\n\r") {
				t.Fatalf("an address for a policy: %q", p.Address)
			}
		}
	})
}
