// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// denied is the message of a Kustomization of which web was turned away.
const denied = `Deployment/live/web apply failed: denied the request:\nRequest:  web-1, asked for by x\n`

var (
	approved = time.Date(2026, 11, 30, 10, 0, 5, 0, time.UTC)
	now      = approved.Add(2500 * time.Millisecond)
)

func TestResume(t *testing.T) {
	t.Parallel()
	const unhandled = `metadata: {annotations: {reconcile.fluxcd.io/requestedAt: %s}}`
	const handled = unhandled + `, status: {lastHandledReconcileAt: %[1]s, conditions: [` +
		`{type: Ready, status: "False", message: "` + denied + `"}]}`
	failed := condition("False", denied)
	again := Next{RequestedAt: "2026-11-30T10:00:07.5Z", Requests: []string{"web-1"}}
	cases := map[string]struct {
		reason        string
		kustomization string
		requests      []v1alpha1.PromotionRequest
		want          Next
	}{
		"Approved":  {"at once", failed, list(ready("web-1")), again},
		"Waiting":   {"it is not approved", failed, list(request("web-1")), Next{}},
		"OfAnother": {"it was turned away for something else", failed, list(ready("web-2")), Next{}},
		"Running":   {"what it comes to has to be seen", condition("Unknown", ""), list(ready("web-1")), Next{Later: true}},
		"Applied":   {"it is in", condition("True", denied), list(ready("web-1")), Next{}},
		"New":       {"Flux has not looked at it", ``, list(ready("web-1")), Next{}},
		"Suspended": {
			"somebody has stopped it", `spec: {suspend: true}, ` + failed, list(ready("web-1")), Next{},
		},
		"AskedAndNotYetSeen": {
			"Flux is slow", fmt.Sprintf(unhandled, `"2026-11-30T10:00:05.2Z"`) + ", " + failed, list(ready("web-1")),
			Next{Later: true},
		},
		"AskedBefore": {
			"for what was approved before", fmt.Sprintf(handled, `"2026-11-30T09:00:00Z"`), list(ready("web-1")), again,
		},
		"AskedInTheSameSecond": {
			"nobody knows which came first", fmt.Sprintf(handled, `"2026-11-30T10:00:05.2Z"`), list(ready("web-1")), again,
		},
		"AskedSince": {
			"it fails for another reason, and would go on failing",
			fmt.Sprintf(handled, `"2026-11-30T10:00:06Z"`), list(ready("web-1")), Next{},
		},
		"AskedForLater": {
			"a time that is yet to come was not ours", fmt.Sprintf(handled, `"2027-01-01T00:00:00Z"`),
			list(ready("web-1")), again,
		},
		"AskedByHand": {"anybody writes what they like", fmt.Sprintf(handled, "now"), list(ready("web-1")), again},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Resume(read(t, "{"+tc.kustomization+"}"), tc.requests, now)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestResumeGarbage: anybody who may write a Kustomization writes what they like into it.
func TestResumeGarbage(t *testing.T) {
	t.Parallel()
	for _, garbage := range []string{`{spec: 1}`, `{status: {conditions: 1}}`, `{metadata: {annotations: {a: 1}}}`} {
		if got, err := Resume(read(t, garbage), list(ready("web-1")), now); err == nil || got.RequestedAt != "" {
			t.Errorf("%s: want an error, got %v and %v", garbage, got, err)
		}
	}
}

func condition(status, message string) string {
	return fmt.Sprintf(`status: {conditions: [{type: Ready, status: "%s", message: "%s"}]}`, status, message)
}

func list(requests ...v1alpha1.PromotionRequest) []v1alpha1.PromotionRequest { return requests }

func request(name string) v1alpha1.PromotionRequest {
	return v1alpha1.PromotionRequest{ObjectMeta: metav1.ObjectMeta{Namespace: "live", Name: name}}
}

// ready is a request that was approved just now.
func ready(name string) v1alpha1.PromotionRequest {
	r := request(name)
	r.Status.Conditions = []metav1.Condition{{
		Type: v1alpha1.ConditionReady, Status: metav1.ConditionTrue, LastTransitionTime: metav1.NewTime(approved),
	}}
	return r
}
