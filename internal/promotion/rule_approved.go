// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/identity"
)

// approved: the latest request for the change is open, nobody rejects the change, every approval rule of the policy is
// met by different people, and there are two people in all.
func (h hearing) approved(policy v1alpha1.PromotionPolicy, result *PolicyResult) {
	h.reject(result)
	if why := h.whyUncertain(); why != "" {
		result.deny(uncertain(why))
	}
	attempt, ok := h.latest()
	if !ok || ended(attempt) {
		h.unasked(policy, result)
		return
	}
	if why := h.whyForeign(attempt.Request); why != "" {
		result.deny(foreign(attempt.Request, why))
		return
	}
	if why := h.whyLapsed(attempt); why != "" {
		result.deny(lapse(attempt.Request, why))
		return
	}
	if pending(attempt, h.Change) {
		result.deny(unsettled(attempt))
	}
	approvals, ignored := h.counted(policy, attempt)
	result.Ignored = ignored
	result.lack(h.missing(policy, approvals, attempt.Request))
	if len(result.Missing) > 0 {
		h.recall(result)
	}
}

func (h hearing) reject(result *PolicyResult) {
	for _, reject := range h.rejects() {
		result.deny(rejection(reject))
	}
}

// recall : the content was revoked, and what would make up for that is missing.
func (h hearing) recall(result *PolicyResult) {
	for _, revoke := range h.revokes() {
		result.deny(revocation(revoke))
	}
}

// unasked: there is no open request. A controller that nobody lists cannot have one, unless it carries out a sync of
// Argo CD; for others it would need what is missing for whoever asks.
func (h hearing) unasked(policy v1alpha1.PromotionPolicy, result *PolicyResult) {
	h.recall(result)
	deployer := h.Change.Deployer
	if h.Sync == nil && h.directory.KindOf(deployer.Username) == identity.Controller {
		result.deny(unlisted(h.Change, policy))
		return
	}
	result.deny(notRequested())
	result.lack(h.missing(policy, nil, asker(h.Case)))
}

func (r *PolicyResult) lack(missing []Missing) {
	r.Missing = missing
	for _, m := range missing {
		r.deny(Reason{Code: ReasonApprovalMissing, Detail: m.String(), Needs: m.String()})
	}
}
