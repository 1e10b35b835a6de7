// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// testQuotaStatus: API servers judge by the status of a quota. They and the controller write it, and nobody else counts
// there what the spec may not.
func (g guarded) testQuotaStatus(t *testing.T) {
	const by, requests = "countersign-quotas", "count/promotionrequests.countersign.dev"
	g.namespace(t, "counted", "")
	meta := metav1.ObjectMeta{Namespace: "counted", Name: "before"}
	before, free := &corev1.ResourceQuota{ObjectMeta: meta}, &corev1.ResourceQuota{ObjectMeta: meta}
	before.Spec.Hard = corev1.ResourceList{requests: resource.MustParse("900")}
	free.Name = "free"
	g.create(t, before, free)
	join := `{"metadata":{"labels":{"countersign.dev/environment":"counted"}}}`
	if err := patch(g.glass(t), namespaceIn("counted", ""), "", join)(t.Context()); err != nil {
		t.Fatal(err)
	}
	counts := func(c client.Client, of *corev1.ResourceQuota, what, count string) func(context.Context) error {
		return patch(c, of, "status", `{"status":{"`+what+`":{"`+count+`}}}`)
	}
	g.controllerCounts(t, before, requests)
	g.awaitCounted(t, before, requests)
	admin := g.admin(t)
	tryAll(t, map[string]attempt{
		"Hard": {"nobody could object", counts(admin, free, "hard", `count/approvals.countersign.dev":"0"`), by,
			"Leave these names out of spec.hard and status"},
		"Fewer":  {"nor then", counts(admin, before, "hard", requests+`":"0"`), by, ""},
		"Used":   {"nor with all of it used", counts(admin, before, "used", requests+`":"900"`), by, ""},
		"Others": {"it counts none of ours", counts(admin, free, "hard", `pods":"9"`), "", ""},
	})
}

// controllerCounts has the controller write that none is used.
func (g guarded) controllerCounts(t *testing.T, quota *corev1.ResourceQuota, requests corev1.ResourceName) {
	t.Helper()
	admin, controller := g.admin(t), g.controller(t, "resourcequota-controller")
	eventually(t, func(ctx context.Context) string {
		if err := admin.Get(ctx, client.ObjectKeyFromObject(quota), quota); err != nil {
			return err.Error()
		}
		quota.Status.Hard = quota.Spec.Hard
		quota.Status.Used = corev1.ResourceList{requests: resource.MustParse("0")}
		if err := controller.Status().Update(ctx, quota); err != nil {
			return "what the controller counted: " + err.Error()
		}
		return ""
	})
}

// awaitCounted waits until an API server has counted a request that it let in.
func (g guarded) awaitCounted(t *testing.T, quota *corev1.ResourceQuota, requests corev1.ResourceName) {
	t.Helper()
	person, made := g.as(t, alice, administrators), 0
	self := whoAmI(t, person)
	eventually(t, func(ctx context.Context) string {
		made++
		if err := person.Create(ctx, requestBy(self, quota.Namespace, fmt.Sprintf("request-%d", made))); err != nil {
			return err.Error()
		}
		if err := person.Get(ctx, client.ObjectKeyFromObject(quota), quota); err != nil {
			return err.Error()
		}
		if used := quota.Status.Used[requests]; used.IsZero() {
			return "a request to be counted"
		}
		return ""
	})
}
