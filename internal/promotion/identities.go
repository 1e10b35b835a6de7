// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/identity"
)

// Identities say which names are one person's.
type Identities struct {
	identity.Mapping
	// Damaged says why that cannot be told, and of which object; empty where it can. Two people may be one then, and
	// nobody's approval counts.
	Damaged string
}

// maxDamage is how much a message says of what is wrong, in characters.
const maxDamage = 512

// whyUncertain says why two people may be one; empty where that can be told.
func (c Case) whyUncertain() string {
	if c.Identities.Damaged == "" {
		return ""
	}
	return "nobody can tell which names are one person's: " + named(clip(c.Identities.Damaged, maxDamage))
}

func uncertain(why string) Reason {
	return Reason{
		Code: ReasonUncertainIdentities, Detail: why, Needs: "the names of people to be put right, by who runs Countersign",
	}
}

// whyNotSeparate says what part the user had in making the change; empty where none.
func (c Case) whyNotSeparate(request v1alpha1.PromotionRequest, user v1alpha1.UserReference) string {
	switch {
	case c.Identities.Same(user, request.Spec.Requester):
		return "asked for the change"
	case c.Identities.Same(user, request.Spec.OpenedBy):
		return "opened the request"
	case c.isAuthor(request, user):
		return "is an author of the change"
	case c.Identities.Same(user, c.askedBy(request)):
		return "is making the change, and only the gate says that " + named(request.Spec.Requester.Username) + " asked for it"
	}
	return ""
}

func (c Case) isAuthor(request v1alpha1.PromotionRequest, user v1alpha1.UserReference) bool {
	for _, author := range request.Spec.Authors {
		if c.Identities.Named(author.Name, user) {
			return true
		}
	}
	return false
}
