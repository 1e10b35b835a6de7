// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// ApproverSource says who may give an approval.
//
// +kubebuilder:validation:MinProperties=1
// +kubebuilder:validation:XValidation:rule="has(self.anyOf) != has(self.allOf)",message="exactly one of `anyOf` and `allOf` must be set; for one person from each of several roles, write a rule for each"
type ApproverSource struct {
	// anyOf lists PipelineRoles with capability Approve; a member of any of them may give the approval.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	AnyOf []RoleName `json:"anyOf,omitempty"`

	// allOf lists PipelineRoles with capability Approve; whoever gives the approval must be a member of every one of them.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=2
	// +kubebuilder:validation:MaxItems=8
	AllOf []RoleName `json:"allOf,omitempty"`
}
