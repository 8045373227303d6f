package command

import (
	"context"
	"flag"
	"fmt"
)

// serve opens a clinic with the settings of the environment.
func serve(ctx context.Context, args []string, t Terminal) int {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	if code, ok := parse(flags, args, t); !ok {
		return code
	}
	fmt.Fprintln(t.Err, "not yet")
	return failed
}
