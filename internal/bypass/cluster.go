// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package bypass

import (
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/types"
)

// Cluster is what is needed of a cluster. All of each kind must be there: what is left out gives nobody anything.
type Cluster struct {
	ClusterRoles        []rbacv1.ClusterRole
	Roles               []rbacv1.Role
	ClusterRoleBindings []rbacv1.ClusterRoleBinding
	RoleBindings        []rbacv1.RoleBinding
	// Environments are the names of the namespaces that are in one.
	Environments []string
	// Confined are the names of those in none in which a label enforces Pod Security, and Unconfined of the others.
	Confined, Unconfined []string
	// Trusted are the service accounts that policies trust with writing what runs.
	Trusted []types.NamespacedName
	// Bots are the service accounts of PipelineRoles.
	Bots []types.NamespacedName
	// Guards are the names of the ValidatingAdmissionPolicies that are in force.
	Guards []string
	// Asked : API servers ask about what enters, and let nothing in when nobody answers.
	Asked bool
	// Gaps are the namespaces of environments that are taken out of the gate.
	Gaps []string
}

// binding is a ClusterRoleBinding or a RoleBinding, with the rules that it gives.
type binding struct {
	Binding
	rules    []rbacv1.PolicyRule
	subjects []rbacv1.Subject
}

// Binding names one.
type Binding struct {
	// Namespace is empty for a ClusterRoleBinding.
	Namespace string
	Name      string
}

// Kind as kubectl knows it.
func (b Binding) Kind() string {
	if b.Namespace == "" {
		return "clusterrolebinding"
	}
	return "rolebinding"
}

// bindings of the cluster. One whose role is not there gives nothing.
func (c Cluster) bindings() []binding {
	rules := map[rbacv1.RoleRef]map[string][]rbacv1.PolicyRule{}
	add := func(kind, name, namespace string, given []rbacv1.PolicyRule) {
		ref := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: kind, Name: name}
		if rules[ref] == nil {
			rules[ref] = map[string][]rbacv1.PolicyRule{}
		}
		rules[ref][namespace] = given
	}
	for _, role := range c.ClusterRoles {
		add("ClusterRole", role.Name, "", role.Rules)
	}
	for _, role := range c.Roles {
		add("Role", role.Name, role.Namespace, role.Rules)
	}
	all := make([]binding, 0, len(c.ClusterRoleBindings)+len(c.RoleBindings))
	for _, b := range c.ClusterRoleBindings {
		all = append(all, binding{Binding{Name: b.Name}, rules[b.RoleRef][""], b.Subjects})
	}
	for _, b := range c.RoleBindings {
		namespace := ""
		if b.RoleRef.Kind == "Role" {
			namespace = b.Namespace
		}
		all = append(all, binding{Binding{b.Namespace, b.Name}, rules[b.RoleRef][namespace], b.Subjects})
	}
	return all
}
