package records_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hearth/backend/keys"
	"hearth/backend/records"
	"hearth/backend/store"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// office is a book over a real store, with an administrator, a therapist and a group.
type office struct {
	*records.Book
	store          *store.Store
	dir            string
	admin          care.Reader
	therapist      care.Person
	project, other care.ProjectID
}

func mustOffice(t testing.TB) office {
	t.Helper()
	o := office{dir: t.TempDir()}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var err error
	o.store, err = store.Open(t.Context(), store.Config{Dir: o.dir})
	must(err)
	t.Cleanup(func() { o.store.Close() })
	ring, err := keys.Open(t.Context(), o.store, keys.Config{Dir: o.dir})
	must(err)
	o.Book = records.Open(o.store, ring, func() time.Time { return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) })
	site, project, err := o.store.Home(t.Context())
	must(err)
	o.project = project
	p, err := o.store.AddPerson(t.Context(), care.NewPerson{Name: "Ada", Login: "ada", Roles: []access.Role{access.Administrator}})
	must(err)
	o.admin = care.Reader{Person: p.ID, Site: p.Site, Roles: p.Roles}
	o.therapist, err = o.store.AddPerson(t.Context(), care.NewPerson{Name: "Mira", Login: "mira", Roles: []access.Role{access.Therapist}})
	must(err)
	_, err = o.store.CreateGroup(t.Context(), o.admin, project, "Arm A")
	must(err)
	far, err := o.store.CreateProject(t.Context(), o.admin, site, "Far")
	must(err)
	o.other = far.ID
	return o
}

func (o office) preview(t testing.TB, text string) (records.Preview, error) {
	t.Helper()
	return o.Preview(t.Context(), o.admin, o.project, strings.NewReader(text))
}

const list = "Pseudonym;Group;Language;Account;Therapists;Signals;Name;Birth;Mobile;Note;Relative 1 name;Relative 1 relation;Relative 1 mobile;Relative 1 mail\r\n" +
	"Jay-4;arm a;de;yes;mira;ecg movement;\"Park; Ann\";1989-04-02;0049 170 1234567;'=1+1;Rosa Park;mother;+49 170 7654321;rosa@example.org\r\n" +
	";;;no;;;Ben Park;;+49 170 1234567;'@home;;;;\r\n" +
	"\r\n" +
	";;fr;;;;;;;;;;;\r\n"

