// Command hearth is the doorstep: it hands the operator's wish to package command and ends as that says.
package main

import (
	"os"

	"hearth/backend/command"
)

func main() { os.Exit(command.Main()) }
