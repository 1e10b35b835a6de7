// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// The recorded objects are answers of a Kubernetes 1.37.2 API server, less their status.
func TestRecordedAttemptsHaveOneDigest(t *testing.T) {
	cases := map[string]struct {
		reason   string
		resource schema.GroupResource
		files    []string
	}{
		"Deployment": {
			reason:   "a restart and an undo return to the content that was stored",
			resource: deployments,
			files: []string{
				"deployment-stored", "deployment-dry-run", "deployment-dry-run-again",
				"deployment-restarted", "deployment-undone",
			},
		},
		"GeneratedJob": {
			reason:   "the name, the UID and the labels made of them are other ones at every attempt",
			resource: jobs,
			files:    []string{"job-stored", "job-dry-run", "job-dry-run-again"},
		},
		"GeneratedPod": {
			reason:   "the name and the token volume are other ones at every attempt",
			resource: pods,
			files:    []string{"pod-stored", "pod-dry-run", "pod-dry-run-again"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			first := read(t, "recorded", tc.files[0]+".json")
			for _, file := range tc.files[1:] {
				next := read(t, "recorded", file+".json")
				if cmp.Equal(first, next) {
					t.Errorf("%s is the same object as %s and proves nothing", file, tc.files[0])
				}
				if diff := cmp.Diff(content(t, tc.resource, first), content(t, tc.resource, next)); diff != "" {
					t.Errorf("%s: %s (-%s +%s):\n%s", tc.reason, file, tc.files[0], file, diff)
				}
				if digest(t, tc.resource, first) != digest(t, tc.resource, next) {
					t.Errorf("%s: %s has another digest than %s", tc.reason, file, tc.files[0])
				}
			}
		})
	}
}

func TestRecordedChangeHasAnotherDigest(t *testing.T) {
	stored := read(t, "recorded", "deployment-stored.json")
	next := read(t, "recorded", "deployment-next.json")
	if digest(t, deployments, stored) == digest(t, deployments, next) {
		t.Error("another image did not change the digest")
	}
}
