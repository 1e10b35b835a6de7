// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build delivery

package delivery

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
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
	namespace(t, e.bots(), "")
	made := e.apply(t, manifests...)
	namespace(t, name, name)
	e.awaitReady(t, made)
	return e
}

// apply makes objects of manifests, as the administrator.
func (e environment) apply(t *testing.T, manifests ...string) (made []client.Object) {
	t.Helper()
	for _, manifest := range manifests {
		for _, object := range objects(t, strings.ReplaceAll(manifest, "$E", e.name)) {
			create(t, object)
			made = append(made, object)
		}
	}
	return made
}

// awaitReady waits until roles and policies are in force.
func (e environment) awaitReady(t *testing.T, made []client.Object) {
	t.Helper()
	c := admin(t)
	eventually(t, func(ctx context.Context) string {
		for _, object := range made {
			if why := unready(ctx, c, object); why != "" {
				return why
			}
		}
		return ""
	})
}

// unready says what a role or a policy lacks; empty for anything else.
func unready(ctx context.Context, c client.Client, object client.Object) string {
	key := client.ObjectKeyFromObject(object)
	switch object.GetObjectKind().GroupVersionKind().Kind {
	case "PipelineRole":
		var role v1alpha1.PipelineRole
		if err := c.Get(ctx, key, &role); err != nil {
			return err.Error()
		}
		if !meta.IsStatusConditionTrue(role.Status.Conditions, v1alpha1.ConditionReady) || role.Status.Namespaces == nil ||
			*role.Status.Namespaces != 1 {
			return fmt.Sprintf("role %s to be ready: %+v", role.Name, role.Status.Conditions)
		}
	case "PromotionPolicy":
		var policy v1alpha1.PromotionPolicy
		if err := c.Get(ctx, key, &policy); err != nil {
			return err.Error()
		}
		if !meta.IsStatusConditionTrue(policy.Status.Conditions, v1alpha1.ConditionReady) {
			return fmt.Sprintf("policy %s to be ready: %+v", policy.Name, policy.Status.Conditions)
		}
	}
	return ""
}
