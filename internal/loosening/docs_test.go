// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package loosening_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/internal/loosening"
)

var update = flag.Bool("update", false, "write the tables into the docs")

// TestDocs : the docs say of every field what is looser.
func TestDocs(t *testing.T) {
	page := filepath.Join("..", "..", "docs", "rules.md")
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begins := strings.Cut(string(text), "writes these tables -->\n")
	_, after, ends := strings.Cut(rest, "<!-- end -->")
	if !begins || !ends {
		t.Fatal("rules.md has no place for the tables")
	}
	want := before + "writes these tables -->\n" + tables() + "<!-- end -->" + after
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

func tables() string {
	text := "| of a PromotionPolicy | looser is |\n| --- | --- |\n"
	for _, field := range loosening.PolicyFields {
		text += fmt.Sprintf("| `%s` | %s |\n", field.Name, field.Looser)
	}
	text += "\n| of a PipelineRole | looser is |\n| --- | --- |\n"
	for _, field := range loosening.RoleFields {
		text += fmt.Sprintf("| `%s` | %s |\n", field.Name, field.Looser)
	}
	return text
}
