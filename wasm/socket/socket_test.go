package socket

import (
	"errors"
	"testing"
)

func TestWithoutABrowserThereIsNoSocket(t *testing.T) {
	if s, err := Open().Dial(t.Context(), "/api/v1/live", Events{}); !errors.Is(err, ErrUnavailable) || s != nil {
		t.Errorf("got %v, %v", s, err)
	}
}
