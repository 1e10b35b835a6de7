// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build delivery

package delivery

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/test/docs"
)

// TestHelm: what a bot brings with Helm is denied, says what it waits for, and gets in when the same command runs
// again. To go back needs no approval.
func TestHelm(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "helm", helmBot(t))
	ci, checkout := e.bot(t, "helm"), chart(t, nil)
	tried := ci.helm(t, upgrade(checkout, "v1", "--dry-run=server")...).says(t, 0, "Dry run complete")
	if requests := e.requests(t); len(requests) > 0 || strings.Contains(tried.text, "may not enter") {
		t.Errorf("a dry-run is answered: %d requests, and\n%s", len(requests), tried.text)
	}
	denied := ci.helm(t, upgrade(checkout, "v1")...).says(t, 1,
		"Error: ", "deployments/web in helm may not enter helm", "deployments/db in helm may not enter helm",
		"Needs:    1 approval from helm-managers", "asked for by "+e.account("helm"), "Then:     try again")
	ci.released(t, "failed", 1)
	of := &v1alpha1.Release{Source: "Helm", Name: "helm/checkout"}
	for _, name := range []string{"web", "db"} {
		request := here.AwaitOpen(t, e.name, name)
		contains(t, "the answer", denied.text, "kubectl countersign approve "+request.Name+" -n helm")
		if diff := cmp.Diff(of, request.Spec.Release); diff != "" {
			t.Errorf("release of %s (-want +got):\n%s", name, diff)
		}
	}
	e.approve(t, []string{"--release", "helm/checkout"}, bob, carol)
	ci.helm(t, upgrade(checkout, "v1")...).says(t, 0, "STATUS: deployed")
	ci.runs(t, "v1")

	ci.helm(t, upgrade(checkout, "v2")...).says(t, 1, "UPGRADE FAILED", "deployments/web", "deployments/db")
	ci.released(t, "failed", 3)
	ci.runs(t, "v1")
	e.approve(t, []string{"--release", "helm/checkout"}, bob, carol)
	ci.helm(t, upgrade(checkout, "v2")...).says(t, 0)
	ci.runs(t, "v2")

	ci.helm(t, "history", "checkout").says(t, 0, `Release "checkout" failed`, `Upgrade "checkout" failed`,
		"may not enter helm")
	ci.helm(t, "rollback", "checkout", "2", "--wait", "--timeout=1m").says(t, 0)
	ci.released(t, "deployed", 5)
	ci.runs(t, "v1")
}

// TestHelmPage: the flow of docs/helm.md is as it says.
func TestHelmPage(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "helm-page")
	her, him, checkout := e.person(t, alice, e.developers()), e.person(t, bob, e.managers()), chart(t, nil)
	for _, version := range []string{"v1", "v2"} {
		denied := her.helmPage(t, e, "helm upgrade", checkout, version).says(t, 1)
		if version == "v2" {
			docs.Compare(t, denied.text, e.named().Replace(docs.Find(t, "helm.md", "text", "UPGRADE FAILED").Text))
		}
		him.helmPage(t, e, "approve --release", checkout, version).says(t, 0)
		her.helmPage(t, e, "helm upgrade", checkout, version).says(t, 0)
		her.runs(t, version)
	}
}

// TestHelmOfAPerson: what alice brings needs one approval. Where Helm is to roll back a failure, it rolls back to what
// ran, also what got in of the release, and what she asked for still waits.
func TestHelmOfAPerson(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "helm-alice")
	her, checkout := e.person(t, alice, e.developers()), chart(t, nil)
	her.helm(t, upgrade(checkout, "v1", "--rollback-on-failure")...).says(t, 1, "asked for by "+alice)
	her.helm(t, "status", "checkout").says(t, 1, "not found")
	e.approve(t, []string{"--release", "helm-alice/checkout"}, bob)
	her.helm(t, upgrade(checkout, "v1", "--rollback-on-failure")...).says(t, 0)
	her.helm(t, upgrade(checkout, "v2", "--rollback-on-failure")...).says(t, 1, "has been rolled back")
	her.released(t, "deployed", 3)
	her.runs(t, "v1")
	e.approve(t, []string{here.AwaitOpen(t, e.name, "web").Name}, bob)
	her.helm(t, upgrade(checkout, "v2", "--rollback-on-failure")...).says(t, 1, "has been rolled back", "deployments/db")
	her.runs(t, "v1")
	e.approve(t, []string{"--release", "helm-alice/checkout"}, bob)
	her.helm(t, upgrade(checkout, "v2", "--rollback-on-failure")...).says(t, 0)
	her.runs(t, "v2")
}

// TestHelmAskedAhead: a chart whose hook is denied gets no further. What alice asks for ahead, hooks included, a bot
// brings in one go once one other person has approved it. Where not all of it can be asked for, nothing is.
func TestHelmAskedAhead(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "helm-ahead", helmBot(t))
	ci, her, checkout := e.bot(t, "helm"), e.person(t, alice, e.developers()), chart(t, migration)
	for _, version := range []string{"v1", "v2"} {
		her.helmPage(t, e, "helm template", checkout, version).says(t, 3, "deployments/web: opened request",
			"deployments/db: opened request", "jobs/migrate-"+version+": opened request",
			"approve --release helm-ahead/checkout --asked-by "+alice)
		ci.helm(t, upgrade(checkout, version)...).says(t, 1, "jobs/migrate-"+version+" in helm-ahead may not enter")
		e.approve(t, []string{"--release", "helm-ahead/checkout", "--asked-by", alice}, bob)
		her.helmPage(t, e, "helm template", checkout, version).says(t, 0)
		ci.helm(t, upgrade(checkout, version)...).says(t, 0)
		ci.runs(t, version)
	}
	her.helmPage(t, e, "helm template", chart(t, oneName), "v3").says(t, 1, `Job.batch "migrate-v2"`, "field is immutable")
	if asked := len(e.requests(t)); asked != 6 {
		t.Errorf("%d requests, though not all could be asked for; want the 6 of before", asked)
	}
}

// TestHelmUninstall: to delete workloads is a change as well, where a policy says so. Helm keeps for itself why it
// could not; what it tried waits for approval.
func TestHelmUninstall(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "helm-gone")
	her, checkout := e.person(t, alice, e.developers()), chart(t, nil)
	her.helm(t, upgrade(checkout, "v1")...).says(t, 1)
	e.approve(t, []string{"--release", "helm-gone/checkout"}, bob)
	her.helm(t, upgrade(checkout, "v1")...).says(t, 0)
	her.helm(t, "uninstall", "checkout", "--wait", "--timeout=1m").is(t, 1, "Error: failed to delete release: checkout\n")
	her.released(t, "uninstalling", 2)
	her.runs(t, "v1")
	for _, name := range []string{"web", "db"} {
		if request := here.AwaitOpen(t, e.name, name); request.Spec.Change.Operation != v1alpha1.OperationDelete {
			t.Errorf("%s asks for %s", request.Name, request.Spec.Change.Operation)
		}
	}
	e.approve(t, []string{"--release", "helm-gone/checkout"}, bob)
	her.helm(t, "uninstall", "checkout", "--wait", "--timeout=1m").says(t, 0)
	her.kubectl(t, "", "get", "deployments").says(t, 0, "No resources found")
}
