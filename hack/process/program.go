// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package process runs the programs of a local installation. Each has a log file and a pid file in one directory, so
// that a later process can find and stop it, and is sure not to stop anything else.
package process

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// Program is what to run.
type Program struct {
	// Name names the log file and the pid file.
	Name string
	// Path is the program's file.
	Path string
	Args []string
	// Env is added to the environment of this process.
	Env []string
	// Dir keeps the log file and the pid file. It must exist.
	Dir string
	// Detached lets the program outlive this process. Otherwise it dies with it, where the system can do that.
	Detached bool
	// Isolated gives the program mounts and processes of its own, which end with it. Only Linux has that, for root
	// alone.
	Isolated bool
}

// Start starts a program. It fails where one of that name still runs from the same directory.
func Start(ctx context.Context, program Program) (*Process, error) {
	if running, err := Find(program.Dir, program.Name); err == nil {
		return nil, fmt.Errorf("%s already runs, with pid %d", program.Name, running.pid)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	pid, err := program.launch()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", program.Name, err)
	}
	return record(ctx, program, pid)
}

// launch starts the program on a thread of its own: the kernel kills an attached child when the thread that started it
// ends, so that thread must last as long as the child does.
func (p Program) launch() (int, error) {
	cmd, logFile, err := p.command()
	if err != nil {
		return 0, err
	}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := errors.Join(cmd.Start(), logFile.Close())
		started <- err
		if err == nil {
			_ = cmd.Wait() // only to release its entry in the process table: its log says how it ended
		}
	}()
	if err := <-started; err != nil {
		return 0, err
	}
	return cmd.Process.Pid, nil
}

func (p Program) command() (*exec.Cmd, *os.File, error) {
	if p.Isolated && runtime.GOOS != "linux" {
		return nil, nil, errors.New("only Linux isolates a program")
	}
	logFile, err := os.Create(logPath(p.Dir, p.Name))
	if err != nil {
		return nil, nil, err
	}
	cmd := exec.Command(p.Path, p.Args...)
	cmd.Env = append(os.Environ(), p.Env...)
	cmd.Stdout, cmd.Stderr = logFile, logFile
	cmd.SysProcAttr = p.attributes()
	return cmd, logFile, nil
}

func logPath(dir, name string) string { return filepath.Join(dir, name+".log") }

func pidPath(dir, name string) string { return filepath.Join(dir, name+".pid") }
