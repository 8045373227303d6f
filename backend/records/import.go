package records

import (
	"context"
	"io"
	"strconv"
	"time"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// noDay is a day for checks that need none.
var noDay = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// twice finds rows that say the same.
type twice map[string]int

// note tells which of a row's values stood in an earlier one.
func (t twice) note(r Row) (troubles []Trouble) {
	keys := map[string]string{}
	if r.New.Name != "" {
		keys["pseudonym"] = care.PseudonymKey(r.New.Name)
	}
	if r.New.Login != "" {
		keys["login"] = r.New.Login
	}
	if telling(r.Contact) {
		keys["name"] = somebody(r.Contact)
	}
	for _, column := range []string{"pseudonym", "login", "name"} {
		key, there := keys[column]
		if !there {
			continue
		}
		key = column + "\x00" + key
		if first, again := t[key]; again {
			troubles = append(troubles, Trouble{r.Line, column, fault.New(fault.Invalid, "import.twice", nil).With("line", strconv.Itoa(first))})
		} else {
			t[key] = r.Line
		}
	}
	return troubles
}

// telling reports whether a contact says more of somebody than a name, which others may have too.
func telling(c care.Contact) bool {
	return c.Name != "" && (c.Birth != "" || c.Mail != "" || c.Mobile != "")
}

// somebody is by what two contacts are taken for one person: the name, with everything else that tells people apart.
func somebody(c care.Contact) string {
	return care.PseudonymKey(c.Name) + "\x00" + c.Birth + "\x00" + c.Mail + "\x00" + c.Mobile
}

// Commit makes the patients of a list, all or none, if it would still make what a preview said. Id is made by whoever
// asks: asking again with it makes nobody twice.
func (b *Book) Commit(ctx context.Context, by care.Reader, project care.ProjectID, file io.Reader, digest, id string) ([]care.Record, []Row, error) {
	p, err := b.Preview(ctx, by, project, file)
	if err != nil {
		return nil, nil, err
	}
	list := make([]care.NewRecord, len(p.Rows))
	for i, r := range p.Rows {
		list[i] = r.New
		list[i].ID = IDOf(by.Person, "import/"+id+"/"+strconv.Itoa(r.Line))
	}
	if p.Digest == "" || p.Digest != digest {
		if made, rows, err := b.before(ctx, by, list, p.Rows); err == nil {
			return made, rows, nil
		}
		return nil, nil, fault.New(fault.Conflict, "import.changed", nil)
	}
	for i, r := range p.Rows {
		if r.Contact.Empty() {
			continue
		}
		if r.Contact, err = r.Contact.Tidy(b.now()); err != nil {
			return nil, nil, err
		}
		if list[i].Sealed, err = b.seal(ctx, list[i].ID, r.Contact); err != nil {
			return nil, nil, err
		}
	}
	made, err := b.CreateRecords(ctx, by, list)
	return made, p.Rows, err
}

// before finds what an earlier asking made, when its answer was lost: a list that is in says of itself that every
// pseudonym is taken.
func (b *Book) before(ctx context.Context, by care.Reader, list []care.NewRecord, rows []Row) ([]care.Record, []Row, error) {
	made := make([]care.Record, len(list))
	for i, n := range list {
		var err error
		if made[i], err = b.Record(ctx, by, n.ID); err != nil {
			return nil, nil, err
		}
	}
	if len(made) == 0 {
		return nil, nil, fault.New(fault.NotFound, "not-found", nil)
	}
	return made, rows, nil
}
