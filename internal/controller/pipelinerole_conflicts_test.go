// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clocktesting "k8s.io/utils/clock/testing"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/evidence"
)

// TestBothRolesAtOnce: who was made a member of two roles that conflict at the same moment, so that admission saw
// neither, holds none of them, and the status says so.
func TestBothRolesAtOnce(t *testing.T) {
	c := storedShop(t)
	other := &v1alpha1.PipelineRole{
		ObjectMeta: metav1.ObjectMeta{Name: "other", UID: "other"},
		Spec: v1alpha1.PipelineRoleSpec{
			ConflictsWith: []v1alpha1.RoleName{"shop"},
			Members:       []v1alpha1.Member{{Kind: v1alpha1.MemberUser, Name: "bob"}},
		},
	}
	if err := c.Create(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	clock := clocktesting.NewFakePassiveClock(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	reconciler := &PipelineRoleReconciler{
		Client: c, Live: c, Authority: mayAll{}, Clock: clock, TokenAudiences: []string{"api"},
		Audit: audit.New(clock, logr.Discard()), Identities: evidence.NewIdentities(c, "countersign-system"),
	}
	request := ctrl.Request{NamespacedName: client.ObjectKey{Name: "shop"}}
	if _, err := reconciler.Reconcile(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"b": "ci", "c": "ci"}, holders(t, c)); diff != "" {
		t.Errorf("holders: -want, +got:\n%s", diff)
	}
	role := &v1alpha1.PipelineRole{}
	if err := c.Get(t.Context(), request.NamespacedName, role); err != nil {
		t.Fatal(err)
	}
	want := []v1alpha1.Withheld{{
		Grant:   "User:bob",
		Message: "is in role other too, which conflicts with this one: nobody may hold both. Take them out of one",
	}}
	if diff := cmp.Diff(want, role.Status.Withheld); diff != "" {
		t.Errorf("status.withheld: -want, +got:\n%s", diff)
	}
}
