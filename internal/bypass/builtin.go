// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package bypass

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
)

// part tells whether the subject is a part of the control plane that holds its own rights, or the operator. Neither is
// somebody who could: who gets at their tokens is, and that is a way. It goes by the whole of binding and subject,
// because labels of a binding are written by whoever writes the binding.
func part(b Binding, subject rbacv1.Subject) bool {
	switch subject.Kind {
	case rbacv1.UserKind:
		return slices.Contains([]string{"system:kube-controller-manager", "system:kube-scheduler", "system:apiserver"},
			subject.Name)
	case rbacv1.ServiceAccountKind:
		controller, found := strings.CutPrefix(b.Name, "system:controller:")
		return (found && subject.Namespace == systemNamespace && subject.Name == controller) ||
			(subject.Namespace == ownNamespace && subject.Name == "countersign-controller-manager")
	}
	return false
}
