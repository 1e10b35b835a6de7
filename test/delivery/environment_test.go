// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build delivery

package delivery

import (
	"strings"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/test/docs"
)

// The people: alice deploys, bob and carol approve.
const (
	alice = "alice@example.com"
	bob   = "bob@example.com"
	carol = "carol@example.com"
)

// environment is a gated one, with one namespace of its name, a group that deploys to it, one that approves, and a bot
// of each tool.
type environment struct{ name string }

func (e environment) developers() string { return e.name + "-developers" }
func (e environment) managers() string   { return e.name + "-managers" }

// bots is the namespace of the bots, which Flux has its objects in too.
func (e environment) bots() string { return e.name + "-bots" }

// account of a bot.
func (e environment) account(bot string) string {
	return "system:serviceaccount:" + e.bots() + ":" + bot
}

// roles of an environment, but for those that a page of the documentation has.
const roles = `apiVersion: countersign.dev/v1alpha1
kind: PipelineRole
metadata: {name: $E-managers}
spec:
  environments: [$E]
  capabilities: [View, Request, Approve]
  members: [{kind: Group, name: $E-managers}]
---
apiVersion: countersign.dev/v1alpha1
kind: PipelineRole
metadata: {name: $E-developers}
spec:
  environments: [$E]
  capabilities: [View, Request, Deploy]
  rules:
  - {apiGroups: [""], resources: [configmaps], verbs: [create, delete, get, list, update]}
  members: [{kind: Group, name: $E-developers}]
`

// rules are its policy.
const rules = `apiVersion: countersign.dev/v1alpha1
kind: PromotionPolicy
metadata: {name: $E}
spec:
  environment: $E
  approvals: [{name: release, from: {anyOf: [$E-managers]}}]
  deletion: {mode: RequireApproval}
`

// newEnvironment makes one. More are manifests that belong to it, in which $E stands for its name.
func newEnvironment(t *testing.T, name string, more ...string) environment {
	t.Helper()
	return newEnvironmentOf(t, name, append([]string{roles, rules}, more...)...)
}

// newEnvironmentOf makes one of these manifests.
func newEnvironmentOf(t *testing.T, name string, manifests ...string) environment {
	t.Helper()
	e := environment{name: name}
	here.CreateNamespace(t, e.bots(), "")
	made := e.apply(t, manifests...)
	here.CreateNamespace(t, name, name)
	here.AwaitReady(t, made...)
	return e
}

// apply makes objects of manifests, as the administrator.
func (e environment) apply(t *testing.T, manifests ...string) (made []client.Object) {
	t.Helper()
	for _, manifest := range manifests {
		for _, object := range docs.Objects(t, strings.ReplaceAll(manifest, "$E", e.name)) {
			here.Create(t, object)
			made = append(made, object)
		}
	}
	return made
}
