// Package config reads the settings of `hearth serve` from the environment, once, and refuses wrong ones with a sentence
// that names the variable and what helps. It opens nothing but the files that hold secrets.
package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/caarlos0/env/v11"

	"hearth/backend/keys"
)

// Prefix begins the name of every setting.
const Prefix = "HEARTH_"

// Config is every setting, with its default.
type Config struct {
	Addr           string   `env:"ADDR" envDefault:"localhost:8080"`  // to listen on
	URL            string   `env:"URL"`                               // address people use; "" = http://localhost:port of Addr
	Data           string   `env:"DATA" envDefault:"./data"`          // folder for the database file
	DatabaseURL    string   `env:"DATABASE_URL"`                      // postgres://… instead of the file; also _FILE
	MasterKey      string   `env:"MASTER_KEY"`                        // 32 bytes, base64; also _FILE; "" = a file of the data folder
	TLSCert        string   `env:"TLS_CERT"`                          // certificate file, PEM
	TLSKey         string   `env:"TLS_KEY"`                           // key file, PEM
	TrustedProxies []string `env:"TRUSTED_PROXIES"`                   // networks, separated by commas
	TURNAddr       string   `env:"TURN_ADDR" envDefault:":3478"`      // UDP and TCP; "off" for no relay
	TURNHost       string   `env:"TURN_HOST"`                         // public address of the relay; "" = host of URL
	TURNRelay      string   `env:"TURN_RELAY"`                        // IP address relayed traffic leaves from; "" = of TURN_ADDR or TURN_HOST
	TURNPorts      string   `env:"TURN_PORTS"`                        // "49160-49200"; "" = whatever is free
	TURNSecret     string   `env:"TURN_SECRET"`                       // at least 32 characters; also _FILE; "" = made up and kept
	TURNTLSAddr    string   `env:"TURN_TLS_ADDR"`                     // TLS; "" = port 5349 where there is a certificate; "off" for none
	TURNTLSCert    string   `env:"TURN_TLS_CERT"`                     // certificate file for the relay's name; "" = TLS_CERT
	TURNTLSKey     string   `env:"TURN_TLS_KEY"`                      // its key; "" = TLS_KEY
	TURNCrowd      int      `env:"TURN_PER_ADDRESS" envDefault:"200"` // relays and connections of one address
	TURNMegabits   int      `env:"TURN_MBITS" envDefault:"500"`       // a second and direction of all relays together
	Webhooks       []string `env:"WEBHOOK_NETWORKS"`                  // private networks webhooks may reach, separated by commas
	SecondStep     string   `env:"SECOND_STEP" envDefault:"staff"`    // who needs one besides a password: staff, nobody
	Log            string   `env:"LOG" envDefault:"info"`             // debug, info, warn, error
	LogFormat      string   `env:"LOG_FORMAT" envDefault:"text"`      // text, json

	Messages

	Proxies  []netip.Prefix `env:"-"` // TrustedProxies, read
	Reach    []netip.Prefix `env:"-"` // Webhooks, read
	MinPort  uint16         `env:"-"` // of TURNPorts, 0 = any
	MaxPort  uint16         `env:"-"`
	LogLevel slog.Level     `env:"-"`
	Master   *keys.Master   `env:"-"` // MasterKey, read; nil: not set
}

// secrets may stand in a file instead, named by the variable with _FILE, as container platforms hand them out.
var secrets = []string{"DATABASE_URL", "MASTER_KEY", "TURN_SECRET", "SMS_PASSWORD", "SMS_HEADERS", "SMS_HOOK_SECRET", "SMTP_PASSWORD"}

// FromEnv reads the settings from environ ("NAME=value", as os.Environ gives them) and validates them. All that is wrong
// is said at once, one sentence a line.
func FromEnv(environ []string) (Config, error) {
	vars := map[string]string{}
	for _, pair := range environ {
		if name, value, ok := strings.Cut(pair, "="); ok && strings.HasPrefix(name, Prefix) {
			vars[name] = value
		}
	}
	problems := fromFiles(vars)
	problems = append(problems, unknown(vars)...)
	var c Config
	if err := env.ParseWithOptions(&c, env.Options{Environment: vars, Prefix: Prefix}); err != nil {
		problems = append(problems, err)
	}
	return c, errors.Join(append(problems, c.Validate())...)
}

