package records

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"hearth/shared/api"
	"hearth/shared/fault"
)

// Bounds of a list that is imported.
const (
	MostRows  = api.MaxRows
	MostBytes = api.MaxFile
)

// maxColumns is more than any list of ours has.
const maxColumns = 64

// sheet is a table as a file has it: what its columns are called here, and one row after the other.
type sheet struct {
	columns   []string // by place; "" is one that was not known
	separator rune
	rows      *csv.Reader
	sums      []string // columns of the last row whose cell begins as a formula does
}

// columns a list may have, each with other ways to write it. Relatives have theirs with a number from 1 to 3.
var columns = map[string][]string{
	"pseudonym": {"pseudonyme", "seudonimo"}, "group": {"gruppe", "groupe", "grupo"}, "language": {"sprache", "langue", "idioma"},
	"theme": {"aussehen"}, "game": {"spiel", "jeu", "juego"}, "account": {"konto", "compte", "cuenta"}, "login": {"signinname", "anmeldename", "user"},
	"therapists": {"therapist", "therapeut", "therapeutin", "therapeute", "terapeuta"}, "signals": {"signale", "signaux", "senales"},
	"name": {"realname", "nom", "nombre"}, "birth": {"birthdate", "geburtsdatum", "naissance", "nacimiento"},
	"mail": {"email", "correo", "courriel"}, "mobile": {"phone", "mobil", "handy", "telephone", "telefono", "movil"}, "note": {"notiz", "notes", "nota"},
	"relative1name": {}, "relative1relation": {}, "relative1mobile": {}, "relative1mail": {}, "relative1language": {},
	"relative2name": {}, "relative2relation": {}, "relative2mobile": {}, "relative2mail": {}, "relative2language": {},
	"relative3name": {}, "relative3relation": {}, "relative3mobile": {}, "relative3mail": {}, "relative3language": {},
}

// columnOf finds what a heading means; "" when nothing.
func columnOf(heading string) string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case r == 'é' || r == 'è':
			return 'e'
		case r == 'ñ':
			return 'n'
		case r == 'ó':
			return 'o'
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			return -1
		}
		return unicode.ToLower(r)
	}, heading)
	for name, others := range columns {
		if plain == name || slices.Contains(others, plain) {
			return name
		}
	}
	return ""
}

// openSheet recognises how a file is written. UTF-8 with or without its mark is read; other encodings are refused by name,
// because guessing them would misspell people.
func openSheet(r io.Reader) (*sheet, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	head, err := in.Peek(32 << 10)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if err := readableText(head); err != nil {
		return nil, err
	}
	if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		in.Discard(3)
		head = head[3:]
	}
	s := &sheet{separator: separatorOf(head), rows: csv.NewReader(in)}
	s.rows.Comma, s.rows.FieldsPerRecord, s.rows.ReuseRecord = s.separator, -1, true
	return s, nil
}

func readableText(head []byte) error {
	zeros := bytes.Count(head[:min(len(head), 512)], []byte{0})
	switch {
	case len(bytes.TrimSpace(head)) == 0:
		return fault.New(fault.Invalid, "import.empty", nil)
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")), zeros > 8:
		return fault.New(fault.Invalid, "import.utf16", nil)
	case zeros > 0, bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("%PDF")):
		return fault.New(fault.Invalid, "import.no-list", nil)
	}
	for len(head) > 0 {
		r, n := utf8.DecodeRune(head)
		if r == utf8.RuneError && n == 1 {
			if !utf8.FullRune(head) { // the peek ends inside a letter
				return nil
			}
			return fault.New(fault.Invalid, "import.latin1", nil)
		}
		head = head[n:]
	}
	return nil
}

// separatorOf counts what may stand between columns in the first line, outside quotes.
func separatorOf(head []byte) rune {
	counts, quoted := map[rune]int{}, false
	for _, r := range string(head) {
		if r == '"' {
			quoted = !quoted
		}
		if r == '\n' && !quoted {
			break
		}
		if !quoted {
			counts[r]++
		}
	}
	best := ','
	for _, r := range ";\t" {
		if counts[r] > counts[best] {
			best = r
		}
	}
	return best
}

