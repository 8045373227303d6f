package hospital

import (
	"encoding/json"
	"slices"
	"testing"

	"hearth/shared/access"
	"hearth/shared/care"
)

func TestValues(t *testing.T) {
	const token = `{"groups":["a","b"],"role":"one","realm_access":{"roles":["x"],"deep":{"er":["y"]}},"https://north.example/groups":["z"],"n":5,"mixed":["a",1]}`
	for path, want := range map[string][]string{"groups": {"a", "b"}, "role": {"one"}, "realm_access.roles": {"x"}, "realm_access.deep.er": {"y"},
		"https://north.example/groups": {"z"}, "n": nil, "mixed": nil, "realm_access": nil, "nothing": nil, "role.inside": nil, "groups.0": nil, "": nil} {
		var claims map[string]json.RawMessage
		if err := json.Unmarshal([]byte(token), &claims); err != nil {
			t.Fatal(err)
		}
		if got := values(claims, path); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", path, got, want)
		}
	}
}

func TestGrants(t *testing.T) {
	clerk := care.Grant{Role: access.Clerk, Place: care.Place{Site: "s"}}
	rules := []Rule{{"desk", clerk}, {"front", clerk}, {"boss", care.Grant{Role: access.Administrator}}}
	if got := grants(rules, []string{"desk", "front", "BOSS", "boss "}); !slices.Equal(got, []care.Grant{clerk}) {
		t.Errorf("got %v, want one clerk: values count exactly, and once", got)
	}
}

// FuzzValues: whatever a token holds, looking for a claim ends, and finds only texts that stand in it.
func FuzzValues(f *testing.F) {
	f.Add(`{"a":{"b":["c"]}}`, "a.b")
	f.Add(`{"a.b":"c","a":null}`, "a.b")
	f.Add(`{"":{"":1}}`, ".")
	f.Fuzz(func(t *testing.T, token, path string) {
		var claims map[string]json.RawMessage
		if json.Unmarshal([]byte(token), &claims) != nil {
			return
		}
		if got := values(claims, path); len(got) > mostValues {
			t.Errorf("%d values", len(got))
		}
	})
}

// FuzzLogin: a wish for a login holds nothing a login may not.
func FuzzLogin(f *testing.F) {
	f.Add("Ada.Blum@north.example")
	f.Add("Ä b\x00")
	f.Fuzz(func(t *testing.T, name string) {
		if got := loginOf(name); len(got) >= 3 && care.ValidateLogin(got) != nil {
			t.Errorf("%q became %q", name, got)
		}
	})
}
