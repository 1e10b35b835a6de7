// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// FreezeSpec says who froze the environment, and why.
type FreezeSpec struct {
	// reason is shown to everybody who is turned away.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	Reason string `json:"reason,omitempty"`

	// expireTime is when the freeze ends by itself. Without it, it holds until it is deleted.
	// +optional
	ExpireTime *metav1.Time `json:"expireTime,omitempty"`

	// frozenBy is who froze it. Stamped from the authenticated request.
	// +required
	FrozenBy UserReference `json:"frozenBy,omitzero"`
}

// Freeze stops the line: while it exists, nothing new enters the environment whose name it bears, whatever has been
// approved, whatever its policies say. What runs keeps running, and an emergency still gets in.
//
// +kubebuilder:object:root=true
// +kubebuilder:resource:scope=Cluster,categories=countersign
// +kubebuilder:printcolumn:name="Frozen by",type=string,JSONPath=`.spec.frozenBy.username`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.spec.reason`
// +kubebuilder:printcolumn:name="Until",type=string,JSONPath=`.spec.expireTime`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:validation:XValidation:rule="size(self.metadata.name) <= 63 && self.metadata.name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",message="metadata.name must be the name of the environment that is frozen"
type Freeze struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard object metadata. The name is that of the environment.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitzero"`
	// spec is who froze the environment, and why.
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="must not be changed: delete the Freeze and make another"
	Spec FreezeSpec `json:"spec,omitzero"`
}

// FreezeList is a list of Freezes.
//
// +kubebuilder:object:root=true
type FreezeList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []Freeze `json:"items"`
}
