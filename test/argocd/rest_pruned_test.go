// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// TestWholeReleasePruned: what a sync is to prune in a later wave is asked for with the first denial, as the gate asks
// for it, so that one approval lets it go too. What says that it is not to be pruned stays, and nobody is asked.
func TestWholeReleasePruned(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "whole-pruned")
	kept := withSpec(deploymentFile("kept", "v1", "0", "{}"), `{metadata: {annotations: {
		argocd.argoproj.io/sync-options: Prune=false, argocd.argoproj.io/compare-options: IgnoreExtraneous}}}`)
	first := commitFiles(t, e.name, map[string]string{
		"web.yaml": deploymentFile("web", "v1", "-1", "{}"), "old.yaml": deploymentFile("old", "v1", "0", "{}"),
		"kept.yaml": kept,
	})
	apply(t, e.name, e.name, e.name, nil)
	ask(t, argoAlice, e.name)
	e.awaitAsked(t, first, "deployments/web", "deployments/old", "deployments/kept")
	e.approveReleaseBy(t, bob)
	awaitSynced(t, e.name, first)

	second := commitFiles(t, e.name, map[string]string{
		"web.yaml": deploymentFile("web", "v2", "-1", "{}"), "old.yaml": "", "kept.yaml": "",
	})
	refresh(t, e.name)
	prune(t, e.name)
	e.pruningAsked(t, e.awaitAsked(t, second, "deployments/web", "deployments/old"))
	e.hasDeployments(t, "kept", "old", "web")
	e.approveReleaseBy(t, bob)
	awaitSynced(t, e.name, second)
	e.awaitEntered(t, 3+2)
	e.hasDeployments(t, "kept", "web")
}

// pruningAsked checks that of the requests the one for old is to delete it, and that alice asks.
func (e environment) pruningAsked(t *testing.T, requests []v1alpha1.PromotionRequest) {
	t.Helper()
	want := map[string]v1alpha1.ChangeOperation{"web": v1alpha1.OperationApply, "old": v1alpha1.OperationDelete}
	got := map[string]v1alpha1.ChangeOperation{}
	for _, request := range requests {
		got[request.Spec.Change.Name] = request.Spec.Change.Operation
		if by := askerOf(request); by != (asker{argoAlice, v1alpha1.RequesterArgoCD}) {
			t.Errorf("%s is asked for by %+v", request.Name, by)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("asked for (-want +got):\n%s", diff)
	}
}

// hasDeployments checks which Deployments are in the environment.
func (e environment) hasDeployments(t *testing.T, want ...string) {
	t.Helper()
	var list appsv1.DeploymentList
	if err := here.Admin(t).List(t.Context(), &list, client.InNamespace(e.name)); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, deployment := range list.Items {
		got = append(got, deployment.Name)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Deployments (-want +got):\n%s", diff)
	}
}
