package command

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"hearth/backend/house"
)

// demo opens a clinic of made-up people and prints a link for each.
func demo(ctx context.Context, args []string, t Terminal) int {
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	addr := flags.String("addr", "localhost:8080", "where to listen; port 0 picks a free one")
	data := flags.String("data", "data", "folder for everything the demo remembers")
	asJSON := flags.Bool("json", false, "print one JSON object when ready")
	https := flags.Bool("https", false, "serve the local network, with an own certificate and a code for phones")
	if code, ok := parse(flags, args, t); !ok {
		return code
	}
	log := slog.New(slog.NewTextHandler(t.Err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	c := house.Config{Address: *addr, Dir: *data, Demo: true, Version: version(), Log: log}
	if *https {
		if err := openToNetwork(&c); err != nil {
			return refuse(t, err)
		}
	}
	h, err := house.Open(ctx, c)
	if err != nil {
		return refuse(t, err)
	}
	if *asJSON {
		err = ready(ctx, t.Out, h)
	} else {
		err = greet(t.Out, h, c.LAN)
	}
	if err != nil {
		fmt.Fprintln(t.Err, "Nobody reads what is printed here:", err)
	}
	return keep(ctx, h, t, log)
}

// ready tells a program that the house is open: one JSON object on one line.
func ready(ctx context.Context, w io.Writer, h *house.House) error {
	tokens, err := h.Tokens(ctx)
	if err != nil {
		return err
	}
	return json.NewEncoder(w).Encode(struct {
		URL    string       `json:"url"`
		Links  house.Links  `json:"links"`
		Tokens house.Tokens `json:"tokens"`
	}{h.URL(), h.Links(), tokens})
}

// greet tells a person where to go.
func greet(w io.Writer, h *house.House, lan bool) error {
	l := h.Links()
	_, err := fmt.Fprintf(w, `
  The demo clinic is open at %s

    Mira Solano, therapist       %s
    Wren-23, patient             %s
    Robin-07, patient            %s
    Alex Rivers, administrator   %s

  Each link opens a page with one button, as often as you like.
  Nobody here is real; please enter nothing about real people. Ctrl+C closes the house.

`, h.URL(), l.Therapist, l.Patient, l.Patient2, l.Administrator)
	if err != nil || !lan {
		return err
	}
	return network(w, h)
}

// network prints the address for neighbours and a code that a phone can read.
func network(w io.Writer, h *house.House) error {
	near := house.LocalAddresses()
	if len(near) == 0 {
		_, err := fmt.Fprintln(w, "  This machine has no address in a local network, so phones cannot reach it.")
		return err
	}
	name := near[0].String()
	if near[0].Is6() {
		name = "[" + name + "]"
	}
	there := strings.Replace(h.URL(), "localhost", name, 1)
	link := there + strings.TrimPrefix(h.Links().Patient, h.URL())
	code, err := square(link)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "  On the local network: %s\n  The browser warns once, because the certificate is this machine's own.\n\n"+
		"  Wren-23's page on a phone:\n\n%s\n", there, code)
	return err
}
