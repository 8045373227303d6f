package command

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"hearth/backend/simulated"
	"hearth/shared/api"
)

const simulateUsage = `  hearth simulate [--url URL] --invite LINK[,LINK]... | --invite - [--count N] [--sensor] [--stay 10m]
                  [--every 200ms] [--silent] [--blind] [--relay] [--loopback] [--json]
      plays people who come to visits: through the true door, with a tone, a short drawn film and, with --sensor, a made-up
      sensor, for training and loads. LINK is an invitation, or what stands behind the last / of one with --url; - reads one a
      line from standard input. With the link of an open door, --count people come. Each waits to be let in, and says at the
      end what it was like, with the packets that were lost on the way to it; times are in milliseconds, -1 is never
`

// simulation is what the flags of simulate say.
type simulation struct {
	url, invite string
	count       int
	every       time.Duration
	json        bool
	each        simulated.Options
}

// simulate answers "hearth simulate".
func simulate(ctx context.Context, args []string, t Terminal) int {
	var s simulation
	flags := flag.NewFlagSet("simulate", flag.ContinueOnError)
	flags.StringVar(&s.url, "url", "", "")
	flags.StringVar(&s.invite, "invite", "", "")
	flags.IntVar(&s.count, "count", 0, "")
	flags.DurationVar(&s.every, "every", 200*time.Millisecond, "")
	flags.DurationVar(&s.each.Stay, "stay", 0, "")
	flags.BoolVar(&s.each.Sensor, "sensor", false, "")
	flags.BoolVar(&s.each.Silent, "silent", false, "")
	flags.BoolVar(&s.each.Blind, "blind", false, "")
	flags.BoolVar(&s.each.Relay, "relay", false, "")
	flags.BoolVar(&s.each.Loopback, "loopback", false, "")
	flags.BoolVar(&s.json, "json", false, "")
	if code, ok := parse(flags, args, t); !ok {
		return code
	}
	links, err := s.links(t.In)
	if err != nil {
		return wrongly(t, "%v", err)
	}
	return s.play(ctx, links, t)
}

// mostSimulated bounds how many people one command plays.
const mostSimulated = 10_000

// links are the invitations, one for each person.
func (s simulation) links(in io.Reader) (all []string, err error) {
	given := strings.Split(s.invite, ",")
	if s.invite == "-" {
		given = nil
		for lines := bufio.NewScanner(in); lines.Scan(); {
			given = append(given, lines.Text())
		}
	}
	for _, link := range given {
		if link = strings.TrimSpace(link); link == "" {
			continue
		}
		if s.url != "" && !strings.Contains(link, "/") {
			link = strings.TrimSuffix(s.url, "/") + api.LinkPage + link
		}
		all = append(all, link)
	}
	switch {
	case len(all) == 0:
		return nil, fmt.Errorf("hearth simulate needs an invitation: --invite LINK")
	case s.count > len(all) && (len(all) > 1 || !strings.Contains(all[0], api.DropInPage)):
		return nil, fmt.Errorf("an invitation is for one person: --count %d needs as many, or the link of an open door", s.count)
	case s.count > mostSimulated || len(all) > mostSimulated:
		return nil, fmt.Errorf("more than %d people are too many for one command", mostSimulated)
	}
	for len(all) < s.count {
		all = append(all, all[0])
	}
	return all, nil
}

// said is one person's line.
type said struct {
	Peer  int    `json:"peer"`
	Error string `json:"error,omitempty"`
	simulated.Told
}

// play lets everybody come, one after the other, and waits for all. It ends well when nobody was turned away.
func (s simulation) play(ctx context.Context, links []string, t Terminal) int {
	var all sync.WaitGroup
	var mu sync.Mutex
	code := well
	for i, link := range links {
		o := s.each
		o.Link = link
		guest, err := simulated.New(o)
		if err != nil {
			return wrongly(t, "%v", err)
		}
		all.Go(func() {
			told, err := guest.Run(ctx)
			mu.Lock()
			defer mu.Unlock()
			line := said{Peer: i + 1, Told: told}
			if err != nil {
				line.Error, code = err.Error(), failed
			}
			s.say(line, t.Out)
		})
		select {
		case <-time.After(s.every): // people do not come all at once
		case <-ctx.Done():
		}
	}
	all.Wait()
	return code
}

// say prints one person's line.
func (s simulation) say(l said, out io.Writer) {
	if s.json {
		_ = json.NewEncoder(out).Encode(l) // a terminal that is gone hears nothing
		return
	}
	if l.Error != "" {
		fmt.Fprintf(out, "person %d: %s\n", l.Peer, l.Error)
		return
	}
	fmt.Fprintf(out, "person %d: ready after %d ms, waited %d ms, heard somebody %d ms and saw them %d ms after being let in, stayed %d s; %d packets of sound (%d lost, jitter %.1f ms), %d of pictures (%d lost, jitter %.1f ms); %d frames of sensors sent, %d held; %d breaks, %d mends\n",
		l.Peer, l.Opened+l.Ready, l.LetIn, l.Hears, l.Sees, l.Talked/1000,
		l.Sound, l.SoundLost, l.SoundJitter, l.Pictures, l.PicturesLost, l.PictureJitter, l.Frames, l.Held, l.Breaks, l.Mends)
}
