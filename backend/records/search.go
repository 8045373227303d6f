package records

import (
	"context"
	"strings"

	"hearth/shared/access"
	"hearth/shared/care"
)

// mostFound bounds whom a text may find by what is sealed; whoever finds more types another letter.
const mostFound = 500

// List is the store's ListRecords, whose text also finds patients by what is sealed about them, for those who may read
// it. Every contact the reader reaches is opened for that: nothing about names lies open to make it faster.
func (b *Book) List(ctx context.Context, by care.Reader, f care.RecordFilter, page care.Page) ([]care.Record, string, int, error) {
	f.Text = strings.TrimSpace(f.Text)
	if f.Text != "" && by.Reach(access.ReadContacts) != access.Nothing {
		var err error
		if f.Also, err = b.named(ctx, by, f); err != nil {
			return nil, "", 0, err
		}
	}
	return b.ListRecords(ctx, by, f, page)
}

func (b *Book) named(ctx context.Context, by care.Reader, f care.RecordFilter) (found []care.PatientID, err error) {
	text := strings.ToLower(f.Text)
	digits := strings.Trim(text, "+0123456789 ") == ""
	number := strings.NewReplacer(" ", "", "+", "").Replace(text)
	err = b.EachContact(ctx, by, f, func(id care.PatientID, sealed []byte) error {
		c, err := b.open(ctx, id, sealed)
		if err != nil {
			return err
		}
		fits := strings.Contains(strings.ToLower(c.Name), text) || strings.Contains(strings.ToLower(c.Mail), text) ||
			digits && len(number) > 2 && strings.Contains(c.Mobile, number)
		if fits && len(found) < mostFound {
			found = append(found, id)
		}
		return nil
	})
	return found, err
}
