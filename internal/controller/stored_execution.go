// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/internal/workload"
)

// keepExecution in the reduced form of what runs Pods, and of Pods.
func keepExecution(kept *unstructured.Unstructured, resource schema.GroupResource, object *unstructured.Unstructured) {
	if counted, counts := workload.Counted(resource, object.Object); counts {
		kept.Object[countedKey] = counted
		kept.Object[executionKey] = string(workload.Asked(resource, object.Object))
	}
	if resource == (schema.GroupResource{Resource: "pods"}) {
		kept.Object[executionKey] = string(workload.Executed(object.Object))
		kept.Object[phaseKey], _, _ = unstructured.NestedString(object.Object, "status", "phase")
	}
}

// confirmed tells whether the Pods of a workload say of themselves that they execute what its template says: as many as
// its status counts, and no other one, not even one that is on its way out, as a DaemonSet counts those too. All are
// reduced.
func confirmed(stored *unstructured.Unstructured, pods []unstructured.Unstructured) bool {
	running := int64(0)
	for _, pod := range pods {
		switch {
		case over(pod):
		case !executes(pod, stored):
			return false
		case pod.GetDeletionTimestamp() == nil:
			running++
		}
	}
	return running > 0 && running >= countedOf(stored)
}

// completed tells the same of a Job, whose status counts the Pods that succeeded.
func completed(stored *unstructured.Unstructured, pods []unstructured.Unstructured) bool {
	succeeded := int64(0)
	for _, pod := range pods {
		if textOf(pod, phaseKey) == "Succeeded" && executes(pod, stored) {
			succeeded++
		}
	}
	return succeeded > 0 && succeeded >= countedOf(stored)
}

func over(pod unstructured.Unstructured) bool {
	phase := textOf(pod, phaseKey)
	return phase == "Succeeded" || phase == "Failed"
}

func executes(pod unstructured.Unstructured, stored *unstructured.Unstructured) bool {
	return workload.Execution(textOf(*stored, executionKey)).Within(workload.Execution(textOf(pod, executionKey)))
}

func countedOf(stored *unstructured.Unstructured) int64 {
	counted, _ := stored.Object[countedKey].(int64)
	return counted
}

func textOf(reduced unstructured.Unstructured, key string) string {
	text, _ := reduced.Object[key].(string)
	return text
}
