// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func survivorsIn(root string) string { return filepath.Join(root, "hack", "mutate", "survivors.md") }

// explanations are why survivors are none of the tests' business, by the key of the mutant. They are the rows of the
// tables in survivors.md.
func explanations(root string) (map[string]string, error) {
	text, err := os.ReadFile(survivorsIn(root))
	if err != nil {
		return nil, err
	}
	explained := map[string]string{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		if !strings.HasPrefix(line, "| ") || !strings.HasSuffix(strings.TrimSpace(cells[0]), ".go") {
			continue
		}
		if len(cells) != 4 {
			return nil, fmt.Errorf("a row of survivors.md has %d cells: %s", len(cells), line)
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		explained[strings.Join(cells[:3], " ")] = cells[3]
	}
	return explained, nil
}

// row of survivors.md for a mutant, with room for why.
func row(m mutant) string {
	return fmt.Sprintf("| %s | %s | %s | ? |", m.file, m.function, m.change)
}
