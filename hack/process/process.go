// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package process

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
)

// Process is a program that was started, by this process or by an earlier one.
type Process struct {
	// Name is the name of its Program.
	Name string

	dir string
	pid int
	// mark tells this process from a later one that got the same pid.
	mark string
}

// record writes the pid file of a program that has just been started. What has none must not run: nobody would find it.
func record(ctx context.Context, program Program, pid int) (*Process, error) {
	p := &Process{Name: program.Name, dir: program.Dir, pid: pid}
	mark, err := markOf(pid)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s ended at once\n%s", p.Name, p.LogTail())
	}
	if err != nil {
		return nil, err
	}
	p.mark = mark
	content := fmt.Sprintf("%d %s\n", p.pid, p.mark)
	if err := os.WriteFile(pidPath(p.dir, p.Name), []byte(content), 0o600); err != nil {
		return nil, errors.Join(err, p.kill(ctx))
	}
	return p, nil
}

// Find finds the program of a name that runs from a directory. The error is fs.ErrNotExist where none does.
func Find(dir, name string) (*Process, error) {
	content, err := os.ReadFile(pidPath(dir, name))
	if err != nil {
		return nil, err
	}
	p := &Process{Name: name, dir: dir}
	pid, mark, _ := strings.Cut(strings.TrimSpace(string(content)), " ")
	if _, err := fmt.Sscan(pid, &p.pid); err != nil {
		return nil, fmt.Errorf("read %s: %w", pidPath(dir, name), err)
	}
	p.mark = mark
	if !p.Running() {
		return nil, fmt.Errorf("%s with pid %d: %w", name, p.pid, fs.ErrNotExist)
	}
	return p, nil
}

// Running says whether the process still runs.
func (p *Process) Running() bool {
	mark, err := markOf(p.pid)
	return err == nil && mark == p.mark
}

// signal sends a signal, unless the process has ended. The handle is taken before the check and stands for one process,
// whoever gets the pid next.
func (p *Process) signal(signal syscall.Signal) error {
	handle, err := os.FindProcess(p.pid)
	if err != nil {
		return err
	}
	defer handle.Release() //nolint:errcheck // it never fails
	if !p.Running() {
		return nil
	}
	if err := handle.Signal(signal); !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return nil
}
