// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/hack/repo"
)

var update = flag.Bool("update", false, "write the tables of what is allowed")

// The table stands between these lines of the docs.
const (
	tableBegins = "<!-- capabilities: go test ./test/integration -run Capabilities -update writes this table -->\n"
	tableEnds   = "<!-- end of capabilities -->\n"
)

// assertCurrent compares the table with the golden one and the one in the docs, or writes both.
func assertCurrent(t *testing.T, allowed map[v1alpha1.Capability]rights) {
	t.Helper()
	got := table(allowed)
	golden := filepath.Join("testdata", "capabilities.md")
	page, err := repo.Path("docs", "pipelinerole.md")
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		rewrite(t, golden, got)
		before, _, after := documented(t, page)
		rewrite(t, page, before+tableBegins+got+tableEnds+after)
	}
	_, inDocs, _ := documented(t, page)
	for file, want := range map[string]string{golden: read(t, golden), page: inDocs} {
		if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); diff != "" {
			t.Errorf("%s: -want, +got (run with -update to accept):\n%s", file, diff)
		}
	}
}

// documented is the page: what stands before the table, the table, and what stands after it.
func documented(t *testing.T, page string) (before, inDocs, after string) {
	t.Helper()
	before, rest, begins := strings.Cut(read(t, page), tableBegins)
	inDocs, after, ends := strings.Cut(rest, tableEnds)
	if !begins || !ends {
		t.Fatalf("%s has no lines %q and %q", page, tableBegins, tableEnds)
	}
	return before, inDocs, after
}

func rewrite(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// table has a row for the verbs of a resource that the same capabilities allow.
func table(allowed map[v1alpha1.Capability]rights) string {
	var text strings.Builder
	text.WriteString("| resource | verbs |")
	for _, c := range inOrder {
		text.WriteString(" " + string(c.name) + " |")
	}
	text.WriteString("\n| --- | --- |" + strings.Repeat(" :-: |", len(inOrder)) + "\n")
	for _, questions := range [][]question{namespaced, clusterScoped} {
		for _, q := range questions {
			writeRows(&text, q, allowed)
		}
	}
	return text.String()
}

func writeRows(text *strings.Builder, q question, allowed map[v1alpha1.Capability]rights) {
	var order []string
	verbs := map[string][]string{}
	for verb := range strings.FieldsSeq(q.verbs) {
		row := marks(verb+" "+q.resource, allowed)
		if len(verbs[row]) == 0 {
			order = append(order, row)
		}
		verbs[row] = append(verbs[row], verb)
	}
	for _, row := range order {
		text.WriteString("| " + q.resource + " | " + strings.Join(verbs[row], " ") + " |" + row + "\n")
	}
}

// marks are the cells of one right.
func marks(right string, allowed map[v1alpha1.Capability]rights) string {
	var cells strings.Builder
	for _, c := range inOrder {
		if allowed[c.name][right] {
			cells.WriteString(" ✓ |")
		} else {
			cells.WriteString(" |")
		}
	}
	return cells.String()
}
