// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/identity"
)

// askedBy is who counts as having asked for the change. The gate opens requests in the name that an admission review
// gives, and whoever reaches its port can send one that no API server has made. Nothing is let in by such a review, so
// who carries the change out is known for sure: where they are not the one whom the gate names, they ask for it by
// doing so. While nobody carries it out, it is the one named.
func (c Case) askedBy(request v1alpha1.PromotionRequest) v1alpha1.UserReference {
	switch {
	case c.confirmed(request):
		return request.Spec.Requester
	case c.begun():
		return c.Sync.Initiator
	default:
		return c.Change.Deployer
	}
}

// confirmed: the requester opened the request, carries the change out or began the sync that does, or still may.
func (c Case) confirmed(request v1alpha1.PromotionRequest) bool {
	deployer, requester := c.Change.Deployer, request.Spec.Requester
	return deployer.Username == "" || openedByRequester(request) || c.Identities.Same(deployer, requester) ||
		c.begun() && c.Identities.Same(c.Sync.Initiator, requester)
}

// begun: it is known who began the sync that carries the change out.
func (c Case) begun() bool {
	return c.Sync != nil && c.Sync.Initiator.Username != "" && c.Sync.Evidence != v1alpha1.RequesterClaimed
}

// openedByRequester: the API server knows that the requester asks for the change.
func openedByRequester(request v1alpha1.PromotionRequest) bool {
	return identity.Identical(request.Spec.OpenedBy, request.Spec.Requester)
}

// evidence of who counts as having asked for the change.
func (c Case) evidence(request v1alpha1.PromotionRequest) v1alpha1.RequesterEvidence {
	switch {
	case c.confirmed(request):
		return request.Spec.RequesterEvidence
	case !c.begun():
		return ""
	default:
		return c.Sync.Evidence
	}
}

// Requester in whose name the gate asks for a change that it turned away, and how they are known: who began the sync
// that carries it out, or else who carries it out.
func Requester(c Case) (v1alpha1.UserReference, v1alpha1.RequesterEvidence) {
	if c.Sync != nil && c.Sync.Initiator.Username != "" {
		return c.Sync.Initiator, c.Sync.Evidence
	}
	return c.Change.Deployer, ""
}
