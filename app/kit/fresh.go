package kit

import (
	"sync/atomic"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

var renders atomic.Uint64

// Fresh makes an event handler new at every drawing. go-app keeps the old handler of an element when the new one comes
// from the same line of code, whatever it has captured; a button that turned from "Start" to "Stop" in place would go on
// starting. Every handler that captures anything is given Fresh.
func Fresh() app.EventOption { return app.EventScope(renders.Add(1)) }
