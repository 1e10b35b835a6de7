// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

type heard []string

func (h *heard) HandleWarningHeader(_ int, _, text string) { *h = append(*h, text) }

func TestWarnings(t *testing.T) {
	var got heard
	w := warnings{&got}
	w.HandleWarningHeader(299, "-", "countersign: deployments/checkout would not enter production now")
	w.HandleWarningHeader(299, "-", "deprecated\x1b[2K")
	if diff := cmp.Diff(heard{`deprecated\u001b[2K`}, got); diff != "" {
		t.Errorf("our own words are not repeated, others are made safe (-want +got):\n%s", diff)
	}
}
