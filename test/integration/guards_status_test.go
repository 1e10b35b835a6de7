// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	flowcontrolv1 "k8s.io/api/flowcontrol/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// testWorkloadStatus: in environments the status of a workload is for its controller, or for the one that a Job names.
func (g guarded) testWorkloadStatus(t *testing.T) {
	const by, failed = "countersign-status", `{"status":{"failed":7}}`
	g.namespace(t, "reported", "reported")
	g.namespace(t, "reported-outside", "")
	admin, queue := g.admin(t), "example.com/queue"
	in := func(namespace, name string, managedBy *string) *batchv1.Job {
		job := jobIn(name)
		job.Namespace, job.Spec.ManagedBy = namespace, managedBy
		g.create(t, job)
		return job
	}
	own, others := in("reported", "own", nil), in("reported", "others", &queue)
	outside := in("reported-outside", "own", nil)
	tryAll(t, map[string]attempt{
		"Own":     {"its controller is built in", patch(admin, own, "status", failed), by, "job-controller to write"},
		"Others":  {"it names another", patch(admin, others, "status", failed), "", ""},
		"Outside": {"no gate goes by it", patch(admin, outside, "status", failed), "", ""},
		"Owners": {"they are no status", patch(admin, others, "status", `{"metadata":{"finalizers":["example.com/a"]}}`), by,
			"no way to change its finalizers"},
	})
}

// testQuotas: what was counted before a namespace joined stays or goes, and is not changed.
func (g guarded) testQuotas(t *testing.T) {
	const by = "countersign-quotas"
	g.namespace(t, "quotas", "")
	quota := func(name string) *corev1.ResourceQuota {
		return &corev1.ResourceQuota{ObjectMeta: metav1.ObjectMeta{Namespace: "quotas", Name: name}}
	}
	before, going := quota("before"), quota("going")
	for _, counted := range []*corev1.ResourceQuota{before, going} {
		counted.Spec.Hard = corev1.ResourceList{"count/approvals.countersign.dev": resource.MustParse("9")}
		g.create(t, counted)
	}
	glass := g.as(t, "admin", administrators, breakGlassGroup)
	join := patch(glass, namespaceIn("quotas", ""), "", `{"metadata":{"labels":{"countersign.dev/environment":"quotas"}}}`)
	if err := join(t.Context()); err != nil {
		t.Fatal(err)
	}
	admin := g.admin(t)
	hard := func(counts string) string { return `{"spec":{"hard":{` + counts + `}}}` }
	tryAll(t, map[string]attempt{
		"Another": {"it counts none of ours", patch(admin, quota("before"), "", hard(`"pods":"5"`)), "", ""},
		"Fewer": {"nobody could object", patch(admin, quota("before"), "", hard(`"count/approvals.countersign.dev":"0"`)), by,
			"Leave these names out"},
		"Gone": {"everybody can", patch(admin, going, "", hard(`"count/approvals.countersign.dev":null`)), "", ""},
	})
}

// testFlowSchemas: those that count after the operator's are anybody's, and its own is applied again as it is.
func (g guarded) testFlowSchemas(t *testing.T) {
	const by = "countersign-flow-schemas"
	admin := g.admin(t)
	schema := func(name string, precedence int32) *flowcontrolv1.FlowSchema {
		made := &flowcontrolv1.FlowSchema{ObjectMeta: metav1.ObjectMeta{Name: name}}
		made.Spec.MatchingPrecedence = precedence
		made.Spec.PriorityLevelConfiguration.Name = "catch-all"
		return made
	}
	own := schema("countersign-controller-manager", 2)
	late := schema("late", 3)
	if err := admin.Create(t.Context(), late); err != nil {
		t.Fatalf("one that counts after it: %v", err)
	}
	tryAll(t, map[string]attempt{
		"Early": {"it would count before", creating(admin, schema("early", 2)), by, "give it more than 2"},
		"Earlier": {"so would it then", patch(admin, late, "", `{"spec":{"matchingPrecedence":2}}`), by,
			"give it more than 2"},
		"Label": {"it changes nothing", patch(admin, own, "", `{"metadata":{"labels":{"a":"b"}}}`), "", ""},
		"Level": {"it would wait", patch(admin, own, "", `{"spec":{"priorityLevelConfiguration":{"name":"catch-all"}}}`), by,
			"only the group"},
	})
}
