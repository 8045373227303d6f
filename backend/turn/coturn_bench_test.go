package turn

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// BenchmarkBesideCoturn lets coturn's client push packets of 1000 bytes from one relay to another of the same server, for
// coturn and for us in turns: MB/s as the client counts them, and the server's processor time for each of these MB, which
// passes it twice. The client is slower than either, so it is the processor time that compares them. Run with -benchtime 2x for
// the mean of two turns.
func BenchmarkBesideCoturn(b *testing.B) {
	client, server := mustFind(b, "turnutils_uclient"), mustFind(b, "turnserver")
	for _, way := range [][]string{{UDP}, {TCP, "-t"}, {TLS, "-t", "-S"}} {
		ours, theirs := tally{}, tally{}
		b.Run(way[0], func(b *testing.B) {
			for range b.N {
				ours.add(push(b, client, way, openOurs))
				theirs.add(push(b, client, way, func(b *testing.B, way string) (int, func() time.Duration, func()) { return openCoturn(b, server, way) }))
			}
			b.ReportMetric(0, "ns/op")
			ours.report(b, "ours")
			theirs.report(b, "coturn")
		})
	}
}

const benchSecret = "a secret for both, of some length"

// tally sums up runs.
type tally struct {
	megabytes  float64
	wall, busy time.Duration
}

func (t *tally) add(o tally) { t.megabytes += o.megabytes; t.wall += o.wall; t.busy += o.busy }

func (t *tally) report(b *testing.B, who string) {
	b.ReportMetric(t.megabytes/t.wall.Seconds(), who+"-MB/s")
	b.ReportMetric(float64(t.busy.Microseconds())/1000/t.megabytes, who+"-cpu-ms/MB")
}

var receivedBytes = regexp.MustCompile(`tot_recv_bytes ~ (\d+)`)

// push runs the client once against a server that open starts; busy tells the processor time the server has used.
func push(b *testing.B, client string, way []string, open func(b *testing.B, way string) (port int, busy func() time.Duration, end func())) tally {
	port, busy, end := open(b, way[0])
	defer end()
	before, began := busy(), time.Now()
	args := append([]string{"-c", "-y", "-m", "10", "-n", "2000", "-l", "1000", "-z", "0", "-u", "member", "-W", benchSecret, "-p", strconv.Itoa(port)}, way[1:]...)
	said, err := exec.CommandContext(b.Context(), client, append(args, "127.0.0.1")...).CombinedOutput()
	took, used := time.Since(began), busy()-before
	all := receivedBytes.FindAllSubmatch(said, -1)
	if err != nil || len(all) == 0 {
		b.Fatalf("%v\n%s", err, said)
	}
	bytes, _ := strconv.ParseFloat(string(all[len(all)-1][1]), 64)
	return tally{bytes / 1e6, took, used}
}

// openOurs opens our relay in this process, in which little else runs.
func openOurs(b *testing.B, way string) (int, func() time.Duration, func()) {
	s, err := Open(Config{Loopback: true, Secret: []byte(benchSecret), MinPort: 49300, MaxPort: 49400, Quota: 100, Crowd: 1000, Bandwidth: 1 << 30, Total: 1 << 30,
		TLSListen: "127.0.0.1:0", TLS: mustCertify(b, "127.0.0.1", time.Now().Add(time.Hour))})
	if err != nil {
		b.Fatal(err)
	}
	busy := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	port := s.port
	if way == TLS {
		port = s.tls
	}
	return port, busy, func() { s.Close() }
}

// openCoturn starts turnserver for this machine alone.
func openCoturn(b *testing.B, server string, way string) (int, func() time.Duration, func()) {
	dir, port, secure := b.TempDir(), freePort(b), freePort(b)
	c := exec.Command(server, append([]string{"-n", "--listening-ip", "127.0.0.1", "--relay-ip", "127.0.0.1", "--listening-port", strconv.Itoa(port),
		"--tls-listening-port", strconv.Itoa(secure), "--min-port", "49500", "--max-port", "49600", "--use-auth-secret", "--static-auth-secret", benchSecret,
		"--realm", "hearth", "--allow-loopback-peers", "--no-cli", "--no-dtls", "--log-file", "stdout", "--pidfile", dir + "/pid", "--userdb", dir + "/db"},
		keyPair(b, dir, way)...)...)
	if way == TLS {
		port = secure
	}
	if err := c.Start(); err != nil {
		b.Fatal(err)
	}
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		conn, err := net.Dial("tcp", "127.0.0.1:"+strconv.Itoa(port))
		if err == nil {
			conn.Close()
			break
		}
		if time.Now().After(end) {
			_ = c.Process.Kill()
			b.Fatal("turnserver does not open:", err)
		}
	}
	busy := func() time.Duration {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", c.Process.Pid))
		if err != nil {
			b.Fatal(err)
		}
		fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:])) // utime and stime are 14 and 15, in 1/100 s (proc(5))
		user, _ := strconv.Atoi(fields[11])
		system, _ := strconv.Atoi(fields[12])
		return time.Duration(user+system) * 10 * time.Millisecond
	}
	return port, busy, func() { _ = c.Process.Kill(); _ = c.Wait() }
}

func freePort(b *testing.B) int {
	free, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer free.Close()
	return free.Addr().(*net.TCPAddr).Port
}

// keyPair writes a certificate of the kind ours has for turnserver, and says where it is.
func keyPair(b *testing.B, dir, way string) []string {
	if way != TLS {
		return []string{"--no-tls"}
	}
	pair := mustCertify(b, "127.0.0.1", time.Now().Add(time.Hour)).Certificates[0]
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		b.Fatal(err)
	}
	var options []string
	for _, f := range []struct {
		option, kind string
		der          []byte
	}{{"--cert", "CERTIFICATE", pair.Certificate[0]}, {"--pkey", "PRIVATE KEY", key}} {
		path := filepath.Join(dir, f.option)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: f.kind, Bytes: f.der}), 0o600); err != nil {
			b.Fatal(err)
		}
		options = append(options, f.option, path)
	}
	return options
}
