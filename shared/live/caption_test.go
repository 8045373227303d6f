package live

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// Whatever a service sends is refused with a word, or arrives whole at every page.
func TestCaptionOf(t *testing.T) {
	guest := care.NewID[care.GuestID]()
	for code, c := range map[string]struct {
		text string
		made Made
	}{
		"":                  {strings.Repeat("x", MaxCaption), Made{Language: "pt-BR", Speaker: care.Speaker{Guest: guest}}},
		"captions.text":     {strings.Repeat("é", MaxCaption/2+1), Made{}},
		"captions.language": {"a", Made{Language: "es_MX"}},
		"captions.speaker":  {"a", Made{Speaker: care.Speaker{Guest: guest, Host: true}}},
	} {
		if _, err := CaptionOf("v", c.text, c.made); err == nil && code != "" || err != nil && (fault.Of(err).Code != code || !fault.Is(err, fault.Invalid)) {
			t.Errorf("%q: %v", code, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		m := Made{Service: care.NewID[care.ServiceID](), Name: "Ears", Language: rapid.SampledFrom([]string{"", "es", "e", "de-DE-x", "en\n", strings.Repeat("a-", 20)}).Draw(t, "language"),
			Speaker: care.Speaker{Guest: rapid.SampledFrom([]care.GuestID{"", guest, "g"}).Draw(t, "guest"), Host: rapid.Bool().Draw(t, "host")}}
		n, err := CaptionOf("v", rapid.String().Draw(t, "text"), m)
		if err != nil {
			return
		}
		text, err := FromHouse{Nudge: &n}.Encode()
		if err != nil {
			t.Fatalf("taken and never told: %+v, %v", n, err)
		}
		if got, err := DecodeHouse(text); err != nil || got.Nudge.Text != n.Text || *got.Nudge.Made != m {
			t.Fatalf("told %+v, heard %+v, %v", n, got.Nudge, err)
		}
	})
}
