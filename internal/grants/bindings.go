// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package grants

import (
	"slices"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// Bindings are the RoleBindings that the role comes to now: one per capability and namespace, none where nobody would
// hold it. Bots are those whose service accounts the operator has made; a binding to any other would go to whoever
// makes an account of that name.
func Bindings(
	role *v1alpha1.PipelineRole, bots []v1alpha1.Bot, namespaces []string, now time.Time,
) []*rbacv1.RoleBinding {
	var bindings []*rbacv1.RoleBinding
	for _, capability := range capabilities(role) {
		subjects := memberSubjects(role, now)
		if capability != v1alpha1.CapabilityApprove {
			subjects = append(subjects, botSubjects(bots)...)
		}
		if len(subjects) == 0 {
			continue
		}
		for _, namespace := range namespaces {
			bindings = append(bindings, binding(role, capability, namespace, subjects))
		}
	}
	return bindings
}

func binding(
	role *v1alpha1.PipelineRole, capability v1alpha1.Capability, namespace string, subjects []rbacv1.Subject,
) *rbacv1.RoleBinding {
	return &rbacv1.RoleBinding{
		ObjectMeta: metadata(role, namespace, BindingName(role.Name, capability)),
		Subjects:   slices.Clone(subjects),
		RoleRef: rbacv1.RoleRef{
			APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: clusterRoles[capability],
		},
	}
}

// capabilities of the role that are shipped.
func capabilities(role *v1alpha1.PipelineRole) []v1alpha1.Capability {
	var known []v1alpha1.Capability
	for _, capability := range role.Spec.Capabilities {
		if _, ok := clusterRoles[capability]; ok {
			known = append(known, capability)
		}
	}
	slices.Sort(known)
	return slices.Compact(known)
}
