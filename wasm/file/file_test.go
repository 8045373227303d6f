package file

import (
	"errors"
	"testing"

	"hearth/shared/fault"
)

func TestNoneRefuses(t *testing.T) {
	if _, err := Open().Chosen(t.Context(), "file", 1); !errors.Is(err, ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	Open().Save("a", "text/csv", nil)
	if f := fault.Of(large(4 << 20)); f.Code != "file.large" || f.Args["megabytes"] != "4" {
		t.Errorf("too large is said as %+v", f)
	}
}
