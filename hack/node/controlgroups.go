// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package node

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ControlGroup is the one that those of all containers are in: of version 1 in the tree of each controller, and there
// maybe below this process's own.
func (n *Node) ControlGroup() string { return fmt.Sprintf("countersign-%d", os.Getpid()) }

// removeControlGroups removes what containers that are gone left.
func (n *Node) removeControlGroups() error {
	var found []string
	inside := "/" + n.ControlGroup() + "/"
	err := filepath.WalkDir("/sys/fs/cgroup", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && strings.Contains(path+"/", inside) {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, dir := range slices.Backward(found) { // what is inside goes first; files are the kernel's and go by themselves
		if err := os.Remove(dir); err != nil {
			return err
		}
	}
	return nil
}
