package records

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// Desk is what a list is held against: the project's groups by their name and its therapists by their sign-in name.
type Desk struct {
	Groups     map[string]care.GroupID
	Therapists map[string]care.PersonID
}

// Trouble is what is wrong with one cell of a list, with its row as "" where it is not one cell.
type Trouble struct {
	Line   int
	Column string
	Fault  *fault.Error
}

// Row is one patient of a list.
type Row struct {
	Line    int
	New     care.NewRecord
	Contact care.Contact
}

// Preview is what a list would make.
type Preview struct {
	Rows      []Row
	Separator rune
	Columns   []string
	Troubles  []Trouble
	More      bool   // there are more troubles than are said
	Digest    string // of what would be made; "" while there is trouble
}

// mostTroubles is how many are said at once.
const mostTroubles = MostRows

// Preview reads a list of patients for a project where by writes records, and writes nothing. What is wrong with the file
// as a whole is the error; what is wrong with rows is in the answer.
func (b *Book) Preview(ctx context.Context, by care.Reader, project care.ProjectID, file io.Reader) (Preview, error) {
	desk, err := b.ImportDesk(ctx, by, project)
	if err != nil {
		return Preview{}, err
	}
	bounded := &io.LimitedReader{R: file, N: MostBytes + 1}
	s, err := openSheet(bounded)
	if err != nil {
		return Preview{}, err
	}
	p := Preview{Separator: s.separator}
	troubles, err := s.heading()
	if err != nil {
		return Preview{}, err
	}
	p.say(troubles...)
	for _, c := range s.columns {
		if c != "" {
			p.Columns = append(p.Columns, c)
		}
	}
	seen := twice{}
	for {
		line, cells, err := s.next()
		switch {
		case bounded.N <= 0:
			return Preview{}, fault.New(fault.TooLarge, "import.large", nil).With("megabytes", strconv.Itoa(MostBytes>>20))
		case errors.Is(err, io.EOF):
			return b.concluded(ctx, by, project, p)
		case fault.Is(err, fault.Invalid):
			if p.say(Trouble{Line: line, Fault: fault.Of(err)}); fault.Of(err).Code == "import.quotes" {
				return p, nil // behind a lost quote nothing is where it seems
			}
			continue
		case err != nil:
			return Preview{}, err
		case len(cells) == 0:
			continue
		case len(p.Rows) >= MostRows:
			return Preview{}, fault.New(fault.TooLarge, "import.rows", nil).With("most", strconv.Itoa(MostRows))
		}
		row, troubles := desk.row(line, cells, project, b)
		for _, column := range s.sums {
			p.say(Trouble{line, column, fault.New(fault.Invalid, "import.formula", nil)})
		}
		p.say(append(troubles, seen.note(row)...)...)
		p.Rows = append(p.Rows, row)
	}
}

func (p *Preview) say(troubles ...Trouble) {
	for _, t := range troubles {
		if p.More = p.More || len(p.Troubles) >= mostTroubles; !p.More {
			p.Troubles = append(p.Troubles, t)
		}
	}
}

// concluded finds what is taken at the house already, and makes the digest.
func (b *Book) concluded(ctx context.Context, by care.Reader, project care.ProjectID, p Preview) (Preview, error) {
	if len(p.Rows) == 0 && len(p.Troubles) == 0 {
		return p, fault.New(fault.Invalid, "import.empty", nil)
	}
	var marks, logins []string
	for _, r := range p.Rows {
		if r.New.Name != "" {
			marks = append(marks, care.PseudonymKey(r.New.Name))
		}
		if r.New.Login != "" {
			logins = append(logins, r.New.Login)
		}
	}
	takenMarks, takenLogins, err := b.Taken(ctx, marks, logins)
	if err != nil {
		return p, err
	}
	for _, r := range p.Rows {
		if r.New.Name != "" && takenMarks[care.PseudonymKey(r.New.Name)] {
			p.say(Trouble{r.Line, "pseudonym", fault.New(fault.Conflict, "pseudonym.taken", nil)})
		}
		if r.New.Login != "" && takenLogins[r.New.Login] {
			p.say(Trouble{r.Line, "login", fault.New(fault.Conflict, "login.taken", nil)})
		}
	}
	known, err := b.known(ctx, by, p.Rows)
	if err != nil {
		return p, err
	}
	for _, r := range p.Rows {
		if telling(r.Contact) && known[somebody(r.Contact)] {
			p.say(Trouble{r.Line, "name", fault.New(fault.Conflict, "import.known", nil)})
		}
	}
	if len(p.Troubles) > 0 {
		slices.SortStableFunc(p.Troubles, func(a, b Trouble) int { return a.Line - b.Line })
		return p, nil
	}
	sum := sha256.New()
	for i := range p.Rows {
		for j := range p.Rows[i].Contact.Relatives {
			p.Rows[i].Contact.Relatives[j].ID = "" // made at random: the file says nothing about it
		}
	}
	if err := json.NewEncoder(sum).Encode([]any{project, p.Rows}); err != nil {
		return p, err
	}
	p.Digest = hex.EncodeToString(sum.Sum(nil))
	return p, nil
}

