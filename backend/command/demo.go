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
	visit, err := h.Furnish(ctx)
	if err != nil {
		h.Shut()
		return refuse(t, err)
	}
	if *asJSON {
		err = ready(ctx, t.Out, h, visit)
	} else {
		err = greet(t.Out, h, visit, c.LAN)
	}
	if err != nil {
		fmt.Fprintln(t.Err, "Nobody reads what is printed here:", err)
	}
	return keep(ctx, h, t, log)
}

// ready tells a program that the house is open: one JSON object on one line.
func ready(ctx context.Context, w io.Writer, h *house.House, visit house.Furnished) error {
	tokens, err := h.Tokens(ctx)
	if err != nil {
		return err
	}
	return json.NewEncoder(w).Encode(struct {
		URL    string          `json:"url"`
		Links  house.Links     `json:"links"`
		Tokens house.Tokens    `json:"tokens"`
		Visit  house.Furnished `json:"visit"`
	}{h.URL(), h.Links(), tokens, visit})
}

// greet tells a person where to go.
func greet(w io.Writer, h *house.House, visit house.Furnished, lan bool) error {
	l := h.Links()
	_, err := fmt.Fprintf(w, `
  The demo clinic is open at %s

    Mira Solano, therapist       %s
    Kim Lovell, clerk            %s
    Alex Rivers, administrator   %s
    Wren-23, patient             %s
    Robin-07, patient            %s

  Each link opens a page with one button, as often as you like.

  A visit has begun. To be in it from both sides:

    1. In one window, Mira Solano's link above.
    2. In another, as small as a phone, what Wren-23 was sent: the message with a link in
                                 %s
       or the way straight in    %s
       Say "I'm ready", and allow camera and microphone.
    3. In Mira's window, let Wren-23 in.

    Open door, for anybody       %s
`, h.URL(), l.Therapist, l.Clerk, l.Administrator, l.Patient, l.Patient2, visit.Inbox, visit.Guest, visit.Door)
	if err == nil && !lan { // nobody outside a browser trusts this machine's own certificate
		_, err = fmt.Fprintf(w, "    Made-up people come by it    hearth simulate --count 3 --invite %s\n", visit.Door)
	}
	if err == nil {
		_, err = fmt.Fprint(w, "\n  Nobody here is real; please enter nothing about real people. Ctrl+C closes the house.\n\n")
	}
	if err != nil || !lan {
		return err
	}
	return network(w, h, visit)
}

// network prints the address for neighbours and a code that a phone can read.
func network(w io.Writer, h *house.House, visit house.Furnished) error {
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
	code, err := square(there + strings.TrimPrefix(visit.Guest, h.URL()))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "  On the local network: %s\n  The browser warns once, because the certificate is this machine's own.\n\n"+
		"  Wren-23's page on a phone: %s\n  Wren-23's way into the visit, for a phone's camera:\n\n%s\n", there, there+strings.TrimPrefix(h.Links().Patient, h.URL()), code)
	return err
}
