// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ChangeOperation says what the change does to its object.
//
// +kubebuilder:validation:Enum=Apply;Delete;Connect;Order
type ChangeOperation string

const (
	// OperationApply creates or updates the object so that it has the content.
	OperationApply ChangeOperation = "Apply"
	// OperationDelete removes the object that has the content.
	OperationDelete ChangeOperation = "Delete"
	// OperationConnect opens sessions in the object, for the user and by the subresource that the content names.
	OperationConnect ChangeOperation = "Connect"
	// OperationOrder writes fields of the object's status that its controller takes orders from.
	OperationOrder ChangeOperation = "Order"
)

// MaxContentBytes bounds the content of a request, as canonical JSON.
const MaxContentBytes = 256 * 1024

// Digest is a versioned SHA-256 over the content and the identity of its object: v1:sha256:<64 hex digits>.
//
// +kubebuilder:validation:MinLength=74
// +kubebuilder:validation:MaxLength=74
// +kubebuilder:validation:Pattern=`^v1:sha256:[0-9a-f]{64}$`
type Digest string

// Change is one exact change to one object.
//
// +kubebuilder:validation:XValidation:rule="has(self.name) != has(self.generateName)",message="exactly one of `name` and `generateName` must be set"
type Change struct {
	// operation is Apply, Delete, Connect or Order.
	// +required
	Operation ChangeOperation `json:"operation,omitempty"`

	// group of the resource; empty for the core group.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Group string `json:"group,omitempty"`

	// version in which the content is written.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Version string `json:"version,omitempty"`

	// resource is plural and lower-case: deployments.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Resource string `json:"resource,omitempty"`

	// name of the object.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`

	// generateName is the prefix of the object's name, where the API server makes the name.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	GenerateName string `json:"generateName,omitempty"`

	// content is the gated part of the object: what would run, after defaulting and mutation.
	// +required
	// +kubebuilder:pruning:PreserveUnknownFields
	Content apiextensionsv1.JSON `json:"content,omitzero"`

	// digest of the content and the identity of the object. Admission recomputes it.
	// +required
	Digest Digest `json:"digest,omitempty"`

	// replacesDigest is the digest of what the object held when the change was asked for. Empty for a new object.
	// +optional
	ReplacesDigest Digest `json:"replacesDigest,omitempty"`

	// images that the content runs, sorted. Admission recomputes them.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=256
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=1024
	Images []string `json:"images,omitempty"`
}

// Release groups requests that belong together. It is never authority: nothing is decided by it.
type Release struct {
	// source that made the release, such as ArgoCD or CLI.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Source string `json:"source,omitempty"`

	// name of the release within its source.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	Name string `json:"name,omitempty"`

	// revision of the release, such as a commit.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	Revision string `json:"revision,omitempty"`
}

// AuthorEvidence says how an author is known.
//
// +kubebuilder:validation:Enum=Declared
type AuthorEvidence string

// AuthorDeclared : the one who asked said so.
const AuthorDeclared AuthorEvidence = "Declared"

// Author wrote the change. An author cannot approve it, and never counts as one of the two people.
type Author struct {
	// name of the author: a user name or an e-mail address.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	Name string `json:"name,omitempty"`

	// evidence says how the author is known.
	// +required
	Evidence AuthorEvidence `json:"evidence,omitempty"`
}

// PromotionRequestSpec is the change that is asked for, and by whom. It cannot be changed.
type PromotionRequestSpec struct {
	// environment that the change would enter.
	// +required
	Environment EnvironmentName `json:"environment,omitempty"`

	// release that the change is part of. It groups requests and decides nothing.
	// +optional
	Release *Release `json:"release,omitempty"`

	// change that is asked for.
	// +required
	Change Change `json:"change,omitzero"`

	// openedBy is whose API request created this object. Stamped.
	// +required
	OpenedBy UserReference `json:"openedBy,omitzero"`

	// requester asks for the change. The same as openedBy, except where the operator opened the request for somebody
	// whose change it turned away.
	// +required
	Requester UserReference `json:"requester,omitzero"`

	// authors wrote the change. They cannot approve it.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Authors []Author `json:"authors,omitempty"`

	// reason for the change, for its approvers.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	Reason string `json:"reason,omitempty"`
}

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

// PromotionRequest asks for one exact change to enter an environment, and is the record of its entry.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Namespaced,shortName=preq,categories=countersign
// +kubebuilder:printcolumn:name="Change",type=string,JSONPath=`.spec.change.operation`
// +kubebuilder:printcolumn:name="Resource",type=string,JSONPath=`.spec.change.resource`
// +kubebuilder:printcolumn:name="Object",type=string,JSONPath=`.spec.change.name`
// +kubebuilder:printcolumn:name="Requester",type=string,JSONPath=`.spec.requester.username`
// +kubebuilder:printcolumn:name="State",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Waiting for",type=string,JSONPath=`.status.waitingFor`
// +kubebuilder:printcolumn:name="Environment",type=string,priority=1,JSONPath=`.spec.environment`
// +kubebuilder:printcolumn:name="Deployer",type=string,priority=1,JSONPath=`.status.admission.deployer.username`
// +kubebuilder:printcolumn:name="Rule",type=string,priority=1,JSONPath=`.status.admission.rule`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:selectablefield:JSONPath=`.spec.change.digest`
// +kubebuilder:selectablefield:JSONPath=`.spec.requester.username`
// +kubebuilder:selectablefield:JSONPath=`.spec.environment`
type PromotionRequest struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard object metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitzero"`
	// spec is the change that is asked for.
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="must not be changed: ask for the other change in a request of its own"
	Spec PromotionRequestSpec `json:"spec,omitzero"`
	// status is what has come of it.
	// +optional
	Status PromotionRequestStatus `json:"status,omitzero"`
}

// PromotionRequestList is a list of PromotionRequests.
//
// +kubebuilder:object:root=true
type PromotionRequestList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []PromotionRequest `json:"items"`
}
