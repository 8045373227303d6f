package ecg_test

import (
	"testing"

	"hearth/shared/ecg"
	"hearth/shared/telemetry"
)

// A cause goes into a frame as it is.
func TestCausesAreTheFlawsOfFrames(t *testing.T) {
	for c, want := range map[ecg.Cause]telemetry.Flaws{
		ecg.Flat: telemetry.FlawFlat, ecg.Rail: telemetry.FlawRail, ecg.Noise: telemetry.FlawNoise,
		ecg.Baseline: telemetry.FlawBaseline, ecg.Disagreement: telemetry.FlawDispute, ecg.Movement: telemetry.FlawMovement,
	} {
		if telemetry.Flaws(c) != want {
			t.Errorf("cause %b is flaw %b", c, want)
		}
	}
}
