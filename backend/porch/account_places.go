package porch

// Places is the section of where somebody is signed in.
type Places struct {
	List   []Place
	Others int // of them
}

// Place is one browser, in words.
type Place struct {
	Slot  string
	Name  string // "Firefox on Windows"
	Since string // "Signed in 3 days ago"
	Seen  string // "used just now"
	Here  bool
}
