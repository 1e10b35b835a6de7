// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build delivery

package delivery

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/test/cluster"
)

// resumedWithin is what is promised, from the last approval.
const resumedWithin = 5 * time.Second

// newFlux makes an environment that Flux deploys to as a bot, from a repository of its own.
func newFlux(t *testing.T, name string) environment {
	t.Helper()
	return newEnvironment(t, name, fluxManifests(t, "kind: PipelineRole", name))
}

// deploy has Flux deploy from now on.
func (e environment) deploy(t *testing.T) {
	t.Helper()
	e.apply(t, fluxManifests(t, "kind: Kustomization", e.name))
}

// approveInTime lets bob and carol approve a request, and checks that Flux brings the change in time.
func (e environment) approveInTime(t *testing.T, request v1alpha1.PromotionRequest) {
	t.Helper()
	e.approve(t, []string{request.Name}, bob, carol)
	start := time.Now()
	awaitLetIn(t, request)
	took := time.Since(start)
	t.Logf("%s was let in after %s", request.Name, took.Round(time.Millisecond))
	if took > resumedWithin {
		t.Errorf("it took %s", took)
	}
}

const requestedAt = "reconcile.fluxcd.io/requestedAt"

// TestFlux: what Flux brings as a bot is denied, and the Kustomization says what it waits for. Once approved it goes on
// by itself. To go back in Git needs no approval.
func TestFlux(t *testing.T) {
	t.Parallel()
	e := newFlux(t, "flux")
	revision := e.commit(t, "v1", "web")
	e.deploy(t)
	request := here.AwaitOpen(t, e.name, "web")
	denied := e.awaitDenied(t, revision, request.Name)
	contains(t, "Ready", denied.ready().Message, "deployments/web in flux may not enter flux",
		"Needs:    1 approval from flux-managers",
		"Needs:    1 more from flux-managers (policy flux: two people must stand behind every entry)",
		"asked for by "+e.account("flux"), "kubectl countersign approve "+request.Name+" -n flux")
	of := &v1alpha1.Release{Source: "Flux", Name: "flux-bots/checkout", Revision: revision}
	if diff := cmp.Diff(of, request.Spec.Release); diff != "" {
		t.Errorf("release (-want +got):\n%s", diff)
	}
	e.approveInTime(t, request)
	e.awaitApplied(t, revision)
	here.AwaitState(t, request, v1alpha1.ReasonEntered)
	e.resumed(t, 1)
	e.deployedAs(t, e.account("flux"))

	second := e.commit(t, "v2", "web")
	e.fetch(t)
	e.approveInTime(t, here.AwaitOpen(t, e.name, "web"))
	e.awaitApplied(t, second)
	e.resumed(t, 2)

	back := e.commit(t, "v1", "web")
	e.fetch(t)
	e.awaitApplied(t, back)
	e.resumed(t, 2)
}

// TestFluxInTurn: Flux applies one workload after the other, and stops at the first that is denied. Each is asked for
// when its turn comes.
func TestFluxInTurn(t *testing.T) {
	t.Parallel()
	e := newFlux(t, "flux-turns")
	revision := e.commit(t, "v1", "db", "web")
	e.deploy(t)
	e.approveInTime(t, here.AwaitOpen(t, e.name, "db"))
	if requests := e.requests(t); requests[0].Spec.Change.Name != "db" {
		t.Errorf("web was asked for first: %s", requests[0].Name)
	}
	e.approveInTime(t, here.AwaitOpen(t, e.name, "web"))
	e.awaitApplied(t, revision)
	e.resumed(t, 2)
}

