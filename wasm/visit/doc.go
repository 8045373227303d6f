//go:build !js

// Command visit is the pages' program of whoever was invited to a visit; it means something only in a browser. `make wasm`
// builds it.
package main

import "fmt"

func main() { fmt.Println("This program runs in a browser: make wasm builds it, make run serves it.") }
