// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/countersign-dev/countersign/internal/audit"
)

// events are all of the operator's audit trail. A line that is none fails the test.
func events(t *testing.T) []audit.Event {
	t.Helper()
	lines, err := os.ReadFile(manager.AuditLogFile())
	if err != nil {
		t.Fatal(err)
	}
	var all []audit.Event
	for line := range bytes.Lines(lines) {
		var event audit.Event
		decoder := json.NewDecoder(bytes.NewReader(line))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&event); err != nil {
			t.Fatalf("a line of the audit trail is no event: %v\n%s", err, line)
		}
		all = append(all, event)
	}
	return all
}

// awaitEvent waits until the audit trail has a line of a kind.
func awaitEvent(t *testing.T, reason string, match func(audit.Event) bool) audit.Event {
	t.Helper()
	var found audit.Event
	eventually(t, func(context.Context) string {
		all := events(t)
		if i := slices.IndexFunc(all, match); i >= 0 {
			found = all[i]
			return ""
		}
		return "the audit trail to say: " + reason
	})
	return found
}
