// Package records is the clinic's book of patients: it makes them, one or a list of them, and keeps who they really are
// sealed, so that the database alone tells nobody who Wren-23 is. Who may do so is the store's to say. It never logs or
// returns a name in an error.
package records

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"strings"
	"time"

	"hearth/shared/care"
)

// Store is what the book needs of the house's memory. Contacts travel sealed.
type Store interface {
	ListRecords(ctx context.Context, by care.Reader, f care.RecordFilter, page care.Page) (list []care.Record, next string, total int, err error)
	Record(ctx context.Context, by care.Reader, id care.PatientID) (care.Record, error)
	CreateRecords(ctx context.Context, by care.Reader, list []care.NewRecord) ([]care.Record, error)
	PatchRecord(ctx context.Context, by care.Reader, id care.PatientID, patch care.RecordPatch) (care.Record, error)
	MoveRecord(ctx context.Context, by care.Reader, id care.PatientID, move care.RecordMove) (care.Moved, error)
	DeleteRecord(ctx context.Context, by care.Reader, id care.PatientID, version int64) (care.Record, error)
	RestoreRecord(ctx context.Context, by care.Reader, id care.PatientID, version int64) (care.Record, error)

	Contact(ctx context.Context, by care.Reader, id care.PatientID) (sealed []byte, version int64, err error)
	// PutContact writes down who a patient is; moves are who is reached elsewhere by it.
	PutContact(ctx context.Context, by care.Reader, id care.PatientID, sealed []byte, version int64, moves ...care.Move) (int64, error)
	// ImportDesk is what a list is held against, for a project where by writes records.
	ImportDesk(ctx context.Context, by care.Reader, project care.ProjectID) (Desk, error)
	// Taken says which pseudonyms, as their keys, and sign-in names are taken at the house.
	Taken(ctx context.Context, keys, logins []string) (takenKeys, takenLogins map[string]bool, err error)
	EachContact(ctx context.Context, by care.Reader, f care.RecordFilter, show func(id care.PatientID, sealed []byte) error) error
}

// Ring seals and opens; keys.Ring is one.
type Ring interface {
	Seal(ctx context.Context, purpose string, plain, context []byte) ([]byte, error)
	Open(ctx context.Context, purpose string, sealed, context []byte) ([]byte, error)
}

// Book is the book of patients. What it does not add to is the store's own.
type Book struct {
	Store
	ring Ring
	now  func() time.Time
}

// Open opens the book; now nil is time.Now.
func Open(store Store, ring Ring, now func() time.Time) *Book {
	if now == nil {
		now = time.Now
	}
	return &Book{Store: store, ring: ring, now: now}
}

// purpose is what contacts are sealed for.
const purpose = "contacts"

func (b *Book) seal(ctx context.Context, id care.PatientID, c care.Contact) ([]byte, error) {
	plain, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	return b.ring.Seal(ctx, purpose, plain, []byte("contacts/"+string(id)))
}

func (b *Book) open(ctx context.Context, id care.PatientID, sealed []byte) (c care.Contact, err error) {
	plain, err := b.ring.Open(ctx, purpose, sealed, []byte("contacts/"+string(id)))
	if err != nil {
		return c, err
	}
	return c, json.Unmarshal(plain, &c)
}

// Create makes one patient, with who they are when that is known.
func (b *Book) Create(ctx context.Context, by care.Reader, n care.NewRecord, contact *care.Contact) (care.Record, error) {
	if contact != nil && !contact.Empty() {
		c, err := contact.Tidy(b.now())
		if err != nil {
			return care.Record{}, err
		}
		if n.Sealed, err = b.seal(ctx, n.ID, c); err != nil {
			return care.Record{}, err
		}
	}
	made, err := b.CreateRecords(ctx, by, []care.NewRecord{n})
	if err != nil {
		return care.Record{}, err
	}
	return made[0], nil
}

// IDOf makes the id of a patient of whoever asks and a key they made up: the same from both, whenever they ask.
func IDOf(by care.PersonID, key string) care.PatientID {
	sum := sha256.Sum256([]byte("record\x00" + string(by) + "\x00" + key))
	return care.PatientID(strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:16])))
}

// Who returns who a patient is; nothing with version 0 when nobody wrote it down.
func (b *Book) Who(ctx context.Context, by care.Reader, id care.PatientID) (c care.Contact, version int64, err error) {
	sealed, version, err := b.Contact(ctx, by, id)
	if err != nil || version == 0 {
		return c, version, err
	}
	c, err = b.open(ctx, id, sealed)
	return c, version, err
}

// PutWho writes down who a patient is. Version is the one last read. Relatives keep the ids they had: invitations name them
// by it. Whoever is reached elsewhere is told of visits to come there, and what was sent to where they were opens nothing any
// more.
func (b *Book) PutWho(ctx context.Context, by care.Reader, id care.PatientID, c care.Contact, version int64) (care.Contact, int64, error) {
	was, _, err := b.Who(ctx, by, id)
	if err != nil {
		return c, 0, err
	}
	if c, err = c.Following(was).Tidy(b.now()); err != nil {
		return c, 0, err
	}
	sealed, err := b.seal(ctx, id, c)
	if err != nil {
		return c, 0, err
	}
	version, err = b.PutContact(ctx, by, id, sealed, version, c.Moves(was)...)
	return c, version, err
}
