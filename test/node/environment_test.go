// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build node

package node

import (
	"strings"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/test/docs"
)

// The people: alice deploys, bob approves, and the others have what rights a test gives
// them.
const (
	alice   = "alice@example.com"
	bob     = "bob@example.com"
	mallory = "mallory@example.com"
	trudy   = "trudy@example.com"
	wendy   = "wendy@example.com"
)

// environment is a gated one, with one namespace of its name, a group that deploys to it and one that approves.
type environment struct{ name string }

func (e environment) developers() string { return e.name + "-developers" }
func (e environment) managers() string   { return e.name + "-managers" }

// rules are as strict about images as they can be.
const rules = `apiVersion: countersign.dev/v1alpha1
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
  members: [{kind: Group, name: $E-developers}]
---
apiVersion: countersign.dev/v1alpha1
kind: PromotionPolicy
metadata: {name: $E}
spec:
  environment: $E
  approvals: [{name: release, from: {anyOf: [$E-managers]}}]
  images: {digests: Required}
  ledger: {mode: Deny}
`

func newEnvironment(t *testing.T, name string) environment {
	t.Helper()
	e := environment{name: name}
	made := docs.Objects(t, strings.ReplaceAll(rules, "$E", name))
	ready := make([]client.Object, 0, len(made))
	for _, object := range made {
		here.Create(t, object)
		ready = append(ready, object)
	}
	here.CreateNamespace(t, name, name)
	here.AwaitReady(t, ready...)
	return e
}