// fromFiles replaces NAME_FILE by NAME with what the file holds.
func fromFiles(vars map[string]string) (problems []error) {
	for _, s := range secrets {
		name := Prefix + s
		file, ok := vars[name+"_FILE"]
		if !ok {
			continue
		}
		delete(vars, name+"_FILE")
		if vars[name] != "" {
			problems = append(problems, fmt.Errorf("%s and %s_FILE are both set; keep one of them", name, name))
			continue
		}
		content, err := os.ReadFile(file)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s_FILE cannot be read: %w", name, err))
			continue
		}
		if vars[name] = strings.TrimSpace(string(content)); vars[name] == "" { // or an empty house would open beside the full one
			problems = append(problems, fmt.Errorf("%s_FILE names an empty file; write the value into it", name))
		}
	}
	return problems
}

// unknown finds typing mistakes: a setting nobody reads is one somebody believes in.
func unknown(vars map[string]string) (problems []error) {
	params, err := env.GetFieldParamsWithOptions(&Config{}, env.Options{Prefix: Prefix})
	if err != nil {
		return []error{err}
	}
	for name := range vars {
		known := slices.ContainsFunc(params, func(p env.FieldParams) bool { return p.Key == name })
		if !known && name != Prefix+"TEST_DATA" { // the tests' own, often set for a whole shell
			problems = append(problems, fmt.Errorf("%s is no setting of Hearth; `hearth help` lists them", name))
		}
	}
	slices.SortFunc(problems, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return problems
}

// Validate checks what can be checked without opening anything, and fills in the read fields.
func (c *Config) Validate() error {
	return errors.Join(c.checkAddress(), c.checkTLS(), c.checkProxies(), c.checkWebhooks(), c.checkTURN(), c.checkLog(), c.checkSecondStep(), c.checkDatabase(), c.checkMaster(), c.checkMessages())
}

func (c *Config) checkAddress() error {
	host, port, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return fmt.Errorf("HEARTH_ADDR %q is not host:port, such as localhost:8080 or :8080", c.Addr)
	}
	if c.URL == "" {
		if !loopback(host) {
			return errors.New("HEARTH_URL is missing: say the https:// address people use, because HEARTH_ADDR is open to others")
		}
		c.URL = asBrowsersSay("http", "localhost:"+port)
		return nil
	}
	u, err := url.Parse(c.URL)
	switch {
	case err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https"):
		return fmt.Errorf("HEARTH_URL %q is not an address such as https://hearth.example", c.URL)
	case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.User != nil || u.Fragment != "":
		return errors.New("HEARTH_URL has more than scheme and host; Hearth lives at the root of its host")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return errors.New("HEARTH_URL must begin with https://: browsers refuse Bluetooth, cameras and safe cookies otherwise; only localhost may be plain http")
	}
	c.URL = asBrowsersSay(u.Scheme, u.Host)
	return nil
}

// asBrowsersSay writes an origin as browsers do (RFC 6454 section 6.2), small and without the port everybody expects: it
// is compared with what they send.
func asBrowsersSay(scheme, host string) string {
	usual := map[string]string{"http": ":80", "https": ":443"}[scheme]
	return scheme + "://" + strings.TrimSuffix(strings.ToLower(host), usual)
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}

func (c *Config) checkTLS() error {
	switch {
	case (c.TLSCert == "") != (c.TLSKey == ""):
		return errors.New("HEARTH_TLS_CERT and HEARTH_TLS_KEY belong together; set both or none")
	case c.TLSCert != "" && strings.HasPrefix(c.URL, "http://"):
		return errors.New("HEARTH_TLS_CERT is set but HEARTH_URL begins with http://; make it https://")
	}
	return nil
}

func (c *Config) checkSecondStep() error {
	if c.SecondStep != "staff" && c.SecondStep != "nobody" {
		return fmt.Errorf("HEARTH_SECOND_STEP %q is neither staff nor nobody", c.SecondStep)
	}
	return nil
}

func (c *Config) checkProxies() error {
	c.Proxies = nil
	for _, text := range c.TrustedProxies {
		p, err := network(text)
		if err != nil {
			return fmt.Errorf("HEARTH_TRUSTED_PROXIES: %q is not a network such as 10.0.0.0/8", text)
		}
		if p.Bits() == 0 {
			return errors.New("HEARTH_TRUSTED_PROXIES must not name the whole internet: anybody could claim any address")
		}
		c.Proxies = append(c.Proxies, p)
	}
	if strings.HasPrefix(c.URL, "https://") && c.TLSCert == "" && len(c.Proxies) == 0 {
		return errors.New("HEARTH_TRUSTED_PROXIES is missing: without a certificate of its own Hearth stands behind a proxy; say its address, such as 127.0.0.1, " +
			"or all visitors look like one and a stranger's wrong passwords lock everybody out")
	}
	return nil
}

// NoRelay switches the relay off.
const NoRelay = "off"

