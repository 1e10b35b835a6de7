// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// EntryStateOf says whether changes that meet the policy can enter now, and when that changes by itself.
func EntryStateOf(_ v1alpha1.PromotionPolicy, freeze *v1alpha1.Freeze, now time.Time) v1alpha1.EntryState {
	if freeze != nil && !FreezeEnded(*freeze, now) {
		return v1alpha1.EntryState{
			State: v1alpha1.StateFrozen, Message: clip(Frozen(*freeze), maxRequirement),
			NextChangeTime: freeze.Spec.ExpireTime,
		}
	}
	return v1alpha1.EntryState{State: v1alpha1.StateOpen}
}
