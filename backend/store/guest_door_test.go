package store

import (
	"strings"
	"testing"
)

// What somebody said last of where they are is found without reading everybody's.
func TestWhereaboutsAreFoundByIndex(t *testing.T) {
	s := mustOpen(t, Config{Dir: t.TempDir()})
	var plan []struct {
		ID, Parent, Notused int
		Detail              string
	}
	if err := s.db.NewRaw("EXPLAIN QUERY PLAN "+lastWhereabouts, "a", "a").Scan(t.Context(), &plan); err != nil || len(plan) == 0 {
		t.Fatal(plan, err)
	}
	for _, step := range plan {
		for _, table := range []string{"w", "i", "o", "v", "ov"} {
			if strings.HasPrefix(step.Detail, "SCAN "+table+" ") || step.Detail == "SCAN "+table {
				t.Errorf("it reads a whole table: %s", step.Detail)
			}
		}
	}
}
