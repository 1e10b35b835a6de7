// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"fmt"
	"strings"
)

// The operator writes RBAC: it must not do so for those who could not. And if it is taken over, it must not do more.
var deputy = []attack{
	role("All verbs", "asks for *", `{rules: [{apiGroups: [apps], resources: [deployments], verbs: ["*"]}]}`, "verbs"),
	role("All resources", "asks for *", `{rules: [{apiGroups: [apps], resources: ["*"], verbs: [get]}]}`, "resources"),
	role("Escalate", "asks for the verb that gives rights one lacks", `{rules: [{apiGroups: [apps],
		resources: [deployments], verbs: [escalate]}]}`, "verbs"),
	role("Impersonate", "asks for others' names", `{rules: [{apiGroups: [""], resources: [users],
		verbs: [impersonate]}]}`, "verbs"),
	role("Right to approve", "asks for it by a rule, and not by the capability",
		`{rules: [{apiGroups: [countersign.dev], resources: [approvals], verbs: [create]}]}`, "apiGroups"),
	role("Right to bind", "asks for RBAC", `{rules: [{apiGroups: [rbac.authorization.k8s.io], resources: [rolebindings],
		verbs: [create]}]}`, "apiGroups"),
	role("Right to mint tokens", "asks for serviceaccounts/token",
		`{rules: [{apiGroups: [""], resources: [serviceaccounts/token], verbs: [create]}]}`, "resources"),
	role("Bot that approves", "has a bot in a role with Approve", `{capabilities: [Approve], members: null,
		bots: [{name: ci, namespace: cicd, owner: me}]}`, "a bot never approves"),
	role("Bot in the system", "has the operator make a service account that others count on", `{capabilities: [View],
		members: null,
		bots: [{name: ci, namespace: kube-system, owner: me}]}`, "namespace"),
	author("Role for oneself", "gives herself Approve by a PipelineRole, having only the right to write such",
		pipelineRole(`{capabilities: [Approve]}`)),
	author("Rule for oneself", "gives herself a right by a rule", pipelineRole(`{rules: [{apiGroups: [""],
		resources: [configmaps], verbs: [delete]}]}`)),
	author("Bot somewhere else", "has a service account made where she may make none",
		pipelineRole(`{capabilities: [View], members: null,
		bots: [{name: ci, namespace: sandbox, owner: me}]}`)),
	{
		name: "Secrets by the operator's hand", does: "asks for Secrets, which she holds and the operator does not",
		as: mallory, call: create(pipelineRole(`{rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]}`)),
		verdict: visible, seen: "the role says what is withheld: it is beyond the ceiling", trace: withheld,
	},
	{
		name: "Approver silenced", does: "makes a role that conflicts with the approvers', so that none may hold theirs",
		as: rae, call: create(pipelineRole(`{capabilities: [View], conflictsWith: [release-managers]}`)),
		by: rule("roles", "who decides about a role may bind it"), says: "needs verb bind",
		right:   []step{by(mallory, create(pipelineRole(`{capabilities: [View], conflictsWith: [release-managers]}`)))},
		rightly: "by who may bind it",
	},
	{
		name: "Role of a million rights", does: "has a few lines multiply",
		as: mallory, call: create(pipelineRole(multiplied(64))),
		by: rule("roles", "rights are counted before they are written out"), says: "must not come to more",
		right: []step{by(mallory, create(pipelineRole(multiplied(1))))}, rightly: "fewer",
	},
	{
		name: "Status of a role", does: "says that it has been granted",
		as: mallory, call: changeAt("PipelineRole developers", "status", `{status: {namespaces: 99}}`).rehearsed(),
		by: policy("request-status"),
	},
	taken("Operator grants outside environments", "binds somebody where no environment is",
		create(strings.Replace(generatedBinding, "name: view", "name: countersign-view", 1)+`}`), policy("operator-bounds")),
	taken("Operator makes a bot in the system", "whose name others count on", create(strings.Replace(generatedAccount,
		"sandbox", "kube-system", 1)+`}`), policy("operator-bounds")),
	taken("Operator takes over what it did not make", "puts its label on somebody's account",
		replaceAt("ServiceAccount shop/stranger", "", `{apiVersion: v1, kind: ServiceAccount, metadata: {namespace: shop,
			name: stranger}}`).rehearsed(),
		policy("operator-bounds")),
	taken("Operator changes configuration", "uses a right that it only gives away", create(`{apiVersion: v1,
		kind: ConfigMap, metadata: {namespace: shop, name: $ME}}`), policy("operator-writes")),
	taken("Operator deploys", "uses another such right",
		create(deployment(`{metadata: {namespace: sandbox}}`)), policy("operator-writes")),
	tries("Operator stores what it tries", "uses for real the right to try what a sync would store",
		create(pod(`{metadata: {namespace: sandbox}}`))),
	tries("Operator changes what it tries", "the same, with what is there",
		change("Deployment sandbox/$ME", `{spec: {paused: true}}`), given(deployment(`{metadata: {namespace: sandbox}}`))),
	tries("Operator tries what no sync stores", "has API servers try what it has other rights for",
		create(`{apiVersion: v1, kind: ConfigMap, metadata: {namespace: sandbox, name: $ME}}`).rehearsed()),
	{
		name: "Operator reads Secrets", does: "of the namespaces that it grants rights in",
		as: operatorItself, call: read("Secret shop/any"), by: rights("the operator reads one Secret, its own certificate"),
		right: []step{may(mallory, "get", "secrets", "", "shop")}, rightly: "a cluster administrator may",
	},
	{
		name: "Operator binds cluster-admin", does: "gives away what is no capability",
		as: operatorItself, call: create(`{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding,
			metadata: {namespace: shop,
			name: $ME, labels: {app.kubernetes.io/managed-by: countersign}}, subjects: [{apiGroup: rbac.authorization.k8s.io,
				kind: User,
			name: mallory@example.com}], roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole,
				name: cluster-admin}}`),
		by: kubernetes("it may bind the capabilities alone", "attempting to grant RBAC permissions not currently held"),
		right: []step{by(operatorItself, create(`{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding,
			metadata: {namespace: shop,
			name: $ME, labels: {app.kubernetes.io/managed-by: countersign}}, subjects: [{apiGroup: rbac.authorization.k8s.io,
				kind: User,
			name: mallory@example.com}], roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole,
				name: countersign-view}}`).rehearsed())},
		rightly: "a capability",
	},
}

