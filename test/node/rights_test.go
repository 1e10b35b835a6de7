// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build node

package node

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/operator"
	"github.com/countersign-dev/countersign/hack/repo"
	"github.com/countersign-dev/countersign/test/cluster"
)

// grant gives somebody one right to what is in the core group, in a namespace, or in the whole cluster where that is
// empty; and waits until the API server knows.
func grant(t *testing.T, to, namespace, verb, resource string) {
	t.Helper()
	bind(t, to, namespace, verb, resource)
	main, sub, _ := strings.Cut(resource, "/")
	asked := authorizationv1.SubjectAccessReviewSpec{User: to, ResourceAttributes: &authorizationv1.ResourceAttributes{
		Namespace: namespace, Verb: verb, Resource: main, Subresource: sub,
	}}
	c := here.Admin(t)
	cluster.Eventually(t, func(ctx context.Context) string {
		review := &authorizationv1.SubjectAccessReview{Spec: asked}
		if err := c.Create(ctx, review); err != nil {
			return err.Error()
		}
		if !review.Status.Allowed {
			return "the API server to know that " + to + " may " + verb + " " + resource
		}
		return ""
	})
}

func bind(t *testing.T, to, namespace, verb, resource string) {
	t.Helper()
	role := &rbacv1.ClusterRole{Rules: []rbacv1.PolicyRule{
		{APIGroups: []string{""}, Resources: []string{resource}, Verbs: []string{verb}},
	}}
	name := strings.Join([]string{to, verb, resource, namespace}, "-")
	role.Name = regexp.MustCompile(`[^a-z]+`).ReplaceAllString(name, "-") + "role"
	here.Create(t, role)
	ref := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role.Name}
	subjects := []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: to}}
	if namespace == "" {
		binding := &rbacv1.ClusterRoleBinding{RoleRef: ref, Subjects: subjects}
		binding.Name = role.Name
		here.Create(t, binding)
		return
	}
	binding := &rbacv1.RoleBinding{RoleRef: ref, Subjects: subjects}
	binding.Namespace, binding.Name = namespace, role.Name
	here.Create(t, binding)
}

// create has somebody make an object.
func create(t *testing.T, who string, object client.Object) {
	t.Helper()
	if err := here.As(t, who).Create(t.Context(), object); err != nil {
		t.Fatal(err)
	}
}

// listed checks that the plugin lists a way as one that somebody has.
func listed(t *testing.T, who, way string) {
	t.Helper()
	config, err := operator.Installer(here.ControlPlane)
	if err != nil {
		t.Fatal(err)
	}
	kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
	if err := controlplane.WriteKubeconfig(kubeconfig, config); err != nil {
		t.Fatal(err)
	}
	bin, err := repo.Bin()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), filepath.Join(bin, "kubectl-countersign"), "bypass")
	cmd.Env = append(os.Environ(), "KUBECONFIG="+kubeconfig)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	paragraph := regexp.MustCompile(`(?m)^` + way + `: .*\n(  .*\n)*?  User ` + regexp.QuoteMeta(who) + ` `)
	if !paragraph.Match(out) {
		t.Errorf("%s is not listed under %s:\n%s", who, way, out)
	}
}
