// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"strings"
	"testing"
)

// rulesManifests are an environment from nothing, in the waves that docs/argocd.md names. $NAME is its name.
var rulesManifests = map[string]string{
	"namespaces.yaml": `apiVersion: v1
kind: Namespace
metadata:
  name: $NAME-cicd
  annotations: {argocd.argoproj.io/sync-wave: "-2"}
`,
	"roles.yaml": `apiVersion: countersign.dev/v1alpha1
kind: PipelineRole
metadata:
  name: $NAME-managers
  annotations: {argocd.argoproj.io/sync-wave: "-2"}
spec:
  environments: [$NAME]
  capabilities: [View, Request, Approve]
  members:
  - {kind: Group, name: $NAME-managers}
`,
	"ci.yaml": `apiVersion: countersign.dev/v1alpha1
kind: PipelineRole
metadata:
  name: $NAME-ci
  annotations: {argocd.argoproj.io/sync-wave: "-2"}
spec:
  environments: [$NAME]
  capabilities: [View, Request, Deploy]
  bots:
  - {name: ci, namespace: $NAME-cicd, owner: shop-team}
`,
	"policies.yaml": `apiVersion: countersign.dev/v1alpha1
kind: PromotionPolicy
metadata:
  name: $NAME
  annotations: {argocd.argoproj.io/sync-wave: "-1"}
spec:
  environment: $NAME
  approvals:
  - name: release
    count: 1
    from: {anyOf: [$NAME-managers]}
`,
	"environment.yaml": `apiVersion: v1
kind: Namespace
metadata:
  name: $NAME
  labels: {countersign.dev/environment: $NAME}
  annotations: {argocd.argoproj.io/sync-wave: "-2"}
`,
	"web.yaml": `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: registry.example.com/web:v1
`,
}

// newDelivery makes what Argo CD needs to deliver an environment as a bot of it, as docs/argocd.md has it: the bot, its
// rights, a project.
func newDelivery(t *testing.T, name string) environment {
	t.Helper()
	e := environment{name: name}
	here.CreateNamespace(t, e.bots(), "")
	named := strings.NewReplacer("platform-bots", e.bots(), "argocd-rules", name+"-argocd", "production", name,
		"https://git.example.com/platform/production.git", repository(t, name).URL())
	for _, object := range documented(t, "name: argocd-rules", named) {
		here.Create(t, object)
	}
	return e
}

// commit writes manifests of the environment into the repository of its Application, and returns the commit.
func (e environment) commit(t *testing.T, manifests map[string]string) string {
	t.Helper()
	files := map[string]string{}
	for file, content := range manifests {
		files[file] = strings.ReplaceAll(content, "$NAME", e.name)
	}
	sha, err := repository(t, e.name).Commit(t.Context(), dave, "Change", files)
	if err != nil {
		t.Fatal(err)
	}
	return sha
}
