// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"testing"

	"github.com/countersign-dev/countersign/internal/workload"
)

func TestReplicas(t *testing.T) {
	cases := map[string]struct {
		reason string
		object string
		want   int64
	}{
		"Set":        {"", `{kind: Deployment, spec: {replicas: 3}}`, 3},
		"Zero":       {"zero is not absent", `{kind: Deployment, spec: {replicas: 0}}`, 0},
		"Absent":     {"the API's default", `{kind: Deployment, spec: {}}`, 1},
		"Null":       {"null is absent", `{kind: Deployment, spec: {replicas: null}}`, 1},
		"NoSpec":     {"the API's default", `{kind: ReplicaSet}`, 1},
		"ScaleZero":  {"a Scale does not write its zero; one would hide a start from nothing", `{kind: Scale, spec: {}}`, 0},
		"ScaleEmpty": {"its spec is left out too", `{kind: Scale}`, 0},
		"ScaleSet":   {"", `{kind: Scale, spec: {replicas: 2}}`, 2},
		"Float":      {"", `{kind: Deployment, spec: {replicas: 2.0}}`, 2},
		"NoNumber":   {"nothing that runs", `{kind: Deployment, spec: {replicas: many}}`, 0},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := workload.Replicas(decode(t, tc.object)); got != tc.want {
				t.Errorf("%s: got %d, want %d", tc.reason, got, tc.want)
			}
		})
	}
}
