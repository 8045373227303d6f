package config

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
)

// checkWebhooks reads the private networks webhooks may reach.
func (c *Config) checkWebhooks() error {
	c.Reach = nil
	for _, text := range c.Webhooks {
		p, err := network(text)
		switch {
		case err != nil:
			return fmt.Errorf("HEARTH_WEBHOOK_NETWORKS: %q is not a network such as 10.1.2.0/24", text)
		case p.Bits() == 0:
			return errors.New("HEARTH_WEBHOOK_NETWORKS must not name everything: say the networks your services are in")
		}
		c.Reach = append(c.Reach, p)
	}
	return nil
}

// network reads a network, or one address.
func network(text string) (netip.Prefix, error) {
	text = strings.TrimSpace(text)
	if a, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	return netip.ParsePrefix(text)
}
