package porch

// Enrol is the page where a code is entered, and then a passkey made or a password chosen.
type Enrol struct {
	Setting
	Code     string // as typed last time
	Trouble  Trouble
	Person   string // whose code it was; "" until one was right
	Login    string
	Child    bool   // a patient: kind words, and perhaps a child
	Name     string // suggested, of the passkey
	Passkeys PasskeyState
}

// Card is what is handed over, on paper.
type Card struct {
	Setting
	Person  string
	Code    string
	Address string // of the page where the code is entered
	Picture Picture
	Day     string // until when it works
	Back    string // where whoever prints it came from
}

// Cards are those of many, to print at once.
type Cards struct {
	Setting
	List []Card
	Back string
}
