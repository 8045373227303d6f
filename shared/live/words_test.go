package live

import (
	"testing"

	"hearth/shared/words"
	"hearth/shared/words/catalogue"
)

func TestEveryCodeHasWords(t *testing.T) {
	for _, l := range words.Languages() {
		sentences, err := catalogue.Sentences(l)
		if err != nil {
			t.Fatal(err)
		}
		for _, code := range append(Codes(), "network", "network.timeout", "network.answer") {
			if sentences["fault."+code] == "" {
				t.Errorf("%s has no words for %s", l, code)
			}
		}
	}
}
