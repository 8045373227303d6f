package command

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"hearth/backend/caller"
	"hearth/shared/api"
)

const askUsage = `  hearth ask --list
  hearth ask OPERATION [NAME=VALUE]... [--body FILE]
      asks a running house over its interface, for scripts: names fill the operation's path or its query, the body is
      JSON of a file or, with -, of standard input; the answer is JSON. HEARTH_URL says where the house is,
      HEARTH_TOKEN or HEARTH_TOKEN_FILE holds the bearer token
`

// mostBody bounds what is read as a body, in bytes: a list of patients is the longest.
const mostBody = 8 << 20

// ask answers "hearth ask": one operation of a running house.
func ask(ctx context.Context, args []string, t Terminal) int {
	if slices.Equal(args, []string{"--list"}) {
		for _, op := range api.Operations() {
			fmt.Fprintf(t.Out, "%s\t%s\t%s\n", op.ID, op.Method, op.Path)
		}
		return well
	}
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		return wrongly(t, "hearth ask needs the name of an operation.")
	}
	i := slices.IndexFunc(api.Operations(), func(op api.Operation) bool { return op.ID == args[0] })
	if i < 0 {
		return wrongly(t, "There is no operation %q; hearth ask --list names all.", args[0])
	}
	names, file, err := asked(args[1:])
	if err != nil {
		return wrongly(t, "%v", err)
	}
	house, err := whom(t.Environ)
	if err != nil {
		return wrongly(t, "%v", err)
	}
	body, err := bodyOf(file, t)
	if err != nil {
		fmt.Fprintln(t.Err, err)
		return failed
	}
	got, err := house.Raw(ctx, api.Operations()[i], names, body)
	if err != nil {
		fmt.Fprintln(t.Err, err)
		return failed
	}
	var tidy bytes.Buffer
	if json.Indent(&tidy, bytes.TrimSpace(got), "", "  ") != nil { // a file, not an answer in JSON
		tidy.Reset()
		tidy.Write(got)
	}
	if tidy.Len() > 0 {
		fmt.Fprintln(t.Out, strings.TrimSuffix(tidy.String(), "\n"))
	}
	return well
}

// asked reads what follows the operation's name.
func asked(args []string) (names caller.Params, file string, err error) {
	names = caller.Params{}
	for i := 0; i < len(args); i++ {
		name, value, found := strings.Cut(args[i], "=")
		switch {
		case args[i] == "--body" && i+1 < len(args):
			i++
			file = args[i]
		case !found || name == "" || strings.HasPrefix(name, "-"):
			return nil, "", fmt.Errorf("%q is neither NAME=VALUE nor --body FILE", args[i])
		default:
			names[name] = value
		}
	}
	return names, file, nil
}

// whom reads where the house is and who asks.
func whom(environ []string) (c caller.Caller, err error) {
	set := map[string]string{}
	for _, line := range environ {
		name, value, _ := strings.Cut(line, "=")
		set[name] = value
	}
	if c.URL = set["HEARTH_URL"]; c.URL == "" {
		c.URL = "http://localhost:8080"
	}
	u, err := url.Parse(c.URL)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return c, errors.New("HEARTH_URL is no address such as https://hearth.example")
	case u.Scheme == "http" && !slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, u.Hostname()):
		return c, errors.New("HEARTH_URL must begin with https://: a token does not go over an open line")
	}
	c.Token = set["HEARTH_TOKEN"]
	if name := set["HEARTH_TOKEN_FILE"]; c.Token == "" && name != "" {
		b, err := os.ReadFile(name)
		if err != nil {
			return c, errors.New("the file of HEARTH_TOKEN_FILE cannot be read")
		}
		c.Token = string(b)
	}
	if c.Token = strings.TrimSpace(c.Token); strings.ContainsAny(c.Token, "\r\n\x00") {
		return c, errors.New("the token is more than one line")
	}
	return c, nil
}

// bodyOf reads the body and makes sure that it is JSON, so that a slip is told here and in words.
func bodyOf(file string, t Terminal) (body []byte, err error) {
	in := t.In
	switch file {
	case "":
		return nil, nil
	case "-":
	default:
		f, err := os.Open(file)
		if err != nil {
			return nil, fmt.Errorf("the body cannot be read: %w", err)
		}
		defer f.Close()
		in = f
	}
	if body, err = io.ReadAll(http.MaxBytesReader(nil, io.NopCloser(in), mostBody)); err != nil {
		return nil, fmt.Errorf("the body cannot be read: %w", err)
	}
	if !json.Valid(body) {
		return nil, errors.New("the body is not JSON")
	}
	return body, nil
}