// known finds who of a list is at the house already, among those whose contacts by may read.
func (b *Book) known(ctx context.Context, by care.Reader, rows []Row) (map[string]bool, error) {
	known := map[string]bool{}
	named := slices.ContainsFunc(rows, func(r Row) bool { return telling(r.Contact) })
	if !named || by.Reach(access.ReadContacts) == access.Nothing {
		return known, nil
	}
	return known, b.EachContact(ctx, by, care.RecordFilter{}, func(id care.PatientID, sealed []byte) error {
		c, err := b.open(ctx, id, sealed)
		known[somebody(c)] = true
		return err
	})
}

// row reads one patient.
func (d Desk) row(line int, cells map[string]string, project care.ProjectID, b *Book) (Row, []Trouble) {
	r := Row{Line: line, New: care.NewRecord{Project: project, Name: cells["pseudonym"], Language: strings.ToLower(cells["language"]),
		Theme: strings.ToLower(cells["theme"]), Login: strings.ToLower(cells["login"])}}
	var troubles []Trouble
	check := func(column string, err error) {
		if err != nil {
			troubles = append(troubles, Trouble{line, column, fault.Of(err)})
		}
	}
	if r.New.Name != "" {
		check("pseudonym", care.ValidateName(r.New.Name))
	}
	if r.New.Login != "" {
		check("login", care.ValidateLogin(r.New.Login))
	}
	check("language", care.Settings(r.New.Language, ""))
	check("theme", care.Settings("", r.New.Theme))
	var err error
	r.New.Game, err = gameOf(cells["game"])
	check("game", err)
	account, ok := yes[strings.ToLower(cells["account"])]
	if r.New.LinkOnly = !account; !ok {
		check("account", fault.New(fault.Invalid, "import.yes-no", nil))
	}
	if r.New.LinkOnly && r.New.Login != "" {
		check("login", fault.New(fault.Invalid, "record.link-login", nil))
	}
	if name := cells["group"]; name != "" {
		if r.New.Group, ok = d.Groups[strings.ToLower(name)]; !ok {
			check("group", fault.New(fault.Invalid, "import.group", nil))
		}
	}
	check("signals", d.care(cells, &r.New, func() { check("therapists", fault.New(fault.Invalid, "import.therapist", nil)) }))
	r.Contact = contactOf(cells)
	r.Contact, err = r.Contact.Tidy(b.now())
	check(columnOfFault(err, cells), err)
	return r, troubles
}

// gameOf reads the game of a patient: the world it takes place in, or just that there is one.
func gameOf(cell string) (care.Game, error) {
	cell = strings.ToLower(cell)
	if on, said := yes[cell]; cell == "" || said {
		return care.Game{On: cell != "" && on}.Tidy()
	}
	return care.Game{On: true, World: care.World(cell)}.Tidy()
}

// yes is how people say so; left out it is yes, a patient has an account.
var yes = map[string]bool{"": true, "yes": true, "true": true, "1": true, "x": true, "ja": true, "oui": true, "si": true, "sí": true,
	"no": false, "false": false, "0": false, "nein": false, "non": false, "link": false}

// care reads therapists and signals, which stand in one cell each, with spaces, commas or bars between them.
func (d Desk) care(cells map[string]string, n *care.NewRecord, unknown func()) error {
	apart := func(text string) []string {
		return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return strings.ContainsRune(" ,;|/", r) })
	}
	var signals []access.Signal
	for _, s := range apart(cells["signals"]) {
		if signals = append(signals, access.Signal(s)); !access.Signal(s).Known() {
			return fault.New(fault.Invalid, "signal.unknown", nil)
		}
	}
	for _, login := range apart(cells["therapists"]) {
		id, ok := d.Therapists[login]
		if !ok {
			unknown()
			continue
		}
		n.Therapist = append(n.Therapist, care.Permission{Therapist: id, Signals: signals})
	}
	return nil
}

func contactOf(cells map[string]string) care.Contact {
	c := care.Contact{Name: cells["name"], Birth: cells["birth"], Mail: cells["mail"], Mobile: cells["mobile"], Note: cells["note"]}
	for _, n := range []string{"1", "2", "3"} {
		r := care.Relative{Name: cells["relative"+n+"name"], Relation: care.Relation(strings.ToLower(cells["relative"+n+"relation"])),
			Mobile: cells["relative"+n+"mobile"], Mail: cells["relative"+n+"mail"], Language: strings.ToLower(cells["relative"+n+"language"])}
		if r != (care.Relative{}) {
			c.Relatives = append(c.Relatives, r)
		}
	}
	return c
}

// columnOfFault is where a fault of a contact stands; a relative's is said of the first column that has it.
func columnOfFault(err error, cells map[string]string) string {
	if err == nil {
		return ""
	}
	room, what, _ := strings.Cut(fault.Of(err).Code, ".")
	if room == "contact" {
		_, own := care.Contact{Mail: cells["mail"], Mobile: cells["mobile"]}.Tidy(noDay)
		if what != "mobile" && what != "mail" || own != nil {
			return what
		}
	}
	for _, n := range []string{"1", "2", "3"} {
		c := contactOf(map[string]string{"relative1name": cells["relative"+n+"name"], "relative1relation": cells["relative"+n+"relation"],
			"relative1mobile": cells["relative"+n+"mobile"], "relative1mail": cells["relative"+n+"mail"], "relative1language": cells["relative"+n+"language"]})
		if _, bad := c.Tidy(noDay); bad != nil {
			switch what {
			case "name", "relation", "mobile", "mail":
				return "relative" + n + what
			}
			return "relative" + n + "language"
		}
	}
	return "relatives"
}
