// The program the browser runs at the therapist's desk.
package main

import (
	"hearth/app/shell/desk"
	"hearth/wasm/zone"
)

func main() {
	zone.Use()
	desk.Run()
}
