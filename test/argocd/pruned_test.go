// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"context"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/test/cluster"
)

const freezeManifest = `apiVersion: countersign.dev/v1alpha1
kind: Freeze
metadata:
  name: $NAME
spec:
  reason: launch weekend
`

// freezes delivers a Freeze.
func (e environment) freezes(t *testing.T) {
	t.Helper()
	revision := e.commit(t, map[string]string{"freeze.yaml": freezeManifest})
	ask(t, argoAlice, e.name)
	awaitSynced(t, e.name, revision)
	awaitHealth(t, e.name, "Freeze", e.name, "Healthy", "is frozen by "+e.account()+": launch weekend")
	awaitHealth(t, e.name, "PromotionPolicy", e.name, "Healthy", "Frozen: ")
	if found := refreshed(t, e.name, revision).Status.Sync; found.Status != "Synced" {
		t.Errorf("refreshed, it is %s", found.Status)
	}
}

// takenBack removes the Freeze and a role from the repository: what the role gave goes with it, and nothing else.
func (e environment) takenBack(t *testing.T) {
	t.Helper()
	bot := &corev1.ServiceAccount{}
	bot.Namespace, bot.Name = e.name+"-cicd", "ci"
	if err := here.Admin(t).Get(t.Context(), client.ObjectKeyFromObject(bot), bot); err != nil {
		t.Fatal(err)
	}
	revision := e.commit(t, map[string]string{"freeze.yaml": "", "ci.yaml": ""})
	prune(t, e.name)
	awaitSynced(t, e.name, revision)
	gone(t, &v1alpha1.Freeze{}, e.name)
	gone(t, &v1alpha1.PipelineRole{}, e.name+"-ci")
	c := here.Admin(t)
	cluster.Eventually(t, func(ctx context.Context) string {
		if err := c.Get(ctx, client.ObjectKeyFromObject(bot), bot); !apierrors.IsNotFound(err) {
			return "the bot of the role to go"
		}
		return ""
	})
	awaitHealth(t, e.name, "PipelineRole", e.managers(), "Healthy", "Holds in 4 namespaces")
}

// prune lets a user of Argo CD ask for a sync that removes what is in the repository no more.
func prune(t *testing.T, name string) {
	t.Helper()
	if err := inArgoCD(t, argoAlice).Sync(t.Context(), name, map[string]any{"prune": true}); err != nil {
		t.Fatal(err)
	}
}

// gone checks that an object of the cluster is there no more.
func gone(t *testing.T, object client.Object, name string) {
	t.Helper()
	if err := here.Admin(t).Get(t.Context(), client.ObjectKey{Name: name}, object); !apierrors.IsNotFound(err) {
		t.Errorf("%T %s: %v", object, name, err)
	}
}
