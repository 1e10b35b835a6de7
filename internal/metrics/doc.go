// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package metrics counts what the gate decided, and says what people have to look at. Labels are environments, verdicts
// and rules, of which there are few, and namespaces whose gate has a gap; who did what is in the audit trail.
package metrics
