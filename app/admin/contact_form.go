package admin

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/words"
)

// contactForm is who a patient really is, as it is being written down.
type contactForm struct {
	name, birth, mail, mobile, note string
	relatives                       []*relativeForm
}

type relativeForm struct {
	id                                     care.RelativeID
	name, relation, mobile, mail, language string
}

// fill takes what is known.
func (c *contactForm) fill(from care.Contact) {
	*c = contactForm{name: from.Name, birth: from.Birth, mail: from.Mail, mobile: from.Mobile, note: from.Note}
	for _, r := range from.Relatives {
		c.relatives = append(c.relatives, &relativeForm{r.ID, r.Name, string(r.Relation), r.Mobile, r.Mail, r.Language})
	}
}

// contact is what is written; relatives nothing was written of are none.
func (c *contactForm) contact() care.Contact {
	out := care.Contact{Name: c.name, Birth: c.birth, Mail: c.mail, Mobile: c.mobile, Note: c.note}
	for _, r := range c.relatives {
		if !r.empty() {
			out.Relatives = append(out.Relatives, r.relative())
		}
	}
	return out
}

func (r *relativeForm) empty() bool { return strings.TrimSpace(r.name+r.mobile+r.mail) == "" }

func (r *relativeForm) relative() care.Relative {
	return care.Relative{ID: r.id, Name: r.name, Relation: care.Relation(r.relation), Mobile: r.mobile, Mail: r.mail, Language: r.language}
}

// check finds what the house would refuse, each beside its field.
func (c *contactForm) check(f *form, today time.Time) {
	own := c.contact()
	own.Relatives = nil
	for range 5 { // one fault at a time, until there is none
		_, err := own.Tidy(today)
		if err == nil {
			break
		}
		f.wrong(contactField(err), err)
		switch contactField(err) {
		case "contact-name":
			own.Name = ""
		case "contact-birth":
			own.Birth = ""
		case "contact-mail":
			own.Mail = ""
		case "contact-mobile":
			own.Mobile = ""
		default:
			own.Note = ""
		}
	}
	for i, r := range c.relatives {
		if r.empty() {
			continue
		}
		at := "relative-" + strconv.Itoa(i) + "-"
		if _, err := care.Mobile(r.mobile); err != nil {
			f.wrong(at+"mobile", err)
		}
		if _, err := (care.Contact{Mail: r.mail}).Tidy(today); err != nil {
			f.wrong(at+"mail", err)
		}
		if strings.TrimSpace(r.name) == "" || !care.Readable(strings.TrimSpace(r.name), 80) {
			f.wrong(at+"name", fault.New(fault.Invalid, "relatives.name", nil))
		}
	}
}

// contactField is the field a fault of a contact is about; "" is the whole.
func contactField(err error) string {
	if what, ok := strings.CutPrefix(fault.Of(err).Code, "contact."); ok {
		return "contact-" + what
	}
	return ""
}

// draw draws the fields of the patient's own.
func (c *contactForm) draw(f *form) []app.UI {
	return []app.UI{
		f.text(input{id: "contact-name", label: words.T("admin.contact.name"), help: words.T("admin.contact.name.help"), most: 80}, &c.name),
		f.text(input{id: "contact-birth", label: words.T("admin.contact.birth"), kind: "date"}, &c.birth),
		f.text(input{id: "contact-mobile", label: words.T("admin.contact.mobile"), hint: "+49 170 1234567", kind: "tel", most: 40}, &c.mobile),
		f.text(input{id: "contact-mail", label: words.T("admin.contact.mail"), hint: "ann@example.org", kind: "email", most: 254}, &c.mail),
		f.text(input{id: "contact-note", label: words.T("admin.contact.note"), most: 1000}, &c.note),
	}
}

// family draws the relatives, and the button for one more.
func (c *contactForm) family(f *form, focus func(string)) []app.UI {
	var parts []app.UI
	for i, r := range c.relatives {
		parts = append(parts, c.relative(f, i, r, focus))
	}
	if len(c.relatives) < care.MaxRelatives {
		parts = append(parts, app.Div().Body(kit.Button{ID: "relative-add", Word: words.T("admin.relative.add"), Icon: "plus", Class: "line small", Press: func(app.Context) {
			c.relatives = append(c.relatives, &relativeForm{relation: string(care.Relations()[0])})
			focus("relative-" + strconv.Itoa(len(c.relatives)-1) + "-name")
		}}.Draw()))
	}
	return parts
}

func (c *contactForm) relative(f *form, i int, r *relativeForm, focus func(string)) app.UI {
	at := "relative-" + strconv.Itoa(i) + "-"
	var relations []kit.Choice
	for _, k := range care.Relations() {
		relations = append(relations, kit.Choice{Value: string(k), Word: words.T("admin.relation." + string(k))})
	}
	title := words.T("admin.relative", "n", strconv.Itoa(i+1))
	return app.FieldSet().Class("adm-relative").Body(app.Legend().Class("label").Text(title),
		f.text(input{id: at + "name", label: words.T("admin.name"), most: 80}, &r.name),
		f.choice(at+"relation", words.T("admin.relation"), relations, r.relation, set(&r.relation)),
		f.text(input{id: at + "mobile", label: words.T("admin.contact.mobile"), kind: "tel", most: 40}, &r.mobile),
		f.text(input{id: at + "mail", label: words.T("admin.contact.mail"), kind: "email", most: 254}, &r.mail),
		f.choice(at+"language", words.T("app.language"), languages(), r.language, set(&r.language)),
		app.Div().Class("adm-end").Body(kit.Button{ID: at + "remove", Word: words.T("admin.remove"), Icon: "trash", Class: "small", Label: words.T("admin.act.label", "act", words.T("admin.remove"), "name", title), Press: func(app.Context) {
			c.relatives = slices.Delete(c.relatives, i, i+1)
			focus("relative-add")
		}}.Draw()))
}

// languages are those a person may have; none follows the browser.
func languages() []kit.Choice {
	all := []kit.Choice{{Word: words.T("admin.language.own")}}
	for _, l := range words.Languages() {
		all = append(all, kit.Choice{Value: string(l), Word: l.Name()})
	}
	return all
}

// themes are the looks a person's pages may have.
func themes() (all []kit.Choice) {
	for _, t := range []struct{ value, key string }{{"", "system"}, {"light", "light"}, {"dark", "dark"}, {"child", "child"}} {
		all = append(all, kit.Choice{Value: t.value, Word: words.T("app.theme." + t.key)})
	}
	return all
}

// fields are the patient's own.
func (c *contactForm) fields() []bound {
	return []bound{{"contact-name", words.T("admin.contact.name"), &c.name, nil}, {"contact-birth", words.T("admin.contact.birth"), &c.birth, birthday},
		{"contact-mobile", words.T("admin.contact.mobile"), &c.mobile, nil}, {"contact-mail", words.T("admin.contact.mail"), &c.mail, nil},
		{"contact-note", words.T("admin.contact.note"), &c.note, nil}}
}

// contactValues are a contact's values in the same order.
func contactValues(c care.Contact) []string {
	return []string{c.Name, c.Birth, c.Mobile, c.Mail, c.Note}
}

// sameFamily reports whether the relatives are those of a contact.
func (c *contactForm) sameFamily(as care.Contact) bool {
	return slices.Equal(c.contact().Relatives, as.Relatives)
}
