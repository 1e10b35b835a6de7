// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// maxLine is the longest line on which a path and its values stand together.
const maxLine = 100

var marks = map[ChangeType]string{Added: "+", Removed: "-", Changed: "~", Reordered: "~"}

// order says that a line is about the order of a list.
const order = ", in order"

// Render writes differences for a person at a terminal: what changes execution apart, and first.
func Render(w io.Writer, differences []Difference) error {
	var text strings.Builder
	renderSection(&text, "Changes what is executed:", differences, true)
	renderSection(&text, "Other changes:", differences, false)
	if text.Len() == 0 {
		text.WriteString("Nothing differs.\n")
	}
	if _, err := io.WriteString(w, text.String()); err != nil {
		return fmt.Errorf("write the difference: %w", err)
	}
	return nil
}

func renderSection(text *strings.Builder, title string, differences []Difference, executes bool) {
	first := true
	for _, difference := range differences {
		if difference.Executes != executes {
			continue
		}
		if first && text.Len() > 0 {
			text.WriteByte('\n')
		}
		if first {
			fmt.Fprintln(text, title)
		}
		first = false
		renderOne(text, difference)
	}
}

func renderOne(text *strings.Builder, difference Difference) {
	line := fmt.Sprintf("  %s %s", markOf(difference), difference.Path)
	values := difference.Old + difference.New
	if difference.Type == Reordered {
		line += order
	}
	if difference.Old != "" && difference.New != "" {
		values = difference.Old + " -> " + difference.New
	}
	if whole := line + ": " + values; len(whole) <= maxLine {
		fmt.Fprintln(text, whole)
		return
	}
	fmt.Fprintln(text, line)
	renderBlock(text, difference)
}

func markOf(difference Difference) string {
	if difference.Type == Reordered && difference.Old == "" {
		return marks[Added]
	}
	return marks[difference.Type]
}

// renderBlock writes long values below their path, in lines of their own. Lines that both values begin or end with are
// only counted.
func renderBlock(text *strings.Builder, difference Difference) {
	old, new := lines(difference.Old), lines(difference.New)
	head, tail := alike(old, new)
	renderAlike(text, head)
	renderLines(text, "-", old[head:len(old)-tail])
	renderLines(text, "+", new[head:len(new)-tail])
	renderAlike(text, tail)
}

func renderLines(text *strings.Builder, mark string, lines []string) {
	for _, line := range lines {
		fmt.Fprintf(text, "      %s %s\n", mark, line)
	}
}

func renderAlike(text *strings.Builder, count int) {
	switch count {
	case 0:
	case 1:
		fmt.Fprintln(text, "        (1 line alike)")
	default:
		fmt.Fprintf(text, "        (%d lines alike)\n", count)
	}
}

// alike counts the lines that both values begin with, and those of the rest that both end with. Two values that are
// shown alike, because they are masked, have none.
func alike(old, new []string) (head, tail int) {
	if slices.Equal(old, new) {
		return 0, 0
	}
	shorter := min(len(old), len(new))
	for head < shorter && old[head] == new[head] {
		head++
	}
	for head+tail < shorter && old[len(old)-1-tail] == new[len(new)-1-tail] {
		tail++
	}
	return head, tail
}

// lines breaks a literal after every escaped newline, and keeps the escape.
func lines(literal string) []string {
	var broken []string
	start := 0
	for i := 0; i < len(literal); i++ {
		if literal[i] != '\\' || i+1 == len(literal) {
			continue
		}
		i++
		if literal[i] == 'n' {
			broken = append(broken, literal[start:i+1])
			start = i + 1
		}
	}
	if start < len(literal) {
		broken = append(broken, literal[start:])
	}
	return broken
}
