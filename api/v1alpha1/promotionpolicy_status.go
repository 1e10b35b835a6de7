// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// OpenState says whether changes that meet a policy can enter.
//
// +kubebuilder:validation:Enum=Open;Closed;Frozen
type OpenState string

const (
	// StateOpen : they can.
	StateOpen OpenState = "Open"
	// StateClosed : no window of the policy is open.
	StateClosed OpenState = "Closed"
	// StateFrozen : somebody froze the environment.
	StateFrozen OpenState = "Frozen"
)

// EntryState says whether changes that meet a policy can enter now, and for how long.
type EntryState struct {
	// state is Open, Closed or Frozen.
	// +required
	State OpenState `json:"state,omitempty"`

	// message says by what, or by whom and why.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=4096
	Message string `json:"message,omitempty"`

	// nextChangeTime is when the state changes next by itself. Empty where it does not.
	// +optional
	NextChangeTime *metav1.Time `json:"nextChangeTime,omitempty"`
}

// UnrecordedWorkloads are workloads that run without a record of how they entered.
type UnrecordedWorkloads struct {
	// count of all of them.
	// +required
	// +kubebuilder:validation:Minimum=1
	Count int32 `json:"count,omitempty"`

	// workloads names the first of them: namespace/resource/name.
	// +required
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=512
	Workloads []string `json:"workloads,omitempty"`
}

// PromotionPolicyStatus says what the policy has come to.
type PromotionPolicyStatus struct {
	// conditions has Ready, and Stalled where somebody has to act.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=8
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// observedGeneration is the generation of the spec that the status speaks of.
	// +optional
	// +kubebuilder:validation:Minimum=0
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// namespaces is the number of namespaces that the policy governs now. It is unset with gate Rules, as no namespace is
	// in that environment.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Namespaces *int32 `json:"namespaces,omitempty"`

	// entryState says whether changes that meet the policy can enter now.
	// +optional
	EntryState *EntryState `json:"entryState,omitempty"`

	// gatesInForce are the gates by which API servers ask about changes: Workloads, Routing, and those of type Resource
	// by name. One that was added to the policy follows within seconds; until then its changes are let in unasked.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=18
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=63
	GatesInForce []string `json:"gatesInForce,omitempty"`

	// unrecorded is what runs in the namespaces of the policy, and never entered them on record. It keeps running; its
	// next change is gated like any. kubectl countersign baseline puts it on record.
	// +optional
	Unrecorded *UnrecordedWorkloads `json:"unrecorded,omitempty"`

	// requirement says in words what a change needs.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=4096
	Requirement string `json:"requirement,omitempty"`
}
