// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"strings"
	"unicode/utf8"
)

// gap is between two columns.
const gap = 3

// table is rows of cells, to be aligned in columns. The last cell of a row may be as long as it likes.
type table [][]string

func (t *table) add(cells ...string) { *t = append(*t, cells) }

// String aligns the columns.
func (t table) String() string {
	widths := t.widths()
	var b strings.Builder
	for _, row := range t {
		for i, cell := range row {
			b.WriteString(cell)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)+gap))
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// widths of the columns: that of the longest cell which another follows.
func (t table) widths() []int {
	var widths []int
	for _, row := range t {
		for i := range len(row) - 1 {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(row[i]))
		}
	}
	return widths
}
