// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/countersign-dev/countersign/test/cluster"
)

// serverSide has Argo CD ask the API server what a change would make, by a dry-run, as setting
// controller.diff.server.side does for all Applications.
const serverSide = "ServerSideDiff=true"

// TestServerSideDiff: a change that waits is a difference, not a failure to compare. To compare asks for nothing.
func TestServerSideDiff(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "diff")
	first := release(t, dave, e.name, "v1")
	applyWith(t, serverSide, e.name, e.name, e.name, nil)
	ask(t, argoAlice, e.name)
	awaitPhase(t, e.name, "Failed")
	e.approve(t, e.awaitRequest(t), bob, carol)
	awaitSynced(t, e.name, first)

	second := release(t, erin, e.name, "v2")
	e.differs(t, second)
	if requests := e.requests(t); len(requests) != 1 {
		t.Errorf("to compare asks for nothing, and there are %d requests", len(requests))
	}
	if !e.compared(t) {
		t.Error("nothing was compared by a dry-run")
	}
	awaitLogged(t, "Warning: countersign: deployments/diff in diff would not enter diff now")
	shown, err := inArgoCD(t, argoAlice).Command(t.Context(), "app", "diff", e.name, "--server-side-diff")
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 1 {
		t.Errorf("argocd app diff tells of a difference by exit code 1: %v", err)
	}
	contains(t, "argocd app diff", shown, "<       - image: registry.example.com/diff:v1",
		">       - image: registry.example.com/diff:v2")
	ask(t, argoBob, e.name)
	awaitPhase(t, e.name, "Failed")
	e.differs(t, second)
}

// differs compares, and checks that the Application is OutOfSync and says of no error.
func (e environment) differs(t *testing.T, revision string) {
	t.Helper()
	found := refreshed(t, e.name, revision)
	if found.Status.Sync.Status != "OutOfSync" || found.Status.Health.Status != "Healthy" {
		t.Errorf("%s waits, and the application is %s and %s", revision, found.Status.Sync.Status, found.Status.Health.Status)
	}
	for _, condition := range found.Status.Conditions {
		if condition.Type == "ComparisonError" {
			t.Errorf("%s: %s", condition.Type, condition.Message)
		}
	}
}

// compared tells whether Argo CD has compared by a dry-run as the bot.
func (e environment) compared(t *testing.T) bool {
	t.Helper()
	for _, event := range here.Audited(t) {
		if event.ObjectRef.Resource == "deployments" && event.ObjectRef.Name == e.name &&
			strings.Contains(event.RequestURI, "dryRun=All") && cluster.ActedAs(event) == e.account() {
			return true
		}
	}
	return false
}

// awaitLogged waits until the application controller has logged something. What the API server warns of when Argo CD
// compares is told nowhere else.
func awaitLogged(t *testing.T, text string) {
	t.Helper()
	cluster.Eventually(t, func(context.Context) string {
		content, err := os.ReadFile(filepath.Join(here.Dir, "argocd", "argocd-application-controller.log"))
		if err != nil {
			return err.Error()
		}
		if !strings.Contains(string(content), text) {
			return "the controller to log: " + text
		}
		return ""
	})
}
