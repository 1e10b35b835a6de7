// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package bypass

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// enforceLabel says which Pod Security Standard a namespace holds its Pods to (KEP-2579).
const enforceLabel = "pod-security.kubernetes.io/enforce"

// Add a namespace to where it belongs.
func (c *Cluster) Add(namespace corev1.Namespace) {
	_, gated := namespace.Labels[v1alpha1.EnvironmentLabel]
	_, open := namespace.Labels[v1alpha1.BreakGlassLabel]
	switch {
	case gated:
		c.Environments = append(c.Environments, namespace.Name)
	case confined(namespace):
		c.Confined = append(c.Confined, namespace.Name)
	default:
		c.Unconfined = append(c.Unconfined, namespace.Name)
	}
	if gated && open {
		c.Gaps = append(c.Gaps, namespace.Name)
	}
}

// confined tells whether a label keeps the Pods of a namespace from the files and privileges of their node. What an API
// server enforces by default is in its own configuration; other policies are not looked at.
func confined(namespace corev1.Namespace) bool {
	level := namespace.Labels[enforceLabel]
	return level == "baseline" || level == "restricted"
}
