package api

// Pages and doors of a tablet that is locked between uses. They belong to the porch.
const (
	LockPage   = "/lock"        // a posted form locks; LockPage+"/awake" is where pages say that somebody is there
	UnlockPage = "/unlock"      // asks for the PIN
	PinPage    = "/account/pin" // where a PIN is chosen
)

// Awake is the answer to a page that says somebody is there.
type Awake struct {
	Left int `json:"left"` // seconds until the account locks by itself; 0: it never does
}
