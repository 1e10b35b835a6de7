// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package guards_test

import (
	"strings"
	"testing"

	"github.com/countersign-dev/countersign/config"
	"github.com/countersign-dev/countersign/internal/workload"
)

// TestRestartTime: admission lets pass, without asking, no other text than what is no content.
func TestRestartTime(t *testing.T) {
	manifests, err := config.Guards.ReadFile("webhook/manifests.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(manifests), "'"+workload.RestartTime+"'") {
		t.Errorf("webhook/manifests.yaml takes other text for a time than %s", workload.RestartTime)
	}
}
