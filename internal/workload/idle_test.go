// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"testing"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/internal/workload"
)

func TestIdle(t *testing.T) {
	replicaSets := schema.GroupResource{Group: "apps", Resource: "replicasets"}
	daemonSets := schema.GroupResource{Group: "apps", Resource: "daemonsets"}
	jobs := schema.GroupResource{Group: "batch", Resource: "jobs"}
	scaled := func(replicas any) map[string]any {
		return map[string]any{"spec": map[string]any{"replicas": replicas}}
	}
	over := map[string]any{"status": map[string]any{
		"conditions": []any{map[string]any{"type": "Failed", "status": "True"}},
	}}
	cases := map[string]struct {
		reason   string
		resource schema.GroupResource
		object   map[string]any
		want     bool
	}{
		"Zero":      {"there are no Pods of it", replicaSets, scaled(int64(0)), true},
		"One":       {"there is one", replicaSets, scaled(int64(1)), false},
		"Default":   {"which is one", replicaSets, map[string]any{}, false},
		"Job":       {"it runs", jobs, map[string]any{}, false},
		"Over":      {"it has run", jobs, over, true},
		"Unscaled":  {"one on each node", daemonSets, scaled(int64(0)), false},
		"Pod":       {"anybody may write its phase", schema.GroupResource{Resource: "pods"}, over, false},
		"Something": {"a kind that no gate knows", schema.GroupResource{Resource: "nodes"}, scaled(int64(0)), false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := workload.Idle(tc.resource, tc.object); got != tc.want {
				t.Errorf("got %t, want %t: %s", got, tc.want, tc.reason)
			}
		})
	}
}
