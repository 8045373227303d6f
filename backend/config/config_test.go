package config_test

import (
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hearth/backend/config"
)

func TestDefaults(t *testing.T) {
	c, err := config.FromEnv([]string{"PATH=/bin", "HEARTH_TEST_DATA=/x"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != "localhost:8080" || c.URL != "http://localhost:8080" || c.Data != "./data" || c.TURNAddr != ":3478" || c.LogLevel != slog.LevelInfo || c.SecondStep != "staff" {
		t.Errorf("defaults are %+v", c)
	}
}

func TestEverythingSet(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte(strings.Repeat("s", 32)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.FromEnv([]string{
		"HEARTH_ADDR=:443", "HEARTH_URL=https://hearth.example/", "HEARTH_DATABASE_URL=postgres://u:p@db/hearth",
		"HEARTH_MASTER_KEY=AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",
		"HEARTH_TLS_CERT=c.pem", "HEARTH_TLS_KEY=k.pem", "HEARTH_TRUSTED_PROXIES=10.0.0.0/8, 192.0.2.7",
		"HEARTH_TURN_PORTS=49160-49200", "HEARTH_TURN_RELAY=192.0.2.1", "HEARTH_TURN_SECRET_FILE=" + secret, "HEARTH_LOG=warn", "HEARTH_LOG_FORMAT=json",
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.URL != "https://hearth.example" || c.MinPort != 49160 || c.MaxPort != 49200 || c.LogLevel != slog.LevelWarn || len(c.TURNSecret) != 32 || c.Master == nil || c.Master[31] != 1 {
		t.Errorf("read %+v", c)
	}
	if len(c.Proxies) != 2 || !c.Proxies[1].Contains(netip.MustParseAddr("192.0.2.7")) {
		t.Errorf("proxies are %v", c.Proxies)
	}
}

// The relay has TLS wherever there is a certificate, unless told otherwise, and the house's own when it has none for its name.
func TestRelayTLS(t *testing.T) {
	own := []string{"HEARTH_URL=https://hearth.example", "HEARTH_TLS_CERT=c.pem", "HEARTH_TLS_KEY=k.pem"}
	for name, c := range map[string]struct {
		more       string
		addr, cert string
	}{
		"by itself":     {"HEARTH_LOG=info", ":5349", "c.pem"},
		"elsewhere":     {"HEARTH_TURN_TLS_ADDR=192.0.2.9:443", "192.0.2.9:443", "c.pem"},
		"not at all":    {"HEARTH_TURN_TLS_ADDR=off", "off", "c.pem"},
		"by its name":   {"HEARTH_TURN_TLS_CERT=turn.pem HEARTH_TURN_TLS_KEY=turn-key.pem", ":5349", "turn.pem"},
		"no relay then": {"HEARTH_TURN_ADDR=off", "", ""},
	} {
		got, err := config.FromEnv(append(slices.Clone(own), strings.Fields(c.more)...))
		if err != nil || got.TURNTLSAddr != c.addr || got.TURNTLSCert != c.cert {
			t.Errorf("%s: %q with %q, %v; want %q with %q", name, got.TURNTLSAddr, got.TURNTLSCert, err, c.addr, c.cert)
		}
	}
	if c, err := config.FromEnv(nil); err != nil || c.TURNTLSAddr != "" || c.TURNCrowd != 200 || c.TURNMegabits != 500 {
		t.Errorf("defaults are %+v, %v", c, err)
	}
}

// Origins are compared with what browsers send, who write them in one way.
func TestAddressAsBrowsersSay(t *testing.T) {
	for setting, want := range map[string]string{
		"HEARTH_URL=HTTPS://Hearth.Example:443/": "https://hearth.example",
		"HEARTH_URL=https://hearth.example:8443": "https://hearth.example:8443",
		"HEARTH_URL=http://localhost:80":         "http://localhost",
		"HEARTH_URL=http://[::1]:443":            "http://[::1]:443",
		"HEARTH_ADDR=localhost:80":               "http://localhost",
	} {
		c, err := config.FromEnv([]string{setting, "HEARTH_TRUSTED_PROXIES=127.0.0.1"})
		if err != nil || c.URL != want {
			t.Errorf("%s: got %q, %v; want %q", setting, c.URL, err, want)
		}
	}
}

// TestRefused: every wrong setting is refused with a sentence that names it and never repeats a secret.
func TestRefused(t *testing.T) {
	for setting, want := range map[string]string{
		"HEARTH_ADDR=nonsense":                          "HEARTH_ADDR",
		"HEARTH_ADDR=:8080":                             "HEARTH_URL is missing",
		"HEARTH_URL=http://hearth.example":              "https://",
		"HEARTH_URL=ftp://hearth.example":               "HEARTH_URL",
		"HEARTH_URL=https://hearth.example/sub":         "root of its host",
		"HEARTH_TLS_CERT=c.pem":                         "belong together",
		"HEARTH_URL=https://hearth.example":             "HEARTH_TRUSTED_PROXIES is missing",
		"HEARTH_TRUSTED_PROXIES=home":                   "not a network",
		"HEARTH_TRUSTED_PROXIES=0.0.0.0/0":              "whole internet",
		"HEARTH_TURN_ADDR=3478":                         "HEARTH_TURN_ADDR",
		"HEARTH_TURN_PORTS=5-4":                         "HEARTH_TURN_PORTS",
		"HEARTH_TURN_RELAY=there":                       "HEARTH_TURN_RELAY",
		"HEARTH_TURN_TLS_ADDR=5349":                     "HEARTH_TURN_TLS_ADDR",
		"HEARTH_TURN_TLS_ADDR=:5349":                    "needs a certificate",
		"HEARTH_TURN_TLS_KEY=k.pem":                     "belong together",
		"HEARTH_SECOND_STEP=maybe":                      "HEARTH_SECOND_STEP",
		"HEARTH_TURN_MBITS=0":                           "HEARTH_TURN_MBITS",
		"HEARTH_TURN_PER_ADDRESS=many":                  "HEARTH_TURN_PER_ADDRESS",
		"HEARTH_TURN_SECRET=hunter2":                    "shorter than 32",
		"HEARTH_TURN_SECRET_FILE=/nowhere/at/all":       "cannot be read",
		"HEARTH_DATABASE_URL_FILE=/dev/null":            "empty file",
		"HEARTH_LOG=loud":                               "HEARTH_LOG",
		"HEARTH_LOG_FORMAT=xml":                         "HEARTH_LOG_FORMAT",
		"HEARTH_DATABASE_URL=postgres://db/hearth":      "HEARTH_MASTER_KEY_FILE",
		"HEARTH_MASTER_KEY=c2hvcnQ=":                    "openssl",
		"HEARTH_DATABASE_URL=mysql://root:hunter2@db/x": "postgres://",
		"HEARTH_DATBASE_URL=postgres://x":               "no setting of Hearth",
	} {
		_, err := config.FromEnv([]string{setting})
		switch {
		case err == nil:
			t.Errorf("%s was taken", setting)
		case !strings.Contains(err.Error(), want):
			t.Errorf("%s: %q does not say %q", setting, err, want)
		case strings.Contains(err.Error(), "hunter2"):
			t.Errorf("%s: the sentence repeats the secret: %q", setting, err)
		}
	}
}
