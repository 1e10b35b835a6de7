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

// PodSubresource is a subresource through which what runs in a Pod is changed.
//
// +kubebuilder:validation:Enum=ephemeralcontainers;resize
type PodSubresource string

const (
	// SubresourceEphemeralContainers adds containers for debugging.
	SubresourceEphemeralContainers PodSubresource = "ephemeralcontainers"
	// SubresourceResize changes how much containers may use.
	SubresourceResize PodSubresource = "resize"
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
// +kubebuilder:validation:XValidation:rule="!has(self.subresource) || (self.operation == 'Apply' && !has(self.group) && self.resource == 'pods')",message="`subresource` must be left out, save where a Pod is changed through one"
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

	// subresource of the Pod that the change goes through; left out where it goes through none. Only the operator writes
	// it, for a change that it turned away.
	// +optional
	Subresource PodSubresource `json:"subresource,omitempty"`

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

	// looser is what the change of a PipelineRole or PromotionPolicy makes easier, in words. Only the operator writes it,
	// for a change that it turned away.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=512
	Looser []string `json:"looser,omitempty"`

	// configuration is what the ConfigMaps and Secrets held that the content refers to, where a policy has gate
	// Configuration. The change enters with that, and with nothing else. Stamped.
	// +optional
	// +listType=map
	// +listMapKey=kind
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=256
	Configuration []Configuration `json:"configuration,omitempty"`
}

// ConfigurationKind is a kind that containers take configuration from.
//
// +kubebuilder:validation:Enum=ConfigMap;Secret
type ConfigurationKind string

const (
	// ConfigurationConfigMap is a ConfigMap.
	ConfigurationConfigMap ConfigurationKind = "ConfigMap"
	// ConfigurationSecret is a Secret. Of its values nothing is kept but an HMAC, under a key of the operator's own.
	ConfigurationSecret ConfigurationKind = "Secret"
)

// Configuration is what a ConfigMap or Secret of the same namespace held when a change that refers to it was asked for.
type Configuration struct {
	// kind is ConfigMap or Secret.
	// +required
	Kind ConfigurationKind `json:"kind,omitempty"`

	// name of the object.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`

	// digest of what it held: that of a change which would make it so. Empty where there was none.
	// +optional
	Digest Digest `json:"digest,omitempty"`
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

	// revision of the release, such as a commit; of several, with commas between.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	Revision string `json:"revision,omitempty"`
}

// AuthorEvidence says how an author is known.
//
// +kubebuilder:validation:Enum=Declared;Commit;SignedCommit;Application
type AuthorEvidence string

const (
	// AuthorDeclared : the one who asked said so.
	AuthorDeclared AuthorEvidence = "Declared"
	// AuthorCommit : a commit says so that Argo CD syncs. Whoever made the commit wrote that into it.
	AuthorCommit AuthorEvidence = "Commit"
	// AuthorSignedCommit : the same, and Argo CD found the commit signed by a key that its project lists. Who has such a
	// key vouches for what the commit says.
	AuthorSignedCommit AuthorEvidence = "SignedCommit"
	// AuthorApplication : the API server saw them change the Application that Argo CD syncs.
	AuthorApplication AuthorEvidence = "Application"
)

// Authorship says whether all authors of what a sync brings are known.
//
// +kubebuilder:validation:Enum=Declared;Commits
type Authorship string

const (
	// AuthorshipDeclared : those are named whom somebody declared, or could be found. There may be others.
	AuthorshipDeclared Authorship = "Declared"
	// AuthorshipCommits : the authors of all commits that are synced are named, as Argo CD reports them, and those of
	// commits before them that were asked for and did not enter; and so is whoever changed the Application.
	AuthorshipCommits Authorship = "Commits"
)

// Author wrote the change. An author cannot approve it, and never counts as one of the two people.
type Author struct {
	// name of the author: a user name or an e-mail address.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	Name string `json:"name,omitempty"`

	// evidence says how the author is known: Declared, Commit, SignedCommit or Application. Whoever asks declares; all
	// else only the operator writes.
	// +required
	Evidence AuthorEvidence `json:"evidence,omitempty"`
}

// RequesterEvidence says how the requester is known, where not by an authenticated request of their own.
//
// +kubebuilder:validation:Enum=ArgoCD;Claimed
type RequesterEvidence string

const (
	// RequesterArgoCD : Argo CD says that they began the sync, and admission saw that it was Argo CD who said so. They
	// count as one of the two people where the authors of all commits are known, and where their name tells who they are:
	// by an e-mail address, or by the mapping.
	RequesterArgoCD RequesterEvidence = "ArgoCD"
	// RequesterClaimed : it is said that they began the sync, and not known for sure. They cannot approve the change, and
	// count for nobody.
	RequesterClaimed RequesterEvidence = "Claimed"
)

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

	// requesterEvidence says how the requester is known; left out where the API server authenticated them. Only the
	// operator writes it, for a sync of Argo CD that it turned away.
	// +optional
	RequesterEvidence RequesterEvidence `json:"requesterEvidence,omitempty"`

	// authors wrote the change. They cannot approve it.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Authors []Author `json:"authors,omitempty"`

	// authorship of what a sync of Argo CD brings: Commits, where the authors of all commits are named, or Declared, where
	// that is not known. Left out for any other change. Only the operator writes it.
	// +optional
	Authorship Authorship `json:"authorship,omitempty"`

	// reason for the change, for its approvers.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	Reason string `json:"reason,omitempty"`
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
