package house

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"hearth/backend/identity"
	"hearth/backend/store"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
)

// BenchmarkPages starts the program as a clinic does and holds the live sockets of a thousand signed-in people, each
// patient's tablet and the page of the therapist who sees it come and go. It tells what a page costs the whole process in
// resident memory. The program is told to keep little garbage, or what it needed to start would hide all else.
func BenchmarkPages(b *testing.B) {
	if runtime.GOOS != "linux" {
		b.Skip("resident memory is read from /proc, which only Linux has")
	}
	const pairs = 500
	bin, dir := filepath.Join(b.TempDir(), "hearth"), b.TempDir()
	if out, err := exec.Command("go", "build", "-o", bin, "hearth/backend").CombinedOutput(); err != nil {
		b.Fatalf("build the program: %v\n%s", err, out)
	}
	people := move(b, dir, pairs)
	for b.Loop() {
		program, url := serve(b, bin, dir)
		join := func(n, i int) {
			for _, p := range people[n:i] {
				p.come(b, url)
			}
		}
		join(0, 20)                  // what the first pages cost is the house's
		time.Sleep(10 * time.Second) // until it is quiet; a benchmark may
		before := resident(b, program.Process.Pid)
		join(20, len(people))
		time.Sleep(20 * time.Second) // pings went round
		after := resident(b, program.Process.Pid)
		b.ReportMetric(float64(len(people)), "pages")
		b.ReportMetric(float64(before), "kB-at-first")
		b.ReportMetric(float64(after-before)/float64(len(people)-20), "kB/page")
		program.Process.Signal(syscall.SIGTERM)
		program.Wait()
	}
}

// visitor is somebody signed in.
type visitor struct {
	portal live.Portal
	slot   identity.Slot
	token  string
}

// move fills an empty house: patients, each with a therapist who may see the ECG, all signed in.
func move(b *testing.B, dir string, pairs int) (people []visitor) {
	s, err := store.Open(b.Context(), store.Config{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	add := func(login string, role access.Role) care.Person {
		p, err := s.AddPerson(b.Context(), care.NewPerson{Name: "Name of " + login, Login: login, Roles: []access.Role{role}})
		if err != nil {
			b.Fatal(err)
		}
		return p
	}
	enter := func(p care.Person, portal live.Portal) {
		v := visitor{portal, identity.Slot(fmt.Sprintf("%08x", len(people))), fmt.Sprintf("%043d", len(people))}
		people = append(people, v)
		now := time.Now()
		if err := s.CreateSession(b.Context(), identity.Session{Hash: sha256.Sum256([]byte(v.token)), Slot: v.slot, Person: p.ID, Created: now, Seen: now, Expires: now.Add(time.Hour)}); err != nil {
			b.Fatal(err)
		}
	}
	admin := add("admin", access.Administrator)
	by := care.Reader{Person: admin.ID, Site: admin.Site, Roles: admin.Roles}
	for i := range pairs {
		patient, therapist := add(fmt.Sprint("patient", i), access.Patient), add(fmt.Sprint("therapist", i), access.Therapist)
		if _, err := s.PutCare(b.Context(), by, care.Permission{Patient: patient.Patient, Therapist: therapist.ID, Signals: []access.Signal{access.ECG}}); err != nil {
			b.Fatal(err)
		}
		enter(patient, live.Aggregator)
		enter(therapist, live.Therapist)
	}
	return people
}

// serve starts the program and waits until it says where it is.
func serve(b *testing.B, bin, dir string) (*exec.Cmd, string) {
	program := exec.Command(bin, "serve")
	program.Env = []string{"HEARTH_ADDR=localhost:0", "HEARTH_DATA=" + dir, "HEARTH_TURN_ADDR=127.0.0.1:0", "HEARTH_LOG=warn", "GOGC=20", "GOMEMLIMIT=24MiB"}
	program.Stderr = os.Stderr
	out, err := program.StdoutPipe()
	if err == nil {
		err = program.Start()
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { program.Process.Kill() })
	line, _ := bufio.NewReader(out).ReadString('\n')
	url := regexp.MustCompile(`http://\S+`).FindString(line)
	if url == "" {
		b.Fatalf("the program says %q", line)
	}
	return program, url
}

// come opens a page's socket and keeps it; one address may only ask so often, so it may have to wait.
func (v visitor) come(b *testing.B, url string) {
	header := http.Header{"Origin": {url}, "Cookie": {"hearth-" + string(v.slot) + "=" + v.token}}
	dialer := websocket.Dialer{ReadBufferSize: 512, WriteBufferSize: 512}
	var conn *websocket.Conn
	for {
		var res *http.Response
		var err error
		if conn, res, err = dialer.Dial("ws"+strings.TrimPrefix(url, "http")+api.LiveSocket+"?as="+string(v.slot), header); err == nil {
			break
		}
		if res == nil || res.StatusCode != http.StatusTooManyRequests {
			b.Fatal(err)
		}
		time.Sleep(100 * time.Millisecond)
	}
	b.Cleanup(func() { conn.Close() })
	if err := conn.WriteJSON(live.FromPage{Hello: &live.Hello{Protocol: live.Protocol, Build: "bench", Member: care.NewID[live.MemberID](), Portal: v.portal}}); err != nil {
		b.Fatal(err)
	}
	entered := make(chan error, 1)
	go func() {
		for {
			var m live.FromHouse
			err := conn.ReadJSON(&m)
			if err != nil || m.Enter != nil {
				select {
				case entered <- err:
				default:
				}
			}
			if err != nil {
				return
			}
		}
	}()
	if err := <-entered; err != nil {
		b.Fatal(err)
	}
}

// resident is a process's resident memory in kB.
func resident(b *testing.B, pid int) int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	found := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindSubmatch(status)
	if found == nil {
		b.Fatalf("no resident memory in %s", status)
	}
	n, _ := strconv.Atoi(string(found[1]))
	return n
}
