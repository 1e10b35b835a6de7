// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package escalation says which rights a rule comes to, which of them no rule may give, and which exceed what somebody
// holds: pure functions of rules.
//
// The schema of PipelineRole refuses the same rules, with the field in the message. This is what still holds where the
// schema was edited away: what it rules out is granted to nobody.
package escalation
