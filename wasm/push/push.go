// Package push is this browser's part in notices that come while no page is open: whether it takes any, and the way to
// begin and to end that. It never shows a notice (assets/js/sw.js does), knows nobody, and tells the house nothing.
//
// The browser's own service, of its maker's, brings a notice to the worker of the house's pages (https://www.w3.org/TR/push-api/).
// There is one subscription for all of the house's pages in a browser, whoever is signed in: whose it is the house knows.
package push

import (
	"context"
	"errors"

	"hearth/shared/care"
)

// State is how this browser stands to notices.
type State string

// The states.
const (
	Unsupported State = "unsupported" // it has none, or not on such a page
	HomeScreen  State = "home-screen" // an iPhone or iPad: only pages that were put on the home screen have them, from iOS 16.4
	Denied      State = "denied"      // somebody forbade them
	Off         State = "off"         // it may be asked, or was asked already
	On          State = "on"          // it has a subscription
)

// Maker is whose browser it is, as far as the way to allow notices again depends on it.
type Maker string

// The makers.
const (
	Chromium Maker = "chromium" // Chrome, Edge and their kin on a computer
	Android  Maker = "android"  // the same on a telephone
	Firefox  Maker = "firefox"
	Safari   Maker = "safari" // on a Mac
	Apple    Maker = "apple"  // on an iPhone or iPad
)

// Status is what the browser says.
type Status struct {
	State    State
	Endpoint string // of the subscription; "" for none
	Key      string // under which it is sent to
}

// The ways in which switching on fails, besides those of the browser's own words.
var (
	ErrUnavailable = errors.New("push: not in this browser")
	ErrDenied      = errors.New("push: the browser was told not to show notices")
)

// Browser takes notices, or does not.
type Browser interface {
	// Look asks the browser how it stands. A subscription that cannot be read is none.
	Look(ctx context.Context) Status
	// Subscribe begins to take notices sent under a key (applicationServerKey, base64url), and asks the person first where
	// that was not done. Call it at once when something is pressed: browsers ask nobody out of the blue. A subscription
	// under another key is given up for one under this.
	Subscribe(ctx context.Context, key string) (care.PushKeys, error)
	// Unsubscribe takes no more, and says which subscription that was; "" for none.
	Unsubscribe(ctx context.Context) (endpoint string, err error)
	// Maker is whose browser it is.
	Maker() Maker
}

// None is the browser where there is none.
type None struct{}

func (None) Look(context.Context) Status { return Status{State: Unsupported} }
func (None) Subscribe(context.Context, string) (care.PushKeys, error) {
	return care.PushKeys{}, ErrUnavailable
}
func (None) Unsubscribe(context.Context) (string, error) { return "", nil }
func (None) Maker() Maker                                { return Chromium }
