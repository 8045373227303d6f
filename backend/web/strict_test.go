package web

import (
	"bytes"
	"encoding/json"
	"testing"
)

func TestNamedOnce(t *testing.T) {
	for text, once := range map[string]bool{
		`{}`: true, `[]`: true, `"a"`: true, `1`: true, ``: true, `{`: true, `{"a":1,`: true,
		`{"a":"a","b":"a"}`: true, `{"a":{"a":{"a":1}}}`: true, `[{"a":1},{"a":1}]`: true, `{"a":["a","a"],"b":1}`: true,
		`{"a":1,"a":1}`: false, `{"a":{"b":1,"b":2}}`: false, `[{"a":[],"a":{}}]`: false, `{"a":1,"\u0061":2}`: false, `{"b":{"x":1},"c":[1],"b":0}`: false,
	} {
		if err := namedOnce([]byte(text)); (err == nil) != once {
			t.Errorf("%s: %v, want none twice: %v", text, err, once)
		}
	}
}

// Whatever comes, reading ends, and an object that Go wrote, which has no name twice, passes.
func FuzzNamedOnce(f *testing.F) {
	for _, text := range []string{`{"a":1}`, `{"a":1,"a":2}`, `[[[{"a":{"b":[]}}]]]`, "\xff", `{"":""}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		err := namedOnce(text)
		var v any
		if json.Unmarshal(text, &v) != nil {
			return
		}
		written, _ := json.Marshal(v)
		if again := namedOnce(written); again != nil {
			t.Errorf("%s: %v", written, again)
		}
		if err != nil && bytes.Count(text, []byte(":")) < 2 {
			t.Errorf("%q has no two names: %v", text, err)
		}
	})
}
