// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package hold_test

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/hold"
)

// request in a state: Ready's reason; empty where nobody has looked at it.
func request(name, reason string, ready, stalled bool) v1alpha1.PromotionRequest {
	r := v1alpha1.PromotionRequest{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name}}
	set := func(kind string, holds bool) {
		condition := metav1.Condition{Type: kind, Status: metav1.ConditionFalse, Reason: reason, Message: "So it is."}
		if holds {
			condition.Status = metav1.ConditionTrue
		}
		r.Status.Conditions = append(r.Status.Conditions, condition)
	}
	if reason != "" {
		set(v1alpha1.ConditionReady, ready)
	}
	if stalled {
		set(v1alpha1.ConditionStalled, true)
	}
	return r
}

func waits(name string) v1alpha1.PromotionRequest {
	r := request(name, v1alpha1.ReasonAwaitingApproval, false, false)
	r.Status.WaitingFor = "1 approval from release-managers"
	return r
}

func approved(name string) v1alpha1.PromotionRequest {
	return request(name, v1alpha1.ReasonApproved, true, false)
}

func elsewhere(r v1alpha1.PromotionRequest) v1alpha1.PromotionRequest {
	r.Namespace = "shop-jobs"
	return r
}

func admitted(r v1alpha1.PromotionRequest) v1alpha1.PromotionRequest {
	r.Status.Admission = &v1alpha1.Admission{}
	return r
}

func TestJudge(t *testing.T) {
	t.Parallel()
	const nothing = "Nothing of argocd/shop at abc is applied before all of it may enter. To approve it: "
	cases := map[string]struct {
		reason   string
		requests []v1alpha1.PromotionRequest
		left     []string
		verdict  hold.Verdict
		because  string
		says     string
	}{
		"Nothing": {
			reason: "nothing was asked for", verdict: hold.Goes, because: v1alpha1.ReasonApproved,
			says: "Nothing of argocd/shop at abc needs approval.",
		},
		"Left": {
			reason: "something could not be asked for ahead", left: []string{"Deployment web: it refers to what comes"},
			verdict: hold.Goes, because: v1alpha1.ReasonApproved,
			says: "Nothing of argocd/shop at abc needs approval. Not waited for: Deployment web: it refers to what comes.",
		},
		"Waits": {
			reason: "one is approved, and one is not", requests: []v1alpha1.PromotionRequest{approved("web-1"), waits("db-1")},
			verdict: hold.Waits, because: v1alpha1.ReasonAwaitingApproval,
			says: nothing + "kubectl countersign approve --release argocd/shop -n shop. " +
				"Waiting for 1 of 2: db-1 needs 1 approval from release-managers.",
		},
		"New": {
			reason: "nobody has looked at it yet", requests: []v1alpha1.PromotionRequest{request("web-1", "", false, false)},
			verdict: hold.Waits, because: v1alpha1.ReasonAwaitingApproval,
			says: nothing + "kubectl countersign approve --release argocd/shop -n shop. Waiting for 1 of 1: web-1.",
		},
		"Namespaces": {
			reason:   "a release of several namespaces is approved in each",
			requests: []v1alpha1.PromotionRequest{elsewhere(waits("job-1")), waits("web-1"), waits("db-1")},
			verdict:  hold.Waits, because: v1alpha1.ReasonAwaitingApproval,
			says: nothing + "kubectl countersign approve --release argocd/shop -n shop; " +
				"kubectl countersign approve --release argocd/shop -n shop-jobs. Waiting for 3 of 3: " +
				"job-1 needs 1 approval from release-managers; web-1 needs 1 approval from release-managers; " +
				"db-1 needs 1 approval from release-managers.",
		},
		"Approved": {
			reason:   "all of it is, or is in already",
			requests: []v1alpha1.PromotionRequest{approved("web-1"), admitted(waits("db-1"))},
			verdict:  hold.Goes, because: v1alpha1.ReasonApproved,
			says: "All that was asked for of argocd/shop at abc may enter: requests web-1, db-1.",
		},
		"Rejected": {
			reason: "no waiting helps, whatever else is approved",
			requests: []v1alpha1.PromotionRequest{
				waits("web-1"), request("db-1", v1alpha1.ReasonRejected, false, true), approved("job-1"),
			},
			verdict: hold.Fails, because: v1alpha1.ReasonRejected,
			says: "Request db-1 in shop: So it is. Nothing of argocd/shop at abc was applied. " +
				"Once that has changed, sync again.",
		},
		"LetInAndRevoked": {
			reason:   "it was let in, and taken back since",
			requests: []v1alpha1.PromotionRequest{admitted(request("db-1", v1alpha1.ReasonRevoked, false, true))},
			verdict:  hold.Fails, because: v1alpha1.ReasonRevoked,
			says: "Request db-1 in shop: So it is. Nothing of argocd/shop at abc was applied. " +
				"Once that has changed, sync again.",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			verdict, because, says := hold.Judge(hold.Release{
				Release:  v1alpha1.Release{Source: "ArgoCD", Name: "argocd/shop", Revision: "abc"},
				Requests: tc.requests, NotAskedFor: tc.left,
			})
			if verdict != tc.verdict || because != tc.because || says != tc.says {
				t.Errorf("%s: got %d %s\n%s\nwant %d %s\n%s", tc.reason, verdict, because, says, tc.verdict, tc.because, tc.says)
			}
		})
	}
}

// TestLongRelease: of a long message the command is left, as what is shown is cut.
func TestLongRelease(t *testing.T) {
	t.Parallel()
	release := hold.Release{Release: v1alpha1.Release{Name: "argocd/shop"}}
	for range 100 {
		release.Requests = append(release.Requests, waits("web-0123456789abcdef0123456789abcdef"))
	}
	if _, _, says := hold.Judge(release); strings.Index(says, "kubectl countersign approve") > 200 {
		t.Errorf("the command comes late: %s", says)
	}
}
