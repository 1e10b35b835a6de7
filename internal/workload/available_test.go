// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/internal/workload"
)

func TestAvailable(t *testing.T) {
	apps := func(resource string) schema.GroupResource {
		return schema.GroupResource{Group: "apps", Resource: resource}
	}
	object := func(generation, replicas int64, status map[string]any) map[string]any {
		return map[string]any{
			"metadata": map[string]any{"generation": generation}, "spec": map[string]any{"replicas": replicas},
			"status": status,
		}
	}
	condition := func(kind, status string) map[string]any {
		return map[string]any{"type": kind, "status": status, "lastTransitionTime": "2026-03-02T12:00:00Z"}
	}
	pod := func(generation int64, conditions ...any) map[string]any {
		return map[string]any{
			"metadata": map[string]any{"generation": generation}, "status": map[string]any{"conditions": conditions},
			"spec": decode(t, webSpec),
		}
	}
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for name, tc := range map[string]struct {
		reason   string
		resource schema.GroupResource
		object   map[string]any
		want     bool
		since    time.Time
	}{
		"Deployment": {"all of it", apps("deployments"), object(3, 2, map[string]any{
			"observedGeneration": int64(3), "updatedReplicas": int64(2), "availableReplicas": int64(2),
			"conditions": []any{condition("Progressing", "True"), condition("Available", "True")},
		}), true, noon},
		"Rolling": {"half of it is still the old", apps("deployments"), object(3, 2, map[string]any{
			"observedGeneration": int64(3), "updatedReplicas": int64(1), "availableReplicas": int64(2),
		}), false, time.Time{}},
		"Unseen": {"its controller has not looked", apps("deployments"), object(3, 2, map[string]any{
			"observedGeneration": int64(2), "updatedReplicas": int64(2), "availableReplicas": int64(2),
		}), false, time.Time{}},
		"Down": {"one is not available", apps("deployments"), object(3, 2, map[string]any{
			"observedGeneration": int64(3), "updatedReplicas": int64(2), "availableReplicas": int64(1),
		}), false, time.Time{}},
		"Zero": {"nothing runs", apps("deployments"), object(3, 0, map[string]any{"observedGeneration": int64(3)}),
			false, time.Time{}},
		"New": {"there is no status", apps("deployments"), object(1, 1, nil), false, time.Time{}},
		"StatefulSet": {"all of it", apps("statefulsets"), object(1, 1, map[string]any{
			"observedGeneration": int64(1), "updatedReplicas": int64(1), "availableReplicas": int64(1),
		}), true, time.Time{}},
		"StatefulSetUnseen": {"its controller has not looked", apps("statefulsets"), object(2, 1, map[string]any{
			"observedGeneration": int64(1), "updatedReplicas": int64(1), "availableReplicas": int64(1),
		}), false, time.Time{}},
		"StatefulSetRolling": {"one is still the old", apps("statefulsets"), object(1, 2, map[string]any{
			"observedGeneration": int64(1), "updatedReplicas": int64(1), "availableReplicas": int64(2),
		}), false, time.Time{}},
		"StatefulSetDown": {"one of two", apps("statefulsets"), object(1, 2, map[string]any{
			"observedGeneration": int64(1), "updatedReplicas": int64(1), "availableReplicas": int64(1),
		}), false, time.Time{}},
		"DaemonSetUnseen": {"its controller has not looked", apps("daemonsets"), map[string]any{
			"metadata": map[string]any{"generation": int64(2)}, "status": map[string]any{
				"observedGeneration": int64(1), "desiredNumberScheduled": int64(3), "updatedNumberScheduled": int64(3),
				"numberAvailable": int64(3),
			},
		}, false, time.Time{}},
		"DaemonSetNowhere": {"no node is for it", apps("daemonsets"), object(1, 0, map[string]any{
			"observedGeneration": int64(1),
		}), false, time.Time{}},
		"DaemonSetReplicas": {"it has none", apps("daemonsets"), object(1, 0, map[string]any{
			"observedGeneration": int64(1), "desiredNumberScheduled": int64(1), "updatedNumberScheduled": int64(1),
			"numberAvailable": int64(1),
		}), true, time.Time{}},
		"DaemonSet": {"on every node", apps("daemonsets"), map[string]any{"status": map[string]any{
			"desiredNumberScheduled": int64(3), "updatedNumberScheduled": int64(3), "numberAvailable": int64(3),
		}}, true, time.Time{}},
		"DaemonSetMissing": {"on all but one", apps("daemonsets"), map[string]any{"status": map[string]any{
			"desiredNumberScheduled": int64(3), "updatedNumberScheduled": int64(3), "numberAvailable": int64(2),
		}}, false, time.Time{}},
		"ReplicaSet": {"its Pods may be of an earlier template", apps("replicasets"), object(2, 2, map[string]any{
			"observedGeneration": int64(2), "availableReplicas": int64(2),
		}), false, time.Time{}},
		"ReplicationController": {
			"so may those", schema.GroupResource{Resource: "replicationcontrollers"}, object(2, 2, map[string]any{
				"observedGeneration": int64(2), "availableReplicas": int64(2),
			}), false, time.Time{},
		},
		"Job": {"it has completed", schema.GroupResource{Group: "batch", Resource: "jobs"}, map[string]any{
			"status": map[string]any{"conditions": []any{condition("Complete", "True")}},
		}, true, noon},
		"JobFailed": {"it has failed", schema.GroupResource{Group: "batch", Resource: "jobs"}, map[string]any{
			"status": map[string]any{"conditions": []any{condition("Failed", "True"), condition("Complete", "False")}},
		}, false, noon},
		"Pod": {
			"it is ready", schema.GroupResource{Resource: "pods"}, pod(1, condition("Ready", "True")), true, noon,
		},
		"PodNotReady": {
			"it is not ready", schema.GroupResource{Resource: "pods"}, pod(1, condition("Ready", "False")), false, noon,
		},
		"PodChanged": {
			"its image was changed, and its status does not say that this runs", schema.GroupResource{Resource: "pods"},
			pod(2, condition("Ready", "True")), false, noon,
		},
		"CronJob": {
			"it has nothing to say", schema.GroupResource{Group: "batch", Resource: "cronjobs"}, nil, true, time.Time{},
		},
		"GarbageInConditions": {
			"what is no condition is passed over", schema.GroupResource{Resource: "pods"},
			pod(1, "Ready", condition("Ready", "True")), true, noon,
		},
		"Garbage": {"a status that cannot be read", apps("deployments"), object(1, 1, map[string]any{
			"observedGeneration": "1", "updatedReplicas": "1", "availableReplicas": "1", "conditions": "none",
		}), false, time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			got, since := workload.Available(tc.resource, tc.object)
			if got != tc.want || !since.Equal(tc.since) {
				t.Errorf("%s: available %t since %s, want %t since %s", tc.reason, got, since, tc.want, tc.since)
			}
		})
	}
}

func TestCounted(t *testing.T) {
	for resource, tc := range map[string]struct {
		reason string
		object string
		want   int64
		counts bool
	}{
		"deployments.apps":  {"its replicas", `{spec: {replicas: 3}}`, 3, true},
		"statefulsets.apps": {"one, as nothing is said", `{}`, 1, true},
		"daemonsets.apps":   {"its nodes", `{status: {desiredNumberScheduled: 4}}`, 4, true},
		"jobs.batch":        {"those that succeeded", `{spec: {completions: 9}, status: {succeeded: 2}}`, 2, true},
		"pods":              {"it is one", `{}`, 0, false},
		"cronjobs.batch":    {"it has none", `{}`, 0, false},
		"rollouts.argoproj.io": {
			"its operator's status is taken at its word", `{spec: {replicas: 3}}`, 0, false,
		},
	} {
		got, counts := workload.Counted(schema.ParseGroupResource(resource), decode(t, tc.object))
		if got != tc.want || counts != tc.counts {
			t.Errorf("%s: %s: %d, %t", resource, tc.reason, got, counts)
		}
	}
}
