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
	if c.confirmed(request) {
		return request.Spec.Requester
	}
	return c.Change.Deployer
}

// confirmed: the requester opened the request, carries the change out, or still may.
func (c Case) confirmed(request v1alpha1.PromotionRequest) bool {
	deployer := c.Change.Deployer
	return deployer.Username == "" || openedByRequester(request) || c.Identities.Same(deployer, request.Spec.Requester)
}

// openedByRequester: the API server knows that the requester asks for the change.
func openedByRequester(request v1alpha1.PromotionRequest) bool {
	return identity.Identical(request.Spec.OpenedBy, request.Spec.Requester)
}

// unconfirmed is the person who would count as having asked by carrying the change out; empty where nobody would.
func (h hearing) unconfirmed(request v1alpha1.PromotionRequest) string {
	if requester := request.Spec.Requester.Username; !h.confirmed(request) && h.directory.IsPerson(requester) {
		return requester
	}
	return ""
}
