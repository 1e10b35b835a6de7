// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"fmt"
	"strings"
)

// The operator writes RBAC: it must not do so for those who could not. And if it is taken over, it must not do more.
var deputy = []attack{
	role("All verbs", "asks for *", `{rules: [{apiGroups: [apps], resources: [deployments], verbs: ["*"]}]}`, verbs),
	role("All resources", "asks for *", `{rules: [{apiGroups: [apps], resources: ["*"], verbs: [get]}]}`,
		ruled("spec.rules[].resources[]", "")),
	role("Escalate", "asks for the verb that gives rights one lacks", `{rules: [{apiGroups: [apps],
		resources: [deployments], verbs: [escalate]}]}`, verbs),
	role("Impersonate", "asks for others' names", `{rules: [{apiGroups: [""], resources: [users],
		verbs: [impersonate]}]}`, verbs),
	role("Right to approve", "asks for it by a rule, and not by the capability",
		`{rules: [{apiGroups: [countersign.dev], resources: [approvals], verbs: [create]}]}`, groups),
	role("Right to bind", "asks for RBAC", `{rules: [{apiGroups: [rbac.authorization.k8s.io], resources: [rolebindings],
		verbs: [create]}]}`, groups),
	role("Right to mint tokens", "asks for serviceaccounts/token",
		`{rules: [{apiGroups: [""], resources: [serviceaccounts/token], verbs: [create]}]}`,
		ruled("spec.rules[]", "must not name serviceaccounts/token")),
	role("Bot that approves", "has a bot in a role with Approve", `{capabilities: [Approve], members: null,
		bots: [{name: ci, namespace: cicd, owner: me}]}`, ofBots("spec", "must not be set with capability 'Approve'")),
	role("Bot in the system", "has the operator make a service account that others count on", `{capabilities: [View],
		members: null,
		bots: [{name: ci, namespace: kube-system, owner: me}]}`, ofBots("spec.bots[]", "must not be a namespace")),
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
	{
		name: "Rights that the author has lost",
		does: "brings a namespace under a role whose author may not give that any more",
		as:   wendy, before: []step{operated(
			given(bindingOfView), given(mayBindView), soon(by(rae, create(viewOf("$ME")))), by(installer, remove(
				"ClusterRoleBinding $ME")), soon(refusedTo(rae, create(viewOf("$ME", `{metadata: {name: $ME-2},
				spec: {environments: [frozen]}}`)).rehearsed())))},
		call: create(namespaceIn("$ME")), verdict: visible, seen: "the role gives nothing there, and says why",
		trace: withheldOf("rae@example.com"),
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
		as: operatorItself, before: []step{given(merged(secretOf("eHl6"), `{metadata: {namespace: shop}}`))},
		call: read("Secret shop/$ME"),
		by: rights("the operator reads Secrets of its own namespace, and where gate Configuration needs it", operatorItself,
			`{apiGroups: [""], resources: [secrets], verbs: [get]}`),
	},
	{
		name: "Operator binds cluster-admin", does: "gives away what is no capability",
		as: operatorItself, call: create(`{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding,
			metadata: {namespace: shop,
			name: $ME, labels: {app.kubernetes.io/managed-by: countersign}}, subjects: [{apiGroup: rbac.authorization.k8s.io,
				kind: User,
			name: mallory@example.com}], roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole,
				name: cluster-admin}}`),
		by: kubernetes("it may bind the capabilities alone", "attempting to grant RBAC permissions not currently held").
			unless(operatorItself, `{apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [bind],
				resourceNames: [cluster-admin]}`),
		right: []step{by(operatorItself, create(`{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding,
			metadata: {namespace: shop,
			name: $ME, labels: {app.kubernetes.io/managed-by: countersign}}, subjects: [{apiGroup: rbac.authorization.k8s.io,
				kind: User,
			name: mallory@example.com}], roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole,
				name: countersign-view}}`).rehearsed())},
		rightly: "a capability",
	},
}

// role is a PipelineRole that the schema does not let anybody write. Of a rule the webhook says the same.
func role(name, does, spec string, schema guard) attack {
	says := schema.lever.(schemaRule)
	a := attack{
		name: name, does: does, as: mallory, call: create(pipelineRole(spec)).rehearsed(), by: schema, says: says.message,
		right: []step{by(mallory, create(pipelineRole(`{capabilities: [View]}`)).rehearsed())}, rightly: "a capability",
	}
	if strings.HasPrefix(says.path, "spec.rules") {
		a.first, a.by = schema, rule("roles", "no role gives that")
	}
	return a
}

// What the schema says of the rules and the bots of a role.
var (
	verbs  = ruled("spec.rules[].verbs[]", "")
	groups = ruled("spec.rules[]", "must not name a group")
)

func ruled(path, message string) guard {
	return schema("what a role may give", "pipelineroles", path, message)
}

func ofBots(path, message string) guard {
	return schema("what bots may be", "pipelineroles", path, message)
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
		soon(by(operatorItself, create(pod(`{metadata: {namespace: sandbox}}`)).rehearsed())))
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

// withheld : the role says that something of it is beyond the ceiling.
func withheld(s *scene) string { return withheldOf("ceiling")(s) }

// withheldOf : the role says so of something, for a reason.
func withheldOf(reason string) func(*scene) string {
	return func(s *scene) string {
		found, err := s.say(s.t.Context(), installer, read("PipelineRole $ME"))
		if err != nil {
			return err.Error()
		}
		if said := at(found, "status", "withheld"); !strings.Contains(said, reason) {
			return "the role to say what is withheld: " + said
		}
		return ""
	}
}

// bindingOfView and mayBindView give who writes roles the right to give View, for a while.
const (
	bindingOfView = `{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: $ME}, rules:
		[{apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [bind],
		resourceNames: [countersign-view]}]}`
	mayBindView = `{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: $ME},
		roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: $ME}, subjects:
		[{apiGroup: rbac.authorization.k8s.io, kind: User, name: rae@example.com}]}`
)

// viewOf an environment, for nobody.
func viewOf(environment string, more ...string) string {
	return merged(pipelineRole(`{capabilities: [View], environments: [`+environment+`]}`), more...)
}

// refusedTo : somebody may not make a call.
func refusedTo(as identity, c call) step {
	return func(ctx context.Context, s *scene) error {
		if _, err := s.say(ctx, as, c); !refused(err) {
			return fmt.Errorf("%s is not refused: %w", as.called, err)
		}
		return nil
	}
}
