// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

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
// +kubebuilder:validation:XValidation:rule="!has(self.startTime) || !has(self.expireTime) || self.startTime < self.expireTime",fieldPath=".expireTime",message="must be after startTime"
// +kubebuilder:validation:XValidation:rule="!self.name.startsWith('system:')",fieldPath=".name",message="must not start with 'system:'. Service accounts are bots: list them under `bots`"
type Member struct {
	// kind of the member: User or Group.
	// +required
	Kind MemberKind `json:"kind,omitempty"`

	// name of the user or group, as the API server knows it.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	// +kubebuilder:validation:Pattern=`^[^[:cntrl:]]+$`
	Name string `json:"name,omitempty"`

	// startTime begins the membership at that moment (RFC 3339). Without it the membership holds at once.
	// +optional
	StartTime *metav1.Time `json:"startTime,omitempty"`

	// expireTime ends the membership at that moment (RFC 3339). Without it the membership lasts as long as it is listed.
	// +optional
	ExpireTime *metav1.Time `json:"expireTime,omitempty"`
}

// HoldsAt tells whether a moment is within the membership: from startTime on, and before expireTime.
func (m Member) HoldsAt(now time.Time) bool {
	return (m.StartTime == nil || !now.Before(m.StartTime.Time)) && (m.ExpireTime == nil || now.Before(m.ExpireTime.Time))
}

// Bot is a service account that the role owns: an identity for automation. The operator creates it.
//
// +kubebuilder:validation:XValidation:rule="!self.namespace.startsWith('kube-') && !(self.namespace in ['countersign-system', 'argocd'])",fieldPath=".namespace",message="must not be a namespace that the cluster or Countersign is run from: no bot can live there"
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
	// +kubebuilder:validation:Pattern=`^[^[:cntrl:]]+$`
	Owner string `json:"owner,omitempty"`

	// maxTokenSeconds is how long a token of the bot may live: longer TokenRequests are refused.
	// +optional
	// +default=3600
	// +kubebuilder:validation:Minimum=600
	// +kubebuilder:validation:Maximum=86400
	MaxTokenSeconds int32 `json:"maxTokenSeconds,omitempty"`

	// audiences that a token of the bot may be for. Without it, those of the API server.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=256
	// +kubebuilder:validation:items:Pattern=`^[^[:cntrl:]]+$`
	Audiences []string `json:"audiences,omitempty"`

	// pods says whether Pods may run as the bot: Deny or Allow. A Pod that does acts with the bot's rights.
	// +optional
	// +default="Deny"
	Pods BotPods `json:"pods,omitempty"`
}

// BotPods says whether Pods may run as a bot.
//
// +kubebuilder:validation:Enum=Deny;Allow
type BotPods string

// Whether Pods may run as a bot.
const (
	BotPodsDeny  BotPods = "Deny"
	BotPodsAllow BotPods = "Allow"
)

// Verb is what a rule may let do. Verbs that grant, such as escalate, bind, impersonate and approve, are not among
// them.
//
// +kubebuilder:validation:Enum=get;list;watch;create;update;patch;delete;deletecollection
type Verb string

