// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/internal/audit"
)

const garbageCollector = "system:serviceaccount:kube-system:generic-garbage-collector"

// TestConfigurationOfOwner: what is in use does not go with its owner, whom nobody has looked at. It goes when the
// workload does, also where that waits for it.
func TestConfigurationOfOwner(t *testing.T) {
	t.Parallel()
	s := newConfiguredShop(t)
	developer := s.developer(t)
	owner, app := s.configMap("owner", "x"), s.configMap("app", "hello")
	for _, object := range []client.Object{owner, s.secret("db", password)} {
		goesThrough(t, "nobody uses it", func(ctx context.Context) error { return developer.Create(ctx, object) })
	}
	app.OwnerReferences = []metav1.OwnerReference{{APIVersion: "v1", Kind: "ConfigMap", Name: "owner", UID: owner.UID}}
	goesThrough(t, "nobody uses it", func(ctx context.Context) error { return developer.Create(ctx, app) })
	s.bringIn(t, deploying(developer, s.configured("app", "db")))
	goesThrough(t, "nobody uses the owner", deleting(developer, owner))
	awaitEvent(t, "the garbage collector is turned away", func(e audit.Event) bool {
		return e.Namespace == s.namespace && e.Object.Name == "app" && e.Actor.Username == garbageCollector &&
			e.Verdict == audit.VerdictDenied
	})
	latest(t, app)
	s.bringIn(t, func(ctx context.Context) error {
		return client.IgnoreNotFound(developer.Delete(ctx, s.deployment("checkout")))
	})
	awaitGone(t, app)
}

// TestConfigurationWaitedFor: a workload that is deleted with what it owns, and waits for that to go first, does not
// wait for ever.
func TestConfigurationWaitedFor(t *testing.T) {
	t.Parallel()
	s := newConfiguredShop(t)
	developer := s.developer(t)
	app := s.configMap("app", "hello")
	for _, object := range []client.Object{app, s.secret("db", password)} {
		goesThrough(t, "nobody uses it", func(ctx context.Context) error { return developer.Create(ctx, object) })
	}
	s.bringIn(t, deploying(developer, s.configured("app", "db")))
	deployment := latest(t, s.deployment("checkout"))
	owned := latest(t, app)
	owned.OwnerReferences = []metav1.OwnerReference{
		*metav1.NewControllerRef(deployment, appsv1.SchemeGroupVersion.WithKind("Deployment")),
	}
	s.bringIn(t, func(ctx context.Context) error { return developer.Update(ctx, owned.DeepCopy()) })
	s.bringIn(t, func(ctx context.Context) error {
		return client.IgnoreNotFound(developer.Delete(ctx, s.deployment("checkout"),
			client.PropagationPolicy(metav1.DeletePropagationForeground)))
	})
	awaitGone(t, deployment)
	awaitGone(t, app)
}
