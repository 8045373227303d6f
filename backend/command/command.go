// Package command is what can be asked of the program hearth: run a demo, serve a clinic, look at signals, say its version.
// It speaks plain sentences on a terminal, ends with 0 when all went well, 1 when the house could not open or stay open or
// what was read made no sense, and 2 when it was asked wrongly. It never does the work itself.
package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"hearth/backend/house"
	research "hearth/backend/signal"
)

// Terminal is where a command speaks and what it is given.
type Terminal struct {
	In      io.Reader // what researchers pour in
	Out     io.Writer // what was asked for
	Err     io.Writer // logs and complaints
	Environ []string  // "NAME=value", for serve
}

// How a command ends.
const (
	well   = 0
	failed = 1
	misled = 2
)

const usage = `Hearth: sensor-assisted tele-therapy in the browser.

  hearth demo [--addr localhost:8080] [--data DIR] [--json] [--https]
      a demo clinic with made-up people; prints a sign-in link for each
  hearth serve
      a clinic; its settings come from the environment:
        HEARTH_ADDR             where to listen (localhost:8080)
        HEARTH_URL              the address people use, such as https://hearth.example
        HEARTH_DATA             folder for everything the house remembers (./data)
        HEARTH_DATABASE_URL     postgres://… instead of the built-in database
        HEARTH_MASTER_KEY       32 bytes in base64 that seal what the house keeps secret; left out, a
                                file of the data folder; needed with HEARTH_DATABASE_URL
        HEARTH_TLS_CERT, _KEY   certificate and key, when no proxy does https
        HEARTH_TRUSTED_PROXIES  networks whose X-Forwarded-For is believed
        HEARTH_TURN_ADDR        where the relay listens, UDP and TCP (:3478), or off
        HEARTH_TURN_HOST        name of the relay for pages; else that of HEARTH_URL
        HEARTH_TURN_RELAY       IP address by which pages reach the relay
        HEARTH_TURN_PORTS       the relay's own ports, such as 49160-49560
        HEARTH_TURN_TLS_ADDR    where it listens for TLS (:5349 where there is a certificate), or off
        HEARTH_TURN_TLS_CERT, HEARTH_TURN_TLS_KEY
                                certificate of the relay's name; else that of HEARTH_TLS_CERT
        HEARTH_TURN_PER_ADDRESS relays and connections of one address at once (200)
        HEARTH_TURN_MBITS       megabits a second of all relays together (500)
        HEARTH_TURN_SECRET      what relay credentials are made with; left out, one is made up and kept
        HEARTH_WEBHOOK_NETWORKS private networks webhooks of services may reach, separated by commas
        HEARTH_SMS              twilio or http, to send SMS; with HEARTH_SMS_USER, _PASSWORD, _FROM, _URL,
                                _BODY, _HEADERS, _SUCCESS, _ID and more: see the README
        HEARTH_SMTP_ADDR        mail server, host:port; with HEARTH_SMTP_FROM, _USER, _PASSWORD, _TLS
        HEARTH_PUSH_HOSTS       push services of browsers besides the usual ones, separated by commas
        HEARTH_SECOND_STEP      who needs a second step besides a password: staff (the default), nobody
        HEARTH_LOG, _LOG_FORMAT debug, info, warn or error; text or json
      secrets may be files: HEARTH_DATABASE_URL_FILE, HEARTH_MASTER_KEY_FILE, HEARTH_TURN_SECRET_FILE,
        HEARTH_SMS_PASSWORD_FILE, HEARTH_SMS_HEADERS_FILE, HEARTH_SMS_HOOK_SECRET_FILE, HEARTH_SMTP_PASSWORD_FILE
` + officeUsage + serviceUsage + deviceUsage + userUsage + messageUsage + keysUsage + auditUsage + askUsage + simulateUsage + `
For researchers:

` + research.Usage + `
  hearth version
  hearth help
`

// Main is the whole program: it does what the command line asks until it is done or told to end (SIGINT, SIGTERM), and
// returns the exit status.
func Main() int {
	// Libraries that speak to everybody's log are not heard: they know nothing of what must not be in ours.
	slog.SetDefault(slog.New(slog.DiscardHandler))
	args, t := os.Args[1:], Terminal{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Environ: os.Environ()}
	if len(args) > 0 && args[0] == "signal" { // a filter has nothing to close: it ends by the signal itself, reading or not
		return Run(context.Background(), args, t)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return Run(ctx, args, t)
}

// Run does what args ask until it is done or ctx ends, and returns the program's exit status.
func Run(ctx context.Context, args []string, t Terminal) int {
	name := "help"
	if len(args) > 0 {
		name, args = args[0], args[1:]
	}
	switch name {
	case "demo":
		return demo(ctx, args, t)
	case "serve":
		return serve(ctx, args, t)
	case "keys":
		return ring(ctx, args, t)
	case "audit":
		return trail(ctx, args, t)
	case "ask":
		return ask(ctx, args, t)
	case "simulate":
		return simulate(ctx, args, t)
	case "user":
		return user(ctx, args, t)
	case "site", "project", "group", "patient", "service", "device", "kit":
		return office(ctx, name, args, t)
	case "message":
		return message(ctx, args, t)
	case "signal":
		return research.Run(args, research.Streams{In: t.In, Out: t.Out, Err: t.Err})
	case "version", "--version":
		fmt.Fprintln(t.Out, "hearth", version())
		return well
	case "help", "--help", "-h":
		fmt.Fprint(t.Out, usage)
		return well
	}
	return wrongly(t, "There is no command %q.", name)
}

// wrongly says what was asked wrongly and what can be asked.
func wrongly(t Terminal, format string, args ...any) int {
	fmt.Fprintf(t.Err, format+"\n\n%s", append(args, usage)...)
	return misled
}

// parse reads flags and refuses what is left over. It has answered when ok is false.
func parse(flags *flag.FlagSet, args []string, t Terminal) (code int, ok bool) {
	flags.SetOutput(io.Discard)
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(t.Out, usage)
		return well, false
	case err != nil:
		return wrongly(t, "%s", err), false
	case flags.NArg() > 0:
		return wrongly(t, "It is not clear what %q means here.", flags.Arg(0)), false
	}
	return well, true
}

// keep holds an open house until ctx ends or the house falls, and closes it.
func keep(ctx context.Context, h *house.House, t Terminal, log *slog.Logger) int {
	code := well
	select {
	case <-ctx.Done():
	case <-h.Done():
		code = failed
		fmt.Fprintln(t.Err, "The house stopped listening.")
	}
	if err := h.Shut(); err != nil {
		log.Error("closing", "error", err)
	}
	return code
}

// refuse says in one sentence why the house cannot open.
func refuse(t Terminal, err error) int {
	fmt.Fprintln(t.Err, house.Sentence(err))
	return failed
}

// version is what the program was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v, changed := info.Main.Version, ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && (v == "" || v == "(devel)"):
			v = s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = "+changes"
		}
	}
	if v == "" || v == "(devel)" {
		return "development"
	}
	return v + changed
}
