// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// TestLapsedRequest: once it is written that a request has lapsed, nothing can be done by it any more, and the next try
// opens the next one of the series. When that is written is a matter of minutes, and tested with a clock.
func TestLapsedRequest(t *testing.T) {
	s := newShop(t)
	try := deploying(s.developer(t), s.deployment("checkout"))
	first := s.turnedAway(t, try)
	s.approve(t, first, bob)
	s.await(t, first.Name, v1alpha1.ReasonApproved)
	goesThrough(t, "the operator writes it", func(ctx context.Context) error {
		return retry.RetryOnConflict(contention, func() error {
			request := s.get(t, first.Name)
			meta.SetStatusCondition(&request.Status.Conditions, metav1.Condition{
				Type: v1alpha1.ConditionStalled, Status: metav1.ConditionTrue, Reason: v1alpha1.ReasonLapsed, Message: "Too late.",
			})
			return asOperator(t).Status().Update(ctx, &request)
		})
	})
	s.await(t, first.Name, v1alpha1.ReasonLapsed)
	denied(t, s.manager(t, carol).Create(t.Context(), decide(first, v1alpha1.DecisionApprove)), "has ended")
	second := s.turnedAway(t, try)
	if second.Name != first.Name+"-2" {
		t.Errorf("the next request is %s", second.Name)
	}
	s.approve(t, second, bob)
	goesThrough(t, "bob approved again", try)
	s.await(t, second.Name, v1alpha1.ReasonEntered)
	s.await(t, first.Name, v1alpha1.ReasonLapsed)
}

// asOperator acts as the operator of all tests.
func asOperator(t *testing.T) client.Client {
	t.Helper()
	config, err := cluster.ServiceAccount(t.Context(), operatorNamespace, operatorAccount)
	if err != nil {
		t.Fatal(err)
	}
	return clientFor(t, config)
}
