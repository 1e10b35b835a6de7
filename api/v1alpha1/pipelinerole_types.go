// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Capability is one bundle of rights that a role may give. Each is a shipped, aggregated ClusterRole
// (countersign-view, countersign-request, …).
//
// +kubebuilder:validation:Enum=View;Request;Build;Deploy;Operate;Debug;Approve
type Capability string

// The capabilities.
const (
	// CapabilityView reads workloads, their logs, requests and approvals; never Secrets.
	CapabilityView Capability = "View"
	// CapabilityRequest asks for changes.
	CapabilityRequest Capability = "Request"
	// CapabilityBuild starts pipelines and Jobs.
	CapabilityBuild Capability = "Build"
	// CapabilityDeploy writes workloads; what it writes passes the gate.
	CapabilityDeploy Capability = "Deploy"
	// CapabilityOperate scales, restarts and evicts what is deployed.
	CapabilityOperate Capability = "Operate"
	// CapabilityDebug opens shells and ports into Pods.
	CapabilityDebug Capability = "Debug"
	// CapabilityApprove approves and rejects requests of others.
	CapabilityApprove Capability = "Approve"
)

// MemberKind says whether a member is one user or a group.
//
// +kubebuilder:validation:Enum=User;Group
type MemberKind string

// The kinds of member. Service accounts are never members: they are bots.
const (
	MemberUser  MemberKind = "User"
	MemberGroup MemberKind = "Group"
)

// Member is a person or group that holds the role.
//
// +kubebuilder:validation:XValidation:rule="!self.name.startsWith('system:')",fieldPath=".name",message="must not start with 'system:'. Service accounts are bots: list them under `bots`"
type Member struct {
	// kind of the member: User or Group.
	// +required
	Kind MemberKind `json:"kind,omitempty"`

	// name of the user or group, as the API server knows it.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	Name string `json:"name,omitempty"`

	// expireTime ends the membership at that moment (RFC 3339). Without it the membership lasts as long as it is listed.
	// +optional
	ExpireTime *metav1.Time `json:"expireTime,omitempty"`
}

// Bot is a service account that the role owns: an identity for automation. The operator creates it.
type Bot struct {
	// name of the service account.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	Name string `json:"name,omitempty"`

	// namespace of the service account. It need not be in an environment; the operator does not create it.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	Namespace string `json:"namespace,omitempty"`

	// owner is the team or person who answers for the bot. It is written on the service account.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	Owner string `json:"owner,omitempty"`
}

// PipelineRoleSpec says what a pipeline or a group of people may do, in which environments, until when.
//
// +kubebuilder:validation:XValidation:rule="!(has(self.bots) && 'Approve' in self.capabilities)",fieldPath=".bots",message="must not be set with capability 'Approve': a bot never approves"
type PipelineRoleSpec struct {
	// environments in which the role holds: every namespace that carries one of these names in the label
	// countersign.dev/environment.
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	Environments []EnvironmentName `json:"environments,omitempty"`

	// namespaceSelector narrows the environments to the namespaces with these labels. Without it, all.
	// +optional
	NamespaceSelector *metav1.LabelSelector `json:"namespaceSelector,omitempty"`

	// capabilities that members and bots hold in each matching namespace.
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=7
	Capabilities []Capability `json:"capabilities,omitempty"`

	// members are the people and groups who hold the role.
	// +optional
	// +listType=map
	// +listMapKey=kind
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=256
	Members []Member `json:"members,omitempty"`

	// bots are service accounts that the operator creates, owns and removes, and that hold the role.
	// +optional
	// +listType=map
	// +listMapKey=namespace
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	Bots []Bot `json:"bots,omitempty"`
}

// PipelineRoleStatus says what the role has come to.
type PipelineRoleStatus struct {
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

	// namespaces is the number of namespaces in which the role holds now.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Namespaces *int32 `json:"namespaces,omitempty"`

	// nextExpireTime is when the next membership ends.
	// +optional
	NextExpireTime *metav1.Time `json:"nextExpireTime,omitempty"`
}

// PipelineRole says what a pipeline or a group of people may do, in which environments, until when. The operator
// turns it into RoleBindings and service accounts.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=plrole,categories=countersign
// +kubebuilder:printcolumn:name="Environments",type=string,JSONPath=`.spec.environments`
// +kubebuilder:printcolumn:name="Capabilities",type=string,JSONPath=`.spec.capabilities`
// +kubebuilder:printcolumn:name="Namespaces",type=integer,JSONPath=`.status.namespaces`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Next expiry",type=date,priority=1,JSONPath=`.status.nextExpireTime`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:validation:XValidation:rule="self.metadata.name.size() <= 63 && !self.metadata.name.contains('.')",message="metadata.name must be a DNS label of no more than 63 characters"
type PipelineRole struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard object metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitzero"`
	// spec is what the role gives, and to whom.
	// +required
	Spec PipelineRoleSpec `json:"spec,omitzero"`
	// status is what the role has come to.
	// +optional
	Status PipelineRoleStatus `json:"status,omitzero"`
}

// PipelineRoleList is a list of PipelineRoles.
//
// +kubebuilder:object:root=true
type PipelineRoleList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []PipelineRole `json:"items"`
}
