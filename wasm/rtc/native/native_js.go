package native

import "hearth/wasm/rtc"

// Options say nothing in the browser's build.
type Options struct{ Loopback, RelayOnly bool }

// New returns rtc.None, so that tests which meet a native page still compile for the browser.
func New(Options) rtc.Maker { return rtc.None{} }
