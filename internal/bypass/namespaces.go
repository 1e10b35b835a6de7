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
	if _, in := namespace.Labels[v1alpha1.EnvironmentLabel]; !in {
		c.Outside = append(c.Outside, namespace.Name)
		if !confined(namespace) {
			c.Unconfined = append(c.Unconfined, namespace.Name)
		}
		return
	}
	c.Environments = append(c.Environments, namespace.Name)
	if _, open := namespace.Labels[v1alpha1.BreakGlassLabel]; open {
		c.Gaps = append(c.Gaps, namespace.Name)
	}
}

// confined tells whether a label keeps the Pods of a namespace from the files and privileges of their node. What an API
// server enforces where there is none, and what other policies do, is not in the cluster.
func confined(namespace corev1.Namespace) bool {
	level := namespace.Labels[enforceLabel]
	return level == "baseline" || level == "restricted"
}
