// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"fmt"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// checkOperators refuses what only the operator can write down, or know.
func checkOperators(spec v1alpha1.PromotionRequestSpec) error {
	if what := askedByTrying(spec.Change); what != "" {
		return refuse("spec.change: %s is asked for by trying it; what is turned away is asked for", what)
	}
	if spec.Change.Subresource != "" {
		return refuse("spec.change.subresource: a change through pods/%s is asked for by trying it; what is turned away is "+
			"asked for", spec.Change.Subresource)
	}
	if len(spec.Change.Looser) > 0 {
		return refuse("spec.change.looser: is for the operator to write; leave it out")
	}
	if what := knownFromGit(spec); what != "" {
		return refuse("%s: is for the operator to write, which asks Argo CD; leave it out, or declare authors", what)
	}
	return nil
}

// askedByTrying says what of a change only the operator can write down; empty where anybody can.
func askedByTrying(change v1alpha1.Change) string {
	switch {
	case change.Operation == v1alpha1.OperationConnect:
		return "a session"
	case change.Operation == v1alpha1.OperationOrder:
		return "an order"
	case change.Group == v1alpha1.GroupName:
		return "a change of a rule"
	case change.Group == "" && change.Resource == "secrets":
		return "a Secret, of which nobody but the operator can write down what may be seen,"
	}
	return ""
}

// knownFromGit is the field that says of authors what only the operator has asked about; empty where none does.
func knownFromGit(spec v1alpha1.PromotionRequestSpec) string {
	for i, author := range spec.Authors {
		if author.Evidence != v1alpha1.AuthorDeclared {
			return fmt.Sprintf("spec.authors[%d].evidence", i)
		}
	}
	if spec.Authorship != "" {
		return "spec.authorship"
	}
	return ""
}
