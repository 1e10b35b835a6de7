// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// TestDeletion: to take away what runs needs another person, as to change it does. What it made goes with it.
func TestDeletion(t *testing.T) {
	s := newShop(t)
	developer := s.developer(t)
	deployed := s.bringIn(t, deploying(developer, s.deployment("checkout")))
	set := s.replicaSetOf(t, "checkout")

	request := s.bringIn(t, deleting(developer, s.deployment("checkout")))
	if got := request.Spec.Change; got.Operation != v1alpha1.OperationDelete || got.Digest == deployed.Spec.Change.Digest {
		t.Errorf("the request to delete asks to %s %s, as the one to deploy did", got.Operation, got.Digest)
	}
	s.request(t, func(r v1alpha1.PromotionRequest) bool {
		return r.Name == deployed.Name && r.Status.Entry.EndTime != nil
	})
	awaitGone(t, set)

	goesThrough(t, "it ran until a moment ago", deploying(developer, s.deployment("checkout")))
	if again := s.turnedAway(t, deleting(developer, s.deployment("checkout"))); again.Name != request.Name+"-2" {
		t.Errorf("one approval is for one deletion; the next waits for %s", again.Name)
	}
}

// TestOtherWaysToDelete: deletion in bulk, or of what others made, or by way of an owner, is deletion.
func TestOtherWaysToDelete(t *testing.T) {
	s := newShop(t)
	c := admin(t)
	s.bringIn(t, deploying(c, s.deployment("checkout")))
	s.bringIn(t, making(c, func() client.Object { return s.cronJob() }))
	s.bringIn(t, making(c, func() client.Object { return s.neverDone("running") }))
	s.bringIn(t, making(c, func() client.Object { return s.statefulSet() }))
	for name, tc := range map[string]struct {
		reason string
		try    try
	}{
		"InBulk": {"each is deleted", func(ctx context.Context) error {
			return c.DeleteAllOf(ctx, &appsv1.Deployment{}, client.InNamespace(s.namespace))
		}},
		"Orphaning": {"the Pods would stay, the workload not", func(ctx context.Context) error {
			return c.Delete(ctx, s.deployment("checkout"), client.PropagationPolicy(metav1.DeletePropagationOrphan))
		}},
		"ReplicaSet": {"its Pods go with it", deleting(c, s.replicaSetOf(t, "checkout"))},
		"Revision":   {"what can be gone back to is gone", deleting(c, s.revisionOf(t, "statefulset"))},
		"CronJob":    {"it would run no more", deleting(c, s.cronJob())},
		"RunningJob": {"it would be cut short", deleting(c, s.neverDone("running"))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Log(tc.reason)
			s.turnedAway(t, tc.try)
		})
	}
}

// TestOwnerDeletesNothing: the garbage collector is let through, so nobody may give it a reason to take away what runs.
func TestOwnerDeletesNothing(t *testing.T) {
	s := newShop(t)
	developer := s.developer(t)
	s.bringIn(t, deploying(developer, s.deployment("checkout")))
	gone := metav1.OwnerReference{
		APIVersion: "v1",
		Kind:       "ConfigMap",
		Name:       "gone",
		UID:        "00000000-0000-0000-0000-000000000000",
	}
	for name, c := range map[string]client.Client{"Developer": developer, "Administrator": admin(t)} {
		t.Run(name, func(t *testing.T) {
			request := s.turnedAway(t, changing(c, s.deployment("checkout"), func(o *appsv1.Deployment) {
				o.OwnerReferences = []metav1.OwnerReference{gone}
			}))
			if content := string(request.Spec.Change.Content.Raw); !strings.Contains(content, string(gone.UID)) {
				t.Errorf("the one who is to approve does not see the owner: %s", content)
			}
		})
	}
}

// TestTidyingUp: what is over may be deleted by anybody.
func TestTidyingUp(t *testing.T) {
	s := newShop(t)
	developer := s.developer(t)
	s.bringIn(t, making(developer, func() client.Object { return s.job("migrate", "") }))
	job := s.job("migrate", "")
	eventually(t, func(context.Context) string {
		if latest(t, job).Status.CompletionTime == nil {
			return "the Job to complete"
		}
		return ""
	})
	goesThrough(t, "the Job is over", func(ctx context.Context) error {
		return developer.Delete(ctx, job, client.PropagationPolicy(metav1.DeletePropagationBackground))
	})
}

// TestNamespaceDeletion: who may take a namespace out of its environment may delete it, and nothing stays behind.
func TestNamespaceDeletion(t *testing.T) {
	s := newShop(t)
	s.bringIn(t, deploying(s.developer(t), s.deployment("checkout")))
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: s.namespace}}
	goesThrough(t, "an administrator deletes the namespace", deleting(admin(t), ns))
	awaitGone(t, ns)
}

// neverDone is a Job that no node takes.
func (s shop) neverDone(name string) *batchv1.Job {
	job := s.job(name, "")
	job.Spec.Template.Spec.NodeSelector = map[string]string{"example.com/none": "has-this"}
	return job
}

func awaitGone(t *testing.T, object client.Object) {
	t.Helper()
	c := admin(t)
	eventually(t, func(ctx context.Context) string {
		if err := c.Get(ctx, client.ObjectKeyFromObject(object), object); !apierrors.IsNotFound(err) {
			return "an object to be gone: " + object.GetName()
		}
		return ""
	})
}
