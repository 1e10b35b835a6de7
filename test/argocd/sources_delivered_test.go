// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"context"
	"fmt"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/hack/argocd"
	"github.com/countersign-dev/countersign/hack/gitrepo"
	"github.com/countersign-dev/countersign/test/cluster"
)

const applicationManifest = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: %[1]s, namespace: argocd}
spec:
  project: %[1]s
  source: {repoURL: "%[2]s", path: %[3]s, targetRevision: main}
  destination: {server: "https://kubernetes.default.svc", namespace: %[1]s}
`

// TestSourcesDelivered: where an Application comes from a repository, who commits what it deploys is an author of that.
func TestSourcesDelivered(t *testing.T) {
	t.Parallel()
	for name, impersonated := range map[string]bool{"by-argocd": false, "by-bot": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEnvironment(t, "delivered-"+name)
			e.deliver(t, impersonated)
			commitFiles(t, e.name, map[string]string{
				"web.yaml": fmt.Sprintf(manifest, e.name, "v1"), "next/web.yaml": fmt.Sprintf(manifest, e.name, "v2"),
			})
			for _, step := range []struct {
				author        gitrepo.Person
				path, version string
			}{{erin, ".", "v1"}, {gitCarol, "next", "v2"}} {
				e.delivers(t, step.author, step.path)
				ask(t, argoAlice, e.name)
				request := e.awaitRequestFor(t, image(e, step.version))
				wrote(t, request, v1alpha1.AuthorshipCommits, committed(dave.Email, step.author.Email))
				if step.author == gitCarol {
					e.cannotApprove(t, request, carol)
				}
				awaitPhase(t, e.name, "Failed")
				e.approve(t, request, bob)
				here.AwaitState(t, request, v1alpha1.ReasonEntered)
				awaitPhase(t, e.name, "Succeeded")
			}
		})
	}
}

// parent is the Application that delivers the one of the environment.
func (e environment) parent() string { return e.name + "-parent" }

// deliver lets the parent deliver Applications: as a service account of its own, or as Argo CD's.
func (e environment) deliver(t *testing.T, impersonated bool) {
	t.Helper()
	account := ""
	if impersonated {
		account = e.bots() + ":argocd"
		meta := metav1.ObjectMeta{Namespace: argocd.Namespace, Name: e.parent()}
		here.Create(t, &rbacv1.Role{ObjectMeta: meta, Rules: []rbacv1.PolicyRule{{
			APIGroups: []string{argoVersion.Group}, Resources: []string{"applications"},
			Verbs: []string{"get", "create", "patch"},
		}}})
		here.Create(t, &rbacv1.RoleBinding{
			ObjectMeta: meta,
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: e.parent()},
			Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Name: "argocd", Namespace: e.bots()}},
		})
	}
	here.Create(t, projectNamed(e.parent(), argocd.Namespace, account))
	// What it first deploys, whoever made it is an author of.
	revision := commitFiles(t, e.parent(), map[string]string{"README.md": "Applications\n"})
	apply(t, e.parent(), e.parent(), argocd.Namespace, nil)
	ask(t, argoAlice, e.parent())
	awaitSynced(t, e.parent(), revision)
}

// delivers has somebody commit from which path the Application deploys, and waits until that is so.
func (e environment) delivers(t *testing.T, author gitrepo.Person, path string) {
	t.Helper()
	content := fmt.Sprintf(applicationManifest, e.name, repository(t, e.name).URL(), path)
	files := map[string]string{"application.yaml": content}
	if _, err := repository(t, e.parent()).Commit(t.Context(), author, "Deliver", files); err != nil {
		t.Fatal(err)
	}
	refresh(t, e.parent())
	ask(t, argoAlice, e.parent())
	cluster.Eventually(t, func(ctx context.Context) string {
		application := argoObject("Application", e.name, nil)
		if err := here.Admin(t).Get(ctx, client.ObjectKeyFromObject(application), application); err != nil {
			return err.Error()
		}
		is, _, err := unstructured.NestedString(application.Object, "spec", "source", "path")
		if err != nil || is != path {
			return fmt.Sprintf("path %s, not %s: %v", path, is, err)
		}
		return ""
	})
}
