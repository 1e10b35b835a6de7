// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// support is what mutants are switched by.
//
//go:embed support.go.txt
var support string

var complaint = regexp.MustCompile(`(?m)^(\S+\.go):(\d+):\d+: `)

// mostTries is how often a package is built without what could not be built before.
const mostTries = 10

// build makes the test binary. Mutants that are no Go, because of types that the text does not show, are left out.
func build(ctx context.Context, root, dir, scratch string) (pkg, string, error) {
	skip := map[string]bool{}
	for range mostTries {
		p, err := read(root, dir, skip)
		if err != nil {
			return pkg{}, "", err
		}
		binary, complaints, err := p.compile(ctx, root, scratch)
		if err == nil {
			return p, binary, nil
		}
		before := len(skip)
		p.skipWhere(root, complaints, skip)
		if len(skip) == before {
			return pkg{}, "", fmt.Errorf("build %s: %w\n%s", dir, err, complaints)
		}
	}
	return pkg{}, "", errors.New(dir + " cannot be built, whatever is left out")
}

// skipWhere adds the mutants in the lines that the compiler complains of.
func (p pkg) skipWhere(root, complaints string, skip map[string]bool) {
	for _, found := range complaint.FindAllStringSubmatch(complaints, -1) {
		path := found[1]
		if filepath.IsAbs(path) {
			path = strings.TrimPrefix(path, root+string(filepath.Separator))
		}
		line, err := strconv.Atoi(found[2])
		if err != nil {
			continue
		}
		for _, m := range p.mutants {
			if m.line == line && m.file == filepath.ToSlash(filepath.Clean(path)) {
				skip[m.key()] = true
			}
		}
	}
}

// compile returns the path of the test binary, or what the compiler says.
func (p pkg) compile(ctx context.Context, root, scratch string) (binary, complaints string, err error) {
	replace := map[string]string{}
	files := map[string][]byte{
		filepath.Join(p.dir, "zz_mutant.go"): []byte(strings.Replace(support, "PACKAGE", p.name, 1)),
	}
	maps.Copy(files, p.files)
	for path, text := range files {
		to := filepath.Join(scratch, strings.ReplaceAll(path, string(filepath.Separator), "_"))
		if err := os.WriteFile(to, text, 0o600); err != nil {
			return "", "", err
		}
		replace[filepath.Join(root, path)] = to
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", "", err
	}
	overlayFile := filepath.Join(scratch, "overlay.json")
	if err := os.WriteFile(overlayFile, overlay, 0o600); err != nil {
		return "", "", err
	}
	binary = filepath.Join(scratch, p.name+".test")
	var out bytes.Buffer
	command := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-gcflags=-e", "-overlay", overlayFile,
		"-o", binary, "./"+filepath.ToSlash(p.dir))
	command.Dir, command.Stdout, command.Stderr = root, &out, &out
	if err := command.Run(); err != nil {
		return "", out.String(), err
	}
	return binary, "", nil
}
