package care

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"hearth/shared/fault"
)

// RelativeID names a relative.
type RelativeID string

// Contact is who a patient really is and how to reach them and theirs. It lies apart from everything else, sealed.
type Contact struct {
	Name      string     `json:"name,omitempty"`
	Birth     string     `json:"birth,omitempty" doc:"The day, as 1989-04-02."`
	Mail      string     `json:"mail,omitempty"`
	Mobile    string     `json:"mobile,omitempty" doc:"As +4917012345678 (E.164)."`
	Note      string     `json:"note,omitempty"`
	Relatives []Relative `json:"relatives,omitempty" doc:"Three at most."`
}

// Relative is somebody close to a patient who may come by link.
type Relative struct {
	ID       RelativeID `json:"id,omitempty"`
	Name     string     `json:"name"`
	Relation Relation   `json:"relation"`
	Mobile   string     `json:"mobile,omitempty" doc:"As +4917012345678 (E.164)."`
	Mail     string     `json:"mail,omitempty"`
	Language string     `json:"language,omitempty"`
}

// Relation says what a relative is to the patient.
type Relation string

// Relations lists what a relative may be, in the order pages show them.
func Relations() []Relation {
	return []Relation{"mother", "father", "parent", "partner", "child", "sibling", "grandparent", "friend", "carer", "interpreter", "other"}
}

// MaxRelatives is how many relatives a patient may have.
const MaxRelatives = 3

// longest texts of a contact, in characters.
const (
	maxMail        = 254 // RFC 5321 section 4.5.3.1.3
	maxContactNote = 1000
)

// Empty reports whether nothing is known.
func (c Contact) Empty() bool {
	return c.Name == "" && c.Birth == "" && c.Mail == "" && c.Mobile == "" && c.Note == "" && len(c.Relatives) == 0
}

// Tidy trims and normalises a contact, folds relatives that are there twice into one, and refuses what cannot be. Today
// is the day nobody is born after.
func (c Contact) Tidy(today time.Time) (Contact, error) {
	c.Name, c.Birth, c.Mail, c.Note = strings.TrimSpace(c.Name), strings.TrimSpace(c.Birth), strings.TrimSpace(c.Mail), strings.TrimSpace(c.Note)
	bad := func(code string) (Contact, error) { return c, fault.New(fault.Invalid, code, nil) }
	if c.Name != "" && !Readable(c.Name, 80) {
		return bad("contact.name")
	}
	if c.Birth != "" {
		day, err := time.Parse(time.DateOnly, c.Birth)
		if err != nil || day.After(today) || day.Year() < today.Year()-130 {
			return bad("contact.birth")
		}
	}
	if c.Mail != "" && !mail(c.Mail) {
		return bad("contact.mail")
	}
	if utf8.RuneCountInString(c.Note) > maxContactNote || !utf8.ValidString(c.Note) || strings.ContainsRune(c.Note, 0) {
		return bad("contact.note")
	}
	var err error
	if c.Mobile, err = Mobile(c.Mobile); err != nil {
		return c, err
	}
	c.Relatives, err = tidyRelatives(c.Relatives)
	return c, err
}

// mail reports whether an address looks like one; only a message that arrives proves it.
func mail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	return at > 0 && at < len(s)-1 && Readable(s, maxMail) && !strings.ContainsAny(s, " \t\"<>(),;:\\") && strings.Contains(s[at:], ".") &&
		!strings.Contains(s, "..") && !strings.HasSuffix(s, ".") && strings.Count(s, "@") == 1
}

// Mobile normalises a number into E.164 (ITU-T E.164 section 6): "+", a country code and at most 15 digits in all. Signs
// people put between digits go, a leading 00 becomes +, and so does the (0) some write after the country code. "" stays.
func Mobile(s string) (string, error) {
	if s = strings.TrimSpace(s); s == "" {
		return "", nil
	}
	bare := strings.NewReplacer("(0)", "", " ", "", "\u00a0", "", "\u202f", "", "-", "", "–", "", ".", "", "/", "", "(", "", ")", "").Replace(s)
	if rest, ok := strings.CutPrefix(bare, "00"); ok {
		bare = "+" + rest
	}
	digits, ok := strings.CutPrefix(bare, "+")
	if !ok || len(digits) < 7 || len(digits) > 15 || digits[0] == '0' || strings.Trim(digits, "0123456789") != "" {
		return "", fault.New(fault.Invalid, "contact.mobile", nil)
	}
	return bare, nil
}