// A list is looked at, made as it was looked at, and made once.
func TestImport(t *testing.T) {
	o := mustOffice(t)
	p, err := o.preview(t, "\ufeff"+list)
	if err != nil || len(p.Troubles) != 0 || len(p.Rows) != 3 || p.Digest == "" || p.Separator != ';' {
		t.Fatalf("previewed %+v, %v", p, err)
	}
	if r := p.Rows[0]; r.Contact.Name != "Park; Ann" || r.Contact.Mobile != "+491701234567" || r.Contact.Note != "=1+1" || len(r.New.Therapist[0].Signals) != 2 || r.New.Group == "" {
		t.Errorf("the first row is %+v", r)
	}
	if p.Rows[1].Contact.Note != "@home" || !p.Rows[1].New.LinkOnly || p.Rows[2].Line != 5 {
		t.Errorf("the others are %+v", p.Rows[1:])
	}
	if _, _, err := o.Commit(t.Context(), o.admin, o.project, strings.NewReader(list), strings.Repeat("0", 64), "import-1"); !fault.Is(err, fault.Conflict) {
		t.Errorf("made without a preview: %v", err)
	}
	if _, _, err := o.Commit(t.Context(), o.admin, o.other, strings.NewReader(list), p.Digest, "import-1"); !fault.Is(err, fault.Conflict) {
		t.Errorf("made in another project: %v", err)
	}
	if all, _, _, err := o.List(t.Context(), o.admin, care.RecordFilter{}, care.Page{}); err != nil || len(all) != 0 {
		t.Fatalf("something was written: %v, %v", all, err)
	}
	made, _, err := o.Commit(t.Context(), o.admin, o.project, strings.NewReader(list), p.Digest, "import-1")
	if err != nil || len(made) != 3 || made[0].Name != "Jay-4" || made[0].Language != "de" || len(made[0].Care) != 1 {
		t.Fatalf("made %+v, %v", made, err)
	}
	again, _, err := o.Commit(t.Context(), o.admin, o.project, strings.NewReader(list), p.Digest, "import-1")
	if err != nil || len(again) != 3 || again[2].ID != made[2].ID {
		t.Errorf("made again: %+v, %v", again, err)
	}
	if c, version, err := o.Who(t.Context(), o.admin, made[0].ID); err != nil || version != 1 || c.Name != "Park; Ann" || c.Relatives[0].Mobile != "+491707654321" || c.Relatives[0].Mail != "rosa@example.org" {
		t.Errorf("who it is: %+v, %v", c, err)
	}
	if p, err := o.preview(t, list); err != nil || p.Digest != "" || p.Troubles[0].Fault.Code != "pseudonym.taken" || p.Troubles[0].Line != 2 {
		t.Errorf("the same list again: %+v, %v", p, err)
	}
	again2, err := o.preview(t, "name,birth,mobile\n park;  ann ,1989-04-02,+491701234567\nPark; Ann,1990-04-02,+491701234567\nBen Park,,+491701234567\n")
	if err != nil || len(again2.Troubles) != 2 || again2.Troubles[0].Fault.Code != "import.known" || again2.Troubles[0].Line != 2 || again2.Troubles[1].Line != 4 {
		t.Errorf("people who are here already: %+v, %v", again2.Troubles, err)
	}
	const named = "name\nAnn Park\nAnn Park\n" // a name alone is nobody's own
	if p, err = o.preview(t, named); err != nil || p.Digest == "" {
		t.Fatalf("two of one name: %+v, %v", p.Troubles, err)
	}
	if _, _, err := o.Commit(t.Context(), o.admin, o.project, strings.NewReader(named), p.Digest, "import-2"); err != nil {
		t.Fatal(err)
	}
	if p, err = o.preview(t, named); err != nil || p.Digest == "" {
		t.Errorf("another of that name: %+v, %v", p.Troubles, err)
	}
}

// Every row's trouble is said with its line and column, and nothing is written.
func TestTroubles(t *testing.T) {
	o := mustOffice(t)
	p, err := o.preview(t, "pseudonym,group,therapist,account,mobile,birth,relative1mobile,relative1name,relative1relation,shoe size,login,game,relative2name,relative2relation,relative2mail\n"+
		"A,arm b,,,,,,,,,\nB,,nobody,,,,,,,,\nC,,,perhaps,,,,,,,\nD,,,,0170 1,,,,,,\nE,,,,,2.4.1989,,,,,\nF,,,,,,0170,R,mother,,\nG,,,,,,,R,boss,,\n"+
		"a,,,,,,,,,,\nH,,,no,,,,,,,hh1\nI,,,,,,,,,,x y\nJ,,,,,,,,,,,,,,,too,many\nK,,,,,,,,,,ada\n=L,,,,+491701234567,,,,,,,moon\nM,,,,,,,@R,mother,,,\nN,,,,,,,,,,,,S,mother,a at b\n")
	if err != nil || p.Digest != "" {
		t.Fatalf("%+v, %v", p, err)
	}
	got := map[string]bool{}
	for _, one := range p.Troubles {
		got[fmt.Sprint(one.Line, " ", one.Column, " ", one.Fault.Code)] = true
	}
	for _, want := range []string{"1 shoe size import.column", "2 group import.group", "3 therapists import.therapist", "4 account import.yes-no",
		"5 mobile contact.mobile", "6 birth contact.birth", "7 relative1mobile contact.mobile", "8 relative1relation relatives.relation",
		"9 pseudonym import.twice", "10 login record.link-login", "11 login login.letters", "12  import.wide", "13 login login.taken", "14 pseudonym import.formula", "14 game game.world", "15 relative1name import.formula", "16 relative2mail contact.mail"} {
		if !got[want] {
			t.Errorf("nothing says %q; what is said: %v", want, slices.Sorted(maps.Keys(got)))
		}
		delete(got, want)
	}
	if len(got) != 0 {
		t.Errorf("besides: %v", got)
	}
}

