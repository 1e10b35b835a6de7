// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"errors"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/evidence"
	"github.com/countersign-dev/countersign/internal/index"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// waiting is a request that waits, in an environment whose policy gives it an hour.
func waiting(now time.Time) (*v1alpha1.PromotionRequest, []client.Object) {
	change := v1alpha1.Change{
		Operation: v1alpha1.OperationApply, Group: "apps", Version: "v1", Resource: "deployments", Name: "checkout",
		Digest: "v1:sha256:3f9a1c20aa34bb12ccdd34ee56ff778800112233445566778899aabbccddeeff",
	}
	request := &v1alpha1.PromotionRequest{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "shop", Name: promotion.RequestName(change, 1), UID: "1", CreationTimestamp: metav1.NewTime(now),
		},
		Spec: v1alpha1.PromotionRequestSpec{
			Environment: "production", Change: change, Requester: v1alpha1.UserReference{Username: "alice@example.com"},
		},
	}
	return request, []client.Object{
		request,
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
			Name: "shop", Labels: map[string]string{v1alpha1.EnvironmentLabel: "production"},
		}},
		&v1alpha1.PromotionPolicy{ObjectMeta: metav1.ObjectMeta{Name: "production"}, Spec: v1alpha1.PromotionPolicySpec{
			Environment: "production", RequestTTLSeconds: 3600, ApprovalTTLSeconds: 86400,
			Approvals: []v1alpha1.ApprovalRule{{
				Name: "release", From: v1alpha1.ApproverSource{AnyOf: []v1alpha1.RoleName{"managers"}},
			}},
		}},
	}
}

// stateAfter reconciles the request, and returns its state and when it is to be looked at again.
func stateAfter(
	t *testing.T, r *PromotionRequestReconciler, request *v1alpha1.PromotionRequest,
) (*metav1.Condition, time.Duration) {
	t.Helper()
	key := client.ObjectKeyFromObject(request)
	result, err := r.Reconcile(t.Context(), reconcile.Request{NamespacedName: key})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Client.Get(t.Context(), key, request); err != nil {
		t.Fatal(err)
	}
	return meta.FindStatusCondition(request.Status.Conditions, v1alpha1.ConditionStalled), result.RequeueAfter
}

func lapseReconciler(
	t *testing.T, clock *clocktesting.FakePassiveClock, objects []client.Object,
) *PromotionRequestReconciler {
	t.Helper()
	kinds := runtime.NewScheme()
	if err := errors.Join(scheme.AddToScheme(kinds), v1alpha1.AddToScheme(kinds)); err != nil {
		t.Fatal(err)
	}
	builder := fake.NewClientBuilder().WithScheme(kinds).WithObjects(objects...).
		WithStatusSubresource(&v1alpha1.PromotionRequest{})
	if err := index.Setup(t.Context(), indexer{builder}); err != nil {
		t.Fatal(err)
	}
	c := builder.Build()
	return &PromotionRequestReconciler{
		Client: c, Clock: clock, WriteTimeout: time.Minute, Evidence: evidence.Reader{
			Cache: c, Records: c, Identities: evidence.NewIdentities(c, "countersign-system"), Clock: clock,
		},
		sightings: newSightings(clock), Kinds: &GatedKinds{Clock: clock},
	}
}

// TestRequestLapses: it is looked at when its time is over, ends then, and stays ended.
func TestRequestLapses(t *testing.T) {
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	clock := clocktesting.NewFakePassiveClock(noon)
	request, objects := waiting(noon)
	r := lapseReconciler(t, clock, objects)
	if stalled, again := stateAfter(t, r, request); stalled != nil || again != time.Hour {
		t.Fatalf("at first: %v, to be looked at after %s", stalled, again)
	}
	clock.SetTime(noon.Add(time.Hour))
	if stalled, _ := stateAfter(t, r, request); stalled == nil || stalled.Reason != v1alpha1.ReasonLapsed {
		t.Fatalf("after an hour: %v", stalled)
	}
	if request.Status.WaitingFor != "" || !promotion.Ended(promotion.Attempt{Request: *request}) {
		t.Errorf("it has not ended: %+v", request.Status)
	}
	clock.SetTime(noon) // as after a policy that gives more time
	if stalled, _ := stateAfter(t, r, request); stalled == nil || stalled.Reason != v1alpha1.ReasonLapsed {
		t.Errorf("it is open again: %v", stalled)
	}
}

// TestAdmittedDoesNotLapse: what was let in in time may still be seen stored.
func TestAdmittedDoesNotLapse(t *testing.T) {
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	clock := clocktesting.NewFakePassiveClock(noon.Add(time.Hour))
	request, objects := waiting(noon)
	request.Status.Admission = &v1alpha1.Admission{
		Time: metav1.NewTime(noon.Add(time.Hour - time.Second)), Rule: v1alpha1.EntryRuleApproved,
		Deployer: v1alpha1.UserReference{Username: "alice@example.com"},
	}
	if stalled, _ := stateAfter(t, lapseReconciler(t, clock, objects), request); stalled != nil {
		t.Errorf("it has ended: %v", stalled)
	}
}
