// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/escalation"
	"github.com/countersign-dev/countersign/internal/grants"
)

// record writes one audit event about a generated object.
func (g *granting) record(what audit.Type, operation string, object client.Object) {
	event := audit.Event{
		Type: what, Operation: operation, Namespace: object.GetNamespace(),
		Object: audit.Object{Resource: "serviceaccounts", Name: object.GetName(), UID: string(object.GetUID())},
		Role:   g.role.Name, Generation: g.role.Generation, GrantedBy: g.role.Annotations[v1alpha1.ChangedByAnnotation],
	}
	switch object := object.(type) {
	case *rbacv1.RoleBinding:
		event.Object.Group, event.Object.Resource = rbacv1.GroupName, "rolebindings"
		event.Subjects = subjectNames(object.Subjects)
	case *rbacv1.Role:
		event.Object.Group, event.Object.Resource = rbacv1.GroupName, "roles"
		event.Rights = rightNames(object.Rules)
	}
	g.Audit.Record(event)
}

func subjectNames(subjects []rbacv1.Subject) []string {
	names := make([]string, 0, len(subjects))
	for _, subject := range subjects {
		names = append(names, grants.Describe(subject))
	}
	return names
}

func rightNames(rules []rbacv1.PolicyRule) []string {
	var names []string
	for _, right := range escalation.Rights(rules) {
		names = append(names, right.String())
	}
	return names
}
