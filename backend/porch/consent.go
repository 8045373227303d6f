package porch

// Chosen is one of the accounts a browser is signed in with.
type Chosen struct{ Slot, Name string }

// Consent is the page where somebody decides whether another program may know who they are.
type Consent struct {
	Setting
	Program  string // its name, as the house's administrators wrote it
	Host     string // where it is
	Scopes   []string
	Accounts []Chosen
	Request  string // names the wish; no secret of the program's
	Action   string
	Other    string // where to sign in as somebody else
}

// Leave is the page where somebody signs out because another program asked for it.
type Leave struct {
	Setting
	Accounts []Chosen
	Wish     string // as it was asked
	Action   string
}
