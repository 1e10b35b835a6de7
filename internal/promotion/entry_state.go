// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/window"
)

// EntryStateOf says whether changes that meet the policy can enter now, and when that changes by itself.
func EntryStateOf(policy v1alpha1.PromotionPolicy, freeze *v1alpha1.Freeze, now time.Time) v1alpha1.EntryState {
	if freeze != nil && !FreezeEnded(*freeze, now) {
		return v1alpha1.EntryState{
			State: v1alpha1.StateFrozen, Message: clip(Frozen(*freeze), maxRequirement),
			NextChangeTime: freeze.Spec.ExpireTime,
		}
	}
	windows := window.Read(policy.Spec.Windows).At(now)
	state := v1alpha1.EntryState{State: v1alpha1.StateOpen}
	if !windows.Open {
		state.State = v1alpha1.StateClosed
	}
	if len(policy.Spec.Windows) > 0 {
		state.Message = clip(windows.Message, maxRequirement)
	}
	if !windows.Until.IsZero() {
		next := metav1.NewTime(windows.Until)
		state.NextChangeTime = &next
	}
	return state
}
