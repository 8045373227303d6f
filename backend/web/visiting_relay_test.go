package web

import (
	"context"
	"testing"
	"time"

	"hearth/assets"
	"hearth/shared/api"
	"hearth/shared/care"
)

// tested is a house whose relay is as the last test found it.
type tested struct{ is api.Relay }

func (t tested) Relay() api.Relay               { return t.is }
func (t tested) Test(context.Context) api.Relay { return t.is }
func (t tested) Certificate() time.Time         { return time.Time{} }

// Who books reads of the relay what the house found of it: that there is none, that nothing comes through it, or neither.
func TestVisitingTellsOfTheRelay(t *testing.T) {
	for _, c := range []struct {
		is          api.Relay
		none, fails bool
	}{{api.Relay{}, false, false}, {api.Relay{Code: relayOff}, true, false}, {api.Relay{Fails: true}, false, true}} {
		s := New(Config{Files: assets.Open(), Health: tested{c.is}})
		if got, err := s.visitingAnswer(care.Visiting{}, nil); err != nil || got.Body.NoRelay != c.none || got.Body.RelayFails != c.fails {
			t.Errorf("%+v is told as %+v, %v", c.is, got, err)
		}
	}
}
