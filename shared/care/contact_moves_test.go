package care

import (
	"reflect"
	"testing"
	"time"
)

// Only who is reached elsewhere moves, and only what was there before is lost.
func TestMoves(t *testing.T) {
	was := Contact{Mobile: "+491700000001", Relatives: []Relative{{ID: "a", Name: "Ann", Mobile: "+491700000002"}, {ID: "b", Name: "Bob"}, {ID: "c", Name: "Cleo", Mobile: "+491700000003"},
		{ID: "d", Name: "Dora", Mail: "dora@b.example"}}}
	for name, c := range map[string]struct {
		change func(*Contact)
		want   []Move
	}{
		"nothing":              {func(*Contact) {}, nil},
		"only named otherwise": {func(c *Contact) { c.Name, c.Relatives[0].Name = "Wren", "Anna" }, nil},
		"an e-mail is added":   {func(c *Contact) { c.Mail = "a@b.example" }, []Move{{}}},
		"another number":       {func(c *Contact) { c.Mobile = "+491700000009" }, []Move{{Lost: true}}},
		"no number":            {func(c *Contact) { c.Mobile = "" }, []Move{{Lost: true}}},
		"a first number":       {func(c *Contact) { c.Relatives[1].Mobile = "+491700000009" }, []Move{{Relative: "b"}}},
		"a relative's":         {func(c *Contact) { c.Relatives[2].Mobile = "+491700000009" }, []Move{{Relative: "c", Lost: true}}},
		"a relative's e-mail":  {func(c *Contact) { c.Relatives[3].Mail = "dora@c.example" }, []Move{{Relative: "d", Lost: true}}},
		"no e-mail any more":   {func(c *Contact) { c.Relatives[3].Mail = "" }, []Move{{Relative: "d", Lost: true}}},
		"an e-mail besides":    {func(c *Contact) { c.Relatives[2].Mail = "cleo@b.example" }, []Move{{Relative: "c"}}},
		"named no more":        {func(c *Contact) { c.Relatives = c.Relatives[1:] }, []Move{{Relative: "a", Gone: true}}},
	} {
		is := was
		is.Relatives = append([]Relative(nil), was.Relatives...)
		c.change(&is)
		if got := is.Moves(was); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// Whoever is written over another relative is somebody else; a name or a number that is corrected is not.
func TestARelativeWrittenOver(t *testing.T) {
	mother := Relative{ID: NewID[RelativeID](), Name: "Ann", Relation: "mother", Mobile: "+491700000002", Mail: "ann@b.example"}
	was := Contact{Relatives: []Relative{mother}}
	for name, c := range map[string]struct {
		is   Relative
		same bool
	}{
		"another name":            {Relative{ID: mother.ID, Name: "Anna Holm", Relation: "mother", Mobile: "+49 170 0000002"}, true},
		"another number":          {Relative{ID: mother.ID, Name: " ann ", Relation: "mother", Mobile: "+491700000009"}, true},
		"another number and kind": {Relative{ID: mother.ID, Name: "Ann", Relation: "parent", Mobile: "+491700000009"}, true},
		"another name, by mail":   {Relative{ID: mother.ID, Name: "Anna Holm", Relation: "mother", Mail: " ann@b.example"}, true},
		"the sister by mail":      {Relative{ID: mother.ID, Name: "Bea", Relation: "sibling", Mail: "bea@b.example"}, false},
		"named again":             {Relative{Name: "ann", Relation: "mother", Mail: "ann@b.example"}, true},
		"another mail, same way":  {Relative{Name: "Ann", Relation: "mother", Mobile: "+491700000002", Mail: "other@b.example"}, true},
		"a namesake":              {Relative{Name: "Ann", Relation: "mother", Mail: "other@b.example"}, false},
		"the sister":              {Relative{ID: mother.ID, Name: "Bea", Relation: "sibling", Mobile: "+491700000009"}, false},
		"the sister as mother":    {Relative{ID: mother.ID, Name: "Bea", Relation: "mother", Mobile: "+491700000009"}, false},
		"the sister, no number":   {Relative{ID: mother.ID, Name: "Bea", Relation: "sibling"}, false},
	} {
		got, err := Contact{Relatives: []Relative{c.is}}.Following(was).Tidy(time.Now())
		if err != nil || !ValidID(got.Relatives[0].ID) || (got.Relatives[0].ID == mother.ID) != c.same {
			t.Errorf("%s: %+v %v", name, got.Relatives, err)
		}
	}
}
