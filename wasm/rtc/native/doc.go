// Package native makes peer connections where there is no browser: the rtc.Maker of tests, simulated patients and
// bridges, on pion's own stack. It stands beside rtc and not in it, so that a page's native tests do not carry a whole
// network stack; no page imports it. In the browser's build it makes nothing.
package native
