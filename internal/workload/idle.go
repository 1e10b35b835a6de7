// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import "k8s.io/apimachinery/pkg/runtime/schema"

// Idle tells whether the object runs nothing, and nothing but another gated change has it run again: it is scaled to
// zero, or is a Job that has finished.
func Idle(resource schema.GroupResource, object map[string]any) bool {
	where, _ := shapeOf(resource)
	return where.scalable && Replicas(object) == 0 || resource == jobs && finished(object)
}
