// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/window"
)

// closed : the windows of the policy let nothing in now, and nobody who may has overridden them for this change.
func closed(h hearing, policy v1alpha1.PromotionPolicy) []Reason {
	state := window.Read(policy.Spec.Windows).At(h.now)
	if state.Open || h.overridden(policy) {
		return nil
	}
	reason := Reason{
		Code:   ReasonWindowClosed,
		Detail: "policy " + policy.Name + " is " + state.Message,
		Needs:  "somebody to change the windows of policy " + policy.Name + ": they do not open again",
	}
	if !state.Until.IsZero() {
		reason.Needs = "the windows of policy " + policy.Name + " to open at " + state.Until.Format(time.RFC3339)
	}
	if override := policy.Spec.WindowOverride; override != nil {
		reason.Needs += ", or an override by " + sources{{AnyOf: override.AnyOf}}.String()
		if attempt, ok := h.latest(); ok && !ended(attempt) {
			reason.Command = command("override", attempt.Request.Name, attempt.Request.Namespace) + " -m REASON"
		}
	}
	return []Reason{reason}
}

// windowMoment is when the windows of the policy open or close next; the zero time is never.
func windowMoment(policy v1alpha1.PromotionPolicy, now time.Time) time.Time {
	return window.Read(policy.Spec.Windows).At(now).Until
}
