package service

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"

	"hearth/shared/care"
)

// Names of the headers of a webhook (Standard Webhooks 1.0.0, section "Webhook headers").
const (
	headerID        = "Webhook-Id"
	headerTimestamp = "Webhook-Timestamp"
	headerSignature = "Webhook-Signature"
)

// MessageID is how a delivery is called outside: the same however often it is sent, so that whoever gets it twice knows.
func MessageID(id care.DeliveryID) string { return "msg_" + string(id) }

// sign writes the headers of one attempt. The signature is HMAC-SHA256 over "id.timestamp.body", in base64 after "v1,",
// once for every key that is good (Standard Webhooks 1.0.0, sections "Signature scheme" and "Webhook headers").
func sign(h http.Header, id care.DeliveryID, at time.Time, body []byte, keys [][]byte) {
	name, stamp := MessageID(id), strconv.FormatInt(at.Unix(), 10)
	var signatures []string
	for _, key := range keys {
		m := hmac.New(sha256.New, key)
		m.Write([]byte(name + "." + stamp + "."))
		m.Write(body)
		signatures = append(signatures, "v1,"+base64.StdEncoding.EncodeToString(m.Sum(nil)))
	}
	h.Set(headerID, name)
	h.Set(headerTimestamp, stamp)
	h.Set(headerSignature, strings.Join(signatures, " "))
}
