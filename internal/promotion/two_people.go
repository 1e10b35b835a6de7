// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"slices"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// twoPeople is the invariant that no policy can loosen: behind every approved entry there are at least two different
// verified people among its requester and its approvers. It returns how many are still needed. A requester who is not
// a verified person stands for nobody, and who is both requester and approver is one.
func (h hearing) twoPeople(request v1alpha1.PromotionRequest, approvers []v1alpha1.UserReference) int {
	var people []v1alpha1.UserReference
	for _, user := range approvers {
		if h.directory.IsPerson(user.Username) {
			people = append(people, user)
		}
	}
	requester := h.askedBy(request)
	if h.directory.IsPerson(requester.Username) && h.standsFor(requester, request, people) {
		people = append(people, requester)
	}
	return max(0, 2-len(h.Identities.People(people)))
}

// standsFor : who asked counts as a person beside these. Whom only Argo CD knows has not seen what the commits bring,
// so that they do where it is known who wrote those, and where their name, and that of somebody else, tell who they
// are: otherwise the two may be one.
func (h hearing) standsFor(
	requester v1alpha1.UserReference, request v1alpha1.PromotionRequest, people []v1alpha1.UserReference,
) bool {
	switch h.evidence(request) {
	case "":
		return true
	case v1alpha1.RequesterArgoCD:
		known := request.Spec.Authorship == v1alpha1.AuthorshipCommits && h.Identities.Tells(requester.Username)
		return known && (len(people) == 0 ||
			slices.ContainsFunc(people, func(other v1alpha1.UserReference) bool { return h.apart(requester, other) }))
	case v1alpha1.RequesterClaimed:
	}
	return false
}

// apart: the names tell that these are two people.
func (h hearing) apart(a, b v1alpha1.UserReference) bool {
	return h.Identities.Tells(a.Username) && h.Identities.Tells(b.Username) && !h.Identities.Same(a, b)
}

// doubt says why the requester is not one of the two people, or how they become one; empty where there is nothing to
// say.
func (h hearing) doubt(request v1alpha1.PromotionRequest) string {
	requester, evidence := request.Spec.Requester.Username, request.Spec.RequesterEvidence
	switch {
	case !h.directory.IsPerson(requester):
		return ""
	case evidence == v1alpha1.RequesterClaimed:
		return named(requester) + " does not count: it is not known for sure that they began the sync of what it brings"
	case !h.confirmed(request) && evidence == v1alpha1.RequesterArgoCD:
		return named(requester) + ", who began an earlier sync, counts by syncing it again"
	case !h.confirmed(request):
		return named(requester) + ", in whose name the gate asked, counts by making the change"
	case evidence == v1alpha1.RequesterArgoCD && request.Spec.Authorship != v1alpha1.AuthorshipCommits:
		return named(requester) + " does not count: it is not known who wrote what the sync brings"
	case evidence == v1alpha1.RequesterArgoCD && !h.Identities.Tells(requester):
		return named(requester) + " does not count: Argo CD alone knows the name, which has no e-mail address and is not " +
			"in the mapping of names"
	case evidence == v1alpha1.RequesterArgoCD:
		return named(requester) + " counts beside somebody whose name has an e-mail address, or is in the mapping of names"
	}
	return ""
}
