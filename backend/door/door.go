// Package door leads those who were invited from the link in their message to the visit: it mints links, knows what a link
// opens, lets in a second device by a code or somebody's yes, and takes the wishes of those who came too late. What a guest
// is let into, and when, is not decided here but by the steps of care.GuestState. It never keeps a link, a code or a device's
// token, only hashes, and never says whether a link it does not know was ever one.
package door

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"
	"time"

	"hearth/backend/identity"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// Store is what the door needs of the house's memory.
type Store interface {
	PutGuestLink(ctx context.Context, hash identity.Hash, guest care.GuestID) error
	HandGuestLink(ctx context.Context, by care.Reader, visit care.VisitID, guest care.GuestID, hash identity.Hash) (care.Visit, error)
	GuestOfLink(ctx context.Context, hash identity.Hash) (guest care.GuestID, revoked bool, err error)
	Doorway(ctx context.Context, guest care.GuestID) (care.Doorway, error)

	PutGuestCode(ctx context.Context, guest care.GuestID, hash string, expires time.Time) error
	UseGuestCode(ctx context.Context, guest care.GuestID, hash string) error
	AskGuestDevice(ctx context.Context, guest care.GuestID, hash identity.Hash, agent identity.Agent) error
	GuestDevice(ctx context.Context, guest care.GuestID, hash identity.Hash) (allowed bool, err error)
	UseGuestDevice(ctx context.Context, guest care.GuestID, hash identity.Hash) error
	ListGuestDevices(ctx context.Context, by care.Reader) ([]care.AskingDevice, error)
	AllowGuestDevice(ctx context.Context, by care.Reader, id string) (care.GuestID, error)

	OpenDoor(ctx context.Context, called string) (care.Doorway, error)
	Call(ctx context.Context, project care.ProjectID, who care.Caller) (care.VisitID, care.GuestID, error)

	PutWhereabouts(ctx context.Context, guest care.GuestID, sealed []byte) error
	Whereabouts(ctx context.Context, by care.Reader, visit care.VisitID, guest care.GuestID) (sealed []byte, at time.Time, err error)

	// LastWhereabouts is what a guest said last, here or at another visit; of is whose it was sealed for.
	LastWhereabouts(ctx context.Context, guest care.GuestID) (of care.GuestID, sealed []byte, at time.Time, err error)
	Ahead(ctx context.Context, caller care.GuestID) (int, error)

	WishCallBack(ctx context.Context, guest care.GuestID) (news bool, err error)
	CallBackWished(ctx context.Context, guest care.GuestID) (bool, error)
	ListCallBacks(ctx context.Context, by care.Reader) (newest []care.CallBack, more int, err error)
	CallBackGuest(ctx context.Context, by care.Reader, id string) (care.GuestID, error)
	DoneCallBack(ctx context.Context, by care.Reader, id string) (care.GuestID, error)
}

// Ring seals and opens; keys.Ring is one.
type Ring interface {
	Seal(ctx context.Context, purpose string, plain, context []byte) ([]byte, error)
	Open(ctx context.Context, purpose string, sealed, context []byte) ([]byte, error)
}

// Contacts tells how a patient and theirs are reached; records.Book is one.
type Contacts interface {
	Who(ctx context.Context, by care.Reader, id care.PatientID) (care.Contact, int64, error)
}

// Book is the door.
type Book struct {
	Store
	ring     Ring
	contacts Contacts
	house    care.Reader
	url      string
	now      func() time.Time
}

// Open opens the door of the house at url, without a slash at its end; house is who asks when the house does by itself. It
// starts nothing.
func Open(store Store, ring Ring, contacts Contacts, house care.Reader, url string, now func() time.Time) *Book {
	if now == nil {
		now = time.Now
	}
	return &Book{Store: store, ring: ring, contacts: contacts, house: house, url: url, now: now}
}

// linkLength is how long a link's secret is: 26 of the 32 signs of base32 hold 130 bits, and no program that makes text into
// links cuts any of them off.
const linkLength = 26

