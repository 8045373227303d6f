package command

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"strconv"
	"strings"

	"hearth/backend/audit"
	"hearth/backend/config"
	"hearth/backend/house"
)

const auditUsage = `  hearth audit verify [--from NUMBER] [--anchor NUMBER:HASH]... [--json]
      walks the audit trail and says where entries were changed, taken out, put in or moved; what was cut
      off its end shows against an anchor that was noted earlier. Ends with 1 when something is wrong
  hearth audit anchor [--json]
      the number and hash of the newest entry, to be kept where nobody who runs the house reaches it
`

// trail answers "hearth audit": whether it is whole, and an anchor to hold it against later.
func trail(ctx context.Context, args []string, t Terminal) int {
	flags := flag.NewFlagSet("audit", flag.ContinueOnError)
	asJSON := flags.Bool("json", false, "print one JSON object")
	from := flags.Int64("from", 0, "number of the first entry to look at")
	var anchors []audit.Anchor
	flags.Func("anchor", "an anchor noted earlier", func(text string) error {
		a, err := audit.ParseAnchor(text)
		if err != nil {
			return fmt.Errorf("%q is no anchor such as 1234:4f…", text)
		}
		anchors = append(anchors, a)
		return nil
	})
	what := ""
	if len(args) > 0 {
		what, args = args[0], args[1:]
	}
	if code, ok := parse(flags, args, t); !ok {
		return code
	}
	switch {
	case what != "verify" && what != "anchor":
		return wrongly(t, "hearth audit can verify or anchor, not %q.", what)
	case what == "anchor" && (*from != 0 || anchors != nil), *from < 0:
		return wrongly(t, "--from, a number from 1 on, and --anchor belong to verify.")
	}
	settings, err := config.FromEnv(t.Environ)
	if err != nil {
		fmt.Fprintln(t.Err, err)
		return misled
	}
	var report audit.Report
	err = house.Trail(ctx, vault(settings, logger(settings, t)), func(s audit.Source) (err error) {
		if what == "anchor" {
			var tail audit.Anchor
			_, tail, err = s.TrailEnds(ctx)
			report.End = tail.String()
			return err
		}
		report, err = audit.Verify(ctx, s, *from, anchors...)
		return err
	})
	switch {
	case err != nil:
		return refuse(t, err)
	case what == "anchor":
		return anchored(t, report.End, *asJSON)
	}
	return reported(t, report, *asJSON)
}

func anchored(t Terminal, anchor string, asJSON bool) int {
	var err error
	if asJSON {
		err = json.NewEncoder(t.Out).Encode(map[string]string{"anchor": anchor})
	} else {
		_, err = fmt.Fprintln(t.Out, anchor)
	}
	if err != nil {
		return refuse(t, err)
	}
	return well
}

// reported says what a walk found, and ends with 1 when the trail is not whole.
func reported(t Terminal, r audit.Report, asJSON bool) int {
	var err error
	if asJSON {
		err = json.NewEncoder(t.Out).Encode(struct {
			Whole bool `json:"whole"`
			audit.Report
		}{r.Whole(), r})
	} else {
		_, err = fmt.Fprint(t.Out, spoken(r))
	}
	if err != nil {
		return refuse(t, err)
	}
	if !r.Whole() {
		return failed
	}
	return well
}

// breaks are the sentences for what can be wrong; {n} is the number or the stretch, {was} where an entry stood.
var breaks = map[audit.Kind]string{
	audit.Changed:  "Entry {n} was changed.",
	audit.Missing:  "Missing: {n}.",
	audit.Moved:    "Entry {n} was moved; it stood at {was}.",
	audit.Unlinked: "Entry {n} does not follow the one before it: one of the two was exchanged or put in.",
	audit.Cut:      "The end is cut off: {n}.",
	audit.Added:    "Behind the end of the trail stands {n}.",
	audit.Other:    "Entry {n} is another than the anchor says: up to there the trail was written anew.",
	audit.Begun:    "The beginning was taken off and no entry says so: {n}.",
}

func spoken(r audit.Report) string {
	var b strings.Builder
	for _, one := range r.Breaks {
		n := strconv.FormatInt(one.Number, 10)
		if one.Until > one.Number {
			n += " to " + strconv.FormatInt(one.Until, 10)
		}
		fmt.Fprintln(&b, strings.NewReplacer("{n}", n, "{was}", strconv.FormatInt(one.Was, 10)).Replace(breaks[one.Kind]))
	}
	if r.More {
		fmt.Fprintln(&b, "There is more.")
	}
	verdict := "The audit trail is whole"
	if !r.Whole() {
		verdict = "The audit trail is NOT whole"
	}
	fmt.Fprintf(&b, "%s: %d entries from %d on, ending with %s\n", verdict, r.Entries, r.First, r.End)
	if r.Whole() && r.Anchors == 0 {
		fmt.Fprintln(&b, "Whether its end was cut off shows only against an anchor noted earlier (--anchor).")
	}
	return b.String()
}
