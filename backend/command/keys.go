package command

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"text/tabwriter"
	"time"

	"hearth/backend/config"
	"hearth/backend/house"
	"hearth/backend/keys"
)

const keysUsage = `  hearth keys list [--json]
      which keys the house has, never what they are
  hearth keys rotate [--json]
      new keys for everything; what was sealed or signed stays good
  hearth keys rotate --master [--to FILE] [--json]
      a new master key, with every key sealed anew under it; restart the house then
`

// rotated is what a rotation says as JSON.
type rotated struct {
	Master string       `json:"master,omitempty"` // file of the new master key
	Keys   []keys.About `json:"keys"`
}

// ring answers "hearth keys": which there are, and new ones.
func ring(ctx context.Context, args []string, t Terminal) int {
	flags := flag.NewFlagSet("keys", flag.ContinueOnError)
	asJSON := flags.Bool("json", false, "print one JSON object")
	master := flags.Bool("master", false, "a new master key")
	to := flags.String("to", "", "file for the new master key")
	what := ""
	if len(args) > 0 {
		what, args = args[0], args[1:]
	}
	if code, ok := parse(flags, args, t); !ok {
		return code
	}
	switch {
	case what != "list" && what != "rotate":
		return wrongly(t, "hearth keys can list or rotate, not %q.", what)
	case *master && what == "list", *to != "" && !*master:
		return wrongly(t, "--master belongs to rotate, and --to to --master.")
	}
	settings, err := config.FromEnv(t.Environ)
	if err != nil {
		fmt.Fprintln(t.Err, err)
		return misled
	}
	var done rotated
	err = house.Keys(ctx, vault(settings, logger(settings, t)), func(r *keys.Ring) (err error) {
		switch {
		case *master:
			done.Master, err = r.RotateMaster(ctx, *to)
		case what == "rotate":
			err = r.Rotate(ctx)
		}
		if err == nil {
			done.Keys, err = r.List(ctx)
		}
		return err
	})
	if err != nil {
		return refuse(t, err)
	}
	if *asJSON {
		err = json.NewEncoder(t.Out).Encode(done)
	} else {
		err = tell(t, done)
	}
	if err != nil {
		return refuse(t, err)
	}
	return well
}

func tell(t Terminal, done rotated) error {
	w := tabwriter.NewWriter(t.Out, 0, 0, 2, ' ', 0)
	for _, k := range done.Keys {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\tsince %s\n", k.Purpose, k.Kind, k.State, k.ID, k.Created.Format(time.DateOnly))
	}
	if err := w.Flush(); err != nil || done.Master == "" {
		return err
	}
	_, err := fmt.Fprintf(t.Out, "\nThe new master key is in %s.\nKeep a copy apart from the backups of the database, and the former one as long as there are older backups.\n"+
		"Where HEARTH_MASTER_KEY or HEARTH_MASTER_KEY_FILE is set, set it anew. Then restart every house that uses this database.\n", done.Master)
	return err
}
