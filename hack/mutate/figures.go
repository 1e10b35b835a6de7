// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// figures of a package, as a run has measured them.
type figures struct{ mutants, noticed int }

// enough tells whether the tests notice as much as they must.
func (f figures) enough() bool { return f.mutants > 0 && f.noticed*100 >= enough*f.mutants }

// row of the first table in survivors.md.
func (f figures) row(dir string) string {
	return fmt.Sprintf("| %s | %d | %d, %.1f %% |", dir, f.mutants, f.noticed,
		100*float64(f.noticed)/float64(max(1, f.mutants)))
}

var measuredRow = regexp.MustCompile(`(?m)^\| (\S+/\S+) \| (\d+) \| (\d+), \d+\.\d % \|$`)

// measured are the figures in survivors.md, by package.
func measured(survivors string) (map[string]figures, error) {
	all := map[string]figures{}
	for _, found := range measuredRow.FindAllStringSubmatch(survivors, -1) {
		mutants, err := strconv.Atoi(found[2])
		if err != nil {
			return nil, err
		}
		noticed, err := strconv.Atoi(found[3])
		if err != nil {
			return nil, err
		}
		all[found[1]] = figures{mutants, noticed}
	}
	return all, nil
}

const endOfRows = "| --- | --- | --- |\n"

// record is survivors.md with the figures of a package, in the place of those that it has.
func record(survivors, dir string, f figures) string {
	for _, found := range measuredRow.FindAllStringSubmatch(survivors, -1) {
		if found[1] == dir {
			return strings.Replace(survivors, found[0], f.row(dir), 1)
		}
	}
	return strings.Replace(survivors, endOfRows, endOfRows+f.row(dir)+"\n", 1)
}

func recordIn(file, dir string, f figures) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return os.WriteFile(file, []byte(record(string(text), dir, f)), 0o600)
}
