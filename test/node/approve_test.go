// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build node

package node

import (
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// deploy has alice deploy something, and bob approve it.
func (e environment) deploy(t *testing.T, object *unstructured.Unstructured) {
	t.Helper()
	c := here.As(t, alice, e.developers())
	refused(t, c.Create(t.Context(), object.DeepCopy()), "approval")
	e.approve(t, object.GetName())
	if err := c.Create(t.Context(), object); err != nil {
		t.Fatal(err)
	}
}

// approve has bob approve what is asked for of an object.
func (e environment) approve(t *testing.T, name string) {
	t.Helper()
	request := here.AwaitOpen(t, e.name, name)
	approval := &v1alpha1.Approval{
		ObjectMeta: metav1.ObjectMeta{Namespace: e.name, GenerateName: request.Name + "-"},
		Spec: v1alpha1.ApprovalSpec{
			Decision: v1alpha1.DecisionApprove,
			Request: v1alpha1.RequestReference{
				Name: request.Name, UID: string(request.UID), Digest: request.Spec.Change.Digest,
			},
		},
	}
	if err := here.As(t, bob, e.managers()).Create(t.Context(), approval); err != nil {
		t.Fatal(err)
	}
	here.AwaitState(t, request, v1alpha1.ReasonApproved)
}

// refused checks that admission turned something away, and says so.
func refused(t *testing.T, err error, says string) {
	t.Helper()
	if !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), says) {
		t.Fatalf("want it refused for %q: %v", says, err)
	}
}
