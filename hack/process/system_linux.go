// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package process

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// attributes makes a child that dies with the thread that started it, or one in a session of its own. An isolated
// one is the first of its processes, so they die when it does.
func (p Program) attributes() *syscall.SysProcAttr {
	attributes := &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if p.Detached {
		attributes = &syscall.SysProcAttr{Setsid: true}
	}
	if p.Isolated {
		attributes.Cloneflags, attributes.Unshareflags = syscall.CLONE_NEWPID, syscall.CLONE_NEWNS
	}
	return attributes
}

// Fields of /proc/<pid>/stat, counted from the one that follows the command's name.
const (
	statState     = 0
	statStartTime = 19
)

// markOf tells the process that now has a pid from every other that ever had it: the boot and the tick it began in.
// The error is fs.ErrNotExist where no process has the pid, or one that has ended.
func markOf(pid int) (string, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "", missing(err)
	}
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "", err
	}
	_, rest, _ := strings.Cut(string(stat[strings.LastIndexByte(string(stat), ')')+1:]), " ")
	fields := strings.Fields(rest)
	if len(fields) <= statStartTime {
		return "", fmt.Errorf("/proc/%d/stat has only %d fields", pid, len(fields))
	}
	if fields[statState] == "Z" || fields[statState] == "X" {
		return "", os.ErrNotExist
	}
	return strings.TrimSpace(string(boot)) + "/" + fields[statStartTime], nil
}

// missing is fs.ErrNotExist also where the process ended while its file was being read.
func missing(err error) error {
	if errors.Is(err, syscall.ESRCH) {
		return os.ErrNotExist
	}
	return err
}
