// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package release

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

func TestEnterable(t *testing.T) {
	t.Parallel()
	type requests = []v1alpha1.PromotionRequest
	cases := map[string]struct {
		reason   string
		requests requests
		want     []string
	}{
		"Approved": {"it may enter", requests{request("away-1", ready)}, []string{"away-1"}},
		"Both": {
			"all may enter",
			requests{request("away-2", ready), request("away-1", ready)}, []string{"away-1", "away-2"},
		},
		"Waiting": {"one of two may not enter", requests{request("away-1", ready), request("away-2")}, nil},
		"None":    {"nothing was turned away", requests{request("other", ready)}, nil},
		"LetIn":   {"it has been let in", requests{request("away-1", ready, admitted)}, nil},
		"Ahead": {
			"asked for ahead, and approved",
			requests{request("away-1", ready), request("next", ready)}, []string{"away-1", "next"},
		},
		"AheadWaits": {"a release enters as a whole", requests{request("away-1", ready), request("next")}, nil},
		"Earlier": {
			"another revision holds nothing up",
			requests{request("away-1", ready), request("next", revision("abb"))}, []string{"away-1"},
		},
		"Unknown": {
			"nor does one of which nobody knows the revision",
			requests{request("away-1", ready, revision("")), request("next", revision(""))}, []string{"away-1"},
		},
		"Superseded": {
			"nor does what will not enter",
			requests{request("away-1", ready), request("next", superseded)}, []string{"away-1"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			away := func(r v1alpha1.PromotionRequest) bool { return strings.HasPrefix(r.Name, "away") }
			if diff := cmp.Diff(tc.want, Enterable(tc.requests, away)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// request of a release, of one revision.
func request(name string, with ...func(*v1alpha1.PromotionRequest)) v1alpha1.PromotionRequest {
	r := v1alpha1.PromotionRequest{ObjectMeta: metav1.ObjectMeta{Namespace: "live", Name: name}}
	r.Spec.Release = &v1alpha1.Release{Source: Flux, Name: "team/shop", Revision: "abc"}
	for _, change := range with {
		change(&r)
	}
	return r
}

func revision(revision string) func(*v1alpha1.PromotionRequest) {
	return func(r *v1alpha1.PromotionRequest) { r.Spec.Release.Revision = revision }
}

func ready(r *v1alpha1.PromotionRequest) { is(r, v1alpha1.ConditionReady, v1alpha1.ReasonApproved) }

func superseded(r *v1alpha1.PromotionRequest) {
	is(r, v1alpha1.ConditionStalled, v1alpha1.ReasonSuperseded)
}

func is(r *v1alpha1.PromotionRequest, condition, reason string) {
	r.Status.Conditions = []metav1.Condition{{Type: condition, Status: metav1.ConditionTrue, Reason: reason}}
}

func admitted(r *v1alpha1.PromotionRequest) { r.Status.Admission = &v1alpha1.Admission{} }

func TestNames(t *testing.T) {
	t.Parallel()
	const denial = "Deployment/live/web apply failed: denied: may not enter.\nRequest:  web-1, asked for by alice\n" +
		"Approve:  kubectl countersign approve web-22 -n live."
	for request, want := range map[string]bool{"web-1": true, "web-22": true, "web": true, "web-2": false, "eb-1": false} {
		if got := Names(denial, request); got != want {
			t.Errorf("%s: got %t, want %t", request, got, want)
		}
	}
}
