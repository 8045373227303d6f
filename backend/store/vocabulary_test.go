package store

import (
	"testing"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// A therapist's own words begin as the project's, stay theirs when those change, and are given back.
func TestOwnVocabulary(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		first, err := c.OwnVocabulary(ctx, c.ana, c.project)
		if err != nil || first.Version != 0 || len(first.Words) != len(care.DefaultVocabulary()) {
			t.Fatalf("%+v, %v", first, err)
		}
		mine := care.Vocabulary{Project: c.project, Words: []care.Word{{Key: "own-door", Text: "At the door"}}}
		if got, err := c.PutOwnVocabulary(ctx, c.ana, mine); err != nil || got.Version != 1 {
			t.Fatalf("%+v, %v", got, err)
		}
		_, err = c.PutOwnVocabulary(ctx, c.ana, mine)
		wantFault(t, err, fault.Conflict, "changed-elsewhere")
		if got, err := c.OwnVocabulary(ctx, c.ana, c.project); err != nil || got.Version != 1 || len(got.Words) != 1 {
			t.Errorf("%+v, %v", got, err)
		}
		if got, err := c.OwnVocabulary(ctx, c.ben, c.project); err != nil || got.Version != 0 {
			t.Errorf("Ben has %+v, %v", got, err)
		}
		far := c.mustFarSite(t)
		for what, by := range map[string]care.Reader{"another site": far.therapist, "a patient": c.wren} {
			if _, err := c.PutOwnVocabulary(ctx, by, mine); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", what, err)
			}
			if _, err := c.OwnVocabulary(ctx, by, c.project); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", what, err)
			}
			if err := c.DeleteOwnVocabulary(ctx, by, c.project); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", what, err)
			}
		}
		_, err = c.PutOwnVocabulary(ctx, c.ana, care.Vocabulary{Project: c.project})
		wantFault(t, err, fault.Invalid, "vocabulary.count")
		if err := c.DeleteOwnVocabulary(ctx, c.ana, c.project); err != nil {
			t.Fatal(err)
		}
		if got, err := c.OwnVocabulary(ctx, c.ana, c.project); err != nil || got.Version != 0 {
			t.Errorf("%+v, %v", got, err)
		}
		lead := c.mustAt(t, "lead", care.Place{Site: c.site, Project: c.project}, access.Administrator)
		v, err := c.Vocabulary(ctx, lead, c.project)
		if err != nil {
			t.Fatal(err)
		}
		v.Words = v.Words[:3]
		if _, err := c.PutVocabulary(ctx, lead, v); err != nil {
			t.Fatal(err)
		}
		if got, err := c.OwnVocabulary(ctx, c.ana, c.project); err != nil || len(got.Words) != 3 {
			t.Errorf("the project's new words: %+v, %v", got, err)
		}
	})
}
