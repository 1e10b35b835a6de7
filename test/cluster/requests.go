// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// Requests are the PromotionRequests of a namespace.
func (c *Cluster) Requests(t *testing.T, namespace string) []v1alpha1.PromotionRequest {
	t.Helper()
	var list v1alpha1.PromotionRequestList
	if err := c.Admin(t).List(t.Context(), &list, client.InNamespace(namespace)); err != nil {
		t.Fatal(err)
	}
	return list.Items
}

// State of a request is Ready's reason; empty where it has none yet.
func State(request v1alpha1.PromotionRequest) string {
	if ready := meta.FindStatusCondition(request.Status.Conditions, v1alpha1.ConditionReady); ready != nil {
		return ready.Reason
	}
	return ""
}

// AwaitState waits until a request is in a state.
func (c *Cluster) AwaitState(t *testing.T, request v1alpha1.PromotionRequest, want string) {
	t.Helper()
	c.AwaitRequest(t, request, "be "+want, func(now v1alpha1.PromotionRequest) bool { return State(now) == want })
}

// AwaitRequest waits until a request is as it should be.
func (c *Cluster) AwaitRequest(
	t *testing.T, request v1alpha1.PromotionRequest, to string, is func(v1alpha1.PromotionRequest) bool,
) {
	t.Helper()
	admin := c.Admin(t)
	Eventually(t, func(ctx context.Context) string {
		if err := admin.Get(ctx, client.ObjectKeyFromObject(&request), &request); err != nil {
			return err.Error()
		}
		if !is(request) {
			return request.Name + " to " + to + ", which is " + State(request)
		}
		return ""
	})
}

// AwaitOpen waits for the one request of a namespace that is open for an object.
func (c *Cluster) AwaitOpen(t *testing.T, namespace, object string) (open v1alpha1.PromotionRequest) {
	t.Helper()
	Eventually(t, func(context.Context) string {
		found := 0
		for _, request := range c.Requests(t, namespace) {
			if request.Spec.Change.Name == object && State(request) == v1alpha1.ReasonAwaitingApproval {
				open = request
				found++
			}
		}
		if found != 1 {
			return "one open request for " + object + " in " + namespace
		}
		return ""
	})
	return open
}
