package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"hearth/assets/program"
)

// hot is what works at the rate of samples, packets or pictures, and what all that stands on. Only here the compiler may
// put small functions into their callers; elsewhere a call costs nothing anybody feels, and its copies 93 kB of every first
// visit.
var hot = []string{
	"runtime", "internal/...", "sync...", "math...", "syscall/js",
	"hearth/shared/...", "hearth/wasm/...", "hearth/app/chart",
}

// calm are those among them where it costs nothing anybody feels either: what happens when somebody presses something, or once
// a second.
var calm = []string{
	"hearth/wasm/media", "hearth/wasm/rtc", "hearth/wasm/ble", "hearth/wasm/page", "hearth/wasm/fetch", "hearth/wasm/file", "hearth/wasm/passkey", "hearth/wasm/socket", "hearth/wasm/zone",
	"hearth/wasm/sound", "hearth/wasm/wake", "hearth/shared/live", "hearth/shared/api", "hearth/shared/care", "hearth/shared/words", "hearth/shared/access",
	"hearth/shared/fault",
}

// compile builds every program into a folder, under its name. The flags: the copy of the framework without what it can do
// without; no paths and debug names, and nothing of the commit, because browsers fetch a program anew when it has changed, and
// only then; -l for no functions put into their callers, taken back for what is hot (the last pattern that fits a package counts).
func compile(to string) error {
	modfile, err := trimmed()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	args := []string{"build", "-modfile=" + modfile, "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-gcflags=all=-l"}
	for _, packages := range hot {
		args = append(args, "-gcflags="+packages+"=")
	}
	for _, packages := range calm {
		args = append(args, "-gcflags="+packages+"=-l")
	}
	args = append(args, "-o", to+string(filepath.Separator))
	for _, p := range program.All {
		args = append(args, "./wasm/"+p.Name)
	}
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}

// bringStarter copies the script that starts a Go program in a browser; it must come from the toolchain that compiled it.
func bringStarter(out string) error {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("find the Go toolchain: %w", err)
	}
	script, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", program.Starter))
	if err != nil {
		return err
	}
	to := filepath.Join(out, program.Starter)
	if old, err := os.ReadFile(to); err == nil && bytes.Equal(old, script) {
		return nil // what is embedded and unchanged is not linked anew
	}
	return os.WriteFile(to, script, 0o644)
}
