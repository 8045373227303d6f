package web_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"hearth/shared/api"
)

// raw sends a request as it is written, past what a client of good manners would mend, and returns the answer.
func (v *visitor) raw(request string) (*http.Response, string) {
	v.t.Helper()
	conn, err := net.DialTimeout("tcp", strings.TrimPrefix(v.base, "http://"), 5*time.Second)
	if err != nil {
		v.t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(time.Minute)) // a test that hangs says where
	fmt.Fprint(conn, request)
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		v.t.Fatalf("%q: %v", request, err)
	}
	defer res.Body.Close()
	var body strings.Builder
	if _, err := bufio.NewReader(res.Body).WriteTo(&body); err != nil {
		v.t.Fatalf("%q: %v", request, err)
	}
	return res, body.String()
}

// get is a raw request for an address, with more headers if any.
func (v *visitor) get(target string, headers ...string) (*http.Response, string) {
	v.t.Helper()
	return v.raw("GET " + target + " HTTP/1.1\r\nHost: " + strings.TrimPrefix(v.base, "http://") + "\r\nConnection: close\r\n" + strings.Join(headers, "") + "\r\n")
}

// However an address is spelt, a stranger gets nothing that asks who is there, and nobody a file that is not served.
func TestSecurityPaths(t *testing.T) {
	c := mustClinic(t)
	out := stranger(t, c.House)
	secret := "Wren-23"
	for _, op := range api.Operations() {
		if op.Method != http.MethodGet {
			continue
		}
		path := filled(op, foreignIDs(c))
		rest := strings.TrimPrefix(path, "/api/v1/")
		for _, spelt := range []string{path + "/", path + ";x=1", path + "%00", path + "%20", path + "?", path + "#x", "/api/v1//" + rest, "//api/v1/" + rest, "/api/v1/./" + rest,
			"/api/v1/x/../" + rest, "/assets/../api/v1/" + rest, "/assets/%2e%2e/api/v1/" + rest, "/assets/..%2fapi/v1/" + rest, "/api/v1/%2e%2e/v1/" + rest,
			"/%61pi/v1/" + rest, "/API/v1/" + rest, "/api\\v1\\" + rest, "/sign-in/../api/v1/" + rest, "/demo/..;/api/v1/" + rest, "/healthz/../api/v1/" + rest} {
			res, got := out.get(spelt)
			if res.StatusCode < 300 && (strings.Contains(got, secret) || strings.Contains(res.Header.Get("Content-Type"), "json")) {
				t.Errorf("%s opens %s to a stranger: %d %.120s", spelt, op.ID, res.StatusCode, got)
			}
		}
	}
	for _, spelt := range []string{"/assets/../../go.mod", "/assets/..%2f..%2fgo.mod", "/assets/%2e%2e/%2e%2e/etc/passwd", "/assets//etc/passwd", "/assets/..\\..\\hearth.db",
		"/assets/built/app.wasm.br", "/assets/", "/assets/css/", "/assets/css/kit.css", "/.git/config", "/hearth.db", "/data/hearth.db", "/debug/pprof/", "/metrics", "/server-status"} {
		res, got := out.get(spelt)
		if res.StatusCode == http.StatusOK {
			t.Errorf("%s is served: %.80s", spelt, got)
		}
	}
}

// What a proxy or a program may say in headers of who asks, for which address or by which method, is not believed.
func TestSecurityHeaders(t *testing.T) {
	c := mustClinic(t)
	cookie := ""
	res, _ := c.wren.ask("GET", api.GetMe.Path, "")
	for _, k := range c.wren.http.Jar.Cookies(res.Request.URL) {
		cookie += k.Name + "=" + k.Value + "; "
	}
	as := []string{"Cookie: " + cookie + "\r\n", api.AsHeader + ": " + c.wren.slot + "\r\n"}
	if res, _ := c.wren.get(api.GetMe.Path, as...); res.StatusCode != http.StatusOK {
		t.Fatalf("the patient is not signed in: %d", res.StatusCode)
	}
	for _, claim := range []string{"X-Original-URL: " + api.ListPeople.Path, "X-Rewrite-URL: " + api.ListPeople.Path, "X-Forwarded-User: alex", "X-Remote-User: alex", "Remote-User: alex",
		"X-HTTP-Method-Override: DELETE", "X-Method-Override: PUT", "Authorization: Basic YWxleDphbGV4", "X-Forwarded-For: 127.0.0.1", "X-Real-IP: 127.0.0.1", "Forwarded: for=127.0.0.1;host=evil.example",
		"X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https", "X-Forwarded-Prefix: /evil", "X-Hearth-As: " + c.admin.slot} {
		for _, path := range []string{api.ListPeople.Path, api.GetInstallation.Path} {
			if res, got := c.wren.get(path, append(as, claim+"\r\n")...); res.StatusCode < 400 {
				t.Errorf("%s opens %s: %d %.120s", claim, path, res.StatusCode, got)
			}
		}
		for _, path := range []string{"/", api.SignInPage, "/.well-known/openid-configuration", api.OpenAPI} {
			res, got := c.wren.get(path, append(as, claim+"\r\n")...)
			if strings.Contains(got+res.Header.Get("Location"), "evil") {
				t.Errorf("%s changes %s: %s", claim, path, res.Header.Get("Location"))
			}
		}
	}
}

// A request that says two things about where it goes or how long it is goes nowhere (RFC 9112 sections 3.2, 6.3).
func TestSecurityTwoMeanings(t *testing.T) {
	c := mustClinic(t)
	host := strings.TrimPrefix(c.URL(), "http://")
	for what, request := range map[string]string{
		"two hosts":            "GET / HTTP/1.1\r\nHost: " + host + "\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
		"no host":              "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
		"a host with a sign":   "GET / HTTP/1.1\r\nHost: alex@" + host + "\r\nConnection: close\r\n\r\n",
		"an address elsewhere": "GET http://evil.example/ HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n",
		"two lengths":          "POST /sign-in HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 1\r\nContent-Length: 2\r\nConnection: close\r\n\r\nab",
		"length and chunks":    "POST /sign-in HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 4\r\nTransfer-Encoding: chunked, identity\r\nConnection: close\r\n\r\n0\r\n\r\n",
		"a broken name":        "GET / HTTP/1.1\r\nHost: " + host + "\r\nX y: z\r\nConnection: close\r\n\r\n",
		"a folded line":        "GET / HTTP/1.1\r\nHost: " + host + "\r\n evil: z\r\nConnection: close\r\n\r\n",
	} {
		if res, got := c.admin.raw(request); res.StatusCode < 400 || res.StatusCode >= 500 && res.StatusCode != http.StatusNotImplemented {
			t.Errorf("%s: %d %.80s", what, res.StatusCode, got)
		}
	}
}
