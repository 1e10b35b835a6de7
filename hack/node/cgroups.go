// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package node

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

const (
	cgroups      = "/sys/fs/cgroup"
	cgroupPrefix = "countersign-"
	// cgroupPatience is how long a cgroup may still be in use by what was killed.
	cgroupPatience = 10 * time.Second
)

// Cgroup is the parent of those of all containers; of version 1 there is one for each controller.
func (n *Node) Cgroup() string { return fmt.Sprintf("%s%d", cgroupPrefix, os.Getpid()) }

// makeCgroups makes the parents, and removes those of runs that were killed.
func (n *Node) makeCgroups(ctx context.Context) error {
	hierarchies, err := hierarchies()
	if err != nil {
		return err
	}
	for _, hierarchy := range hierarchies {
		if err := os.MkdirAll(filepath.Join(hierarchy, n.Cgroup()), 0o755); err != nil {
			return fmt.Errorf("make a cgroup: %w", err)
		}
	}
	return removeCgroups(ctx, func(name string) bool {
		var pid int
		_, err := fmt.Sscanf(name, cgroupPrefix+"%d", &pid)
		return err == nil && errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
	})
}

// hierarchies are the roots of the trees of cgroups: one, or in version 1 one for each set of controllers.
func hierarchies() ([]string, error) {
	if _, err := os.Stat(filepath.Join(cgroups, "cgroup.controllers")); err == nil {
		return []string{cgroups}, nil
	}
	return filepath.Glob(filepath.Join(cgroups, "*"))
}

// removeCgroups removes the cgroups of these names, and all below them, wherever they are: what runs in a cgroup of its
// own may make them below that.
func removeCgroups(ctx context.Context, named func(name string) bool) error {
	var failures []error
	err := filepath.WalkDir(cgroups, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist): // others make and remove theirs meanwhile
			return nil
		case err != nil:
			return err
		case entry.IsDir() && strings.HasPrefix(entry.Name(), cgroupPrefix) && named(entry.Name()):
			failures = append(failures, removeTree(ctx, path))
			return fs.SkipDir
		}
		return nil
	})
	return errors.Join(append(failures, err)...)
}

// removeTree removes directories from below: their files are the kernel's and go by themselves.
func removeTree(ctx context.Context, root string) error {
	var found []string
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, dir := range slices.Backward(found) {
		err := wait.PollUntilContextTimeout(ctx, pollInterval, cgroupPatience, true,
			func(context.Context) (bool, error) {
				err := os.Remove(dir)
				return err == nil, ignore(err, syscall.EBUSY)
			})
		if err != nil {
			return fmt.Errorf("remove %s: %w", dir, err)
		}
	}
	return nil
}

func ignore(err, which error) error {
	if errors.Is(err, which) {
		return nil
	}
	return err
}
