package lab

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"hearth/backend/leftover"
)

// Network is a street: one bridge, with a place for everybody.
//
//	192.168.K.2 place ── 192.168.K.1 router 10.77.N.K+1 ── bridge 10.77.N.1, where the test and its house are
//
// A router translates addresses as home routers do. Every namespace and the bridge go with the test. N is a number of the
// street's own: there may be others at the same time.
type Network struct {
	t      testing.TB
	name   string
	number int
	places int
}

// Outside is the address of the test's own machine on the bridge.
func (n *Network) Outside() string { return n.address(1) }

func (n *Network) address(host int) string { return fmt.Sprintf("10.77.%d.%d", n.number, host) }

// OpenNetwork builds the bridge. Where that is not possible the test is skipped, with the reason.
func OpenNetwork(t testing.TB) *Network {
	t.Helper()
	for _, tool := range []string{"ip", "nft"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("no network of our own: %v (.ci/needs installs it)", err)
		}
	}
	if os.Geteuid() != 0 {
		t.Skip("no network of our own: only root may make one")
	}
	n := &Network{t: t}
	if why := n.claim(); why != "" {
		t.Skip("no network of our own: " + why)
	}
	done, err := leftover.Clear(afterKill, n.name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(done)
	t.Cleanup(func() { exec.Command("ip", "link", "del", n.name).Run() })
	n.must("ip addr add %s/24 dev %s", n.Outside(), n.name)
	n.silent(n.name)
	n.must("ip link set %s up", n.name)
	return n
}

// afterKill takes a street away whose test was killed.
const afterKill = `ip link del "$1"; ip netns list | while read -r ns _; do case $ns in "$1"[pr]*) ip netns del "$ns";; esac; done`

// claim makes the bridge with the first number that nobody has; the machine gives a name once.
func (n *Network) claim() (why string) {
	for n.number = 1; n.number < 255; n.number++ {
		n.name = fmt.Sprintf("hth%d", n.number)
		out, err := exec.Command("ip", "link", "add", n.name, "type", "bridge").CombinedOutput()
		if err == nil {
			return ""
		}
		if why = string(out); !strings.Contains(why, "exists") {
			break
		}
	}
	return why
}

// must runs a command of the machine.
func (n *Network) must(format string, args ...any) {
	n.t.Helper()
	line := fmt.Sprintf(format, args...)
	words := strings.Fields(line)
	if out, err := exec.Command(words[0], words[1:]...).CombinedOutput(); err != nil {
		n.t.Fatalf("%s: %v: %s", line, err, out)
	}
}

// silent keeps an interface of the machine itself without an address of its own making: browsers of other tests take each for
// another network, and drop what they are asking for.
func (n *Network) silent(name string) { n.must("ip link set %s addrgenmode none", name) }

// Place is a home on the street.
type Place struct {
	network      *Network
	name, router string // of the namespaces
	inner, outer string // interfaces of the router
	subnet       string // of the home, and which host in it the program's machine is
	host         int
	Address      string // of the router, as the street sees it
}

// Place builds a home. Symmetric gives it a router that uses another port for every far address, as mobile networks do
// (RFC 4787 section 4.1, address and port-dependent mapping): nobody can reach it directly.
func (n *Network) Place(symmetric bool) *Place {
	n.t.Helper()
	n.places++
	k := n.places
	p := &Place{network: n, name: fmt.Sprintf("%sp%d", n.name, k), router: fmt.Sprintf("%sr%d", n.name, k), Address: n.address(k + 1),
		subnet: fmt.Sprintf("192.168.%d", k), host: 2}
	p.inner, p.outer = "in", "out"
	home, street := fmt.Sprintf("%sh%d", n.name, k), fmt.Sprintf("%ss%d", n.name, k)
	for _, ns := range []string{p.name, p.router} {
		n.must("ip netns add %s", ns)
		n.t.Cleanup(func() { exec.Command("ip", "netns", "del", ns).Run() })
		n.must("ip -n %s link set lo up", ns)
	}
	n.must("ip link add %s type veth peer name %si", home, home)
	n.must("ip link set %s netns %s name eth0", home, p.name)
	n.must("ip link set %si netns %s name in", home, p.router)
	n.must("ip link add %s type veth peer name %so", street, street)
	n.silent(street)
	n.must("ip link set %s master %s up", street, n.name)
	n.must("ip link set %so netns %s name out", street, p.router)
	n.must("ip -n %s addr add %s.%d/24 dev eth0", p.name, p.subnet, p.host)
	n.must("ip -n %s link set eth0 up", p.name)
	n.must("ip -n %s route add default via %s.1", p.name, p.subnet)
	n.must("ip -n %s addr add %s.1/24 dev in", p.router, p.subnet)
	n.must("ip -n %s addr add %s/24 dev out", p.router, p.Address)
	n.must("ip -n %s link set in up", p.router)
	n.must("ip -n %s link set out up", p.router)
	n.must("ip netns exec %s sysctl -qw net.ipv4.ip_forward=1", p.router)
	p.rule("add table ip home")
	p.rule("add chain ip home out { type nat hook postrouting priority 100 ; }")
	masquerade := "masquerade"
	if symmetric {
		masquerade = "masquerade random,fully-random"
	}
	p.rule("add rule ip home out oifname out " + masquerade)
	p.rule("add chain ip home pass { type filter hook forward priority 0 ; }")
	// Whoever knocks unasked hears nothing, and nothing is remembered of it: else two homes that reach out to each other at
	// the same moment, as pages do, would find the other's knock in their way.
	p.rule("add chain ip home knock { type filter hook input priority 0 ; }")
	p.rule("add rule ip home knock iifname out drop")
	return p
}

