// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"
)

// Audited is what the API server says was done to objects until now.
func (c *Cluster) Audited(t *testing.T) (events []auditv1.Event) {
	t.Helper()
	content, err := os.ReadFile(c.ControlPlane.AuditLogFile())
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(content, []byte("\n"))
	for _, line := range lines[:len(lines)-1] { // the last may be half written
		var event auditv1.Event
		if err := json.Unmarshal(line, &event); err != nil {
			t.Fatal(err)
		}
		if event.ObjectRef != nil && event.ResponseStatus != nil {
			events = append(events, event)
		}
	}
	return events
}

// ActedAs is who somebody impersonated in an event; empty for nobody.
func ActedAs(event auditv1.Event) string {
	if event.ImpersonatedUser == nil {
		return ""
	}
	return event.ImpersonatedUser.Username
}
