package turn

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/pion/stun/v4"
	"github.com/pion/turn/v5"

	"hearth/shared/live"
)

// keep is how long after its credential has ended an open relay may still be refreshed at most, as long as its holder
// may. Browsers cannot change the credential of an open relay, and nobody's visit lasts a day.
const keep = 24 * time.Hour

// Credentials gives the servers a member's page may use from now on, for live.Reply.ICE. The user name is
// "expiry:member" and the password its HMAC (draft-uberti-behave-turn-rest-00 section 2.2), so nothing is stored. A
// member is "person/session/page"; what stands before the last slash is the holder that Config.Valid is asked about. The
// name travels readable for everybody on the way (RFC 8489 section 9.2), so it must be nobody's.
func (s *Server) Credentials(member string, now time.Time) []live.ICEServer {
	// The name ends at the second colon.
	member = strings.ReplaceAll(member, ":", "-")
	name := strconv.FormatInt(now.Add(s.c.Life).Unix(), 10) + ":" + member
	at := net.JoinHostPort(s.c.Host, strconv.Itoa(s.port))
	ways := []string{"turn:" + at + "?transport=udp", "turn:" + at + "?transport=tcp"}
	if s.tls != 0 {
		ways = append(ways, "turns:"+net.JoinHostPort(s.c.Host, strconv.Itoa(s.tls))+"?transport=tcp")
	}
	return []live.ICEServer{{URLs: []string{"stun:" + at}}, {URLs: ways, Username: name, Credential: s.password(name), Life: int(s.c.Life / time.Second)}}
}

func (s *Server) password(name string) string {
	mac := hmac.New(sha1.New, s.c.Secret) // SHA-1 is what the draft and every client of it use
	mac.Write([]byte(name))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// authenticate opens new relays with credentials that have not ended; open ones are kept for as long as their holder may.
// pion hands the claim it returns to whoever counts relays.
func (s *Server) authenticate(r *turn.RequestAttributes) (claim string, key []byte, ok bool) {
	end, member, ok := strings.Cut(r.Username, ":")
	unix, err := strconv.ParseInt(end, 10, 64)
	longest := keep
	if r.Method == stun.MethodAllocate {
		longest = 0
	}
	member, _, more := strings.Cut(member, ":")
	if !ok || more || err != nil || time.Since(time.Unix(unix, 0)) > longest || !s.c.Valid(holderOf(member)) {
		s.log.refused()
		return "", nil, false
	}
	return claimOf(member, r.SrcAddr), turn.GenerateAuthKey(r.Username, r.Realm, s.password(r.Username)), true
}
