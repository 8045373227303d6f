package house

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"hearth/backend/passkey"
	"hearth/shared/fault"
)

// secure reports whether people reach the house over https.
func (c Config) secure() bool { return c.TLS != nil || strings.HasPrefix(c.Public, "https://") }

// address is the house's own URL.
func (c Config) address(port int) string {
	if c.Public != "" {
		return strings.TrimSuffix(c.Public, "/")
	}
	return c.origin("localhost", port)
}

// host is what people call the house, without a port; "" on this machine alone.
func (c Config) host() string {
	u, err := url.Parse(c.Public)
	if err != nil || u.Hostname() == "localhost" {
		return ""
	}
	return u.Hostname()
}

// origin is a name of this machine with scheme and port as browsers say it: without the port everybody expects (RFC 6454
// section 6.2).
func (c Config) origin(name string, port int) string {
	scheme, usual := "http://", 80
	if c.TLS != nil {
		scheme, usual = "https://", 443
	}
	host := net.JoinHostPort(name, strconv.Itoa(port))
	if port == usual {
		host = strings.TrimSuffix(host, ":"+strconv.Itoa(port))
	}
	return scheme + host
}

// origins lists where pages of this house come from, exactly.
func (c Config) origins(port int) []string {
	if c.Public != "" {
		u, err := url.Parse(c.Public)
		if err != nil {
			return nil
		}
		return []string{u.Scheme + "://" + u.Host}
	}
	var list []string
	for _, name := range c.names() {
		list = append(list, c.origin(name, port))
	}
	return list
}

// hosts reports which Host headers are ours.
func (c Config) hosts() func(string) bool {
	ours := map[string]bool{}
	for _, name := range c.names() {
		ours[name] = true
	}
	if u, err := url.Parse(c.Public); err == nil && u.Host != "" {
		ours = map[string]bool{u.Hostname(): true}
	}
	return func(host string) bool { return ours[strings.ToLower(strings.TrimSuffix(host, "."))] }
}

// passkeys is whose passkeys are: those of the house's own address, exactly. A house that is reached by a number has
// none; neither do the other names of this machine, for a passkey belongs to one name.
func passkeys(address string) passkey.Config {
	u, err := url.Parse(address)
	if err != nil || !passkey.Possible(u.Hostname()) {
		return passkey.Config{}
	}
	return passkey.Config{ID: u.Hostname(), Name: "Hearth", Origins: []string{u.Scheme + "://" + u.Host}}
}

// names are what this machine is called: by itself, and in the demo on the local network by its neighbours.
func (c Config) names() []string {
	list := []string{"localhost", "127.0.0.1", "::1"}
	if !c.LAN {
		return list
	}
	for _, a := range LocalAddresses() {
		list = append(list, a.String())
	}
	if name, err := os.Hostname(); err == nil && name != "" {
		name = strings.ToLower(name)
		list = append(list, name, name+".local")
	}
	return list
}

// LocalAddresses lists the private addresses of this machine, IPv4 first: what a phone in the same network can reach.
func LocalAddresses() []netip.Addr {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var four, six []netip.Addr
	for _, a := range all {
		p, err := netip.ParsePrefix(a.String())
		if err != nil || !p.Addr().IsPrivate() {
			continue
		}
		if p.Addr().Is4() {
			four = append(four, p.Addr())
		} else {
			six = append(six, p.Addr())
		}
	}
	return append(four, six...)
}

// listening gives a failed listener the words an operator can act on.
func listening(address string, err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fault.New(fault.Unavailable, "house.port-taken", err).With("address", address)
	case errors.Is(err, syscall.EACCES):
		return fault.New(fault.Unavailable, "house.port-forbidden", err).With("address", address)
	}
	return fault.New(fault.Invalid, "house.address", err).With("address", address)
}

// writable makes the folder and tries it, so that a house does not open and then forget.
func writable(c Config) error {
	if c.Dir == "" {
		return nil
	}
	refused := func(err error) error {
		return fault.New(fault.Unavailable, "house.folder", err).With("folder", c.Dir)
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return refused(err)
	}
	f, err := os.CreateTemp(c.Dir, ".writable-*")
	if err != nil {
		return refused(err)
	}
	f.Close()
	return os.Remove(filepath.Clean(f.Name()))
}
