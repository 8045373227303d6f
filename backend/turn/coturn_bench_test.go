package turn

import (
	"fmt"
	"net"
	"os"
	"os/exec"
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
	for _, way := range [][]string{{UDP}, {TCP, "-t"}} {
		ours, theirs := tally{}, tally{}
		b.Run(way[0], func(b *testing.B) {
			for range b.N {
				ours.add(push(b, client, way[1:], openOurs))
				theirs.add(push(b, client, way[1:], func(b *testing.B) (int, func() time.Duration, func()) { return openCoturn(b, server) }))
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
func push(b *testing.B, client string, way []string, open func(*testing.B) (port int, busy func() time.Duration, end func())) tally {
	port, busy, end := open(b)
	defer end()
	before, began := busy(), time.Now()
	args := append([]string{"-c", "-y", "-m", "10", "-n", "2000", "-l", "1000", "-z", "0", "-u", "member", "-W", benchSecret, "-p", strconv.Itoa(port)}, way...)
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
func openOurs(b *testing.B) (int, func() time.Duration, func()) {
	s, err := Open(Config{Loopback: true, Secret: []byte(benchSecret), MinPort: 49300, MaxPort: 49400, Quota: 100, Crowd: 1000, Bandwidth: 1 << 30, Total: 1 << 30})
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
	return s.Port(), busy, func() { s.Close() }
}

// openCoturn starts turnserver for this machine alone.
func openCoturn(b *testing.B, server string) (int, func() time.Duration, func()) {
	free, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	port, dir := free.LocalAddr().(*net.UDPAddr).Port, b.TempDir()
	free.Close()
	c := exec.Command(server, "-n", "--listening-ip", "127.0.0.1", "--relay-ip", "127.0.0.1", "--listening-port", strconv.Itoa(port), "--min-port", "49500",
		"--max-port", "49600", "--use-auth-secret", "--static-auth-secret", benchSecret, "--realm", "hearth", "--allow-loopback-peers", "--no-cli",
		"--no-tls", "--no-dtls", "--log-file", "stdout", "--pidfile", dir+"/pid", "--userdb", dir+"/db")
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
