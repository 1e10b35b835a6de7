// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ReleaseGateSpec says who made the gate. Of which release it is says the sync of Argo CD that makes it.
type ReleaseGateSpec struct {
	// openedBy is whose API request created this object. Stamped.
	// +required
	OpenedBy UserReference `json:"openedBy,omitzero"`
}

// SyncRequest names a PromotionRequest for something that a sync brings.
type SyncRequest struct {
	// namespace of the request.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Namespace string `json:"namespace,omitempty"`

	// name of the request.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`
}

// ReleaseGateStatus says what the gate waits for.
type ReleaseGateStatus struct {
	// conditions has Ready: whether all may enter that the sync brings, and what is missing.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=8
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// release that the gate holds, with its revision. It is there once all of it that needs approval was asked for.
	// +optional
	Release *Release `json:"release,omitzero"`

	// requests that must be approved before the release goes on.
	// +optional
	// +listType=map
	// +listMapKey=namespace
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=512
	Requests []SyncRequest `json:"requests,omitempty"`

	// notAskedFor is what the gate does not wait for: something of the sync that is asked for when its turn comes, and not
	// before, each with the reason.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=512
	NotAskedFor []string `json:"notAskedFor,omitempty"`
}

// ReleaseGate holds a sync of Argo CD before anything of it is applied: as a hook of phase PreSync it is well once all
// that the sync brings may enter. It asks for that, and lets nothing in: each change is judged when it is made.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Namespaced,categories=countersign
// +kubebuilder:printcolumn:name="Release",type=string,JSONPath=`.status.release.name`
// +kubebuilder:printcolumn:name="Revision",type=string,JSONPath=`.status.release.revision`
// +kubebuilder:printcolumn:name="State",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Message",type=string,priority=1,JSONPath=`.status.conditions[?(@.type=="Ready")].message`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type ReleaseGate struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard object metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitzero"`
	// spec says who made the gate. It is filled in.
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="must not be changed: delete the ReleaseGate and make another"
	Spec ReleaseGateSpec `json:"spec,omitzero"`
	// status is what the gate waits for.
	// +optional
	Status ReleaseGateStatus `json:"status,omitzero"`
}

// ReleaseGateList is a list of ReleaseGates.
//
// +kubebuilder:object:root=true
type ReleaseGateList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []ReleaseGate `json:"items"`
}
