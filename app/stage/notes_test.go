package stage

import (
	"testing"
	"time"
)

// TestNobodysNotesAreWrittenOver: two pages write into the same notes, and each word of both is there in the end.
func TestNobodysNotesAreWrittenOver(t *testing.T) {
	for name, c := range map[string]struct{ base, theirs, ours, want string }{
		"only they wrote":            {"a", "ab", "a", "ab"},
		"only we wrote":              {"a", "a", "ac", "ac"},
		"both began":                 {"", "theirs", "ours", "theirs\nours"},
		"both went on":               {"slept", "slept well", "slept badly", "slept badly\n well"},
		"they have ours already":     {"", "theirs\nours", "ours", "theirs\nours"},
		"ours goes on from theirs":   {"", "theirs", "theirs and more", "theirs and more"},
		"they wrote it all anew":     {"slept", "woke", "slept badly", "woke\nslept badly"},
		"we took away, they did not": {"slept", "slept", "", ""},
	} {
		if got := both(c.base, c.theirs, c.ours); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	var n Notes
	n.Read(1, []Part{{Key: "said", Text: "before"}, {Key: "plan"}})
	n.write(0, "before, ours", noon)
	if _, due := n.Due(noon.Add(time.Minute), false); !due {
		t.Fatal("nothing is due")
	}
	n.Saved(noon, 0, "somebody else wrote")
	n.Read(2, []Part{{Key: "said", Text: "before"}, {Key: "plan", Text: "theirs"}})
	parts, due := n.Due(noon.Add(time.Minute), true)
	if !due || n.Version != 2 || parts[0].Text != "before, ours" || parts[1].Text != "theirs" {
		t.Errorf("version %d of %+v is to be saved", n.Version, parts)
	}
	n.Saved(noon, 3, "")
	n.Read(4, []Part{{Key: "said", Text: "before, ours"}, {Key: "plan", Text: "theirs, again"}})
	if n.Unsaved() || n.Parts[1].Text != "theirs, again" {
		t.Errorf("afterwards there is %+v", n.Parts)
	}
}
