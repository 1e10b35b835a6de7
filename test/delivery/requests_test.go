// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build delivery

package delivery

import (
	"context"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// approve lets people approve with the plugin: a request, or what --release names.
func (e environment) approve(t *testing.T, what []string, people ...string) {
	t.Helper()
	for _, name := range people {
		e.person(t, name, e.managers()).countersign(t, "", append([]string{"approve", "--yes"}, what...)...).says(t, 0)
	}
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

// awaitOpen waits for the one request that is open for an object.
func (e environment) awaitOpen(t *testing.T, object string) (open v1alpha1.PromotionRequest) {
	t.Helper()
	eventually(t, func(context.Context) string {
		found := 0
		for _, request := range e.requests(t) {
			if request.Spec.Change.Name == object && state(request) == v1alpha1.ReasonAwaitingApproval {
				open = request
				found++
			}
		}
		if found != 1 {
			return "one open request for " + object + " in " + e.name
		}
		return ""
	})
	return open
}

// awaitState waits until a request is in a state: Ready's reason.
func (e environment) awaitState(t *testing.T, request v1alpha1.PromotionRequest, want string) {
	t.Helper()
	e.awaitThat(t, request, "be "+want, func(r v1alpha1.PromotionRequest) bool { return state(r) == want })
}

// awaitLetIn waits until what was asked for has been let in.
func (e environment) awaitLetIn(t *testing.T, request v1alpha1.PromotionRequest) {
	t.Helper()
	e.awaitThat(t, request, "be let in", func(r v1alpha1.PromotionRequest) bool { return r.Status.Admission != nil })
}

func (e environment) awaitThat(
	t *testing.T, request v1alpha1.PromotionRequest, what string, is func(v1alpha1.PromotionRequest) bool,
) {
	t.Helper()
	c := admin(t)
	eventually(t, func(ctx context.Context) string {
		if err := c.Get(ctx, client.ObjectKeyFromObject(&request), &request); err != nil {
			return err.Error()
		}
		if !is(request) {
			return request.Name + " to " + what + ", which is " + state(request)
		}
		return ""
	})
}

func state(request v1alpha1.PromotionRequest) string {
	if ready := meta.FindStatusCondition(request.Status.Conditions, v1alpha1.ConditionReady); ready != nil {
		return ready.Reason
	}
	return ""
}
