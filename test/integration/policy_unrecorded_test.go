// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// TestUnrecordedOwners: what ran before there was a policy is listed, whoever it says owns it; what a controller makes
// of what is listed is not.
func TestUnrecordedOwners(t *testing.T) {
	s := newShop(t)
	s.namespace += "-old"
	namespace(t, s.namespace, "")
	c := admin(t)
	before := func(object client.Object) {
		t.Helper()
		goesThrough(t, "no environment yet", creating(c, object))
	}
	boss := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: "boss"}}
	cron, hidden, made, forged := s.cronJob(), s.deployment("hidden"), s.neverDone("made"), s.neverDone("forged")
	before(s.deployment("checkout"))
	before(s.statefulSet())
	before(boss)
	before(cron)
	hidden.OwnerReferences = controlledBy(boss, corev1.SchemeGroupVersion.WithKind("ConfigMap"))
	before(hidden)
	made.OwnerReferences = controlledBy(cron, batchv1.SchemeGroupVersion.WithKind("CronJob"))
	before(made)
	forged.OwnerReferences = made.OwnerReferences
	forged.Spec.Template.Spec.Containers[0].Image = "registry.example.com/evil:1"
	before(forged)
	s.replicaSetOf(t, "checkout")
	s.revisionOf(t, "statefulset")
	s.joins(t)

	in := s.namespace + "/"
	s.unrecorded(t, in+"cronjobs/cronjob", in+"deployments/checkout", in+"deployments/hidden", in+"jobs/forged",
		in+"statefulsets/statefulset")
}

func controlledBy(owner client.Object, kind schema.GroupVersionKind) []metav1.OwnerReference {
	return []metav1.OwnerReference{*metav1.NewControllerRef(owner, kind)}
}
