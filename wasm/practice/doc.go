//go:build !js

// Command practice is the pages' program of the tablet and the patient; it means something only in a browser. `make wasm` builds it.
package main

import "fmt"

func main() { fmt.Println("This program runs in a browser: make wasm builds it, make run serves it.") }
