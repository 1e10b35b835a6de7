// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"fmt"
	"path/filepath"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/hack/gitrepo"
)

const manifest = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: %[1]s
spec:
  selector: {matchLabels: {app: %[1]s}}
  template:
    metadata:
      labels: {app: %[1]s}
    spec:
      containers:
      - name: web
        image: registry.example.com/%[1]s:%[2]s
`

// repository is that of an Application.
func repository(t *testing.T, name string) *gitrepo.Repository {
	t.Helper()
	r, err := gitrepo.New(t.Context(), filepath.Join(here.Dir, "repositories", name))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// release commits a version of a Deployment to the repository of an Application, and returns the commit.
func release(t *testing.T, author gitrepo.Person, name, version string) string {
	t.Helper()
	sha, err := repository(t, name).Commit(t.Context(), author, "Release "+version, map[string]string{
		"web.yaml": fmt.Sprintf(manifest, name, version),
	})
	if err != nil {
		t.Fatal(err)
	}
	return sha
}

// refresh lets Argo CD see a commit now.
func refresh(t *testing.T, name string) {
	t.Helper()
	if err := inArgoCD(t, argoAlice).Refresh(t.Context(), name); err != nil {
		t.Fatal(err)
	}
}

// ask lets a user of Argo CD ask for a sync.
func ask(t *testing.T, user, name string) {
	t.Helper()
	if err := inArgoCD(t, user).Sync(t.Context(), name, map[string]any{}); err != nil {
		t.Fatalf("%s asks for a sync of %s: %v", user, name, err)
	}
}

// deployment is one that nobody has committed.
func deployment(namespace, name, version string) *appsv1.Deployment {
	labels := map[string]string{"app": name}
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: appsv1.DeploymentSpec{
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec: corev1.PodSpec{Containers: []corev1.Container{{
					Name: "web", Image: "registry.example.com/" + name + ":" + version,
				}}},
			},
		},
	}
}
