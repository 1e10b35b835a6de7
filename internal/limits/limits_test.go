// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package limits

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/identity"
)

// cached are the requests of a namespace.
type cached struct {
	client.Reader

	requests []v1alpha1.PromotionRequest
}

func (c cached) List(_ context.Context, list client.ObjectList, _ ...client.ListOption) error {
	list.(*v1alpha1.PromotionRequestList).Items = c.requests
	return nil
}

var now = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

// asked by somebody for an object, so long ago.
func asked(by, object string, ago time.Duration) v1alpha1.PromotionRequest {
	var request v1alpha1.PromotionRequest
	request.CreationTimestamp = metav1.NewTime(now.Add(-ago))
	request.Spec.Requester.Username = by
	request.Spec.Change = v1alpha1.Change{Group: "apps", Resource: "deployments", Name: object}
	return request
}

// large is the same with as much content as a request has room for.
func large(request v1alpha1.PromotionRequest) v1alpha1.PromotionRequest {
	request.Spec.Change.Content.Raw = make([]byte, v1alpha1.MaxContentBytes)
	return request
}

// annotated is the same with as much in its annotations.
func annotated(request v1alpha1.PromotionRequest) v1alpha1.PromotionRequest {
	request.Annotations = map[string]string{"fill": strings.Repeat("x", v1alpha1.MaxContentBytes)}
	return request
}

// ended is the same, and has given way to the next.
func ended(request v1alpha1.PromotionRequest) v1alpha1.PromotionRequest {
	request.Status.Conditions = []metav1.Condition{{
		Type: v1alpha1.ConditionStalled, Status: metav1.ConditionTrue, Reason: v1alpha1.ReasonSuperseded,
	}}
	return request
}

// admitted is the same, and was let in.
func admitted(request v1alpha1.PromotionRequest) v1alpha1.PromotionRequest {
	request.Status.Admission = &v1alpha1.Admission{}
	return request
}

func TestWhyNotMore(t *testing.T) {
	t.Parallel()
	const alice, bob, web, other = "alice@example.com", "bob@example.com", "web", "other"
	most := bytesPerNamespace / v1alpha1.MaxContentBytes
	for name, tc := range map[string]struct {
		reason  string
		request v1alpha1.PromotionRequest
		times   int
		says    string
	}{
		"None":        {"nothing waits", asked(alice, web, 0), 0, ""},
		"OneLess":     {"one more may wait", asked(alice, web, 0), openPerObject - 1, ""},
		"OfTheObject": {"reviewers are asked often enough", asked(alice, web, 0), openPerObject, "for this object waiting"},
		"OfAnother":   {"it is another object", asked(alice, other, 0), openPerObject, ""},
		"ByAnother":   {"it is somebody else's", asked(bob, web, 0), openPerObject, ""},
		"Ended":       {"none of them waits", ended(asked(alice, web, 0)), openPerNamespace, ""},
		"InTheNamespace": {
			"reviewers are asked often enough", asked(alice, other, 0), openPerNamespace, "in this namespace waiting",
		},
		"AlmostAll":      {"there is room for one more", large(ended(asked(alice, web, 0))), most - 1, ""},
		"Large":          {"what has given way is kept too", large(ended(asked(alice, web, 0))), most, "asked for 8 MiB"},
		"Annotated":      {"so are annotations", annotated(ended(asked(alice, web, 0))), most, "asked for 8 MiB"},
		"LargeByAnother": {"it is somebody else's", large(ended(asked(bob, web, 0))), most, ""},
		"LetIn":          {"somebody has approved it", large(admitted(ended(asked(alice, web, 0)))), most, ""},
		"AnHourAgo":      {"it took its time", large(ended(asked(alice, web, window))), most, ""},
		"LessAgo":        {"it is not over", large(ended(asked(alice, web, window-1))), most, "try again later"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requests := slices.Repeat([]v1alpha1.PromotionRequest{tc.request}, tc.times)
			why, err := WhyNotMore(t.Context(), cached{requests: requests},
				identity.Mapping{}, "shop", v1alpha1.UserReference{Username: alice}, asked(alice, web, 0).Spec.Change, now)
			if err != nil {
				t.Fatal(err)
			}
			if tc.says == "" && why != "" || !strings.Contains(why, tc.says) {
				t.Errorf("%s: want %q, got %q", tc.reason, tc.says, why)
			}
		})
	}
}
