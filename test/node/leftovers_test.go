// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build node

package node

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
)

// kernelSettings are those that a kubelet would change for the whole machine.
func kernelSettings() (map[string]string, error) {
	settings := map[string]string{}
	for _, name := range []string{"vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops"} {
		value, err := os.ReadFile(filepath.Join("/proc/sys", name))
		if err != nil {
			return nil, err
		}
		settings[name] = string(value)
	}
	return settings, nil
}

// leftovers says what a node that has been stopped left of itself on this machine; nil for nothing.
func (s *site) leftovers() error {
	now, err := kernelSettings()
	if err != nil {
		return err
	}
	if !maps.Equal(now, s.kernel) {
		return fmt.Errorf("the node changed the kernel's settings from %v to %v", s.kernel, now)
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return err
	}
	if strings.Contains(string(mounts), s.Dir) {
		return fmt.Errorf("something is mounted in %s still", s.Dir)
	}
	return filepath.WalkDir("/sys/fs/cgroup", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Name() == s.node.Cgroup() {
			return fmt.Errorf("the node left %s", path)
		}
		return nil // others make and remove theirs meanwhile
	})
}
