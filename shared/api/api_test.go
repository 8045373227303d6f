package api_test

import (
	"strings"
	"testing"

	"hearth/shared/access"
	"hearth/shared/api"
)

// TestOperations: every operation has its own name and door, lives under the base, and needs a right some role has.
func TestOperations(t *testing.T) {
	ids, doors := map[string]bool{}, map[string]bool{}
	for _, o := range api.Operations() {
		door := o.Method + " " + o.Path
		if ids[o.ID] || doors[door] {
			t.Errorf("%s (%s) is there twice", o.ID, door)
		}
		ids[o.ID], doors[door] = true, true
		if !strings.HasPrefix(o.Path, api.Base+"/") {
			t.Errorf("%s is outside the interface: %s", o.ID, o.Path)
		}
		if !access.May(access.Roles(), o.Needs) && !access.ServiceMay(access.ServiceScopes(), o.Needs) {
			t.Errorf("%s needs %q, which nobody has", o.ID, o.Needs)
		}
	}
	if len(ids) < 20 {
		t.Errorf("only %d operations are listed", len(ids))
	}
}
