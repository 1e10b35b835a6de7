// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"github.com/countersign-dev/countersign/internal/escalation"
	"github.com/countersign-dev/countersign/internal/grants"
)

// Lack is a part of a role that its author may not give.
type Lack struct {
	Grant grants.Grant
	// Namespace in which they may not; empty where it is about the environments.
	Namespace string
	// Rights that they do not hold there.
	Rights []escalation.Right
}

// Describe says what the user lacks, by the field of the role that would give it.
func (l Lack) Describe(user string) string {
	field := "spec.capabilities: "
	if l.Grant.Capability == "" {
		field = "spec.rules: "
	}
	text := field + user + " may not give " + l.Grant.String()
	if l.Namespace != "" {
		text += " in namespace " + l.Namespace
	}
	return text + ", for want of the right to " + escalation.Some(l.Rights)
}