// Following gives relatives without an id the one they had in an earlier contact, where it is the same person there, and
// takes it from whoever was written over somebody: of another name and reached elsewhere they are another person, and invited
// to nothing.
func (c Contact) Following(was Contact) Contact {
	c.Relatives = slices.Clone(c.Relatives)
	for i, r := range c.Relatives {
		r.Mobile, _ = Mobile(r.Mobile)
		r.Name, r.Mail = strings.TrimSpace(r.Name), strings.TrimSpace(r.Mail)
		if ValidID(r.ID) {
			if o, there := was.relative(r.ID); there && PseudonymKey(o.Name) != PseudonymKey(r.Name) && r.elsewhere(o) {
				c.Relatives[i].ID = NewID[RelativeID]()
			}
			continue
		}
		for _, o := range was.Relatives {
			taken := slices.ContainsFunc(c.Relatives, func(x Relative) bool { return x.ID == o.ID })
			if !taken && o.Relation == r.Relation && (r.couldBe(o) || PseudonymKey(o.Name) == PseudonymKey(r.Name) && !r.elsewhere(o)) {
				c.Relatives[i].ID = o.ID
				break
			}
		}
	}
	return c
}

// couldBe reports whether two entries may be one person: of the same name, and with no two addresses of a kind.
func (r Relative) couldBe(o Relative) bool {
	fit := func(a, b string) bool { return a == b || a == "" || b == "" }
	return PseudonymKey(o.Name) == PseudonymKey(r.Name) && fit(o.Mobile, r.Mobile) && fit(o.Mail, r.Mail)
}

// elsewhere reports whether somebody is reached otherwise than o and by nothing that reached o, too.
func (r Relative) elsewhere(o Relative) bool {
	kept := r.Mobile != "" && r.Mobile == o.Mobile || r.Mail != "" && r.Mail == o.Mail
	return !kept && (r.Mobile != o.Mobile || r.Mail != o.Mail)
}

func tidyRelatives(list []Relative) (tidy []Relative, err error) {
	if len(list) > 4*MaxRelatives {
		return nil, fault.New(fault.Invalid, "relatives.count", nil)
	}
	for _, r := range list {
		if r, err = r.tidy(); err != nil {
			return nil, err
		}
		tidy = r.into(tidy)
	}
	if len(tidy) > MaxRelatives {
		return nil, fault.New(fault.Invalid, "relatives.count", nil)
	}
	return tidy, nil
}

func (r Relative) tidy() (Relative, error) {
	r.Name = strings.TrimSpace(r.Name)
	if r.Name == "" || !Readable(r.Name, 80) {
		return r, fault.New(fault.Invalid, "relatives.name", nil)
	}
	known := false
	for _, k := range Relations() {
		known = known || r.Relation == k
	}
	if !known {
		return r, fault.New(fault.Invalid, "relatives.relation", nil)
	}
	if err := Settings(r.Language, ""); err != nil {
		return r, err
	}
	if r.Mail = strings.TrimSpace(r.Mail); r.Mail != "" && !mail(r.Mail) {
		return r, fault.New(fault.Invalid, "contact.mail", nil)
	}
	if !ValidID(r.ID) {
		r.ID = NewID[RelativeID]()
	}
	var err error
	r.Mobile, err = Mobile(r.Mobile)
	return r, err
}

// into adds r to a list, or to the one of the list that is the same person: of the same name, and with one number and one
// e-mail address between them.
func (r Relative) into(list []Relative) []Relative {
	for i, o := range list {
		if !r.couldBe(o) {
			continue
		}
		if o.Mobile == "" {
			list[i].Mobile = r.Mobile
		}
		if o.Mail == "" {
			list[i].Mail = r.Mail
		}
		if o.Language == "" {
			list[i].Language = r.Language
		}
		return list
	}
	return append(list, r)
}
