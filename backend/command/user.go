package command

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"time"

	"hearth/backend/config"
	"hearth/backend/house"
	"hearth/shared/api"
)

const userUsage = `  hearth user enrol LOGIN [--json]
      a code with which LOGIN makes a passkey or chooses a password: the way back in when nobody is left to give one;
      the house may be running
`

// enrolled is what "hearth user enrol" says as JSON.
type enrolled struct {
	Login   string    `json:"login"`
	Code    string    `json:"code"`
	Address string    `json:"address"`
	Expires time.Time `json:"expires"`
}

// user answers "hearth user".
func user(ctx context.Context, args []string, t Terminal) int {
	flags := flag.NewFlagSet("user", flag.ContinueOnError)
	asJSON := flags.Bool("json", false, "print one JSON object")
	if len(args) > 0 && args[0] != "enrol" {
		return office(ctx, "user", args, t)
	}
	if len(args) < 2 || args[1] == "" || args[1][0] == '-' {
		return wrongly(t, "hearth user can enrol somebody: hearth user enrol LOGIN.")
	}
	login := args[1]
	if code, ok := parse(flags, args[2:], t); !ok {
		return code
	}
	settings, err := config.FromEnv(t.Environ)
	if err != nil {
		fmt.Fprintln(t.Err, err)
		return misled
	}
	e, err := house.Enrol(ctx, vault(settings, logger(settings, t)), login)
	if err != nil {
		return refuse(t, err)
	}
	said := enrolled{Login: e.Person.Login, Code: e.Code, Address: settings.URL + api.EnrolPage, Expires: e.Expires}
	if *asJSON {
		err = json.NewEncoder(t.Out).Encode(said)
	} else {
		_, err = fmt.Fprintf(t.Out, "Open %s and enter this code within 48 hours:\n\n    %s\n\nIt is for %s and works once. When it is entered, every device of theirs is signed out.\n",
			said.Address, said.Code, said.Login)
	}
	if err != nil {
		return refuse(t, err)
	}
	return well
}
