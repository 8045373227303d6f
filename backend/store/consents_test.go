package store

import (
	"slices"
	"sync"
	"testing"
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// Texts have versions, patients give and withdraw, and nothing of it is ever changed.
func TestConsents(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, clerk, far := t.Context(), c.mustAdd(t, "Clem Clerk", access.Clerk), c.mustFarSite(t)
		text := func(language, title string) care.ConsentText {
			return care.ConsentText{Project: c.project, Kind: "recording", Language: language, Title: title, Paragraphs: []string{"One.", "Two."}}
		}
		first, err := c.AddConsentText(ctx, c.admin, []care.ConsentText{text("en", "Recording"), text("de", "Aufzeichnung")})
		if err != nil || len(first) != 2 || first[0].Version != 1 || first[1].Version != 1 {
			t.Fatalf("got %+v, %v", first, err)
		}
		var wait sync.WaitGroup
		versions := make([]int, 4)
		for i := range versions {
			wait.Go(func() {
				added, err := c.AddConsentText(ctx, c.admin, []care.ConsentText{text("en", "Recording")})
				if err != nil {
					t.Error(err)
					return
				}
				versions[i] = added[0].Version
			})
		}
		wait.Wait()
		if slices.Sort(versions); !slices.Equal(versions, []int{2, 3, 4, 5}) {
			t.Errorf("versions of four at once: %v", versions)
		}
		_, err = c.AddConsentText(ctx, c.admin, []care.ConsentText{text("en", "A"), text("en", "B")})
		wantFault(t, err, fault.Invalid, "consent.language")
		given := care.Consent{ID: care.NewID[care.ConsentID](), Patient: c.wrenID, Kind: "recording", Version: 1, Language: "de", Given: true, At: noon.Add(-time.Hour), Signer: "guardian", Way: "paper", Note: "folder 3"}
		for range 2 {
			if got, err := c.AddConsent(ctx, clerk, given); err != nil || got.By != clerk.Person || got.Project != c.project || !got.At.Equal(given.At) {
				t.Errorf("got %+v, %v", got, err)
			}
		}
		other := given
		other.Given = false
		_, err = c.AddConsent(ctx, clerk, other)
		wantFault(t, err, fault.Conflict, "changed-elsewhere")
		other.ID, other.At = care.NewID[care.ConsentID](), noon
		if _, err := c.AddConsent(ctx, clerk, other); err != nil {
			t.Error(err)
		}
		list, err := c.ListConsents(ctx, c.ana, c.wrenID)
		if err != nil || len(list) != 2 || list[0].Given || !list[1].Given || care.Standing(list)["recording"].Given {
			t.Errorf("got %+v, %v", list, err)
		}
		if texts, err := c.ListConsentTexts(ctx, c.ana, c.project); err != nil || len(texts) != 6 || texts[0].Version != 5 || len(texts[0].Paragraphs) != 2 {
			t.Errorf("the therapist reads %+v, %v", texts, err)
		}
		other.ID, other.Version = care.NewID[care.ConsentID](), 9
		_, err = c.AddConsent(ctx, clerk, other)
		wantFault(t, err, fault.Invalid, "consent.text")
		for what, err := range map[string]error{
			"a therapist writes":        func() error { _, err := c.AddConsent(ctx, c.ana, given); return err }(),
			"another's therapist reads": func() error { _, err := c.ListConsents(ctx, c.ben, c.wrenID); return err }(),
			"another site's clerk":      func() error { _, err := c.ListConsents(ctx, far.admin, c.wrenID); return err }(),
			"… writes":                  func() error { _, err := c.AddConsent(ctx, far.admin, given); return err }(),
			"… reads our texts":         func() error { _, err := c.ListConsentTexts(ctx, far.admin, c.project); return err }(),
			"… writes one": func() error {
				_, err := c.AddConsentText(ctx, far.admin, []care.ConsentText{text("en", "A")})
				return err
			}(),
			"a clerk writes a text":      func() error { _, err := c.AddConsentText(ctx, clerk, []care.ConsentText{text("en", "A")}); return err }(),
			"the patient reads the file": func() error { _, err := c.ListConsents(ctx, c.wren, c.wrenID); return err }(),
		} {
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", what, err)
			}
		}
		for _, s := range []string{"UPDATE consents SET given = NOT given", "UPDATE consent_texts SET title = 'x'", "DELETE FROM consent_texts"} {
			if _, err := c.db.Exec(s); err == nil {
				t.Errorf("%s: the database let it happen", s)
			}
		}
	})
}
