package simulated

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"hearth/shared/api"
	"hearth/shared/care"
)

// mostPage bounds what is read of a page, in bytes.
const mostPage = 1 << 20

// comeIn opens the invitation and presses "I'm ready", agreeing to the terms it shows.
func (g *Guest) comeIn(ctx context.Context) (came api.Came, err error) {
	if _, err := g.ask(ctx, http.MethodGet, nil); err != nil {
		return came, fmt.Errorf("open the invitation: %w", err)
	}
	g.tally.mark(&g.tally.opened)
	form := url.Values{"terms": {strconv.Itoa(care.VisitTerms)}}
	answer, err := g.ask(ctx, http.MethodPost, form)
	if err != nil {
		return came, fmt.Errorf("say that I am ready: %w", err)
	}
	if err := json.Unmarshal(answer, &came); err != nil || came.Guest == "" {
		return came, fmt.Errorf("say that I am ready: the answer is not what this version knows: %w", err)
	}
	return came, nil
}

// ask is one request for the invitation's own address, as a page of the house makes it.
func (g *Guest) ask(ctx context.Context, method string, form url.Values) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, g.o.Link, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, fmt.Errorf("not an address") // which one would name the secret in it
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept", "application/json")
		r.Header.Set("Origin", g.house.String())
	}
	res, err := g.http.Do(r)
	if err != nil {
		return nil, bare(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, mostPage))
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("the house says %s", res.Status)
	}
	return body, err
}

// bare is an error of the network without the address it names, which is a secret.
func bare(err error) error {
	if of, ok := err.(*url.Error); ok {
		return of.Err
	}
	return err
}
