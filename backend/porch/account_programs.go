package porch

// Program is another program that somebody agreed may know who they are.
type Program struct {
	ID, Name, Since string
	Scopes          []string
}
