// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package repo finds the project's own directories, from wherever inside it a program or a test runs.
package repo

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const module = "module github.com/countersign-dev/countersign\n"

// Root is the directory of the project: the nearest one upwards that holds its go.mod.
func Root() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		found, err := isRoot(dir)
		if err != nil {
			return "", err
		}
		if found {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("%s is not inside the project", start)
		}
	}
}

func isRoot(dir string) (bool, error) {
	content, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return bytes.HasPrefix(content, []byte(module)), err
}

// Path is a path inside the project.
func Path(elements ...string) (string, error) {
	root, err := Root()
	if err != nil {
		return "", err
	}
	return filepath.Join(append([]string{root}, elements...)...), nil
}

// Bin is the directory of the programs that were built.
func Bin() (string, error) {
	return Path("bin")
}
