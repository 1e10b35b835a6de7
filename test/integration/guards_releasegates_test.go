// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const releaseGateGuard = "countersign-release-gates"

// testReleaseGates: a ReleaseGate is in the name of who makes it, and stays so.
func (g guarded) testReleaseGates(t *testing.T) {
	g.namespace(t, "releases", "")
	person := g.as(t, alice, administrators)
	self := whoAmI(t, person)
	stored := releaseGateBy(self, "releases", "stored")
	if err := person.Create(t.Context(), stored); err != nil {
		t.Fatal(err)
	}
	forged := func(edit func(*v1alpha1.UserReference)) func(context.Context) error {
		gate := releaseGateBy(self, "releases", "forged")
		edit(&gate.Spec.OpenedBy)
		return creating(person, gate)
	}
	tryAll(t, map[string]attempt{
		"Another": {"openedBy is who sends it", forged(func(u *v1alpha1.UserReference) {
			u.Username = "system:serviceaccount:argocd:argocd-application-controller"
		}), releaseGateGuard, "spec.openedBy must be " + alice},
		"NoGroups":   {"groups count", forged(func(u *v1alpha1.UserReference) { u.Groups = nil }), releaseGateGuard, ""},
		"AnotherUID": {"the uid counts", forged(func(u *v1alpha1.UserReference) { u.UID = "forged" }), releaseGateGuard, ""},
		"Hook": {
			"Argo CD keeps a hook there while the sync runs",
			patch(person, stored, "", `{"metadata":{"finalizers":["argocd.argoproj.io/hook-finalizer"]}}`), "", "",
		},
	})
}

// releaseGateBy is a ReleaseGate that somebody makes.
func releaseGateBy(user v1alpha1.UserReference, namespace, name string) *v1alpha1.ReleaseGate {
	return &v1alpha1.ReleaseGate{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec:       v1alpha1.ReleaseGateSpec{OpenedBy: user},
	}
}
