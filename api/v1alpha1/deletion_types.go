// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// DeletionMode says whether the deletion of a gated object needs an approval.
//
// +kubebuilder:validation:Enum=RequireApproval;Allow
type DeletionMode string

const (
	// DeletionRequireApproval treats a deletion like any other change.
	DeletionRequireApproval DeletionMode = "RequireApproval"
	// DeletionAllow lets deletions in at once and records them.
	DeletionAllow DeletionMode = "Allow"
)

// Deletion is the rule for deleting what is gated.
type Deletion struct {
	// mode is RequireApproval or Allow.
	// +required
	Mode DeletionMode `json:"mode,omitempty"`
}
