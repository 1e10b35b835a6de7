// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

var now = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func TestCount(t *testing.T) {
	past, future := metav1.NewTime(now.Add(-time.Second)), metav1.NewTime(now.Add(time.Second))
	policy := func(environment v1alpha1.EnvironmentName) v1alpha1.PromotionPolicy {
		return v1alpha1.PromotionPolicy{Spec: v1alpha1.PromotionPolicySpec{Environment: environment}}
	}
	freeze := func(environment string, end *metav1.Time) v1alpha1.Freeze {
		return v1alpha1.Freeze{
			ObjectMeta: metav1.ObjectMeta{Name: environment}, Spec: v1alpha1.FreezeSpec{ExpireTime: end},
		}
	}
	request := func(environment v1alpha1.EnvironmentName, review *v1alpha1.Review) v1alpha1.PromotionRequest {
		return v1alpha1.PromotionRequest{
			Spec:   v1alpha1.PromotionRequestSpec{Environment: environment},
			Status: v1alpha1.PromotionRequestStatus{Review: review},
		}
	}
	got := count(
		[]v1alpha1.PromotionPolicy{policy("quiet"), policy("busy")},
		[]v1alpha1.Freeze{freeze("busy", nil), freeze("thawed", &past), freeze("cold", &future)},
		[]v1alpha1.PromotionRequest{
			request("busy", nil), request("busy", &v1alpha1.Review{DueTime: past}),
			request("busy", &v1alpha1.Review{DueTime: future}),
			request("busy", &v1alpha1.Review{DueTime: past, Reviewer: "bob@example.com"}),
			request("old", &v1alpha1.Review{DueTime: past}),
		}, now)
	want := map[string]counts{
		"quiet": {}, "busy": {pending: 2, overdue: 1, frozen: 1}, "thawed": {}, "cold": {frozen: 1},
		"old": {pending: 1, overdue: 1},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(counts{})); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}
