package service

import (
	"encoding/base64"
	"net/http"
	"testing"
	"time"
)

// The reference of the signature was made with OpenSSL:
//
//	printf 'msg_abc.1674087231.{"a":1}' | openssl dgst -sha256 -mac HMAC -macopt hexkey:$(printf '00%.0s' $(seq 32)) -binary | base64
func TestSignature(t *testing.T) {
	h := http.Header{}
	sign(h, "abc", time.Unix(1674087231, 999), []byte(`{"a":1}`), [][]byte{make([]byte, 32), []byte("0123456789012345678901234567890!")})
	const want = "mc7+9DzXphaDyk38EyqDD4LUckiUpwYOmpjD5rh0asc="
	if got := h.Get("webhook-signature"); len(got) != 2*47+1 || got[:47] != "v1,"+want || got[47:51] != " v1," {
		t.Errorf("signed %q, want it to begin with v1,%s", got, want)
	}
	if h.Get("webhook-id") != "msg_abc" || h.Get("webhook-timestamp") != "1674087231" {
		t.Errorf("headers %v", h)
	}
	if _, err := base64.StdEncoding.DecodeString(h.Get("webhook-signature")[51:]); err != nil {
		t.Error(err)
	}
}
