// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// EmergencySpec says what is let in at once, on whose word, and why.
//
// +kubebuilder:validation:XValidation:rule="has(self.request) != has(self.durationSeconds)",message="set either `request`, for one change, or `durationSeconds`, for what the holder changes in this namespace in that time"
type EmergencySpec struct {
	// request names the one change that is let in, by whoever carries it out.
	// +optional
	Request *RequestReference `json:"request,omitempty"`

	// durationSeconds is how long changes by the holder are let in in this namespace. A policy may allow less.
	// +optional
	// +kubebuilder:validation:Minimum=60
	// +kubebuilder:validation:Maximum=14400
	DurationSeconds int32 `json:"durationSeconds,omitempty"`

	// reason is on every record of what enters by it.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	Reason string `json:"reason,omitempty"`

	// holder declared the emergency and answers for it. Stamped from the authenticated request.
	// +required
	Holder UserReference `json:"holder,omitzero"`
}

// EmergencyStatus says what has come of it.
type EmergencyStatus struct {
	// conditions has Ready: whether the emergency lets changes in, and why not.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=8
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// endTime is when it lets nothing in any more.
	// +optional
	EndTime *metav1.Time `json:"endTime,omitempty"`
}

// Emergency lets changes into an environment at once, on the word of one person who holds a role that its policies name
// for that. Each entry by it opens a review that another person must close. Deleting it ends it.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Namespaced,categories=countersign
// +kubebuilder:printcolumn:name="Holder",type=string,JSONPath=`.spec.holder.username`
// +kubebuilder:printcolumn:name="Request",type=string,JSONPath=`.spec.request.name`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Ends",type=string,JSONPath=`.status.endTime`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.spec.reason`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type Emergency struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard object metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitzero"`
	// spec is what is let in.
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="must not be changed: declare another emergency"
	Spec EmergencySpec `json:"spec,omitzero"`
	// status says what has come of it.
	// +optional
	Status EmergencyStatus `json:"status,omitzero"`
}

// EmergencyList is a list of Emergencies.
//
// +kubebuilder:object:root=true
type EmergencyList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []Emergency `json:"items"`
}

// OverdueReviews says what becomes of an environment in which the review of an emergency is overdue.
//
// +kubebuilder:validation:Enum=Report;BlockEntry
type OverdueReviews string

const (
	// OverdueReport shows them: as a condition of the policy, as a metric and an alert.
	OverdueReport OverdueReviews = "Report"
	// OverdueBlockEntry shows them, and lets nothing new in until they are closed.
	OverdueBlockEntry OverdueReviews = "BlockEntry"
)

// EmergencyRule says who may let changes in on their own word, and how soon somebody else must review them.
type EmergencyRule struct {
	// from says who may declare an emergency. The roles need no capability Approve.
	// +required
	From HolderSource `json:"from,omitzero"`

	// maxDurationSeconds is how long an emergency lasts at most. Default 1800.
	// +optional
	// +default=1800
	// +kubebuilder:validation:Minimum=60
	// +kubebuilder:validation:Maximum=14400
	MaxDurationSeconds int32 `json:"maxDurationSeconds,omitempty"`

	// reviewWithinSeconds is how soon after an entry a second person must have reviewed it. Default 86400 (one day).
	// +optional
	// +default=86400
	// +kubebuilder:validation:Minimum=60
	// +kubebuilder:validation:Maximum=2592000
	ReviewWithinSeconds int32 `json:"reviewWithinSeconds,omitempty"`

	// overdue is Report (default) or BlockEntry.
	// +optional
	// +default="Report"
	Overdue OverdueReviews `json:"overdue,omitempty"`
}

// HolderSource names the PipelineRoles whose members may do something.
type HolderSource struct {
	// anyOf lists PipelineRoles; to be a member of one is enough.
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	AnyOf []RoleName `json:"anyOf,omitempty"`
}
