// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// orphans leaves behind what was made of the object.
const orphans = client.PropagationPolicy(metav1.DeletePropagationOrphan)

// TestOrphaningDeletion: what is to go alone, and leave what it runs, is not what is to go.
func TestOrphaningDeletion(t *testing.T) {
	s := newShop(t)
	developer := s.developer(t)
	checkout := func(options ...client.DeleteOption) try {
		return func(ctx context.Context) error { return developer.Delete(ctx, s.deployment("checkout"), options...) }
	}
	s.bringIn(t, deploying(developer, s.deployment("checkout")))
	set := s.replicaSetOf(t, "checkout")
	plain := s.turnedAway(t, checkout())
	s.approve(t, plain, bob)
	s.await(t, plain.Name, v1alpha1.ReasonApproved)

	left := s.turnedAway(t, checkout(orphans), "what was made of it be left")
	if left.Name == plain.Name || !promotion.Orphans(left.Spec.Change) || promotion.Orphans(plain.Spec.Change) {
		t.Errorf("one request to delete is %s, one that leaves what runs %s: %s", plain.Name, left.Name,
			left.Spec.Change.Content.Raw)
	}
	for name, tc := range map[string]struct {
		reason string
		try    try
	}{
		"AsBefore": {"the option had another name once", checkout(&client.DeleteOptions{
			Raw: &metav1.DeleteOptions{OrphanDependents: new(true)}, //nolint:staticcheck // API servers still go by it
		})},
		"InBulk": {"each is deleted like that", func(ctx context.Context) error {
			return admin(t).DeleteAllOf(ctx, &appsv1.Deployment{}, client.InNamespace(s.namespace), orphans)
		}},
		"ByFinalizer": {"the object itself says so", func(ctx context.Context) error {
			err := patch(developer, s.deployment("checkout"), "", `{"metadata":{"finalizers":["orphan"]}}`)(ctx)
			if err != nil {
				return err
			}
			return checkout()(ctx)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Log(tc.reason)
			if got := s.turnedAway(t, tc.try); got.Name != left.Name {
				t.Errorf("it waits for %s, not for %s", got.Name, left.Name)
			}
		})
	}

	s.approve(t, left, carol)
	s.await(t, left.Name, v1alpha1.ReasonApproved)
	goesThrough(t, "carol approved that", checkout(orphans))
	s.await(t, left.Name, v1alpha1.ReasonEntered)
	awaitGone(t, s.deployment("checkout"))
	if state := s.get(t, plain.Name); state.Status.Entry != nil {
		t.Error("the other deletion has entered too")
	}
	if owners := latest(t, set).OwnerReferences; len(owners) > 0 {
		t.Errorf("what it ran is still owned: %v", owners)
	}
	s.unrecorded(t, s.namespace+"/replicasets/"+set.Name)
}

// TestOrphaningByDefault: a Job that is deleted without a word leaves its Pods.
func TestOrphaningByDefault(t *testing.T) {
	s := newShop(t)
	c := admin(t)
	s.bringIn(t, making(c, func() client.Object { return s.neverDone("running") }))
	left := s.turnedAway(t, deleting(c, s.neverDone("running")))
	background := s.turnedAway(t, func(ctx context.Context) error {
		return c.Delete(ctx, s.neverDone("running"), client.PropagationPolicy(metav1.DeletePropagationBackground))
	})
	if !promotion.Orphans(left.Spec.Change) || promotion.Orphans(background.Spec.Change) {
		t.Errorf("without options: %s, in the background: %s", left.Spec.Change.Content.Raw,
			background.Spec.Change.Content.Raw)
	}
}

// TestHeldDeletion: what a finalizer keeps runs on, and is not said to be gone.
func TestHeldDeletion(t *testing.T) {
	s := newShop(t)
	developer := s.developer(t)
	held := s.deployment("checkout")
	s.bringIn(t, deploying(developer, held))
	set := s.replicaSetOf(t, "checkout")
	const hold = `{"metadata":{"finalizers":["example.com/hold"]}}`
	goesThrough(t, "finalizers are no content", patch(developer, held, "", hold))
	request := s.turnedAway(t, deleting(developer, held))
	s.approve(t, request, bob)
	s.await(t, request.Name, v1alpha1.ReasonApproved)
	goesThrough(t, "bob approved", deleting(developer, held))
	s.await(t, request.Name, v1alpha1.ReasonBeingDeleted)
	denied(t, deleting(developer, held)(t.Context()), "it is being deleted")

	admitted := s.get(t, request.Name).Status.Admission.Time
	eventually(t, func(context.Context) string {
		if time.Since(admitted.Time) < writeTimeout+time.Second {
			return "the time to be over that a write may take"
		}
		return ""
	})
	annotate := `{"metadata":{"annotations":{"looked":"again"}}}`
	goesThrough(t, "the operator looks again", patch(developer, held, "", annotate))
	if got := s.get(t, request.Name); got.Status.Admission == nil || got.Status.Entry != nil {
		t.Errorf("what is not gone: let in %v, entered %v", got.Status.Admission, got.Status.Entry)
	}
	if deleted := latest(t, set).DeletionTimestamp; deleted != nil {
		t.Error("what it ran is being deleted")
	}

	goesThrough(t, "whoever holds it lets go", patch(developer, held, "", `{"metadata":{"finalizers":null}}`))
	s.await(t, request.Name, v1alpha1.ReasonEntered)
	awaitGone(t, set)
	awaitNoPods(t, s.namespace)
}

func awaitNoPods(t *testing.T, namespace string) {
	t.Helper()
	eventually(t, func(ctx context.Context) string {
		var pods corev1.PodList
		if err := admin(t).List(ctx, &pods, client.InNamespace(namespace)); err != nil {
			return err.Error()
		}
		if len(pods.Items) > 0 {
			return "the Pods to be gone"
		}
		return ""
	})
}
