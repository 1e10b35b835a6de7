// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/test/cluster"
)

// release1 has something in every wave and phase of a sync; settings and the Service are not gated.
var release1 = map[string]string{
	"migrate.yaml":  jobFile("migrate", "v1", "argocd.argoproj.io/hook: PreSync"),
	"db.yaml":       deploymentFile("db", "v1", "-1", "{replicas: 1, minReadySeconds: 1}"),
	"seed.yaml":     jobFile("seed", "v1", `argocd.argoproj.io/sync-wave: "0"`),
	"web.yaml":      deploymentFile("web", "v1", "0", "{minReadySeconds: 1, revisionHistoryLimit: 5}"),
	"settings.yaml": "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {a: b}}\n",
	"service.yaml":  "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80}]}}\n",
	"worker.yaml":   deploymentFile("worker", "v1", "1", "{}"),
	"canary.yaml":   podFile("canary", "v1", "1"),
	"smoke.yaml":    jobFile("smoke", "v1", "argocd.argoproj.io/hook: PostSync"),
}

// release2 is what another commit makes of it: hooks run anew, web has a field less, of db there are more.
var release2 = map[string]string{
	"migrate.yaml": jobFile("migrate", "v2", "argocd.argoproj.io/hook: PreSync"),
	"db.yaml":      deploymentFile("db", "v1", "-1", "{replicas: 2, minReadySeconds: 1}"),
	"web.yaml":     deploymentFile("web", "v1", "0", "{minReadySeconds: 1}"),
	"worker.yaml":  deploymentFile("worker", "v2", "1", "{}"),
	"smoke.yaml":   jobFile("smoke", "v2", "argocd.argoproj.io/hook: PostSync"),
}

// TestWholeRelease: after the first denial all that needs approval is asked for, so that one command lets the whole
// release in, through all its waves and hooks.
func TestWholeRelease(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "whole-release")
	e.letDeploy(t, "configmaps", "pods", "services")
	first := commitFiles(t, e.name, release1)
	apply(t, e.name, e.name, e.name, once)
	e.awaitAsked(t, first, "jobs/migrate", "deployments/db", "jobs/seed", "deployments/web", "deployments/worker",
		"pods/canary", "jobs/smoke")
	e.holds(t, 0)
	e.approveRelease(t)
	awaitSynced(t, e.name, first)
	e.awaitEntered(t, 7)

	second := commitFiles(t, e.name, release2)
	refresh(t, e.name)
	e.awaitAsked(t, second, "jobs/migrate", "deployments/web", "deployments/worker", "jobs/smoke")
	e.approveRelease(t)
	awaitSynced(t, e.name, second)
	e.awaitEntered(t, 7+4)
	e.tried(t)
	e.triesHereAlone(t)
}

// TestWholeReleaseBy: each way in which Argo CD stores objects comes out as it was foreseen, for new objects and for
// changed ones.
func TestWholeReleaseBy(t *testing.T) {
	t.Parallel()
	for name, option := range map[string]string{"server-side": "ServerSideApply=true", "replace": "Replace=true"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEnvironment(t, "by-"+name)
			policy := maps.Clone(once)
			policy["syncOptions"] = []any{option}
			first := commitFiles(t, e.name, map[string]string{
				"db.yaml": release1["db.yaml"], "web.yaml": release1["web.yaml"], "worker.yaml": release1["worker.yaml"],
				"migrate.yaml": release1["migrate.yaml"],
			})
			apply(t, e.name, e.name, e.name, policy)
			e.awaitAsked(t, first, "jobs/migrate", "deployments/db", "deployments/web", "deployments/worker")
			e.approveRelease(t)
			awaitSynced(t, e.name, first)
			second := commitFiles(t, e.name, map[string]string{
				"db.yaml":      deploymentFile("db", "v2", "-1", "{minReadySeconds: 1}"),
				"web.yaml":     release2["web.yaml"],
				"migrate.yaml": release2["migrate.yaml"],
			})
			refresh(t, e.name)
			e.awaitAsked(t, second, "jobs/migrate", "deployments/db", "deployments/web")
			e.approveRelease(t)
			awaitSynced(t, e.name, second)
			e.awaitEntered(t, 4+3)
		})
	}
}

