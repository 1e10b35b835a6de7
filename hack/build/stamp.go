// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// outdated are the targets that have to be built: what is pinned, if it is missing or was pinned otherwise; the
// project's own programs always, since go finds out by itself whether there is anything to do.
func outdated(root string, wanted []target) ([]target, error) {
	var due []target
	for _, target := range wanted {
		current, err := target.current(root)
		if err != nil {
			return nil, err
		}
		if !current {
			due = append(due, target)
		}
	}
	return due, nil
}

func (t target) current(root string) (bool, error) {
	if t.module == "" {
		return false, nil
	}
	if _, err := os.Stat(t.file(root)); err != nil {
		return false, ignoreMissing(err)
	}
	want, err := t.fingerprint(root)
	if err != nil {
		return false, err
	}
	got, err := os.ReadFile(t.stampFile(root))
	return string(got) == want, ignoreMissing(err)
}

// fingerprint is of all that decides what the target is built from and how.
func (t target) fingerprint(root string) (string, error) {
	hash := sha256.New()
	fmt.Fprintln(hash, t.arguments(""))
	if t.static {
		fmt.Fprintln(hash, "static")
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		content, err := os.ReadFile(filepath.Join(root, t.module, name))
		if err != nil {
			return "", err
		}
		hash.Write(content)
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// stamp notes what the target was built from.
func (t target) stamp(root string) error {
	fingerprint, err := t.fingerprint(root)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(t.stampFile(root)), 0o755); err != nil {
		return err
	}
	return os.WriteFile(t.stampFile(root), []byte(fingerprint), 0o644)
}

func (t target) stampFile(root string) string { return filepath.Join(root, "bin", ".built", t.name) }

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
