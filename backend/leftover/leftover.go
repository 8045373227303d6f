// Package leftover sees to it that tests leave nothing behind: programs they started, servers, networks, mounts. A test
// binary that is killed, runs out of time or crashes runs no cleanup of its own, so somebody else waits for its end. It
// needs /bin/sh, and is for tests alone.
package leftover

import (
	"fmt"
	"os/exec"
	"strconv"
	"syscall"
)

// Clear has a shell run a script with arguments when this process has ended, however it ended. Done, which may be called
// twice, takes that back: what was to be cleared is gone.
func Clear(script string, args ...string) (done func(), err error) {
	// The shell reads from a pipe that only this process holds open.
	heir := exec.Command("/bin/sh", append([]string{"-c", "read -r _; " + script, "leftover"}, args...)...)
	heir.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // what ends this process does not end the heir
	if _, err := heir.StdinPipe(); err != nil {
		return nil, err
	}
	if err := heir.Start(); err != nil {
		return nil, fmt.Errorf("start who clears up: %w", err)
	}
	return func() {
		_ = heir.Process.Kill()
		_ = heir.Wait()
	}, nil
}

// Start starts a program in a process group of its own, which ends with this process at the latest. Stop ends the group at
// once and waits for the program; it may be called twice.
func Start(cmd *exec.Cmd) (stop func(), err error) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	group := -cmd.Process.Pid
	kill := func() {
		if cmd.ProcessState == nil {
			_ = syscall.Kill(group, syscall.SIGKILL)
			_ = cmd.Wait()
		}
	}
	done, err := Clear(`kill -KILL "$1"`, strconv.Itoa(group))
	if err != nil {
		kill()
		return nil, err
	}
	return func() { kill(); done() }, nil
}
