// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package grants

import (
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Same tells whether a stored object is as wanted, down to the metadata that others could have added.
func Same(want, have metav1.Object) bool {
	if !sameMetadata(want, have) {
		return false
	}
	switch want := want.(type) {
	case *rbacv1.RoleBinding:
		have, ok := have.(*rbacv1.RoleBinding)
		return ok && want.RoleRef == have.RoleRef && equality.Semantic.DeepEqual(want.Subjects, have.Subjects)
	case *rbacv1.Role:
		have, ok := have.(*rbacv1.Role)
		return ok && equality.Semantic.DeepEqual(want.Rules, have.Rules)
	case *corev1.ServiceAccount:
		have, ok := have.(*corev1.ServiceAccount)
		return ok && sameAccount(want, have)
	}
	return false
}

// Replaceable tells whether an update can make the stored object what is wanted: a roleRef cannot be updated.
func Replaceable(want, have metav1.Object) bool {
	wanted, isBinding := want.(*rbacv1.RoleBinding)
	stored, ok := have.(*rbacv1.RoleBinding)
	return !isBinding || ok && wanted.RoleRef == stored.RoleRef
}

func sameAccount(want, have *corev1.ServiceAccount) bool {
	return equality.Semantic.DeepEqual(want.AutomountServiceAccountToken, have.AutomountServiceAccountToken) &&
		equality.Semantic.DeepEqual(want.Secrets, have.Secrets) &&
		equality.Semantic.DeepEqual(want.ImagePullSecrets, have.ImagePullSecrets)
}

// sameMetadata compares what a client can write. A finalizer counts: it would keep a removed grant alive.
func sameMetadata(want, have metav1.Object) bool {
	return equality.Semantic.DeepEqual(want.GetLabels(), have.GetLabels()) &&
		equality.Semantic.DeepEqual(want.GetAnnotations(), have.GetAnnotations()) &&
		equality.Semantic.DeepEqual(want.GetOwnerReferences(), have.GetOwnerReferences()) &&
		equality.Semantic.DeepEqual(want.GetFinalizers(), have.GetFinalizers())
}
