package care

import (
	"net/netip"
	"slices"
	"strings"

	"hearth/shared/fault"
)

// ParseNetworks reads a list of IP networks as people write it: addresses ("10.1.2.3", "2001:db8::1") and networks in CIDR
// form (RFC 4632 section 3.1, RFC 4291 section 2.3), separated by lines, commas or spaces. It gives each once, small ones
// in larger ones left out, with the bits beyond the network zero and IPv4 that is written as IPv6 (RFC 4291 section
// 2.5.5.2) as IPv4. Faults: "settings.network" with the text that is none, "settings.network-zone" for an address of one
// line only, "settings.network-all" for everything there is, "settings.networks-many".
func ParseNetworks(text string) ([]netip.Prefix, error) {
	var list []netip.Prefix
	for _, one := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' || r <= ' ' || r == '\u00a0' }) {
		p, err := parseNetwork(one)
		if err != nil {
			return nil, err
		}
		if list = append(list, p); len(list) > MostNetworks {
			return nil, fault.New(fault.Invalid, "settings.networks-many", nil)
		}
	}
	return tidy(list), nil
}

func parseNetwork(text string) (netip.Prefix, error) {
	bad := func(code string) (netip.Prefix, error) {
		return netip.Prefix{}, fault.New(fault.Invalid, code, nil).With("text", shown(text))
	}
	if strings.Contains(text, "%") {
		return bad("settings.network-zone")
	}
	p, err := netip.ParsePrefix(text)
	if err != nil {
		a, err := netip.ParseAddr(text)
		if err != nil {
			return bad("settings.network")
		}
		p = netip.PrefixFrom(a, a.BitLen())
	}
	if a := p.Addr(); a.Is4In6() {
		if p.Bits() < 96 {
			return bad("settings.network")
		}
		p = netip.PrefixFrom(a.Unmap(), p.Bits()-96)
	}
	if p.Bits() == 0 {
		return bad("settings.network-all")
	}
	return p.Masked(), nil
}

// shown is a text as a sentence may repeat it: short and without anything invisible.
func shown(text string) string {
	text = strings.Map(func(r rune) rune {
		if invisible(r) || r == '\ufffd' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	if r := []rune(text); len(r) > 40 {
		text = string(r[:40]) + "…"
	}
	return text
}

// tidy sorts networks and leaves out what lies in another.
func tidy(list []netip.Prefix) []netip.Prefix {
	slices.SortFunc(list, netip.Prefix.Compare) // a network before the smaller ones in it
	var kept []netip.Prefix
	for _, p := range list {
		if !slices.ContainsFunc(kept, func(k netip.Prefix) bool { return k.Bits() <= p.Bits() && k.Contains(p.Addr()) }) {
			kept = append(kept, p)
		}
	}
	return kept
}

// InNetworks reports whether an address lies in one of the networks. IPv4 that came as IPv6 is IPv4.
func InNetworks(list []netip.Prefix, a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	return slices.ContainsFunc(list, func(p netip.Prefix) bool { return p.Contains(a) })
}

// NetworkTexts writes networks as ParseNetworks reads them; a single address without its bits.
func NetworkTexts(list []netip.Prefix) []string {
	texts := make([]string, len(list))
	for i, p := range list {
		texts[i] = p.String()
		if p.IsSingleIP() {
			texts[i] = p.Addr().String()
		}
	}
	return texts
}
