// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import "github.com/countersign-dev/countersign/api/v1alpha1"

// mayDelete : the change is a deletion, and the policy lets those in without asking anybody. One that leaves behind
// what was made of the object is not meant: that runs on.
func mayDelete(change Change, policy v1alpha1.PromotionPolicy) bool {
	return change.Operation == v1alpha1.OperationDelete && !change.Orphans &&
		policy.Spec.Deletion.Mode == v1alpha1.DeletionAllow
}

// deletionsFree says that deletions need no approval; empty where they do like anything, or nothing does.
func deletionsFree(policy v1alpha1.PromotionPolicy) string {
	if policy.Spec.Entry == v1alpha1.EntryOpen || policy.Spec.Deletion.Mode != v1alpha1.DeletionAllow {
		return ""
	}
	return "deletions are recorded only"
}
