// The program the browser runs where somebody practises, or helps with it: the tablet's, the patient's and the therapist's
// pages.
package main

import (
	"hearth/app/shell/practice"
	"hearth/wasm/zone"
)

func main() {
	zone.Use()
	practice.Run()
}
