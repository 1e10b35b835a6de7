// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package grants

import (
	"slices"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/escalation"
)

// Grant is one part of what a role gives: a capability, or its rules.
type Grant struct {
	// Capability; empty for the rules.
	Capability v1alpha1.Capability
	// gate by which alone the grant is given: where it is in force. Empty: everywhere.
	gate v1alpha1.GateType
	// binding is the name of its RoleBinding.
	binding string
	ref     rbacv1.RoleRef
}

// String names the grant as the role's spec does.
func (g Grant) String() string {
	if g.Capability == "" {
		return rulesSuffix
	}
	if g.gate != "" {
		return "capability " + string(g.Capability) + " (" + string(g.gate) + ")"
	}
	return "capability " + string(g.Capability)
}

// ClusterRole that is bound; empty for the rules.
func (g Grant) ClusterRole() string {
	if g.Capability == "" {
		return ""
	}
	return g.ref.Name
}

// Binding is where the grant's RoleBinding is in a namespace.
func (g Grant) Binding(namespace string) types.NamespacedName {
	return types.NamespacedName{Namespace: namespace, Name: g.binding}
}

// Grants are the parts of what a role gives.
func Grants(role *v1alpha1.PipelineRole) []Grant {
	var parts []Grant
	for _, capability := range capabilities(role) {
		parts = append(parts, Grant{
			Capability: capability, binding: BindingName(role.Name, capability), ref: clusterRole(ClusterRole(capability)),
		})
		if capability == v1alpha1.CapabilityDeploy {
			parts = append(parts, deployConfiguration(role), deployRouting(role))
		}
	}
	if len(escalation.Permitted(role.Spec.Rules)) > 0 {
		parts = append(parts, Grant{binding: RulesName(role.Name), ref: rbacv1.RoleRef{
			APIGroup: rbacv1.GroupName, Kind: "Role", Name: RulesName(role.Name),
		}})
	}
	return parts
}

func deployConfiguration(role *v1alpha1.PipelineRole) Grant {
	return Grant{
		Capability: v1alpha1.CapabilityDeploy, gate: v1alpha1.GateConfiguration,
		binding: namePrefix + role.Name + ":" + configurationSuffix, ref: clusterRole(configurationClusterRole),
	}
}

func deployRouting(role *v1alpha1.PipelineRole) Grant {
	return Grant{
		Capability: v1alpha1.CapabilityDeploy, gate: v1alpha1.GateRouting,
		binding: namePrefix + role.Name + ":" + routingSuffix, ref: clusterRole(routingClusterRole),
	}
}

func clusterRole(name string) rbacv1.RoleRef {
	return rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: name}
}

// Holders are who holds the role: the members of now but those who are kept out, and the bots whose service accounts
// the operator has made. A binding to any other account would go to whoever makes one of that name.
type Holders struct {
	Members []rbacv1.Subject
	Bots    []rbacv1.Subject
}

// HoldersOf the role now.
func HoldersOf(role *v1alpha1.PipelineRole, bots []v1alpha1.Bot, now time.Time, keptOut ...string) Holders {
	out := func(subject rbacv1.Subject) bool { return slices.Contains(keptOut, Describe(subject)) }
	return Holders{
		Members: slices.DeleteFunc(memberSubjects(role, now), out), Bots: slices.DeleteFunc(botSubjects(bots), out),
	}
}

// of the grant: a bot never approves.
func (h Holders) of(grant Grant) []rbacv1.Subject {
	if grant.Capability == v1alpha1.CapabilityApprove {
		return slices.Clone(h.Members)
	}
	return slices.Concat(h.Members, h.Bots)
}

// Binding gives a grant of the role to its holders in a namespace; nil where nobody would hold it.
func Binding(role *v1alpha1.PipelineRole, grant Grant, namespace string, holders Holders) *rbacv1.RoleBinding {
	subjects := holders.of(grant)
	if len(subjects) == 0 {
		return nil
	}
	return &rbacv1.RoleBinding{
		ObjectMeta: metadata(role, namespace, grant.binding), Subjects: subjects, RoleRef: grant.ref,
	}
}

// Bindings are the RoleBindings that the role comes to: one per grant and namespace in which it holds and is given.
func Bindings(
	role *v1alpha1.PipelineRole, holders Holders, namespaces []string, gated Gated,
	given func(grant Grant, namespace string) bool,
) []*rbacv1.RoleBinding {
	var bindings []*rbacv1.RoleBinding
	for _, grant := range Grants(role) {
		for _, namespace := range namespaces {
			if !grant.Holds(namespace, gated) || !given(grant, namespace) {
				continue
			}
			if binding := Binding(role, grant, namespace, holders); binding != nil {
				bindings = append(bindings, binding)
			}
		}
	}
	return bindings
}

// Role has the rules of a PipelineRole in a namespace.
func Role(role *v1alpha1.PipelineRole, namespace string) *rbacv1.Role {
	return &rbacv1.Role{
		ObjectMeta: metadata(role, namespace, RulesName(role.Name)), Rules: escalation.Permitted(role.Spec.Rules),
	}
}

// capabilities of the role that are shipped.
func capabilities(role *v1alpha1.PipelineRole) []v1alpha1.Capability {
	var known []v1alpha1.Capability
	for _, capability := range role.Spec.Capabilities {
		if ClusterRole(capability) != "" {
			known = append(known, capability)
		}
	}
	slices.Sort(known)
	return slices.Compact(known)
}