func (c *Config) checkTURN() error {
	if c.TURNAddr == NoRelay {
		return nil
	}
	if _, _, err := net.SplitHostPort(c.TURNAddr); err != nil {
		return fmt.Errorf("HEARTH_TURN_ADDR %q is not host:port, such as :3478; %q switches the relay off", c.TURNAddr, NoRelay)
	}
	if c.TURNSecret != "" && len(c.TURNSecret) < 32 {
		return errors.New("HEARTH_TURN_SECRET is shorter than 32 characters; leave it out and one is made up")
	}
	if c.TURNRelay != "" {
		if _, err := netip.ParseAddr(c.TURNRelay); err != nil {
			return fmt.Errorf("HEARTH_TURN_RELAY %q is not an IP address", c.TURNRelay)
		}
	}
	return errors.Join(c.checkPorts(), c.checkRelayTLS(), c.checkShares())
}

func (c *Config) checkRelayTLS() error {
	if (c.TURNTLSCert == "") != (c.TURNTLSKey == "") {
		return errors.New("HEARTH_TURN_TLS_CERT and HEARTH_TURN_TLS_KEY belong together; set both or none")
	}
	if c.TURNTLSCert == "" {
		c.TURNTLSCert, c.TURNTLSKey = c.TLSCert, c.TLSKey
	}
	switch c.TURNTLSAddr {
	case NoRelay:
		return nil
	case "":
		if c.TURNTLSCert != "" {
			c.TURNTLSAddr = ":5349"
		}
		return nil
	}
	if _, _, err := net.SplitHostPort(c.TURNTLSAddr); err != nil {
		return fmt.Errorf("HEARTH_TURN_TLS_ADDR %q is not host:port, such as :5349; %q leaves TLS out", c.TURNTLSAddr, NoRelay)
	}
	if c.TURNTLSCert == "" {
		return errors.New("HEARTH_TURN_TLS_ADDR needs a certificate: set HEARTH_TURN_TLS_CERT and HEARTH_TURN_TLS_KEY to one for the relay's name")
	}
	return nil
}

func (c *Config) checkShares() error {
	if c.TURNCrowd < 1 || c.TURNMegabits < 1 || c.TURNMegabits > 100_000 {
		return errors.New("HEARTH_TURN_PER_ADDRESS and HEARTH_TURN_MBITS are numbers from 1 on, such as 200 and 500")
	}
	return nil
}

func (c *Config) checkPorts() error {
	c.MinPort, c.MaxPort = 0, 0
	if c.TURNPorts == "" {
		return nil
	}
	low, high, ok := strings.Cut(c.TURNPorts, "-")
	lo, err1 := strconv.ParseUint(strings.TrimSpace(low), 10, 16)
	hi, err2 := strconv.ParseUint(strings.TrimSpace(high), 10, 16)
	if !ok || err1 != nil || err2 != nil || lo < 1024 || hi < lo+9 {
		return fmt.Errorf("HEARTH_TURN_PORTS %q is not a range of at least ten ports from 1024 on, such as 49160-49200", c.TURNPorts)
	}
	c.MinPort, c.MaxPort = uint16(lo), uint16(hi)
	return nil
}

func (c *Config) checkLog() error {
	if err := c.LogLevel.UnmarshalText([]byte(c.Log)); err != nil {
		return fmt.Errorf("HEARTH_LOG %q is not debug, info, warn or error", c.Log)
	}
	if c.LogFormat != "text" && c.LogFormat != "json" {
		return fmt.Errorf("HEARTH_LOG_FORMAT %q is not text or json", c.LogFormat)
	}
	return nil
}

func (c *Config) checkDatabase() error {
	if c.DatabaseURL == "" {
		return nil
	}
	u, err := url.Parse(c.DatabaseURL)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
		return errors.New("HEARTH_DATABASE_URL is not a postgres:// address; leave it out for the built-in database") // not quoted: it holds a password
	}
	return nil
}

func (c *Config) checkMaster() error {
	c.Master = nil
	if c.MasterKey != "" {
		m, err := keys.ParseMaster(c.MasterKey)
		if err != nil {
			return errors.New("HEARTH_MASTER_KEY is not 32 random bytes in base64; `openssl rand -base64 32` makes such a key") // not quoted
		}
		c.Master = &m
		return nil
	}
	if c.DatabaseURL != "" {
		return errors.New("HEARTH_MASTER_KEY (or HEARTH_MASTER_KEY_FILE) is missing: with HEARTH_DATABASE_URL there is no folder to keep it in, and without it what the " +
			"database keeps sealed cannot be opened; `openssl rand -base64 32` makes one. Keep a copy apart from the database's backups")
	}
	return nil
}
