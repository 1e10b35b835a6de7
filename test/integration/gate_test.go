// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// TestMainStory is the main job: a person is stopped, another approves, and the change gets in, once.
func TestMainStory(t *testing.T) {
	s := newShop(t)
	developer := s.developer(t)

	err := developer.Create(t.Context(), s.deployment("checkout"))
	denied(t, err, "1 approval from "+s.managers, "kubectl countersign approve checkout-", alice)
	request := s.request(t, inState(v1alpha1.ReasonAwaitingApproval))

	err = s.manager(t, alice).Create(t.Context(), decide(request, v1alpha1.DecisionApprove))
	denied(t, err, alice+" asked for the change")

	if err := s.manager(t, bob).Create(t.Context(), decide(request, v1alpha1.DecisionApprove)); err != nil {
		t.Fatalf("bob approves: %v", err)
	}
	if err := developer.Create(t.Context(), s.deployment("checkout")); err != nil {
		t.Fatalf("alice applies what bob approved: %v", err)
	}
	entered := s.request(t, inState(v1alpha1.ReasonEntered))
	if got := entered.Status.Admission.Deployer.Username; got != alice {
		t.Errorf("the request says %s applied it, want %s", got, alice)
	}
	if got := entered.Status.Approvals; len(got) != 1 || got[0].Approver != bob || got[0].NotCounted != "" {
		t.Errorf("the request says %v approved it, want bob", got)
	}

	again := s.deployment("checkout")
	again.Spec.Template.Spec.Containers[0].Env = []corev1.EnvVar{{Name: "POOL_SIZE", Value: "50"}}
	denied(t, developer.Update(t.Context(), again), "kubectl countersign approve checkout-")

	scaled := s.deployment("checkout")
	scaled.Spec.Replicas = new(int32(3))
	if err := developer.Update(t.Context(), scaled); err != nil {
		t.Errorf("scaling needs no approval: %v", err)
	}
}

// denied checks that an API call was turned away by a verdict, with a message that has all the parts.
func denied(t *testing.T, err error, parts ...string) {
	t.Helper()
	if !apierrors.IsForbidden(err) {
		t.Fatalf("want a denial, got: %v", err)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the message does not say %q:\n%v", part, err)
		}
	}
}