// role is a PipelineRole that the schema does not let anybody write.
func role(name, does, spec, says string) attack {
	return attack{
		name: name, does: does, as: mallory, call: create(pipelineRole(spec)),
		by: schema("what a role may give"), says: says,
		right: []step{by(mallory, create(pipelineRole(`{capabilities: [View]}`)).rehearsed())}, rightly: "a capability",
	}
}

// author is a PipelineRole that gives what its author does not have.
func author(name, does, body string) attack {
	return attack{
		name: name, does: does, as: rae, call: create(body).rehearsed(),
		by: rule("roles", "nobody gives through a role what they lack"), says: "rae@example.com",
		right: []step{by(mallory, create(body).rehearsed())}, rightly: "by who has it",
	}
}

// taken over, the operator tries what is none of its work.
func taken(name, does string, c call, by guard) attack {
	return attack{name: name, does: does, as: operatorItself, call: c, by: by}
}

// tries : the operator may try what a sync would store, by a ClusterRole that it binds to itself.
func tries(name, does string, c call, before ...step) attack {
	a := taken(name, does, c, policy("operator-writes"))
	a.before = append(before,
		given(`{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {namespace: sandbox, name: $ME},
			roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: countersign-forecast},
			subjects: [{kind: ServiceAccount, name: countersign-controller-manager, namespace: countersign-system}]}`),
		by(operatorItself, create(pod(`{metadata: {namespace: sandbox}}`)).rehearsed()))
	return a
}

// pipelineRole of the attack, for developers, in an environment.
func pipelineRole(spec string) string {
	return merged(`{apiVersion: countersign.dev/v1alpha1, kind: PipelineRole, metadata: {name: $ME},
		spec: {environments: [frozen], members: [{kind: Group, name: nobody}]}}`, `{spec: `+spec+`}`)
}

// multiplied are three rules of seven verbs and so many names.
func multiplied(names int) string {
	rule := `{apiGroups: [apps], resources: [deployments], verbs: [get, list, watch, create, update, patch, delete],
		resourceNames: [` + numbered(names) + `]}`
	return `{rules: [` + rule + `, ` + rule + `, ` + rule + `]}`
}

func numbered(n int) string {
	var names []string
	for i := range n {
		names = append(names, fmt.Sprintf("name-%d", i))
	}
	return strings.Join(names, ", ")
}

// withheld : the role says that something of it is.
func withheld(s *scene) string {
	found, err := s.say(s.t.Context(), installer, read("PipelineRole $ME"))
	if err != nil {
		return err.Error()
	}
	if said := at(found, "status", "withheld"); !strings.Contains(said, "ceiling") {
		return "the role to say what is withheld: " + said
	}
	return ""
}
