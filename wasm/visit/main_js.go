// The program the browser runs for whoever was invited to a visit: it goes on where the porch stopped, in the same document.
package main

import (
	"hearth/app/shell/visit"
	"hearth/wasm/zone"
)

func main() {
	zone.Use()
	visit.Run()
}
