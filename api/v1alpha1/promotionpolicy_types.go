// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// EntryMode says how a change enters an environment.
//
// +kubebuilder:validation:Enum=TwoPerson;Open
type EntryMode string

const (
	// EntryTwoPerson needs at least two different people: who asks, and who approves.
	EntryTwoPerson EntryMode = "TwoPerson"
	// EntryOpen lets changes in at once and records them like any other.
	EntryOpen EntryMode = "Open"
)

// Enforcement says what happens to a change that does not meet the policy.
//
// +kubebuilder:validation:Enum=Enforce;Warn;Audit
type Enforcement string

const (
	// EnforcementEnforce denies it.
	EnforcementEnforce Enforcement = "Enforce"
	// EnforcementWarn lets it in with a warning to the client; it is recorded as not having met the policy.
	EnforcementWarn Enforcement = "Warn"
	// EnforcementAudit lets it in silently; it is recorded as not having met the policy.
	EnforcementAudit Enforcement = "Audit"
)

// ApprovalRule is one set of approvals that a change needs. Every rule must be met, each by different people.
type ApprovalRule struct {
	// name of the rule, shown in messages.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	Name string `json:"name,omitempty"`

	// count is how many different people must approve. Default 1.
	// +optional
	// +default=1
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=16
	Count int32 `json:"count,omitempty"`

	// from says who may approve.
	// +required
	From ApproverSource `json:"from,omitzero"`
}

// Party is somebody who takes part in a change.
//
// +kubebuilder:validation:Enum=Requester;Author;Deployer
type Party string

const (
	// PartyRequester asked for the change.
	PartyRequester Party = "Requester"
	// PartyAuthor wrote it.
	PartyAuthor Party = "Author"
	// PartyDeployer is the one whose API request carries it out.
	PartyDeployer Party = "Deployer"
)

// Separation says who cannot be an approver of the same change.
//
// +kubebuilder:validation:XValidation:rule="'Requester' in self.approverMustNotBe && 'Author' in self.approverMustNotBe",fieldPath=".approverMustNotBe",message="must contain 'Requester' and 'Author': no policy can let them approve their own change"
type Separation struct {
	// approverMustNotBe lists the parties whose approval does not count. Requester and Author are always among them;
	// Deployer may be added.
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=2
	// +kubebuilder:validation:MaxItems=3
	ApproverMustNotBe []Party `json:"approverMustNotBe,omitempty"`
}

// ServiceAccountReference names a service account.
type ServiceAccountReference struct {
	// namespace of the service account.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Namespace string `json:"namespace,omitempty"`

	// name of the service account.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`
}

// TrustedController is a controller that makes gated objects from objects which are gated elsewhere.
//
// +kubebuilder:validation:XValidation:rule="has(self.repositories) || self.resources.all(r, r.contains('.') || r in ['configmaps', 'secrets', 'services', 'endpoints', 'endpointslices', 'ingresses', 'gateways', 'httproutes', 'grpcroutes', 'tcproutes', 'tlsroutes', 'udproutes', 'listenersets', 'backendtlspolicies', 'referencegrants'])",fieldPath=".repositories",message="is needed for what runs containers: list the repositories of its images; only configuration, routing and custom kinds can be trusted without"
type TrustedController struct {
	// serviceAccount the controller runs as.
	// +required
	ServiceAccount ServiceAccountReference `json:"serviceAccount,omitzero"`

	// resources it may write, plural and lower-case (pods, jobs, …); a subresource as pods/resize; a custom kind with its
	// group: rollouts.argoproj.io, rollouts.argoproj.io/status.
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=253
	// +kubebuilder:validation:items:Pattern=`^([a-z]+|[a-z]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+)(/[a-z]+)?$`
	Resources []string `json:"resources,omitempty"`

	// repositories of the images it may run, in full (quay.io/jetstack/cert-manager-acmesolver). An image matches when its
	// registry and repository are equal to an entry; prefixes do not match. Not needed for configmaps, secrets, services
	// and other resources of gates Configuration and Routing, which run none, nor for custom kinds without templatePaths
	// that name none.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=255
	Repositories []string `json:"repositories,omitempty"`

	// ownerKinds narrows the trust further: the object must say that its controller is an object of one of these kinds.
	// It is no authority, as whoever writes an object writes its owners. Default: any object, owned or not.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	OwnerKinds []OwnerKind `json:"ownerKinds,omitempty"`
}

// OwnerKind is a kind of objects that own others.
type OwnerKind struct {
	// group of the kind; empty for the core group.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Group string `json:"group,omitempty"`

	// kind as in an object: Certificate.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^[A-Z][A-Za-z0-9]*$`
	Kind string `json:"kind,omitempty"`
}

// RollbackMode says whether a return to earlier content needs an approval.
//
// +kubebuilder:validation:Enum=AllowEntered;RequireApproval
type RollbackMode string