func TestFilesThatAreNoLists(t *testing.T) {
	o := mustOffice(t)
	utf16 := []byte{0xff, 0xfe}
	for _, c := range "pseudonym;name\nA;Ann\n" {
		utf16 = append(utf16, byte(c), 0)
	}
	for code, file := range map[string]string{
		"import.empty": " \n", "import.utf16": string(utf16), "import.latin1": "name\nM\xfcller\n", "import.no-list": "PK\x03\x04...",
		"import.no-heading": "Ann;Park\nBen;Park\n", "import.rows": "group\n" + strings.Repeat("arm a\n", 100_000),
		"import.large": "note\n" + strings.Repeat(strings.Repeat("n", 900)+"\n", 5000),
	} {
		if _, err := o.preview(t, file); err == nil || fault.Of(err).Code != code {
			t.Errorf("%s: got %v", code, err)
		}
	}
	if _, err := o.preview(t, string(utf16[2:])); fault.Of(err).Code != "import.utf16" {
		t.Errorf("UTF-16 without a mark: %v", err)
	}
	if p, err := o.preview(t, "name\n"+strings.Repeat("Ann\n", 40)+strings.Repeat("x", 40<<10)+"M\xfcller\n"); err != nil && fault.Of(err).Code != "import.latin1" || err == nil && p.Digest != "" {
		t.Errorf("Latin-1 far behind: %v", err)
	}
	if p, err := o.preview(t, "name,note\nAnn,\"lost\nBen,\n"); err != nil || p.Troubles[0].Fault.Code != "import.quotes" || p.Digest != "" {
		t.Errorf("a lost quote: %+v, %v", p, err)
	}
	therapist := care.Reader{Person: o.therapist.ID, Site: o.therapist.Site, Roles: o.therapist.Roles}
	if _, err := o.Preview(t.Context(), therapist, o.project, strings.NewReader(list)); !fault.Is(err, fault.NotFound) {
		t.Errorf("a therapist imports: %v", err)
	}
}

// A reader that is cut off is an error, not a short list.
func TestBrokenFile(t *testing.T) {
	o := mustOffice(t)
	if _, err := o.Preview(t.Context(), o.admin, o.project, &cut{text: list}); err == nil {
		t.Error("half a file passes for a list")
	}
}

type cut struct{ text string }

func (c *cut) Read(b []byte) (int, error) {
	n := copy(b, c.text[:min(len(c.text), 50)])
	if c.text = c.text[n:]; n == 0 || len(c.text) < 100 {
		return n, errors.New("cut off")
	}
	return n, nil
}

// What is exported is no formula, and comes back as it was.
func TestExport(t *testing.T) {
	o := mustOffice(t)
	p, err := o.preview(t, list)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.Commit(t.Context(), o.admin, o.project, strings.NewReader(list), p.Digest, "import-1"); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if n, err := o.Export(t.Context(), o.admin, care.RecordFilter{Text: "Jay-4"}, nil, &out); err != nil || n != 1 || !strings.Contains(out.String(), "'=1+1") || !strings.Contains(out.String(), "'+491701234567") {
		t.Errorf("exported %d, %v:\n%s", n, err, &out)
	}
	if !strings.HasPrefix(out.String(), "\ufeffpseudonym,") {
		t.Errorf("begins with %q", out.String()[:20])
	}
	fresh := mustOffice(t)
	back, err := fresh.preview(t, out.String())
	if err != nil || len(back.Troubles) != 0 || back.Rows[0].Contact.Note != "=1+1" || back.Rows[0].Contact.Mobile != "+491701234567" {
		t.Errorf("it comes back as %+v, %v", back, err)
	}
	therapist := care.Reader{Person: o.therapist.ID, Roles: []access.Role{access.Researcher}}
	out.Reset()
	if _, err := o.Export(t.Context(), therapist, care.RecordFilter{}, nil, &out); err != nil || strings.Contains(out.String(), "mobile") {
		t.Errorf("who reads no contacts gets columns for them: %s, %v", &out, err)
	}
}

func TestDefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.String().Draw(t, "cell")
		safe := records.Defused(cell)
		if safe != "" && strings.ContainsAny(safe[:1], "=+-@\t\r") || records.Bare(safe) != cell {
			t.Fatalf("%q becomes %q, and back %q", cell, safe, records.Bare(safe))
		}
	})
}

// The database alone tells nobody who somebody is.
func TestNamesLieSealed(t *testing.T) {
	o := mustOffice(t)
	c := care.Contact{Name: "Annabella Parkinson", Mail: "annabella@example.org", Mobile: "+491701234567", Note: "afraid of spiders", Birth: "1989-04-02"}
	r, err := o.Create(t.Context(), o.admin, care.NewRecord{ID: care.NewID[care.PatientID](), Project: o.project}, &c)
	if err != nil {
		t.Fatal(err)
	}
	other, err := o.Create(t.Context(), o.admin, care.NewRecord{ID: care.NewID[care.PatientID](), Project: o.project}, &c)
	if err != nil {
		t.Fatal("two patients cannot share an address: ", err)
	}
	a, _, err := o.store.Contact(t.Context(), o.admin, r.ID)
	b, _, err2 := o.store.Contact(t.Context(), o.admin, other.ID)
	if err != nil || err2 != nil || bytes.Equal(a, b) {
		t.Error("the same person is sealed alike")
	}
	for _, secret := range []string{c.Name, c.Mail, c.Mobile, c.Note, c.Birth} {
		if bytes.Contains(a, []byte(secret)) {
			t.Errorf("%s lies open", secret)
		}
	}
	if _, err := o.store.PutContact(t.Context(), o.admin, r.ID, b, 1); err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.Who(t.Context(), o.admin, r.ID); err == nil {
		t.Error("what was sealed for one patient opens for another")
	}
	found, _, _, err := o.List(context.Background(), o.admin, care.RecordFilter{Text: "x"}, care.Page{})
	if err == nil {
		t.Errorf("a broken contact is passed over: %v", found)
	}
}

func FuzzPreview(f *testing.F) {
	o := mustOffice(f)
	for _, seed := range []string{list, "\ufeffname\nA\n", "a,b\n\"", "name\tmail\nA\tb@c.de\n", "\xff\xfen\x00", "note\n'=1\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		p, err := o.Preview(t.Context(), o.admin, o.project, bytes.NewReader(file))
		switch {
		case err != nil && fault.Of(err).Kind == fault.Internal:
			t.Fatalf("our mistake: %v", err)
		case err == nil && (p.Digest != "") == (len(p.Troubles) > 0):
			t.Fatalf("a digest %q beside %d troubles", p.Digest, len(p.Troubles))
		case err == nil && (len(p.Rows) > records.MostRows || len(p.Troubles) > records.MostRows):
			t.Fatalf("%d rows, %d troubles", len(p.Rows), len(p.Troubles))
		}
	})
}

// Every column of the template is understood.
func TestTemplate(t *testing.T) {
	o := mustOffice(t)
	p, err := o.preview(t, strings.Join(api.ImportColumns(), ",")+"\n"+strings.Repeat(",", len(api.ImportColumns())-1)+"\nJay-4\n")
	if err != nil || len(p.Troubles) != 0 || len(p.Columns) != len(api.ImportColumns()) || len(p.Rows) != 1 {
		t.Errorf("%+v, %v", p, err)
	}
}
