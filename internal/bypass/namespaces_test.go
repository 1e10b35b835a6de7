// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package bypass_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/internal/bypass"
)

func TestAdd(t *testing.T) {
	const enforce, environment = "pod-security.kubernetes.io/enforce", "countersign.dev/environment"
	here := []string{"here"}
	for name, test := range map[string]struct {
		reason string
		labels map[string]string
		want   bypass.Cluster
	}{
		"Plain":      {"nothing forbids anything", nil, bypass.Cluster{Unconfined: here}},
		"Privileged": {"nor here", map[string]string{enforce: "privileged"}, bypass.Cluster{Unconfined: here}},
		"Baseline":   {"no files of the node", map[string]string{enforce: "baseline"}, bypass.Cluster{Confined: here}},
		"Restricted": {"nor here", map[string]string{enforce: "restricted"}, bypass.Cluster{Confined: here}},
		"Gated":      {"the gate is asked", map[string]string{environment: "x"}, bypass.Cluster{Environments: here}},
		"Gap": {"and here it is not", map[string]string{environment: "x", "countersign.dev/break-glass": "open"},
			bypass.Cluster{Environments: here, Gaps: here}},
	} {
		t.Run(name, func(t *testing.T) {
			var got bypass.Cluster
			got.Add(corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "here", Labels: test.labels}})
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", test.reason, diff)
			}
		})
	}
}
