// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"fmt"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// ofRules tells whether the change is of a PipelineRole or a PromotionPolicy.
func ofRules(change Change) bool {
	gate, _ := gateOf(change)
	return gate == v1alpha1.GateRules
}

// replacedSince : people approve what a rule loosens, which is a step from what it is to what it would be. Where it has
// become something else since, the same content may be another step. What has been let in is looked at by pending.
func replacedSince(h hearing, _ v1alpha1.PromotionPolicy) []Reason {
	attempt, ok := h.latest()
	if !ofRules(h.Change) || h.Change.Operation != v1alpha1.OperationApply || !ok || ended(attempt) ||
		attempt.Request.Status.Admission != nil || attempt.Request.Spec.Change.ReplacesDigest == h.Change.Replaces {
		return nil
	}
	return []Reason{{
		Code:   ReasonReplacedChanged,
		Detail: fmt.Sprintf("%s is not what it was when request %s was made", Describe(h.Change), attempt.Request.Name),
		Needs:  "a new request; try again in a moment, and one is opened",
	}}
}
