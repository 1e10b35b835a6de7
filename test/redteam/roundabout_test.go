// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"fmt"
	"strings"
)

// Rights that are worth more than they look, and rights of machines.
var roundabout = []attack{
	{
		name: "Account with other rights", does: "may make Deployments and nothing else, and runs one as who may do more",
		as: ursula, before: []step{
			operated(given(ursulas(`{apiGroups: [apps], resources: [deployments], verbs: [create]}`))),
			elsewhere(given(ruleOf(`{apiGroups: [apps], resources: [deployments], verbs: [create]}`))),
			elsewhere(given(boundTo("shop"))), permitted(ursula, create(deployment()).rehearsed()),
		},
		call: create(deployment(podSpec(`{serviceAccountName: stranger}`))), by: entry("workloads.gate"),
	},
	{
		name: "Name that is made", does: "has a right to one name, and makes another",
		as: ursula, before: []step{
			operated(given(ursulas(namedRule)), soon(grantedRule)), elsewhere(given(ruleOf(namedRule))),
			elsewhere(given(boundTo("shop"))),
			permitted(ursula, read("ConfigMap shop/$ME")),
		},
		call: create(`{apiVersion: v1, kind: ConfigMap, metadata: {namespace: shop, name: $ME-2}}`),
		by: rights("a rule with names lets nobody make anything", ursula,
			`{apiGroups: [""], resources: [configmaps], verbs: [create]}`),
	},
	{
		name: "Mirror Pod of a kubelet", does: "has the credentials of a node, and says that a file there asks for the Pod",
		as: kubelet, before: []step{present(redNode), naming("NODE", "Node red", "metadata", "uid")},
		call: create(pod(`{metadata: {annotations: {kubernetes.io/config.mirror: x}, ownerReferences: [{apiVersion: v1,
			kind: Node, name: red, uid: $NODE, controller: true}]}, spec: {nodeName: red}}`)),
		by: entry("pods.gate"),
	},
	{
		name: "Mirror Pod of a kubelet, unlisted", does: "the same where the gate is open, for whatever reason",
		as: kubelet, before: []step{present(redNode), naming("NODE", "Node red", "metadata", "uid")},
		call: create(listedPod(`{metadata: {annotations: {kubernetes.io/config.mirror: x}, ownerReferences: [{apiVersion: v1,
			kind: Node, name: red, uid: $NODE, controller: true}]}, spec: {nodeName: red,
			containers: [{name: web, image: "$EVIL"}]}}`)),
		by: imagesOfPods(),
	},
	{
		name: "Secrets of a node's Pods", does: "has the credentials of a node, and reads what its Pods may",
		as: kubelet, before: []step{
			present(redNode), given(`{apiVersion: v1, kind: Secret, metadata: {namespace: sandbox, name: $ME}}`),
			given(pod(`{metadata: {namespace: sandbox}, spec: {nodeName: red,
				volumes: [{name: s, secret: {secretName: $ME}}]}}`)),
			soon(by(kubelet, read("Secret sandbox/$ME"))),
		},
		call: read("Secret sandbox/$ME"), verdict: limit, limit: "Who has the credentials of a node",
		seen: onServerRecord, trace: auditedByServer("secrets/$ME", "system:node:red"),
	},
	{
		name: "Approval that is being deleted", does: "deploys by one that the namespace controller was made to delete",
		as: dan, before: []step{operated(asked(dan, create(deployment())), by(bob, decides(bob, "Approve", firstDecision)),
			by(emptier, remove("Approval shop/$REQUEST-d1").with("propagationPolicy=Foreground")))},
		call: create(deployment()),
		by:   rule("workloads.gate", "what is being deleted does not count"), says: "kubectl countersign approve",
		right: []step{approved(carol), by(dan, create(deployment()))}, rightly: "approved anew",
	},
}

var (
	// ursula holds one rule.
	ursula = person("ursula@example.com", "somebody with one rule")
	// kubelet is a node, by whoever has its key.
	kubelet = person("system:node:red", "whoever is on a node", "system:nodes")
	// emptier empties namespaces that go.
	emptier = account("kube-system/namespace-controller", "the namespace controller")
)

const (
	redNode   = `{apiVersion: v1, kind: Node, metadata: {name: red}}`
	namedRule = `{apiGroups: [""], resources: [configmaps], verbs: [create, get], resourceNames: [$ME]}`
)

// ursulas is a role with that rule.
func ursulas(rule string) string {
	return merged(pipelineRole(`{environments: [production], rules: [`+rule+`]}`),
		`{spec: {members: [{kind: User, name: ursula@example.com}]}}`)
}

// ruleOf and boundTo give the rule where nobody makes anything of roles.
func ruleOf(rule string) string {
	return `{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: $ME}, rules: [` + rule + `]}`
}

func boundTo(namespace string) string {
	return `{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {namespace: ` + namespace + `,
		name: $ME}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: $ME},
		subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: ursula@example.com}]}`
}

// permitted waits until RBAC lets somebody make a call, whatever becomes of it.
func permitted(as identity, c call) step {
	return func(ctx context.Context, s *scene) error {
		return eventually(ctx, func(ctx context.Context) string {
			if _, err := s.say(ctx, as, c); err != nil && strings.Contains(err.Error(), "cannot") {
				return err.Error()
			}
			return ""
		})
	}
}

// grantedRule : the role says that it has been granted.
func grantedRule(ctx context.Context, s *scene) error {
	found, err := s.say(ctx, installer, read("PipelineRole $ME"))
	if err == nil && at(found, "status", "namespaces") == "" {
		return fmt.Errorf("the role has not been granted: %s", at(found, "status"))
	}
	return err
}
