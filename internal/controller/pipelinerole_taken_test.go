// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// TestTakenMessage: whoever is told to delete a service account is told to look at its Pods first.
func TestTakenMessage(t *testing.T) {
	named := func(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Namespace: "cicd", Name: name} }
	const alone = " is not made by Countersign for this role. It is left alone, and what the role asks for there is " +
		"missing; delete it to let Countersign make its own."
	cases := map[string]struct {
		reason string
		taken  []client.Object
		want   string
	}{
		"Binding": {
			reason: "nothing runs as a binding",
			taken:  []client.Object{&rbacv1.RoleBinding{ObjectMeta: named("view")}},
			want:   "RoleBinding cicd/view" + alone,
		},
		"Account": {
			reason: "Pods may run as it, and stay",
			taken: []client.Object{
				&corev1.ServiceAccount{ObjectMeta: named("ci")}, &rbacv1.RoleBinding{ObjectMeta: named("view")},
			},
			want: "RoleBinding cicd/view, ServiceAccount cicd/ci" + alone + " Pods that run as it would act as the bot " +
				"from then on, so end those first that must not: kubectl get pods -n cicd --field-selector " +
				"spec.serviceAccountName=ci",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, takenMessage(tc.taken)); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
