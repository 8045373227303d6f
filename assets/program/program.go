// Package program names the programs the pages are, and the files each becomes when it is built. The house, the build and the
// browser tests read the same list, so that none of them forgets one. It never reads or writes a file.
package program

// Program is one program: its main is ./wasm/<Name>, its table of pages app/shell/<Name>.
type Program struct {
	Name    string
	Portals []string // whose pages it holds; each portal is in one program
}

// All are the programs. app/shell says why there is more than one.
var All = []Program{
	{"practice", []string{"aggregator", "patient"}},
	{"desk", []string{"therapist"}},
	{"office", []string{"admin", "agenda"}},
	{"visit", []string{"visit"}},
}

// Starter is the script that starts any of them.
const Starter = "wasm_exec.js"

// File is the program's name among the assets. Whole it is kept nowhere.
func (p Program) File() string { return p.Name + ".wasm" }

// Gzip is one compressed form of it, in assets/built as the others.
func (p Program) Gzip() string { return p.File() + ".gz" }

// Brotli is the other, which nearly every browser takes.
func (p Program) Brotli() string { return p.File() + ".br" }

// Note lies beside them and says what is in them, see the type Note.
func (p Program) Note() string { return p.Name + ".json" }

// Note is what the build writes beside a program.
type Note struct {
	Hash  string // of the uncompressed program
	Size  int64  // bytes, uncompressed: what a progress bar counts
	Level int    // of brotli
}
