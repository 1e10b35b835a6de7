// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/grants"
)

// record writes one audit event about a generated object.
func (g *granting) record(what audit.Type, operation string, object client.Object) {
	event := audit.Event{
		Type: what, Operation: operation, Namespace: object.GetNamespace(),
		Object: audit.Object{Resource: "serviceaccounts", Name: object.GetName(), UID: string(object.GetUID())},
		Role:   g.role.Name, Generation: g.role.Generation, GrantedBy: g.role.Annotations[grants.ChangedByAnnotation],
	}
	if binding, ok := object.(*rbacv1.RoleBinding); ok {
		event.Object.Group, event.Object.Resource = rbacv1.GroupName, "rolebindings"
		event.Subjects = subjectNames(binding.Subjects)
	}
	g.Audit.Record(event)
}

func subjectNames(subjects []rbacv1.Subject) []string {
	names := make([]string, 0, len(subjects))
	for _, subject := range subjects {
		name := subject.Name
		if subject.Namespace != "" {
			name = subject.Namespace + "/" + name
		}
		names = append(names, subject.Kind+":"+name)
	}
	return names
}