// Rule is a right in the namespaces of the role, beside its capabilities. Wildcards and what could grant more rights
// are refused.
//
// +kubebuilder:validation:XValidation:rule="!self.apiGroups.exists(g, g in ['admissionregistration.k8s.io','apiextensions.k8s.io','apiregistration.k8s.io','authentication.k8s.io','authorization.k8s.io','certificates.k8s.io','countersign.dev','rbac.authorization.k8s.io'])",fieldPath=".apiGroups",message="must not name a group that grants rights, guards the API server or is Countersign's own: what those give comes from an administrator, and approval from capability 'Approve'"
// +kubebuilder:validation:XValidation:rule="!self.resources.exists(r, r in ['serviceaccounts/token', 'nodes/proxy', 'pods/proxy', 'services/proxy'])",fieldPath=".resources",message="must not name serviceaccounts/token, nodes/proxy, pods/proxy or services/proxy: they reach past admission, or hand out somebody's identity"
type Rule struct {
	// apiGroups of the resources; "" is the core group.
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	// +kubebuilder:validation:items:MinLength=0
	// +kubebuilder:validation:items:MaxLength=253
	// +kubebuilder:validation:items:Pattern=`^([a-z0-9]([-a-z0-9.]*[a-z0-9])?)?$`
	APIGroups []string `json:"apiGroups,omitempty"`

	// resources are in the plural and lower case; a subresource comes after a slash.
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=128
	// +kubebuilder:validation:items:Pattern=`^[a-z0-9]([-a-z0-9.]*[a-z0-9])?(/[a-z][a-z0-9]*)?$`
	Resources []string `json:"resources,omitempty"`

	// verbs that may be used on them.
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	Verbs []Verb `json:"verbs,omitempty"`

	// resourceNames narrows the rule to objects of these names. RBAC cannot hold create and deletecollection to a name,
	// and list and watch only where the client asks for that one name.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=253
	// +kubebuilder:validation:items:Pattern=`^[A-Za-z0-9][-A-Za-z0-9._:]*$`
	ResourceNames []string `json:"resourceNames,omitempty"`
}

// PipelineRoleSpec says what a pipeline or a group of people may do, in which environments, until when.
//
// +kubebuilder:validation:XValidation:rule="has(self.capabilities) || has(self.rules)",fieldPath=".capabilities",message="must be set, or else rules: the role gives nothing"
// +kubebuilder:validation:XValidation:rule="!(has(self.bots) && has(self.capabilities) && 'Approve' in self.capabilities)",fieldPath=".bots",message="must not be set with capability 'Approve': a bot never approves"
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
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=7
	Capabilities []Capability `json:"capabilities,omitempty"`

	// rules are further rights that members and bots hold in each matching namespace. The operator can grant only what the
	// ClusterRole countersign-ceiling holds.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	Rules []Rule `json:"rules,omitempty"`

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

	// conflictsWith are roles that nobody may hold together with this one (static separation of duty, ANSI INCITS 359).
	// It holds in both directions.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	ConflictsWith []RoleName `json:"conflictsWith,omitempty"`
}

// BotStatus is what is known of a bot.
type BotStatus struct {
	// namespace of the service account.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Namespace string `json:"namespace,omitempty"`

	// name of the service account.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Name string `json:"name,omitempty"`

	// lastUseTime is when the bot was last seen: a token was requested for it, or it asked for or made a change. To a few
	// minutes.
	// +optional
	LastUseTime *metav1.Time `json:"lastUseTime,omitempty"`
}

// Withheld is a part of the role that somebody does not get.
type Withheld struct {
	// grant that is withheld: a capability, the rules, or a member.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	Grant string `json:"grant,omitempty"`

	// namespace in which it is withheld. Without it, everywhere.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Namespace string `json:"namespace,omitempty"`

	// message says why, and what would help.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=2048
	Message string `json:"message,omitempty"`
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

	// namespaceNames are the first hundred of these namespaces.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=63
	NamespaceNames []string `json:"namespaceNames,omitempty"`

	// subjects are who holds the role now: User:name, Group:name, ServiceAccount:namespace/name.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=288
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=300
	Subjects []string `json:"subjects,omitempty"`

	// withheld is what could not be granted, and why: the first 32.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	Withheld []Withheld `json:"withheld,omitempty"`

	// bots is what is known of each bot.
	// +optional
	// +listType=map
	// +listMapKey=namespace
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	Bots []BotStatus `json:"bots,omitempty"`

	// nextChangeTime is when the next membership begins or ends.
	// +optional
	NextChangeTime *metav1.Time `json:"nextChangeTime,omitempty"`
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
// +kubebuilder:printcolumn:name="Next change",type=string,priority=1,JSONPath=`.status.nextChangeTime`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:validation:XValidation:rule="!has(self.spec.conflictsWith) || !(self.metadata.name in self.spec.conflictsWith)",fieldPath=".spec.conflictsWith",message="must not name the role itself"
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
