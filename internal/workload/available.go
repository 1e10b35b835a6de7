// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Available tells whether the object runs what its spec says, all of it, as far as its controller has seen: every
// replica is of the present content, and is available (see Counted). One that is scaled to zero is not. A Job is once
// it has completed, a Pod while it is ready, and an object of a custom kind while its condition Available or Ready says
// so; what has nothing to say of that, such as a CronJob, always is. ReplicaSets and ReplicationControllers never are:
// they leave the Pods of an earlier template as they are, and do not tell which those are.
//
// Since is since when, at the earliest, as the status tells it; zero where it does not.
func Available(resource schema.GroupResource, object map[string]any) (available bool, since time.Time) {
	switch resource.String() {
	case "deployments.apps":
		return current(object) && counted(object, "updatedReplicas", "availableReplicas") == Replicas(object),
			transition(object, "Available")
	case "statefulsets.apps":
		return current(object) && counted(object, "updatedReplicas", "availableReplicas") == Replicas(object), time.Time{}
	case "replicasets.apps", "replicationcontrollers":
		return false, time.Time{}
	case "daemonsets.apps":
		return current(object) && counted(object, "updatedNumberScheduled", "numberAvailable") ==
			number(object, "status", "desiredNumberScheduled"), time.Time{}
	case "jobs.batch":
		return holds(object, "Complete"), transition(object, "Complete")
	case "pods":
		return holds(object, "Ready") && Asked(resource, object).Within(Executed(object)), transition(object, "Ready")
	}
	if Custom(resource.Group) {
		return said(object)
	}
	return true, time.Time{}
}

// Counted is of how many Pods the status of an available object speaks; false where it speaks of none. A status counts
// whichever Pods its controller has, also those that it found and did not make: what they execute, they say themselves.
func Counted(resource schema.GroupResource, object map[string]any) (n int64, counts bool) {
	switch resource.String() {
	case "deployments.apps", "statefulsets.apps":
		return Replicas(object), true
	case "daemonsets.apps":
		return number(object, "status", "desiredNumberScheduled"), true
	case "jobs.batch":
		return number(object, "status", "succeeded"), true
	}
	return 0, false
}

// said is what an object of a custom kind says of itself, where it has one of the usual conditions.
func said(object map[string]any) (available bool, since time.Time) {
	for _, condition := range []string{"Available", "Ready"} {
		if find(object, condition) != nil {
			return holds(object, condition), transition(object, condition)
		}
	}
	return true, time.Time{}
}

// current tells whether the controller has seen the present spec, and there is something to run.
func current(object map[string]any) bool {
	seen := number(object, "status", "observedGeneration")
	return seen >= (&unstructured.Unstructured{Object: object}).GetGeneration() &&
		(Replicas(object) > 0 || number(object, "status", "desiredNumberScheduled") > 0)
}

// counted is the number that all the counts of the status agree on; -1 where they do not.
func counted(object map[string]any, fields ...string) int64 {
	first := number(object, "status", fields[0])
	for _, field := range fields[1:] {
		if number(object, "status", field) != first {
			return -1
		}
	}
	return first
}

func number(object map[string]any, path ...string) int64 {
	n, _, err := unstructured.NestedInt64(object, path...)
	if err != nil {
		return -1
	}
	return n
}

func holds(object map[string]any, condition string) bool {
	return find(object, condition)["status"] == "True"
}

func transition(object map[string]any, condition string) time.Time {
	text, _ := find(object, condition)["lastTransitionTime"].(string)
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}
	}
	return at
}

// find is a condition of the status; nil where there is none.
func find(object map[string]any, condition string) map[string]any {
	all, _, err := unstructured.NestedSlice(object, "status", "conditions")
	if err != nil {
		return nil
	}
	for _, one := range all {
		if one, ok := one.(map[string]any); ok && one["type"] == condition {
			return one
		}
	}
	return nil
}
