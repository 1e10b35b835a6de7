// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build unix && !linux

package process

import (
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// attributes makes a child in a session of its own, or one that shares the terminal's signals with this process.
func (p Program) attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setsid: p.Detached}
}

// markOf tells the process that now has a pid from every other that ever had it: the second it began in.
// The error is fs.ErrNotExist where no process has the pid, or one that has ended.
func markOf(pid int) (string, error) {
	out, err := exec.Command("ps", "-o", "state=,lstart=", "-p", strconv.Itoa(pid)).Output()
	if _, none := errors.AsType[*exec.ExitError](err); none || strings.HasPrefix(string(out), "Z") {
		return "", os.ErrNotExist
	}
	_, started, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
	return strings.TrimSpace(started), err
}
