// The program the browser runs: every portal's pages, one binary.
package main

import (
	"hearth/app/shell"
	"hearth/wasm/zone"
)

func main() {
	zone.Use()
	shell.Run()
}
