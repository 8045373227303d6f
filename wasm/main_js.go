// The program the browser runs: every portal's pages, one binary.
package main

import "hearth/app/shell"

func main() { shell.Run() }
