// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ApprovalDecision is what a separate person says of a request.
//
// +kubebuilder:validation:Enum=Approve;Reject;Withdraw;Revoke;Review;Override
type ApprovalDecision string

const (
	// DecisionApprove : the change may enter.
	DecisionApprove ApprovalDecision = "Approve"
	// DecisionReject : the change must not enter. It stands until the same person withdraws it.
	DecisionReject ApprovalDecision = "Reject"
	// DecisionWithdraw takes back an earlier decision of the same person, named in spec.withdraws.
	DecisionWithdraw ApprovalDecision = "Withdraw"
	// DecisionRevoke ends the request for good: it cannot enter any more, and what entered by it cannot be returned to.
	DecisionRevoke ApprovalDecision = "Revoke"
	// DecisionOverride : the change may enter although the windows are closed. It is no approval.
	DecisionOverride ApprovalDecision = "Override"
	// DecisionReview closes the review of what entered by an emergency.
	DecisionReview ApprovalDecision = "Review"
)

// RequestReference names one request, beyond doubt.
type RequestReference struct {
	// name of the PromotionRequest in the same namespace.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`

	// uid of the PromotionRequest.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	UID string `json:"uid,omitempty"`

	// digest of the change that was looked at.
	// +required
	Digest Digest `json:"digest,omitempty"`
}

// ApprovalSpec is what somebody decided. It cannot be changed.
//
// +kubebuilder:validation:XValidation:rule="(self.decision == 'Withdraw') == has(self.withdraws)",fieldPath=".withdraws",message="must be set with decision 'Withdraw', and only then"
// +kubebuilder:validation:XValidation:rule="self.decision != 'Override' || has(self.comment)",fieldPath=".comment",message="must say why, where a closed window is overridden"
type ApprovalSpec struct {
	// request that the decision is about.
	// +required
	Request RequestReference `json:"request,omitzero"`

	// decision is Approve, Reject, Withdraw, Revoke, Review or Override.
	// +required
	Decision ApprovalDecision `json:"decision,omitempty"`

	// withdraws names the Approval of the same person that a Withdraw takes back.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Withdraws string `json:"withdraws,omitempty"`

	// comment for the record.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	Comment string `json:"comment,omitempty"`

	// approver is who decided. Stamped from the authenticated request.
	// +required
	Approver UserReference `json:"approver,omitzero"`
}

// ApprovalStatus says whether the decision counts.
type ApprovalStatus struct {
	// conditions has Ready: whether the decision counts toward its request, and why not.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=8
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}

// Approval is one decision of one person about one request. It is made once and never changed. The decisions of a
// request are numbered: <request>-d1, <request>-d2, …
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Namespaced,categories=countersign
// +kubebuilder:printcolumn:name="Request",type=string,JSONPath=`.spec.request.name`
// +kubebuilder:printcolumn:name="Decision",type=string,JSONPath=`.spec.decision`
// +kubebuilder:printcolumn:name="Approver",type=string,JSONPath=`.spec.approver.username`
// +kubebuilder:printcolumn:name="Counts",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Why",type=string,priority=1,JSONPath=`.status.conditions[?(@.type=="Ready")].message`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:selectablefield:JSONPath=`.spec.request.name`
// +kubebuilder:selectablefield:JSONPath=`.spec.approver.username`
type Approval struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard object metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitzero"`
	// spec is what was decided.
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="must not be changed: a decision is made once. Withdraw it by another"
	Spec ApprovalSpec `json:"spec,omitzero"`
	// status says whether it counts.
	// +optional
	Status ApprovalStatus `json:"status,omitzero"`
}

// ApprovalList is a list of Approvals.
//
// +kubebuilder:object:root=true
type ApprovalList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []Approval `json:"items"`
}
