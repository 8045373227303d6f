package ecg

import "testing"

func TestCausesHaveNames(t *testing.T) {
	for c, want := range map[Cause]string{0: "", Noise: "noise", Flat | Movement: "flat+movement", 1<<6 - 1: "flat+rail+noise+baseline+disagreement+movement"} {
		if got := c.String(); got != want {
			t.Errorf("%b is %q, want %q", c, got, want)
		}
	}
}
