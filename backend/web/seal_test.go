package web_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"hearth/shared/api"
)

// The key unsent notes are sealed with is its person's alone, the same at every signing in, and given to those who write.
func TestTheSealIsOnesOwn(t *testing.T) {
	c := mustClinic(t)
	seal := func(link string) []byte {
		t.Helper()
		_, got := mustEnter(t, c.House, link).ask("GET", api.GetMe.Path, "")
		var me api.Me
		if err := json.Unmarshal([]byte(got), &me); err != nil {
			t.Fatal(err)
		}
		return me.Seal
	}
	links := c.House.Links()
	mira := seal(links.Therapist)
	if len(mira) != 32 || !bytes.Equal(mira, seal(links.Therapist)) {
		t.Errorf("the seal is %d bytes, or another at each signing in", len(mira))
	}
	if got := seal(links.Patient); got != nil {
		t.Error("a patient, who writes no notes, has one")
	}
}