// MintLink makes one more link for a guest and returns its whole address. It is known to nobody but whoever it is sent to.
// Fault: fault.NotFound when the guest is not invited (any more).
func (b *Book) MintLink(ctx context.Context, guest care.GuestID) (address string, err error) {
	secret, err := freshSecret()
	if err != nil {
		return "", err
	}
	if err := b.PutGuestLink(ctx, hashOf(secret), guest); err != nil {
		return "", err
	}
	return b.url + api.LinkPage + secret, nil
}

// HandLink makes one more link for a guest of a visit by writes, to be shown to by alone, and returns the visit it opens.
func (b *Book) HandLink(ctx context.Context, by care.Reader, visit care.VisitID, guest care.GuestID) (address string, v care.Visit, err error) {
	secret, err := freshSecret()
	if err != nil {
		return "", v, err
	}
	v, err = b.HandGuestLink(ctx, by, visit, guest, hashOf(secret))
	return b.url + api.LinkPage + secret, v, err
}

func freshSecret() (string, error) {
	secret := strings.ToLower(rand.Text())
	if len(secret) != linkLength {
		return "", fmt.Errorf("a link's secret has %d signs", len(secret))
	}
	return secret, nil
}

func hashOf(secret string) identity.Hash { return sha256.Sum256([]byte(secret)) }

// linkLives is how long after its visit a link still says what it was for: then it is as unknown as any other.
const linkLives = 30 * 24 * time.Hour

// Find looks up what a link opens. Looking changes nothing, and costs the same for a link that is none. Whoever holds one
// that was taken back learns whose clinic it was, and no more. Faults: fault.NotFound "link.unknown", fault.Gone
// "link.revoked" with the doorway.
func (b *Book) Find(ctx context.Context, secret string) (care.Doorway, error) {
	unknown := fault.New(fault.NotFound, "link.unknown", nil)
	guest, revoked, err := b.GuestOfLink(ctx, hashOf(strings.ToLower(secret)))
	if fault.Is(err, fault.NotFound) {
		if _, err := b.Doorway(ctx, care.NewID[care.GuestID]()); err != nil && !fault.Is(err, fault.NotFound) {
			return care.Doorway{}, err
		}
		return care.Doorway{}, unknown
	}
	if err != nil {
		return care.Doorway{}, err
	}
	d, err := b.Doorway(ctx, guest)
	switch {
	case fault.Is(err, fault.NotFound):
		return care.Doorway{}, unknown
	case err != nil:
		return care.Doorway{}, err
	case b.now().After(d.Visit.End.Add(linkLives)):
		return care.Doorway{}, unknown
	case revoked || d.Guest.State == care.Uninvited:
		return d, fault.New(fault.Gone, "link.revoked", nil)
	}
	return d, nil
}

// codeFor is how long a code for a second device is good.
const codeFor = 10 * time.Minute

// Code makes a code of six digits that lets in one more device of a guest, instead of one made before.
func (b *Book) Code(ctx context.Context, guest care.GuestID) (code string, until time.Time, err error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", until, fmt.Errorf("make a code: %w", err)
	}
	code, until = fmt.Sprintf("%06d", n), b.now().Add(codeFor)
	return code, until, b.PutGuestCode(ctx, guest, codeHash(guest, code), until)
}

// TakeCode takes a code as typed. Whoever calls it has counted the attempt before. Fault: fault.Invalid "link.code".
func (b *Book) TakeCode(ctx context.Context, guest care.GuestID, typed string) error {
	err := b.UseGuestCode(ctx, guest, codeHash(guest, strings.Join(strings.Fields(typed), "")))
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.Invalid, "link.code", nil)
	}
	return err
}

// codeHash hides a code from whoever reads the database in passing. A million codes are no secret to hash; ten minutes and
// five tries protect it.
func codeHash(guest care.GuestID, code string) string {
	sum := sha256.Sum256([]byte("guest-code\x00" + string(guest) + "\x00" + code))
	return hex.EncodeToString(sum[:])
}

// Device is the token of a browser that asks to be let in as a second device; "" makes a new one.
func Device() string { return rand.Text() }

