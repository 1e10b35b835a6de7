// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Command static writes the guards of config/policy into config/static as manifests that API servers read from their
// disks. guards.yaml there is kept by hand.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/countersign-dev/countersign/hack/repo"
)

// byHand is what is not rendered.
const byHand = "guards.yaml"

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "static:", err)
		os.Exit(1)
	}
}

func run() error {
	source, err := repo.Path("config", "policy")
	if err != nil {
		return err
	}
	target, err := repo.Path("config", "static")
	if err != nil {
		return err
	}
	files, err := renderAll(source)
	if err != nil {
		return err
	}
	return errors.Join(clean(target), write(target, files))
}

// clean takes away what was rendered before.
func clean(dir string) error {
	before, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil {
		return err
	}
	for _, file := range before {
		if filepath.Base(file) == byHand {
			continue
		}
		if err := os.Remove(file); err != nil {
			return err
		}
	}
	return nil
}

func write(dir string, files map[string]string) error {
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}
