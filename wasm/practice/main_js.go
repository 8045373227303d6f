// The program the browser runs where somebody practises: the tablet's and the patient's pages.
package main

import (
	"hearth/app/shell/practice"
	"hearth/wasm/zone"
)

func main() {
	zone.Use()
	practice.Run()
}