// Ask writes down that the device with a token asks to be let in.
func (b *Book) Ask(ctx context.Context, guest care.GuestID, token, agent string) error {
	return b.AskGuestDevice(ctx, guest, hashOf(token), identity.ReadAgent(agent))
}

// Asked reports whether a device asked, and whether somebody said yes.
func (b *Book) Asked(ctx context.Context, guest care.GuestID, token string) (asked, allowed bool, err error) {
	if token == "" {
		return false, false, nil
	}
	allowed, err = b.GuestDevice(ctx, guest, hashOf(token))
	if fault.Is(err, fault.NotFound) {
		return false, false, nil
	}
	return err == nil, allowed, err
}

// UseDevice takes the yes for a device.
func (b *Book) UseDevice(ctx context.Context, guest care.GuestID, token string) error {
	return b.UseGuestDevice(ctx, guest, hashOf(token))
}

// purpose is what whereabouts are sealed for.
const purpose = "whereabouts"

// LongestWhere is how long a line about where somebody is may be, in characters.
const LongestWhere = 200

// TellWhere keeps where a guest is and whom to call in an emergency; an empty line changes nothing. Fault: "link.where".
func (b *Book) TellWhere(ctx context.Context, guest care.GuestID, line string) error {
	if line = strings.TrimSpace(line); line == "" {
		return nil
	}
	if !care.Readable(line, LongestWhere) {
		return fault.New(fault.Invalid, "link.where", nil)
	}
	return b.putWhere(ctx, guest, []byte(line))
}

func (b *Book) putWhere(ctx context.Context, guest care.GuestID, line []byte) error {
	sealed, err := b.ring.Seal(ctx, purpose, line, []byte("whereabouts/"+guest))
	if err != nil {
		return err
	}
	return b.PutWhereabouts(ctx, guest, sealed)
}

// ToldWhere is when a guest last said where they are, at whichever visit; zero when never. What they said is not for whoever
// holds a link.
func (b *Book) ToldWhere(ctx context.Context, guest care.GuestID) (time.Time, error) {
	_, _, at, err := b.LastWhereabouts(ctx, guest)
	if fault.Is(err, fault.NotFound) {
		return time.Time{}, nil
	}
	return at, err
}

// StillThere keeps what a guest said last as so today. Who never said anything said nothing.
func (b *Book) StillThere(ctx context.Context, guest care.GuestID) error {
	of, sealed, _, err := b.LastWhereabouts(ctx, guest)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	line, err := b.ring.Open(ctx, purpose, sealed, []byte("whereabouts/"+of))
	if err != nil {
		return err
	}
	return b.putWhere(ctx, guest, line)
}

// Where is what a guest said of where they are, and when; "" when nothing.
func (b *Book) Where(ctx context.Context, by care.Reader, visit care.VisitID, guest care.GuestID) (string, time.Time, error) {
	sealed, at, err := b.Whereabouts(ctx, by, visit, guest)
	if err != nil || len(sealed) == 0 {
		return "", at, err
	}
	plain, err := b.ring.Open(ctx, purpose, sealed, []byte("whereabouts/"+guest))
	return string(plain), at, err
}

// Ending is the end of the number a guest would be called at: two digits, enough to know one's own by. "" when the clinic has
// no number.
func (b *Book) Ending(ctx context.Context, d care.Doorway) string {
	if d.Visit.Patient == "" {
		return ""
	}
	c, _, err := b.contacts.Who(ctx, b.house, d.Visit.Patient)
	if err != nil {
		return ""
	}
	number := ""
	switch d.Guest.As {
	case care.AsPatient:
		number = c.Mobile
	case care.AsRelative:
		for _, r := range c.Relatives {
			if r.ID == d.Guest.Relative {
				number = r.Mobile
			}
		}
	}
	if len(number) < 4 {
		return ""
	}
	return number[len(number)-2:]
}

// Reader is a guest as the store wants it.
func Reader(d care.Doorway) care.Reader {
	return care.Reader{Person: identity.GuestPerson(d.Guest.ID), Site: d.Site, Roles: []access.Role{access.Guest}}
}
