package porch

// LinkCard is somebody's link to a visit, on paper or to be scanned from a screen.
type LinkCard struct {
	Visit
	Link    string // whole address
	Picture Picture
}

// Poster is the address of a clinic's open door, on paper.
type Poster struct {
	Setting
	Clinic  string
	Phone   string
	Days    []Day
	Zone    string
	Link    string // whole address
	Picture Picture
}
