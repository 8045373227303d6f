// The program the browser runs where the house is administered.
package main

import (
	"hearth/app/shell/office"
	"hearth/wasm/zone"
)

func main() {
	zone.Use()
	office.Run()
}
