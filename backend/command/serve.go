package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"strings"

	"hearth/backend/config"
	"hearth/backend/house"
	"hearth/shared/api"
)

// serve opens a clinic with the settings of the environment.
func serve(ctx context.Context, args []string, t Terminal) int {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	if code, ok := parse(flags, args, t); !ok {
		return code
	}
	settings, err := config.FromEnv(t.Environ)
	if err != nil {
		fmt.Fprintln(t.Err, err)
		return misled
	}
	log := logger(settings, t)
	c, err := clinic(ctx, settings, log)
	if err != nil {
		return refuse(t, err)
	}
	h, err := house.Open(ctx, c)
	if err != nil {
		return refuse(t, err)
	}
	if err := welcome(ctx, h, t); err != nil {
		log.Error("no set-up code", "error", err)
	}
	return keep(ctx, h, t, log)
}

// welcome says where the house is, and to a new house's operator how to move in. The code is shown here and nowhere
// else, the log included.
func welcome(ctx context.Context, h *house.House, t Terminal) error {
	fmt.Fprintf(t.Out, "Hearth is open at %s\n", h.URL())
	code, err := h.SetUpCode(ctx)
	if err != nil || code == "" {
		return err
	}
	_, err = fmt.Fprintf(t.Out, "\nIt has no administrator yet. Within 24 hours, open %s and enter this code:\n\n    %s\n\n", h.URL()+api.SetUpPage, code)
	return err
}

func logger(c config.Config, t Terminal) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(t.Err, options))
	}
	return slog.New(slog.NewTextHandler(t.Err, options))
}

// clinic turns settings into a house.
func clinic(ctx context.Context, s config.Config, log *slog.Logger) (house.Config, error) {
	c := vault(s, log)
	c.Address, c.Proxies, c.Webhooks, c.Version, c.Second = s.Addr, s.Proxies, s.Reach, version(), s.SecondStep == "staff"
	c.Messages = messages(s)
	if !strings.HasSuffix(s.URL, ":0") { // a free port gives the house its own address
		c.Public = s.URL
	}
	if s.TLSCert != "" {
		var err error
		if c.TLS, err = house.Certificate(s.TLSCert, s.TLSKey, log); err != nil {
			return c, fmt.Errorf("HEARTH_TLS_CERT and HEARTH_TLS_KEY cannot be used: %w", err)
		}
	}
	var err error
	c.Relay, err = relayFor(ctx, s, log)
	return c, err
}

// vault is what of a house remembers.
func vault(s config.Config, log *slog.Logger) house.Config {
	c := house.Config{Dir: s.Data, Database: s.DatabaseURL, Master: s.Master, Log: log}
	if s.DatabaseURL != "" { // nothing else needs the folder
		c.Dir = ""
	}
	return c
}

var errNoRelayAddress = errors.New("HEARTH_TURN_RELAY is missing: say the IP address by which pages reach the relay, or switch it off with HEARTH_TURN_ADDR=off")
