package bluez

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"

	"hearth/backend/leftover"
)

// rules let everybody on the private bus do everything: only the test and its browser know its address.
const rules = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=%s</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/><allow own="*"/><allow send_type="method_call"/><allow send_type="signal"/>
    <allow send_requested_reply="true"/><allow receive_requested_reply="true"/>
    <allow send_destination="*"/><allow receive_sender="*"/><allow eavesdrop="false"/>
  </policy>
</busconfig>`

// startBus starts a system bus of the test's own and returns its address.
func startBus(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	socket := filepath.Join(dir, "bus")
	if len(socket) > 100 { // a socket's path has room for 107 bytes
		short, err := os.MkdirTemp("", "bus")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.RemoveAll(short) })
		socket = filepath.Join(short, "bus")
	}
	config := filepath.Join(dir, "bus.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, rules, socket), 0o600); err != nil {
		t.Fatal(err)
	}
	daemon := exec.Command("dbus-daemon", "--config-file="+config, "--nofork", "--nopidfile", "--print-address")
	said, err := daemon.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	stop, err := leftover.Start(daemon)
	if err != nil {
		t.Fatalf("no D-Bus daemon here: .ci/needs installs it (%v)", err)
	}
	t.Cleanup(stop)
	address, err := bufio.NewReader(said).ReadString('\n')
	if err != nil {
		t.Fatalf("the D-Bus daemon says no address: %v", err)
	}
	return strings.TrimSpace(address)
}

// connect joins the bus as somebody of this name; incoming sees every message first, in order.
func connect(t *testing.T, address, name string, incoming dbus.Interceptor) *dbus.Conn {
	t.Helper()
	conn, err := dbus.Connect(address, dbus.WithIncomingInterceptor(incoming))
	if err != nil {
		t.Fatalf("join the bus: %v", err)
	}
	t.Cleanup(func() { conn.Close() })
	if reply, err := conn.RequestName(name, dbus.NameFlagDoNotQueue); err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("be %s on the bus: %v %v", name, reply, err)
	}
	return conn
}
