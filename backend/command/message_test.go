package command

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestMessageTest(t *testing.T) {
	var form url.Values
	status := 201
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.ParseForm()
		form = r.PostForm
		w.WriteHeader(status)
		io.WriteString(w, `{"sid":"SM7","status":"queued"}`)
	}))
	defer provider.Close()
	env := []string{"HEARTH_SMS=twilio", "HEARTH_SMS_URL=" + provider.URL, "HEARTH_SMS_USER=AC1", "HEARTH_SMS_PASSWORD=secret-token", "HEARTH_SMS_FROM=+15005550006"}
	run := func(env []string, args ...string) (int, string) {
		var out bytes.Buffer
		code := Run(context.Background(), append([]string{"message"}, args...), Terminal{Out: &out, Err: &out, Environ: env})
		return code, out.String()
	}
	if code, out := run(env, "test", "--to", "0049 170 1234567", "--language", "de"); code != well || !strings.Contains(out, "SM7") || form.Get("To") != "+491701234567" || !strings.Contains(form.Get("Body"), "äöü") {
		t.Errorf("%d %s %v", code, out, form)
	}
	status = 401
	for name, c := range map[string]struct {
		env  []string
		args []string
		code int
		want string
	}{
		"wrong password": {env, []string{"test", "--to", "+491701234567"}, failed, "did not accept our settings"},
		"no number":      {env, []string{"test", "--to", "12"}, misled, "no number"},
		"no mail server": {env, []string{"test", "--to", "a@b.example"}, misled, "HEARTH_SMTP_ADDR"},
		"no provider":    {nil, []string{"test", "--to", "+491701234567"}, misled, "HEARTH_SMS is missing"},
		"nobody":         {env, []string{"test"}, misled, "--to"},
		"nothing":        {env, nil, misled, "test"},
		"wrong settings": {[]string{"HEARTH_SMS=x"}, []string{"test", "--to", "+491701234567"}, misled, "neither twilio nor http"},
	} {
		if code, out := run(c.env, c.args...); code != c.code || !strings.Contains(out, c.want) || strings.Contains(out, "secret-token") {
			t.Errorf("%s: %d %s", name, code, out)
		}
	}
}
