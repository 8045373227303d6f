// Command hearth is the doorstep: it listens to the operator's wish and leaves the rest to package command.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"hearth/backend/command"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := command.Run(ctx, os.Args[1:], command.Terminal{Out: os.Stdout, Err: os.Stderr, Environ: os.Environ()})
	stop()
	os.Exit(code)
}
