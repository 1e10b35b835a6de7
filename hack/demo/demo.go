// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/countersign-dev/countersign/hack/repo"
)

// demo is the one demo of a checkout.
type demo struct {
	root string
	out  io.Writer
}

func newDemo(out io.Writer) (*demo, error) {
	root, err := repo.Root()
	return &demo{root: root, out: out}, err
}

func (d *demo) dir() string { return filepath.Join(d.root, "bin", "demo") }

func (d *demo) controlPlaneDir() string { return filepath.Join(d.dir(), "control-plane") }

func (d *demo) operatorDir() string { return filepath.Join(d.dir(), "operator") }

func (d *demo) kubeconfig(person string) string {
	return filepath.Join(d.dir(), person+".kubeconfig")
}

// relative shortens a path for a reader who is in the project's directory.
func (d *demo) relative(path string) string {
	if short, err := filepath.Rel(d.root, path); err == nil {
		return short
	}
	return path
}

func (d *demo) say(format string, args ...any) {
	fmt.Fprintf(d.out, format+"\n", args...)
}
