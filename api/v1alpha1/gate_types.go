// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// GateType names a family of gated resources.
//
// +kubebuilder:validation:Enum=Workloads;Configuration;Routing;Resource;Rules
type GateType string

const (
	// GateWorkloads gates everything that runs containers: Pods, the built-in workload kinds, and the subresources that
	// change what runs.
	GateWorkloads GateType = "Workloads"
	// GateConfiguration gates ConfigMaps and Secrets that workloads refer to: a workload enters with what they held when
	// it was asked for, and a write to one in use is a change like any other.
	GateConfiguration GateType = "Configuration"
	// GateRouting gates what decides where traffic goes: Services, their endpoints, Ingresses, and the Gateways and routes
	// of the Gateway API.
	GateRouting GateType = "Routing"
	// GateResource gates one custom kind.
	GateResource GateType = "Resource"
	// GateRules gates the rules themselves: what loosens a PipelineRole or a PromotionPolicy, in environment
	// RulesEnvironment.
	GateRules GateType = "Rules"
)

// Gate is one family of changes that the policy governs, or one custom kind.
//
// +kubebuilder:validation:XValidation:rule="self.type == 'Resource' ? has(self.resource) : !has(self.resource)",fieldPath=".resource",message="is needed with type 'Resource', to say which, and must not be set with any other"
// +kubebuilder:validation:XValidation:rule="(self.type == 'Resource') == (self.name != 'default')",fieldPath=".name",message="is needed with type 'Resource', and must not be set with any other: there is one entry each for 'Workloads', 'Configuration', 'Routing' and 'Rules'"
type Gate struct {
	// type of the gate. Workloads: everything that runs containers. Configuration: the ConfigMaps and Secrets that they
	// refer to, which the operator then reads where the gate is in force. Routing: Services, their endpoints, Ingresses,
	// and the Gateways and routes of the Gateway API. Resource: one custom kind. Rules: what loosens a PipelineRole or a
	// PromotionPolicy, whoever applies it.
	// +required
	Type GateType `json:"type,omitempty"`

	// name of a gate of type Resource, as the status calls it. The others have none but default.
	// +optional
	// +default="default"
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	Name string `json:"name,omitempty"`

	// resource that a gate of type Resource gates.
	// +optional
	Resource GatedResource `json:"resource,omitzero"`
}

// ID is what the status calls the gate: of type Resource its name, and otherwise its type. No name is a type.
func (g Gate) ID() string {
	if g.Type == GateResource {
		return g.Name
	}
	return string(g.Type)
}

// GatedResource is a custom kind whose objects are changed like workloads: with approval. All of an object is gated but
// metadata, except owners and annotations, and but status and a number in spec.replicas.
//
// +kubebuilder:validation:XValidation:rule="self.group.contains('.') && !self.group.endsWith('.k8s.io')",fieldPath=".group",message="must be that of a custom kind: what is built in is gated by type 'Workloads' or 'Routing', or not at all"
// +kubebuilder:validation:XValidation:rule="self.group != 'countersign.dev' && !self.group.endsWith('.countersign.dev')",fieldPath=".group",message="must not be that of Countersign: rights to its kinds are what decides about those"
// +kubebuilder:validation:XValidation:rule="self.resource != 'namespaces'",fieldPath=".resource",message="must not be 'namespaces': API servers take the labels of such an object for those of its namespace, and nobody would be asked about it"
type GatedResource struct {
	// group of the resource: argoproj.io.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
	Group string `json:"group,omitempty"`

	// resource is plural and lower-case: rollouts. It must be of objects in namespaces.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^[a-z]([-a-z0-9]*[a-z0-9])?$`
	Resource string `json:"resource,omitempty"`

	// templatePaths say where an object says what it runs: .spec.template. One that has none of them runs what it does not
	// show, and cannot enter. Leave it out for kinds that run nothing themselves.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	// +kubebuilder:validation:items:MinLength=2
	// +kubebuilder:validation:items:MaxLength=128
	// +kubebuilder:validation:items:Pattern=`^(\.[A-Za-z_][A-Za-z0-9_-]*)+$`
	TemplatePaths []string `json:"templatePaths,omitempty"`

	// statusPaths are the fields of status by which people give orders, such as to promote or to abort: .status.abort. To
	// change one of them through the status subresource is a change like any other.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:items:MinLength=9
	// +kubebuilder:validation:items:MaxLength=128
	// +kubebuilder:validation:items:Pattern=`^\.status(\.[A-Za-z_][A-Za-z0-9_-]*)+$`
	StatusPaths []string `json:"statusPaths,omitempty"`
}
