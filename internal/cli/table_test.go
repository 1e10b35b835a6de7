// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTable(t *testing.T) {
	var rows table
	rows.add("A", "LONGER", "LAST")
	rows.add("üü", "b", "any length")
	rows.add("a cell without another after it does not widen the column")
	want := "A    LONGER   LAST\n" +
		"üü   b        any length\n" +
		"a cell without another after it does not widen the column\n"
	if diff := cmp.Diff(want, rows.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