// TestFluxAskedAhead: what alice asks for ahead, in the release's name, goes on as a whole once one other person has
// approved it.
func TestFluxAskedAhead(t *testing.T) {
	t.Parallel()
	e := newFlux(t, "flux-ahead")
	revision := e.commitFiles(t, map[string]string{
		"deploy/db.yaml": workload("db", "v1"), "deploy/web.yaml": workload("web", "v1"),
		"deploy/kustomization.yaml": "resources: [db.yaml, web.yaml]\n",
	})
	her := e.person(t, alice, e.developers())
	her.dir = repositoryDir(e.name)
	her.fluxPage(t, e, "kubectl kustomize").says(t, 0, "deployments/db: opened", "deployments/web: opened")
	e.deploy(t)
	db := here.AwaitOpen(t, e.name, "db")
	contains(t, "Ready", e.awaitDenied(t, revision, db.Name).ready().Message, "asked for by "+alice)
	e.person(t, bob, e.managers()).fluxPage(t, e, "--asked-by").says(t, 0)
	e.awaitApplied(t, revision)
	e.resumed(t, 1)
}

// TestFluxPruned: what is no longer in Git is deleted when that is approved.
func TestFluxPruned(t *testing.T) {
	t.Parallel()
	e := newFlux(t, "flux-pruned")
	revision := e.commit(t, "v1", "db", "web")
	e.deploy(t)
	e.approveInTime(t, here.AwaitOpen(t, e.name, "db"))
	e.approveInTime(t, here.AwaitOpen(t, e.name, "web"))
	e.awaitApplied(t, revision)
	without := e.commitFiles(t, map[string]string{"deploy/web.yaml": "# gone\n"})
	e.fetch(t)
	request := here.AwaitOpen(t, e.name, "web")
	if request.Spec.Change.Operation != v1alpha1.OperationDelete {
		t.Fatalf("%s asks for %s", request.Name, request.Spec.Change.Operation)
	}
	e.awaitDenied(t, without, request.Name)
	e.approveInTime(t, request)
	e.awaitApplied(t, without)
	her := e.person(t, alice, e.developers())
	her.kubectl(t, "", "get", "deployments", "--output=name").is(t, 0, "deployment.apps/db\n")
}

// TestFluxItself: Flux's own service account is not a bot of the environment, so nobody can approve what it does.
func TestFluxItself(t *testing.T) {
	t.Parallel()
	e := newFlux(t, "flux-itself")
	revision := e.commit(t, "v1", "web")
	e.apply(t, strings.Replace(fluxManifests(t, "kind: Kustomization", e.name), "  serviceAccountName: flux ", "  # ", 1))
	denied := e.awaitDenied(t, revision, "is neither a person nor a bot of a PipelineRole")
	contains(t, "Ready", denied.ready().Message, "system:serviceaccount:flux-system:kustomize-controller")
	if requests := e.requests(t); len(requests) > 0 {
		t.Errorf("something was asked for: %s", requests[0].Name)
	}
}

// TestOperatorOnlyAnnotates: of a Kustomization the operator writes one annotation, and nothing else.
func TestOperatorOnlyAnnotates(t *testing.T) {
	t.Parallel()
	e := newFlux(t, "flux-bounds")
	e.commit(t, "v1", "web")
	e.deploy(t)
	here.AwaitOpen(t, e.name, "web")
	operator := here.As(t, cluster.OperatorName, "system:serviceaccounts", "system:serviceaccounts:countersign-system")
	for field, patch := range map[string]string{
		"spec":               `{"spec":{"suspend":true}}`,
		"another annotation": `{"metadata":{"annotations":{"kustomize.toolkit.fluxcd.io/reconcile":"disabled"}}}`,
		"an empty one":       `{"metadata":{"annotations":{"kustomize.toolkit.fluxcd.io/reconcile":""}}}`,
		"labels":             `{"metadata":{"labels":{"team":"other"}}}`,
		"finalizers":         `{"metadata":{"finalizers":[]}}`,
	} {
		err := operator.Patch(t.Context(), e.kustomization(), client.RawPatch(types.MergePatchType, []byte(patch)))
		if err == nil || !strings.Contains(err.Error(), "countersign-operator-writes") {
			t.Errorf("%s: want the guard to refuse it, got: %v", field, err)
		}
	}
	patch := `{"metadata":{"annotations":{"` + requestedAt + `":"2030-01-01T00:00:00Z"}}}`
	err := operator.Patch(t.Context(), e.kustomization(), client.RawPatch(types.MergePatchType, []byte(patch)))
	if err != nil {
		t.Errorf("the annotation: %v", err)
	}
}
