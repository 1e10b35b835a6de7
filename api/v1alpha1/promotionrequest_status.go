// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// EntryRule says by which rule a change was let in.
//
// +kubebuilder:validation:Enum=Approved;Baseline;Open;Deletion;Rollback;NotEnforced;Emergency
type EntryRule string

const (
	// EntryRuleApproved : every policy was met by approvals.
	EntryRuleApproved EntryRule = "Approved"
	// EntryRuleBaseline : it ran already, and was put on record by approval.
	EntryRuleBaseline EntryRule = "Baseline"
	// EntryRuleOpen : every policy of the environment has entry Open.
	EntryRuleOpen EntryRule = "Open"
	// EntryRuleDeletion : it is a deletion, and a policy lets those in without approval.
	EntryRuleDeletion EntryRule = "Deletion"
	// EntryRuleRollback : the same content had entered before.
	EntryRuleRollback EntryRule = "Rollback"
	// EntryRuleNotEnforced : a policy was not met, and its enforcement is Warn or Audit.
	EntryRuleNotEnforced EntryRule = "NotEnforced"
	// EntryRuleEmergency : somebody let it in on their own word; see Emergency.
	EntryRuleEmergency EntryRule = "Emergency"
)

// Admission is the record of the change being let in.
type Admission struct {
	// time when the change was let in.
	// +required
	Time metav1.Time `json:"time,omitzero"`

	// deployer is the one whose API request carried it out.
	// +required
	Deployer UserReference `json:"deployer,omitzero"`

	// rule by which it was let in.
	// +required
	Rule EntryRule `json:"rule,omitempty"`

	// unmet is what policies asked for that only warn or audit, and the change did not have. Enforced, they would have
	// turned it away.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=512
	Unmet []string `json:"unmet,omitempty"`

	// emergency by which it was let in; empty where by none.
	// +optional
	Emergency *EmergencyUse `json:"emergency,omitempty"`

	// objectGeneration is the generation that the object had before the change, or of what routes traffic its resource
	// version; absent for a new object.
	// +optional
	// +kubebuilder:validation:Minimum=0
	ObjectGeneration *int64 `json:"objectGeneration,omitempty"`

	// objectResourceVersion is the resource version that the object had before a change that raises no generation,
	// such as one of its owners; empty of any other change.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	ObjectResourceVersion string `json:"objectResourceVersion,omitempty"`
}

// EmergencyUse is the emergency by which a change was let in, as it was then.
type EmergencyUse struct {
	// name of the Emergency in the same namespace.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`

	// holder is the user name of who declared it.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	Holder string `json:"holder,omitempty"`

	// holderUID is their UID, where the API server has one: another login of the same UID reviews nothing either.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	HolderUID string `json:"holderUID,omitempty"`

	// reason that they gave.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	Reason string `json:"reason,omitempty"`
}

// Review is the look that somebody else takes at an entry by emergency.
type Review struct {
	// dueTime is by when it must be closed.
	// +required
	DueTime metav1.Time `json:"dueTime,omitzero"`

	// reviewer is the user name of who closed it. Empty while it is open.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	Reviewer string `json:"reviewer,omitempty"`

	// time when it was closed.
	// +optional
	Time *metav1.Time `json:"time,omitempty"`
}

// Availability is the last time that an entered workload was available without interruption.
type Availability struct {
	// startTime is since when all its replicas, and they run what entered, were available.
	// +required
	StartTime metav1.Time `json:"startTime,omitzero"`

	// endTime is when they were no more, or something else took its place. Empty while they are.
	// +optional
	EndTime *metav1.Time `json:"endTime,omitempty"`
}

// Entry is the record of the content being stored in the environment.
type Entry struct {
	// time when the content was seen stored.
	// +required
	Time metav1.Time `json:"time,omitzero"`

	// objectUID is the UID of the object that holds the content.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	ObjectUID string `json:"objectUID,omitempty"`

	// availability of what entered. Empty where it was never seen available.
	// +optional
	Availability *Availability `json:"availability,omitempty"`

	// endTime is when other content took its place, or the object was deleted. Empty while it is what should run.
	// +optional
	EndTime *metav1.Time `json:"endTime,omitempty"`
}

// ApprovalRecord is one decision about the request, as last evaluated.
type ApprovalRecord struct {
	// name of the Approval.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`

	// decision that was made.
	// +required
	Decision ApprovalDecision `json:"decision,omitempty"`

	// approver is the user name of who made it.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	Approver string `json:"approver,omitempty"`

	// time of the decision.
	// +required
	Time metav1.Time `json:"time,omitzero"`

	// notCounted says why the decision does not count. Empty where it counts.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	NotCounted string `json:"notCounted,omitempty"`
}

// PromotionRequestStatus is what has come of the request. Only the operator writes it.
type PromotionRequestStatus struct {
	// conditions has Ready, Approved, Entered, and Stalled where the request will not become Ready.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=8
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// observedGeneration is the generation of the spec that the status speaks of.
	// +optional
	// +kubebuilder:validation:Minimum=0
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// waitingFor says in words what is missing. Empty when nothing is.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=4096
	WaitingFor string `json:"waitingFor,omitempty"`

	// approvals are the decisions about this request.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=256
	Approvals []ApprovalRecord `json:"approvals,omitempty"`

	// admission is set when the change was let in: by whom, when, by which rule.
	// +optional
	Admission *Admission `json:"admission,omitempty"`

	// entry is set when the content was seen stored in the environment.
	// +optional
	Entry *Entry `json:"entry,omitempty"`

	// review of an entry by emergency. Empty where none is needed.
	// +optional
	Review *Review `json:"review,omitempty"`
}
