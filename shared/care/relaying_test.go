package care

import (
	"testing"

	"pgregory.net/rapid"
)

func TestWhoNeedNotLearnAnAddressDoesNot(t *testing.T) {
	for _, c := range []struct {
		rule Relaying
		who  []Invited
		want bool
	}{
		{RelayOthers, []Invited{AsPatient}, false},
		{RelayOthers, []Invited{AsPatient, AsStaff, AsStaff}, false},
		{RelayOthers, nil, false},
		{RelayOthers, []Invited{AsPatient, AsRelative}, true},
		{RelayOthers, []Invited{AsRelative}, true},
		{RelayOthers, []Invited{AsStaff, AsInterpreter}, true},
		{RelayOthers, []Invited{AsCaller}, true},
		{"", []Invited{AsPatient, AsInterpreter}, true},
		{RelayAlways, []Invited{AsPatient}, true},
		{RelayNever, []Invited{AsPatient, AsRelative}, false},
	} {
		if got := c.rule.Relays(c.who...); got != c.want {
			t.Errorf("%q with %v: %v, want %v", c.rule, c.who, got, c.want)
		}
	}
}

// What staff chose stands whoever comes, and no visit ever leaves the relay by itself.
func TestARuleOnlyEverHides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := Visit{Relay: rapid.Bool().Draw(t, "relay"), RelaySaid: rapid.Bool().Draw(t, "said")}
		rule := rapid.SampledFrom(append(Relayings(), "")).Draw(t, "rule")
		who := rapid.SliceOfN(rapid.SampledFrom(InvitedAs()), 0, 8).Draw(t, "who")
		got := v.Relayed(rule, who...)
		if v.RelaySaid && got != v || v.Relay && !got.Relay || !v.RelaySaid && got.Relay != (v.Relay || rule.Relays(who...)) {
			t.Errorf("%+v with %v by %q is %+v", v, who, rule, got)
		}
	})
}
