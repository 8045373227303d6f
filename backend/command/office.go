package command

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"hearth/backend/config"
	"hearth/backend/house"
)

const officeUsage = `  hearth site list | create NAME [--project NAME] | delete NAME | restore NAME
  hearth site settings [NAME] | set [NAME] [--languages de,en] [--language de] [--slug north-wing]
      [--sign-in therapist=passkey,clerk=second] [--idle MINUTES] [--most HOURS] [--addresses "10.0.0.0/8 2001:db8::/32"]
      what a site says about itself and about signing in, without a name the house; "" takes it back, which lets staff in
      again who locked themselves out: hearth site set NAME --addresses ""
  hearth project list [--site S] | create NAME --site S | delete NAME [--site S] | restore NAME [--site S]
  hearth group list | create NAME | delete NAME | restore NAME, each with [--site S] [--project P]
  hearth user list | create LOGIN --name NAME --role ROLE [--site S] [--project P] | disable LOGIN | enable LOGIN
  hearth user give LOGIN --role ROLE [--site S] [--project P] | take LOGIN --role ROLE [--site S] [--project P]
  hearth patient list [--site S] [--project P] [--state active|disabled|deleted]
  hearth patient create [PSEUDONYM] [--site S] [--project P] [--group G] [--link-only] [--language L]
  hearth patient disable PSEUDONYM | enable PSEUDONYM | delete PSEUDONYM | restore PSEUDONYM
      what an administrator of the whole house may do, while it runs or not; each takes --json. What is so
      already stays so, without a complaint. Sites, projects and groups are called by name or id; a role
      without site and project is held at the house. New users come in by hearth user enrol
`

// errand is one command of the office: what it is called with and what it does.
type errand struct {
	called bool // needs a name
	maybe  bool // takes one
	flags  []string

	settings bool // takes those of a place
	do       func(ctx context.Context, o *house.Office, w wish) (done, error)
}

// wish is what was asked for.
type wish struct {
	called                                     string
	site, project, group, name, role, language string
	state                                      string
	agree, delivery                            string
	patient, kind, typ, model, serial, device  string
	uses                                       int
	linkOnly                                   bool
	given                                      map[string]string // settings, by their keys
}

// done is what came of it: one thing or a list, as JSON and as lines of a table.
type done struct {
	changed bool
	list    bool
	things  []any
	lines   []string
}

// office answers "hearth site", "project", "group", "patient", and "user" but for enrolling.
func office(ctx context.Context, what string, args []string, t Terminal) int {
	verb := ""
	if len(args) > 0 {
		verb, args = args[0], args[1:]
	}
	e, ok := errands[what][verb]
	if !ok {
		return wrongly(t, "hearth %s cannot %q.", what, verb)
	}
	var w wish
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") && (e.called || e.maybe) {
		w.called, args = args[0], args[1:]
	}
	if e.called && strings.TrimSpace(w.called) == "" {
		return wrongly(t, "hearth %s %s needs to know which.", what, verb)
	}
	flags := flag.NewFlagSet(what, flag.ContinueOnError)
	asJSON := flags.Bool("json", false, "print JSON")
	for name, to := range map[string]*string{"site": &w.site, "project": &w.project, "group": &w.group, "name": &w.name, "role": &w.role,
		"language": &w.language, "state": &w.state, "agree": &w.agree, "delivery": &w.delivery,
		"patient": &w.patient, "kind": &w.kind, "type": &w.typ, "model": &w.model, "serial": &w.serial, "device": &w.device} {
		if strings.Contains(" "+strings.Join(e.flags, " ")+" ", " "+name+" ") {
			flags.StringVar(to, name, "", name)
		}
	}
	if strings.Contains(strings.Join(e.flags, " "), "link-only") {
		flags.BoolVar(&w.linkOnly, "link-only", false, "comes by link and never signs in")
	}
	if slices.Contains(e.flags, "uses") {
		flags.IntVar(&w.uses, "uses", 1, "devices")
	}
	if e.settings {
		for _, key := range house.SettingKeys() {
			flags.String(key, "", key)
		}
	}
	if code, ok := parse(flags, args, t); !ok {
		return code
	}
	w.given = map[string]string{}
	flags.Visit(func(f *flag.Flag) { w.given[f.Name] = f.Value.String() })
	delete(w.given, "json")
	settings, err := config.FromEnv(t.Environ)
	if err != nil {
		fmt.Fprintln(t.Err, err)
		return misled
	}
	var d done
	err = house.InOffice(ctx, vault(settings, logger(settings, t)), func(o *house.Office) error {
		d, err = e.do(ctx, o, w)
		return err
	})
	if err == nil {
		err = d.say(t, *asJSON)
	}
	var lacks needs
	if errors.As(err, &lacks) {
		return wrongly(t, "hearth %s %s needs %s.", what, verb, string(lacks))
	}
	if err != nil {
		return refuse(t, err)
	}
	return well
}

// needs is what an errand was not told.
type needs string

func (n needs) Error() string { return string(n) + " is missing" }

// say prints a list as a JSON array, one thing as an object that says whether something changed, or lines to read.
func (d done) say(t Terminal, asJSON bool) error {
	out := json.NewEncoder(t.Out)
	switch {
	case asJSON && d.list:
		return out.Encode(append([]any{}, d.things...))
	case asJSON:
		return out.Encode(struct {
			Changed bool `json:"changed"`
			Is      any  `json:"is"`
		}{d.changed, d.things[0]})
	}
	w := tabwriter.NewWriter(t.Out, 0, 0, 2, ' ', 0)
	for _, line := range d.lines {
		fmt.Fprintln(w, line)
	}
	if !d.list && !d.changed {
		fmt.Fprintln(w, "It is so already.")
	}
	return w.Flush()
}
