package frame

// Stay and Discard are what the buttons of a goodbye do.
var (
	Stay    = (*Env).stay
	Discard = (*Env).discard
)