const (
	// RollbackAllowEntered lets content return without a new approval if it entered under this policy, was enforced
	// then, and has not been revoked.
	RollbackAllowEntered RollbackMode = "AllowEntered"
	// RollbackRequireApproval treats a return like any other change.
	RollbackRequireApproval RollbackMode = "RequireApproval"
)

// Rollback is the rule for returning to content that ran before.
type Rollback struct {
	// mode is AllowEntered or RequireApproval.
	// +required
	Mode RollbackMode `json:"mode,omitempty"`

	// withinSeconds is how long after content was replaced one may return to it. Default 604800 (7 days).
	// +optional
	// +default=604800
	// +kubebuilder:validation:Minimum=60
	// +kubebuilder:validation:Maximum=31536000
	WithinSeconds int32 `json:"withinSeconds,omitempty"`
}

// PromotionPolicySpec says what a change needs before it may enter one environment.
//
// +kubebuilder:validation:XValidation:rule="self.entry == 'Open' || (has(self.approvals) && size(self.approvals) > 0)",fieldPath=".entry",message="'TwoPerson' needs at least one rule in `approvals`; use 'Open' to let changes in without approval"
// +kubebuilder:validation:XValidation:rule="self.entry != 'Open' || !has(self.approvals)",fieldPath=".approvals",message="must not be set with entry 'Open', where nobody is asked"
// +kubebuilder:validation:XValidation:rule="self.entry != 'Open' || !has(self.minimumWaitSeconds)",fieldPath=".minimumWaitSeconds",message="must not be set with entry 'Open', where nobody asks before a change enters"
// +kubebuilder:validation:XValidation:rule="!has(self.promotedFrom) || self.promotedFrom.sources.all(s, s.environment != self.environment)",fieldPath=".promotedFrom",message="must name other environments than the policy's own"
// +kubebuilder:validation:XValidation:rule="!has(self.minimumWaitSeconds) || self.minimumWaitSeconds < self.requestTTLSeconds",fieldPath=".minimumWaitSeconds",message="must be less than `requestTTLSeconds`: a request would lapse before its change may enter"
// +kubebuilder:validation:XValidation:rule="self.entry != 'Open' || !has(self.deletion)",fieldPath=".deletion",message="must not be set with entry 'Open', which lets deletions in like anything"
// +kubebuilder:validation:XValidation:rule="self.entry != 'Open' || self.interactive.mode != 'RequireApproval'",fieldPath=".interactive",message="must not ask for approval with entry 'Open', which names nobody who could give it; use 'Allow' or 'Deny'"
// +kubebuilder:validation:XValidation:rule="!has(self.windowOverride) || has(self.windows)",fieldPath=".windowOverride",message="says nothing without `windows`"
// +kubebuilder:validation:XValidation:rule="self.entry != 'Open' || !has(self.windowOverride)",fieldPath=".windowOverride",message="must not be set with entry 'Open', where there is no request to let in"
// +kubebuilder:validation:XValidation:rule="!has(self.gates) || self.gates.all(g, !has(g.resource) || self.gates.exists_one(h, has(h.resource) && h.resource.resource == g.resource.resource && h.resource.group == g.resource.group))",fieldPath=".gates",message="must name each resource once: put all of its paths into one entry"
// +kubebuilder:validation:XValidation:rule="!has(self.gates) || !self.gates.exists(g, g.type == 'Configuration') || self.gates.exists(g, g.type == 'Workloads')",fieldPath=".gates",message="must name 'Workloads' beside 'Configuration': what workloads refer to counts where they are gated"
// +kubebuilder:validation:XValidation:rule="(self.environment == 'countersign') == (has(self.gates) && self.gates.exists(g, g.type == 'Rules'))",fieldPath=".environment",message="must be 'countersign' with gate 'Rules', and with no other: it stands for the rules themselves, and no namespace is in it"
// +kubebuilder:validation:XValidation:rule="self.environment != 'countersign' || size(self.gates) == 1",fieldPath=".gates",message="must not name another gate beside 'Rules': write a policy for each"
// +kubebuilder:validation:XValidation:rule="self.environment != 'countersign' || (self.entry != 'Open' && !has(self.namespaceSelector) && !has(self.images) && !has(self.promotedFrom) && !has(self.trustedControllers) && !has(self.deletion) && self.interactive.mode == 'Allow')",fieldPath=".gates",message="with 'Rules' nothing but people, time, windows and emergencies can be asked for: entry 'Open', namespaceSelector, images, promotedFrom, trustedControllers, deletion and interactive must not be set"
type PromotionPolicySpec struct {
	// environment that the policy governs.
	// +required
	Environment EnvironmentName `json:"environment,omitempty"`

	// namespaceSelector narrows the policy to the namespaces of the environment with these labels. Without it, all.
	// A namespace that several policies match must meet every one of them.
	// +optional
	NamespaceSelector *metav1.LabelSelector `json:"namespaceSelector,omitempty"`

	// entry is TwoPerson (default) or Open.
	// +optional
	// +default="TwoPerson"
	Entry EntryMode `json:"entry,omitempty"`

	// enforcement is Enforce (default), Warn or Audit.
	// +optional
	// +default="Enforce"
	Enforcement Enforcement `json:"enforcement,omitempty"`

	// gates are the families of changes that the policy governs, and the custom kinds: one entry for each resource.
	// Default: Workloads.
	// +optional
	// +default=[{"type":"Workloads","name":"default"}]
	// +listType=map
	// +listMapKey=type
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=19
	Gates []Gate `json:"gates,omitempty"`

	// approvals that a change needs. Every rule must be met, each by different people.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	Approvals []ApprovalRule `json:"approvals,omitempty"`

	// separation says who cannot be an approver. Default: Requester and Author.
	// +optional
	// +default={"approverMustNotBe":["Requester","Author"]}
	Separation Separation `json:"separation,omitzero"`

	// approvalTTLSeconds is how long an approval counts. Default 86400 (one day).
	// +optional
	// +default=86400
	// +kubebuilder:validation:Minimum=60
	// +kubebuilder:validation:Maximum=31536000
	ApprovalTTLSeconds int32 `json:"approvalTTLSeconds,omitempty"`

	// promotedFrom says where the same images, by digest, must have run before they may enter. Default: nowhere.
	// +optional
	PromotedFrom *PromotionOrder `json:"promotedFrom,omitempty"`

	// requestTTLSeconds is how long a request may wait for its entry. Then it lapses, with the approvals it has. Of
	// several policies the shortest time holds. Default 604800 (7 days).
	// +optional
	// +default=604800
	// +kubebuilder:validation:Minimum=300
	// +kubebuilder:validation:Maximum=31536000
	RequestTTLSeconds int32 `json:"requestTTLSeconds,omitempty"`

	// minimumWaitSeconds is the time that has to pass between the request for a change and its entry. Default: none.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=2592000
	MinimumWaitSeconds int32 `json:"minimumWaitSeconds,omitempty"`

	// images says which images may enter. It does not hold for trusted controllers, who have repositories of their own,
	// nor for a return. Default: all.
	// +optional
	Images ImageRules `json:"images,omitzero"`

	// ledger says what becomes of Pods with images whose entry nobody approved or recorded, whoever makes them, also while
	// Countersign is down. Default: Warn.
	// +optional
	// +default={"mode":"Warn"}
	Ledger Ledger `json:"ledger,omitzero"`

	// trustedControllers may make workloads here without approval, from objects that are gated elsewhere.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	TrustedControllers []TrustedController `json:"trustedControllers,omitempty"`

	// interactive is the rule for sessions in what runs: exec, attach, port-forward, proxy. Default: Allow.
	// +optional
	// +default={"mode":"Allow"}
	Interactive Interactive `json:"interactive,omitzero"`

	// windows say when changes may enter. With Allow windows, inside one of them only; a Deny window closes, whatever they
	// say. Without windows, at any time. Returns and trusted controllers do not wait for them.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	Windows []Window `json:"windows,omitempty"`

	// windowOverride names the PipelineRoles whose members may let a change in while the windows are closed, with a
	// reason. Without it, nobody.
	// +optional
	WindowOverride *HolderSource `json:"windowOverride,omitempty"`

	// emergency says who may let changes in on their own word, to be reviewed afterwards. Without it, nobody.
	// +optional
	Emergency *EmergencyRule `json:"emergency,omitempty"`

	// deletion is the rule for deleting what is gated. Default: RequireApproval.
	// +optional
	Deletion Deletion `json:"deletion,omitzero"`

	// rollback is the rule for returning to content that ran before. Default: AllowEntered within 7 days.
	// +optional
	// +default={"mode":"AllowEntered"}
	Rollback Rollback `json:"rollback,omitzero"`
}

// PromotionPolicy says what a change needs before it may enter one environment.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=ppol,categories=countersign
// +kubebuilder:printcolumn:name="Environment",type=string,JSONPath=`.spec.environment`
// +kubebuilder:printcolumn:name="Entry needs",type=string,JSONPath=`.status.requirement`
// +kubebuilder:printcolumn:name="Now",type=string,JSONPath=`.status.entryState.state`
// +kubebuilder:printcolumn:name="Until",type=string,JSONPath=`.status.entryState.nextChangeTime`
// +kubebuilder:printcolumn:name="Enforcement",type=string,JSONPath=`.spec.enforcement`
// +kubebuilder:printcolumn:name="Namespaces",type=integer,JSONPath=`.status.namespaces`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type PromotionPolicy struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard object metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitzero"`
	// spec is what a change needs.
	// +required
	Spec PromotionPolicySpec `json:"spec,omitzero"`
	// status is what the policy has come to.
	// +optional
	Status PromotionPolicyStatus `json:"status,omitzero"`
}

// PromotionPolicyList is a list of PromotionPolicies.
//
// +kubebuilder:object:root=true
type PromotionPolicyList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []PromotionPolicy `json:"items"`
}