// heading reads the first row.
func (s *sheet) heading() (troubles []Trouble, err error) {
	row, err := s.rows.Read()
	if err != nil {
		return nil, fault.New(fault.Invalid, "import.quotes", nil).With("line", "1")
	}
	if len(row) > maxColumns {
		return nil, fault.New(fault.Invalid, "import.no-list", nil)
	}
	for _, h := range row {
		name := columnOf(h)
		switch {
		case name == "" && strings.TrimSpace(h) != "":
			troubles = append(troubles, Trouble{Line: 1, Column: short(h), Fault: fault.New(fault.Invalid, "import.column", nil)})
		case name != "" && slices.Contains(s.columns, name):
			troubles = append(troubles, Trouble{Line: 1, Column: name, Fault: fault.New(fault.Invalid, "import.column-twice", nil)})
		}
		s.columns = append(s.columns, name)
	}
	if !slices.ContainsFunc(s.columns, func(c string) bool { return c != "" }) {
		return nil, fault.New(fault.Invalid, "import.no-heading", nil)
	}
	return troubles, nil
}

// next reads one row into cells by column; io.EOF at the end. An empty row has no cells.
func (s *sheet) next() (line int, cells map[string]string, err error) {
	row, err := s.rows.Read()
	var broken *csv.ParseError
	switch {
	case errors.As(err, &broken):
		return broken.Line, nil, fault.New(fault.Invalid, "import.quotes", nil).With("line", strconv.Itoa(broken.Line))
	case err != nil:
		return 0, nil, err
	}
	line, _ = s.rows.FieldPos(0)
	cells, s.sums = map[string]string{}, s.sums[:0]
	for i, cell := range row {
		sum := calculates(strings.TrimSpace(cell))
		cell = strings.TrimSpace(bare(cell))
		if cell == "" {
			continue
		}
		if !utf8.ValidString(cell) {
			return line, nil, fault.New(fault.Invalid, "import.latin1", nil)
		}
		switch {
		case i >= len(s.columns):
			return line, nil, errTooWide
		case s.columns[i] != "":
			cells[s.columns[i]] = cell
			if sum && !(cell[0] == '+' && strings.HasSuffix(s.columns[i], "mobile")) {
				s.sums = append(s.sums, s.columns[i])
			}
		}
	}
	return line, cells, nil
}

// errTooWide is a row with more cells than headings: a separator stands in a text without quotes.
var errTooWide = fault.New(fault.Invalid, "import.wide", nil)

// short keeps a heading that makes no sense from filling a page.
func short(s string) string {
	s = strings.ToValidUTF8(strings.TrimSpace(s), "?")
	if utf8.RuneCountInString(s) > 40 {
		s = string([]rune(s)[:39]) + "…"
	}
	return s
}

// what a spreadsheet takes for the beginning of a formula (OWASP, CSV injection), and our own sign against it.
const formulas = "=+-@\t\r'"

// calculates reports whether a spreadsheet would have taken the cell for a formula. Texts that only look like one are written
// with an apostrophe in front, as our own lists have them.
func calculates(cell string) bool { return cell != "" && strings.IndexByte("=+-@", cell[0]) >= 0 }

// Defused is a cell as it is exported: what a spreadsheet would calculate gets an apostrophe in front.
func Defused(cell string) string {
	if cell != "" && strings.IndexByte(formulas, cell[0]) >= 0 {
		return "'" + cell
	}
	return cell
}

// bare undoes Defused: an imported formula is a text like any other.
func bare(cell string) string {
	if len(cell) > 1 && cell[0] == '\'' && strings.IndexByte(formulas, cell[1]) >= 0 {
		return cell[1:]
	}
	return cell
}
