// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"context"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// approve lets people approve a request.
func (e environment) approve(t *testing.T, request v1alpha1.PromotionRequest, people ...string) {
	t.Helper()
	for _, name := range people {
		if err := e.tryApproval(t, request, name); err != nil {
			t.Fatalf("%s approves %s: %v", name, request.Name, err)
		}
	}
}

// tryApproval lets somebody try to approve a request.
func (e environment) tryApproval(t *testing.T, request v1alpha1.PromotionRequest, name string) error {
	t.Helper()
	approval := &v1alpha1.Approval{
		ObjectMeta: metav1.ObjectMeta{Namespace: request.Namespace, GenerateName: request.Name + "-"},
		Spec: v1alpha1.ApprovalSpec{
			Request: v1alpha1.RequestReference{
				Name: request.Name, UID: string(request.UID), Digest: request.Spec.Change.Digest,
			},
			Decision: v1alpha1.DecisionApprove,
		},
	}
	return as(t, name, e.managers()).Create(t.Context(), approval)
}

// requests are the PromotionRequests of the environment.
func (e environment) requests(t *testing.T) []v1alpha1.PromotionRequest {
	t.Helper()
	var list v1alpha1.PromotionRequestList
	if err := admin(t).List(t.Context(), &list, client.InNamespace(e.name)); err != nil {
		t.Fatal(err)
	}
	return list.Items
}

// awaitRequest waits for the one request of the environment.
func (e environment) awaitRequest(t *testing.T) v1alpha1.PromotionRequest {
	t.Helper()
	var requests []v1alpha1.PromotionRequest
	eventually(t, func(context.Context) string {
		if requests = e.requests(t); len(requests) != 1 {
			return "one request in " + e.name
		}
		return ""
	})
	return requests[0]
}

// awaitState waits until a request is in a state: Ready's reason.
func (e environment) awaitState(t *testing.T, request v1alpha1.PromotionRequest, want string) {
	t.Helper()
	c := admin(t)
	eventually(t, func(ctx context.Context) string {
		if err := c.Get(ctx, client.ObjectKeyFromObject(&request), &request); err != nil {
			return err.Error()
		}
		ready := meta.FindStatusCondition(request.Status.Conditions, v1alpha1.ConditionReady)
		if ready == nil || ready.Reason != want {
			return request.Name + " to be " + want
		}
		return ""
	})
}
