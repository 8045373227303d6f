package web

import (
	"net/http"
	"strings"
)

// The policies of content. Nothing comes from anywhere else; no page may be framed; no style or script stands in the
// page itself. Safari before 15.4 does not count the live socket as 'self', so its address is named besides.
const (
	policyBase = "default-src 'none'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; media-src 'self' blob:; " +
		"manifest-src 'self'; worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; "
	policyPortal = policyBase + "script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' "
	// Porch pages hand no text to any script, so they may forbid it altogether. Portals cannot: go-app and the
	// registration of the service worker use plain strings.
	policyPorch = policyBase + "script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'"
)

// permissions is what portals may ask a browser for; everything else that Chromium and Firefox know is off. Bluetooth is
// left to its default, which is this origin alone (Web Bluetooth section 3.2): a Chromium without Bluetooth does not know
// the name and would complain in the console of every page.
const permissions = "camera=(self), microphone=(self), screen-wake-lock=(self), accelerometer=(self), gyroscope=(self), " +
	"magnetometer=(self), fullscreen=(self), autoplay=(self), publickey-credentials-get=(self), publickey-credentials-create=(self), " +
	"display-capture=(self), picture-in-picture=(self), browsing-topics=(), encrypted-media=(), geolocation=(), hid=(), " +
	"identity-credentials-get=(), idle-detection=(), interest-cohort=(), local-fonts=(), midi=(), otp-credentials=(), payment=(), " +
	"serial=(), storage-access=(), sync-xhr=(), usb=(), window-management=(), xr-spatial-tracking=()"

// headers sets what every answer carries. Handlers replace the policy or the caching where theirs differs.
func (s *Server) headers(h http.Header) {
	h.Set("Content-Security-Policy", policyPorch)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Permissions-Policy", permissions)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	if s.Lasting {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// portalPolicy names the live socket's address of this very host. The host was checked before.
func (s *Server) portalPolicy(r *http.Request) string {
	scheme := "ws://"
	if s.Secure {
		scheme = "wss://"
	}
	if strings.ContainsAny(r.Host, " ;,'\"\t") {
		return policyPortal
	}
	return policyPortal + scheme + r.Host
}