// TestWholeReleaseMutated: what the API server makes of an object is foreseen too.
func TestWholeReleaseMutated(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "mutated")
	mutateDeployments(t, e.name)
	revision := commitFiles(t, e.name, map[string]string{
		"db.yaml": release1["db.yaml"], "worker.yaml": release1["worker.yaml"],
	})
	apply(t, e.name, e.name, e.name, once)
	for _, request := range e.awaitAsked(t, revision, "deployments/db", "deployments/worker") {
		contains(t, request.Name, string(request.Spec.Change.Content.Raw), `"mutated.example.com/by":"policy"`)
	}
	e.approveRelease(t)
	awaitSynced(t, e.name, revision)
	e.awaitEntered(t, 2)
}

// TestWholeReleaseConfigured: where configuration counts, what is to refer to a ConfigMap that the sync is still to
// make is asked for when its turn comes. Asked for earlier, it would hold the ConfigMap up, and be asked for again.
func TestWholeReleaseConfigured(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "configured")
	e.gateConfiguration(t)
	revision := commitFiles(t, e.name, map[string]string{
		"db.yaml":       release1["db.yaml"],
		"settings.yaml": release1["settings.yaml"],
		"web.yaml":      configuredFile("web", "1", "settings"),
		"worker.yaml":   release1["worker.yaml"],
	})
	apply(t, e.name, e.name, e.name, once)
	e.awaitAsked(t, revision, "deployments/db", "deployments/worker")
	e.approveRelease(t)
	e.awaitAsked(t, revision, "deployments/web")
	e.approveRelease(t)
	awaitSynced(t, e.name, revision)
	e.awaitEntered(t, 3)
}

// holds checks how many workloads are stored in the environment.
func (e environment) holds(t *testing.T, want int) {
	t.Helper()
	found := 0
	for _, list := range []client.ObjectList{&appsv1.DeploymentList{}, &batchv1.JobList{}, &corev1.PodList{}} {
		if err := here.Admin(t).List(t.Context(), list, client.InNamespace(e.name)); err != nil {
			t.Fatal(err)
		}
		switch list := list.(type) {
		case *appsv1.DeploymentList:
			found += len(list.Items)
		case *batchv1.JobList:
			found += len(list.Items)
		case *corev1.PodList:
			found += len(list.Items)
		}
	}
	if found != want {
		t.Errorf("%d workloads are stored, want %d", found, want)
	}
}

// tried checks that the operator has had the API server try workloads, and has written none.
func (e environment) tried(t *testing.T) {
	t.Helper()
	dryRuns := 0
	var others []string
	for _, event := range here.Audited(t) {
		about := event.ObjectRef
		if event.User.Username != cluster.OperatorName || about.Namespace != e.name ||
			!slices.Contains([]string{"deployments", "jobs", "pods"}, about.Resource) ||
			!slices.Contains([]string{"create", "update", "patch", "delete"}, event.Verb) {
			continue
		}
		if strings.Contains(event.RequestURI, "dryRun=All") {
			dryRuns++
		} else {
			others = append(others, event.Verb+" "+about.Resource+"/"+about.Name)
		}
	}
	if diff := cmp.Diff([]string(nil), others); diff != "" || dryRuns == 0 {
		t.Errorf("the operator tried %d times, and wrote (-want +got):\n%s", dryRuns, diff)
	}
}

// triesHereAlone checks that the operator may try workloads in the environment, and not where the bots live.
func (e environment) triesHereAlone(t *testing.T) {
	t.Helper()
	for namespace, want := range map[string]bool{e.name: true, e.bots(): false} {
		var binding rbacv1.RoleBinding
		err := here.Admin(t).Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: "countersign-forecast"}, &binding)
		if client.IgnoreNotFound(err) != nil {
			t.Fatal(err)
		}
		if got := err == nil; got != want {
			t.Errorf("namespace %s: the operator may try: %t, want %t", namespace, got, want)
		}
	}
}

// awaitEntered waits until everything that was ever asked for has entered, so many requests.
func (e environment) awaitEntered(t *testing.T, want int) {
	t.Helper()
	requests := e.requests(t)
	if len(requests) != want {
		t.Errorf("want %d requests, got %d: something was asked for again", want, len(requests))
	}
	for _, request := range requests {
		here.AwaitState(t, request, v1alpha1.ReasonEntered)
	}
}
