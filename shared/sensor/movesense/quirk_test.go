package movesense

import "testing"

func TestVersions(t *testing.T) {
	for s, want := range map[string]version{
		"0.1.0": {0, 1}, "0.5.1": {0, 5}, "0.9.0": {0, 9}, "0.10": {0, 10},
		"": {}, "1.0.0": {}, "2.3.2": {}, "0": {}, "0.0.1": {}, "v0.7": {}, "seven": {}, "0.-1": {}, "-1.5": {},
	} {
		v, known := parseVersion(s)
		if known != (want != version{}) || known && v != want {
			t.Errorf("%q is read as %v, known %v", s, v, known)
		}
	}
}

// TestQuirksByVersion holds the table against what is known of each firmware.
func TestQuirksByVersion(t *testing.T) {
	for _, c := range []struct {
		layout   *layout
		firmware string
		want     quirk
	}{
		{early, "0.1.0", noMovement | keepsNothing},
		{early, "0.2.0", noMovement | keepsNothing},
		{early, "", noMovement | keepsNothing},
		{relative, "0.3.0", keepsNothing},
		{relative, "0.4.0", keepsNothing},
		{relative, "0.5.0", keepsNothing | thinsWrongly},
		{relative, "0.6.0", keepsNothing | thinsWrongly},
		{relative, "0.7.0", keepsNothing | thinsWrongly},
		{relative, "", keepsNothing | thinsWrongly},
		{absolute, "0.8.0", keepsNothing | wrapsTime | slidesStamps},
		{absolute, "0.9.0", wrapsTime | slidesStamps},
		{absolute, "0.10.0", wrapsTime | slidesStamps},
		{absolute, "", wrapsTime | slidesStamps},
	} {
		if q, _ := quirksOf(c.layout, c.firmware); q != c.want {
			t.Errorf("%q has the quirks %b, not %b", c.firmware, q, c.want)
		}
	}
}
