package api

import (
	"hearth/shared/access"
	"hearth/shared/care"
)

// Operations about lists of patients as files.
var (
	PreviewImport = Operation{"preview-import", "POST", Base + "/projects/{project}/import/preview", access.WritePatients}
	CommitImport  = Operation{"commit-import", "POST", Base + "/projects/{project}/import", access.WritePatients}
	ExportRecords = Operation{"export-records", "POST", Base + "/records/export", access.WritePatients}
)

var importOperations = []Operation{PreviewImport, CommitImport, ExportRecords}

// MaxImport bounds the body of an import, in bytes: a file of MaxFile in base64.
const MaxImport = 6 << 20

// MaxRows is how many patients one list may hold.
const MaxRows = 10_000

// MaxFile bounds the file of an import itself, in bytes.
const MaxFile = 4 << 20

// ImportColumns are the columns a list may have, as a template has them. Relatives have theirs with a number from 1 to 3.
func ImportColumns() []string {
	all := []string{"pseudonym", "group", "language", "theme", "game", "account", "login", "therapists", "signals", "name", "birth", "mail", "mobile", "note"}
	for _, n := range []string{"1", "2", "3"} {
		for _, what := range []string{"name", "relation", "mobile", "mail", "language"} {
			all = append(all, "relative"+n+what)
		}
	}
	return all
}

// ImportBody is a list of patients as a file: CSV in UTF-8, with headings in its first line.
type ImportBody struct {
	File []byte `json:"file"`
}

// ImportPreview is what a list would make; nothing is written.
type ImportPreview struct {
	Rows      int             `json:"rows"`
	Columns   []string        `json:"columns"` // as they were understood, in their order
	Separator string          `json:"separator"`
	List      []ImportRow     `json:"list"` // all of them, in their order
	Problems  []ImportProblem `json:"problems"`
	More      bool            `json:"more"`             // there are more problems than are said
	Digest    string          `json:"digest,omitempty"` // to be sent with the import; none while there are problems
}

// ImportRow is one patient of a list.
type ImportRow struct {
	Line       int    `json:"line"`
	Pseudonym  string `json:"pseudonym"` // empty: one is made up
	Name       string `json:"name"`
	LinkOnly   bool   `json:"linkOnly"`
	Therapists int    `json:"therapists"`
	Relatives  int    `json:"relatives"`
}

// ImportProblem is what is wrong in one row.
type ImportProblem struct {
	Line   int    `json:"line"`
	Column string `json:"column,omitempty"` // empty: the row as a whole
	Code   string `json:"code"`
	Words  string `json:"words"` // in the reader's language
}

// CommitImportBody makes the patients of a previewed list, all or none.
type CommitImportBody struct {
	File   []byte `json:"file"`
	Digest string `json:"digest" maxLength:"64" doc:"As the preview said."`
	ID     string `json:"id" minLength:"8" maxLength:"64" doc:"Made by the asker; asking again with it makes nobody twice."`
}

// Imported is what was made.
type Imported struct {
	Made []ImportedRow `json:"made"`
}

// ImportedRow is one patient that was made.
type ImportedRow struct {
	Line   int            `json:"line"`
	ID     care.PatientID `json:"id"`
	Person care.PersonID  `json:"person"` // the account
	Name   string         `json:"name"`
	Login  string         `json:"login,omitempty"`
}

// Export is a file to keep.
type Export struct {
	Name string `json:"name"`
	Type string `json:"type"`
	File []byte `json:"file"`
}
