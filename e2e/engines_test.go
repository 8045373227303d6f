package e2e

import (
	"testing"

	"hearth/e2e/stage"
	"hearth/shared/api"
)

// The therapist and the patient's phone in Firefox, while the tablet, which needs Bluetooth, is Chromium.
func TestFirefox(t *testing.T) {
	firefox := stage.OpenFirefox(t)
	s := &scene{house: stage.Open(t)}
	s.wren = s.house.Caller(t, s.house.Links().Therapist).Patients()["Wren-23"]
	s.tablet, s.desk = stage.Browse(t, "tablet"), firefox.Browse("firefox-desk")
	s.desk.Follows = "#live"
	s.desk.ComeIn(s.house.Links().Therapist, "")
	s.desk.UntilData(s.row(), "online", "false")
	s.measure()
	s.watch()
	_ = api.PatientPage
	t.Run("the heart rate is the true one", func(t *testing.T) { s.trueRate(t) })
	t.Run("the strip is drawn all the time", func(t *testing.T) { s.drawn(t) })
	t.Run("moments are labelled", func(t *testing.T) { s.labels(t) })
	s.desk.Picture("firefox-desk")
}