func (p *Place) rule(rule string) {
	p.network.t.Helper()
	if out, err := exec.Command("ip", "netns", "exec", p.router, "nft", rule).CombinedOutput(); err != nil {
		p.network.t.Fatalf("nft %s: %v: %s", rule, err, out)
	}
}

// Block drops what a filter of nftables names, such as "meta l4proto udp", until Unblock.
func (p *Place) Block(filter string) {
	p.network.t.Helper()
	p.rule("add rule ip home pass " + filter + " drop")
}

// Unblock lets everything through again.
func (p *Place) Unblock() {
	p.network.t.Helper()
	p.rule("flush chain ip home pass")
}

// Cut takes the home off the street; its browser sees nothing but silence, as when the Wi-Fi works and the line is dead.
func (p *Place) Cut() {
	p.network.t.Helper()
	p.network.must("ip -n %s link set out down", p.router)
}

// Mend ends Cut.
func (p *Place) Mend() {
	p.network.t.Helper()
	p.network.must("ip -n %s link set out up", p.router)
}

// Unplug takes the home's own network away: the browser sees that there is none.
func (p *Place) Unplug() {
	p.network.t.Helper()
	p.network.must("ip -n %s link set eth0 down", p.name)
}

// Plug ends Unplug.
func (p *Place) Plug() {
	p.network.t.Helper()
	p.network.must("ip -n %s link set eth0 up", p.name)
	p.network.must("ip -n %s route replace default via %s.1", p.name, p.subnet)
}

// Move gives the home another address, as a telephone gets one that goes from one Wi-Fi to the next: what was open stays open
// and leads nowhere.
func (p *Place) Move() {
	p.network.t.Helper()
	p.host ^= 1
	p.network.must("ip -n %s addr flush dev eth0", p.name)
	p.network.must("ip -n %s addr add %s.%d/24 dev eth0", p.name, p.subnet, p.host)
	p.network.must("ip -n %s route replace default via %s.1", p.name, p.subnet)
}

// within does something in the home's network. The thread it ran on is given up, so nothing else ever runs there.
func (p *Place) within(do func() error) error {
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		f, err := os.Open(filepath.Join("/run/netns", p.name))
		if err == nil {
			defer f.Close()
			err = unix.Setns(int(f.Fd()), unix.CLONE_NEWNET)
		}
		if err == nil {
			err = do()
		}
		done <- err
	}()
	return <-done
}

// Dial connects from inside the home to an IPv4 address and port.
func (p *Place) Dial(address string) (conn net.Conn, err error) {
	err = p.within(func() error {
		conn, err = net.Dial("tcp4", address)
		return err
	})
	return conn, err
}

// Listen listens inside the home.
func (p *Place) Listen(address string) (l net.Listener, err error) {
	err = p.within(func() error {
		l, err = net.Listen("tcp4", address)
		return err
	})
	return l, err
}

// Lead makes localhost:port of the home lead to the same port of the test's machine, through the home's router: a page of
// http://localhost is a secure one there too. The returned Line can be broken besides.
func (p *Place) Lead(port int) *Line {
	t := p.network.t
	t.Helper()
	here := fmt.Sprintf("127.0.0.1:%d", port)
	outer, err := net.Listen("tcp4", p.network.Outside()+":0")
	if err != nil {
		t.Fatal(err)
	}
	Carry(t, outer, func() (net.Conn, error) { return net.Dial("tcp4", here) })
	inner, err := p.Listen(here)
	if err != nil {
		t.Fatal(err)
	}
	return Carry(t, inner, func() (net.Conn, error) { return p.Dial(outer.Addr().String()) })
}

// Program writes a script that runs a program inside the home, its files and pipes those of whoever starts it.
func (p *Place) Program(program string) (script string) {
	t := p.network.t
	t.Helper()
	script = filepath.Join(t.TempDir(), "run")
	text := fmt.Sprintf("#!/bin/sh\nexec ip netns exec %s %s \"$@\"\n", p.name, program)
	if err := os.WriteFile(script, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	return script
}

// Ports lists the local UDP ports programs of the home have open.
func (p *Place) Ports(t testing.TB) (ports []int) {
	t.Helper()
	out, err := exec.Command("ip", "netns", "exec", p.name, "cat", "/proc/net/udp").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(out), "\n")[1:] {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		_, hex, _ := strings.Cut(fields[1], ":")
		if port, err := strconv.ParseInt(hex, 16, 32); err == nil && port > 0 {
			ports = append(ports, int(port))
		}
	}
	return ports
}
