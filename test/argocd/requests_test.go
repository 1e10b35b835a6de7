// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"context"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/test/cluster"
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
	return here.As(t, name, e.managers()).Create(t.Context(), approval)
}

// requests are the PromotionRequests of the environment.
func (e environment) requests(t *testing.T) []v1alpha1.PromotionRequest {
	t.Helper()
	return here.Requests(t, e.name)
}

// awaitRequest waits for the one request of the environment.
func (e environment) awaitRequest(t *testing.T) v1alpha1.PromotionRequest {
	t.Helper()
	var requests []v1alpha1.PromotionRequest
	cluster.Eventually(t, func(context.Context) string {
		if requests = e.requests(t); len(requests) != 1 {
			return "one request in " + e.name
		}
		return ""
	})
	return requests[0]
}
