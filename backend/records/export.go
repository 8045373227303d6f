package records

import (
	"context"
	"encoding/csv"
	"io"

	"hearth/shared/access"
	"hearth/shared/care"
)

// exported are the columns of an exported list, which can be imported again.
var exported = []string{"pseudonym", "group", "language", "theme", "game", "account", "login", "name", "birth", "mail", "mobile", "note",
	"relative1name", "relative1relation", "relative1mobile", "relative1mail", "relative1language",
	"relative2name", "relative2relation", "relative2mobile", "relative2mail", "relative2language",
	"relative3name", "relative3relation", "relative3mobile", "relative3mail", "relative3language"}

// namesFrom is how many of the columns say nothing about who somebody really is.
const namesFrom = 7

// Export writes the records that fit a filter as a list, with who they are for a reader who may read that. It begins with
// the mark that tells spreadsheets it is UTF-8, and no cell is a formula. Groups are written by their names.
func (b *Book) Export(ctx context.Context, by care.Reader, f care.RecordFilter, groups map[care.GroupID]string, to io.Writer) (n int, err error) {
	columns := exported
	if by.Reach(access.ReadContacts) == access.Nothing {
		columns = exported[:namesFrom]
	}
	if _, err := io.WriteString(to, "\ufeff"); err != nil {
		return 0, err
	}
	out := csv.NewWriter(to)
	if err := out.Write(columns); err != nil {
		return 0, err
	}
	sealed := map[care.PatientID][]byte{} // one look for all: thousands of looks take minutes
	if len(columns) > namesFrom {
		if err := b.EachContact(ctx, by, f, func(id care.PatientID, text []byte) error { sealed[id] = text; return nil }); err != nil {
			return 0, err
		}
	}
	for page := (care.Page{Limit: 200}); ; {
		list, next, _, err := b.List(ctx, by, f, page)
		if err != nil {
			return n, err
		}
		for _, r := range list {
			cells, err := b.cells(ctx, r, groups[r.Group], sealed[r.ID])
			if err != nil {
				return n, err
			}
			row := make([]string, len(columns))
			for i, c := range columns {
				row[i] = Defused(cells[c])
			}
			if err := out.Write(row); err != nil {
				return n, err
			}
			n++
		}
		if page.After = next; next == "" {
			break
		}
	}
	out.Flush()
	return n, out.Error()
}

// cells are one record; sealed is who it is, none when that is not known, not there to be read, or the patient is deleted.
func (b *Book) cells(ctx context.Context, r care.Record, group string, sealed []byte) (map[string]string, error) {
	cells := map[string]string{"pseudonym": r.Name, "group": group, "language": r.Language, "theme": r.Theme, "game": string(r.Game.World), "account": "yes", "login": r.Login}
	if r.LinkOnly {
		cells["account"] = "no"
	}
	if len(sealed) == 0 || !r.Deleted.IsZero() {
		return cells, nil
	}
	c, err := b.open(ctx, r.ID, sealed)
	if err != nil {
		return nil, err
	}
	cells["name"], cells["birth"], cells["mail"], cells["mobile"], cells["note"] = c.Name, c.Birth, c.Mail, c.Mobile, c.Note
	for i, n := range []string{"1", "2", "3"} {
		if i < len(c.Relatives) {
			one := c.Relatives[i]
			cells["relative"+n+"name"], cells["relative"+n+"relation"] = one.Name, string(one.Relation)
			cells["relative"+n+"mobile"], cells["relative"+n+"mail"], cells["relative"+n+"language"] = one.Mobile, one.Mail, one.Language
		}
	}
	return cells, nil
}
