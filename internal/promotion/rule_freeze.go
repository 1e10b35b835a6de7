// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"fmt"
	"strconv"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// frozen: somebody has stopped the line. It holds for every policy of the environment, whatever that enforces.
func (h hearing) frozen() bool {
	return h.Freeze != nil && !FreezeEnded(*h.Freeze, h.now)
}

// freeze holds the change up. What a policy only warns of does not hold it up besides.
func (r *PolicyResult) freeze(freeze v1alpha1.Freeze) {
	if !enforced(r.Enforcement) {
		r.Reasons, r.Missing, r.Ignored = nil, nil, nil
	}
	r.Enforcement, r.Rule = v1alpha1.EnforcementEnforce, RuleNone
	r.deny(freezing(freeze))
}

// FreezeEnded tells whether the freeze has ended by itself.
func FreezeEnded(freeze v1alpha1.Freeze, now time.Time) bool {
	return freeze.Spec.ExpireTime != nil && !now.Before(freeze.Spec.ExpireTime.Time)
}

// freezing says who froze the environment, why, and until when.
func freezing(freeze v1alpha1.Freeze) Reason {
	needs := "somebody who may unfreeze environment " + freeze.Name
	if freeze.Spec.ExpireTime != nil {
		needs = "the freeze to end at " + freeze.Spec.ExpireTime.UTC().Format(time.RFC3339) + ", or " + needs
	}
	return Reason{
		Code:    ReasonFrozen,
		Detail:  Frozen(freeze),
		Needs:   needs,
		Command: "kubectl countersign unfreeze " + freeze.Name,
	}
}

// Frozen says in words that an environment is frozen: by whom, since when, and why.
func Frozen(freeze v1alpha1.Freeze) string {
	return fmt.Sprintf("environment %s is frozen by %s since %s: %s", freeze.Name,
		named(freeze.Spec.FrozenBy.Username), freeze.CreationTimestamp.UTC().Format(time.RFC3339),
		strconv.Quote(freeze.Spec.Reason))
}
