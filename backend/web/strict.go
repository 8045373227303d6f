package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/danielgtaylor/huma/v2"
)

// strictJSON is JSON in which no object has a name twice. RFC 8259 section 4 leaves open what such an object means, and here
// it would mean two things: the check looks at the last value, while Go puts the fields of both into one.
var strictJSON = huma.Format{
	Marshal: huma.DefaultJSONFormat.Marshal,
	Unmarshal: func(data []byte, v any) error {
		if err := namedOnce(data); err != nil {
			return err
		}
		return huma.DefaultJSONFormat.Unmarshal(data, v)
	},
}

// object is an open object or array while a text is read.
type object struct {
	names map[string]bool // nil: an array
	value bool            // a name was read and its value comes
}

// namedOnce reports the first name that an object has twice. What is not JSON at all is left to whoever reads it in earnest.
func namedOnce(data []byte) error {
	var open []object
	for d := json.NewDecoder(bytes.NewReader(data)); ; {
		token, err := d.Token()
		if err == io.EOF || err != nil {
			return nil
		}
		in := len(open) - 1
		name, isName := token.(string)
		switch {
		case token == json.Delim('}') || token == json.Delim(']'):
			open = open[:in]
			continue
		case in >= 0 && open[in].names != nil && !open[in].value && isName:
			if open[in].names[name] {
				return fmt.Errorf("an object has %q twice", name)
			}
			open[in].names[name], open[in].value = true, true
			continue
		case in >= 0:
			open[in].value = false
		}
		switch token {
		case json.Delim('{'):
			open = append(open, object{names: map[string]bool{}})
		case json.Delim('['):
			open = append(open, object{})
		}
	}
}
