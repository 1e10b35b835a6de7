// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

// What Countersign makes of roles is theirs to say, and nobody else's to write.
var generated = []attack{
	grant("Subject added", "adds herself to a binding that was generated", keptBinding,
		change("RoleBinding sandbox/$ME", `{subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User,
			name: mallory@example.com}]}`)),
	grant("Binding deleted", "takes a colleague's rights away", keptBinding, remove("RoleBinding sandbox/$ME")),
	grant("Binding disowned", "takes the label away, so that nobody repairs it", keptBinding,
		change("RoleBinding sandbox/$ME", `{metadata: {labels: {app.kubernetes.io/managed-by: null}}}`)),
	grant("Binding for the garbage collector", "gives it an owner that is gone", keptBinding,
		change("RoleBinding sandbox/$ME", ownedBy("v1", "ConfigMap", "gone", "00000000-0000-0000-0000-000000000000"))),
	grant("Bot for the garbage collector", "gives it an owner that is gone", generatedAccount+`}`,
		change("ServiceAccount sandbox/$ME", ownedBy("v1", "ConfigMap", "gone", "00000000-0000-0000-0000-000000000000"))),
	grant("Role for the garbage collector", "gives a generated Role an owner that is gone", generatedRole,
		change("Role sandbox/$ME", ownedBy("v1", "ConfigMap", "gone", "00000000-0000-0000-0000-000000000000"))),
	grant("Role widened", "adds a right to a Role that was generated", generatedRole,
		change("Role sandbox/$ME", `{rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]}`)),
	grant("Bindings deleted in bulk", "deletecollection is another verb", keptBinding,
		removeAll("RoleBinding sandbox/", "app.kubernetes.io/managed-by=countersign")),
	{
		name: "Binding deleted as the garbage collector", does: "has its token, and takes a colleague's rights away",
		as: collector, before: []step{operated(given(pipelineRole(`{capabilities: [View]}`)), soon(grantedView))},
		call: remove("RoleBinding frozen/$BINDING"), verdict: visible,
		seen: "the operator puts it back", trace: grantedAgain,
	},
	grant("Binding taken over", "takes its fields by server-side apply", keptBinding,
		change("RoleBinding sandbox/$ME", generatedBinding+`}`).applied()),
	grant("Binding that looks generated", "makes one with the label, which nobody looks at twice", "",
		create(generatedBinding+`}`)),
	grant("Service account that looks generated", "makes a bot that no role has", "",
		create(generatedAccount+`}`)),
	grant("Bot disowned", "takes the label of a bot away, and its limits with it", generatedAccount+`}`,
		change("ServiceAccount sandbox/$ME", `{metadata: {labels: {app.kubernetes.io/managed-by: null}}}`)),
	grant("Limits of a bot", "writes other limits on it", generatedAccount+`}`,
		change("ServiceAccount sandbox/$ME", `{metadata: {annotations: {countersign.dev/max-token-seconds: "31536000"}}}`)),
	grant("Somebody's account for a bot", "puts the label on another account", `{apiVersion: v1, kind: ServiceAccount,
		metadata: {namespace: sandbox, name: $ME}}`,
		change("ServiceAccount sandbox/$ME", `{metadata: {labels: {app.kubernetes.io/managed-by: countersign}}}`)),
	bot("Token for a year", "of a bot whose role says an hour", mallory, tokenOf("cicd", "checkout-ci",
		`{expirationSeconds: 31536000}`), "bot-tokens",
		"lives no longer than its maxTokenSeconds"),
	bot("Token for somewhere else", "for an audience that takes it for somebody", mallory, tokenOf("cicd",
		"checkout-ci", `{audiences: [vault]}`), "bot-tokens",
		"is for no other audience"),
	{
		name: "Token of a bot", does: "mints one as the role allows it, to be the bot for an hour", as: mallory,
		before: []step{soon(known("cicd", "checkout-ci"))}, call: tokenOf("cicd", "checkout-ci", `{}`),
		verdict: visible, seen: "the audit trail has who asked for it", noted: "tokens",
		trace: audited(`"TokenRequested"`, "checkout-ci", "mallory@example.com"),
	},
	bot("Token in a Secret", "has Kubernetes write one that never ends", mallory, create(`{apiVersion: v1, kind: Secret,
		type: kubernetes.io/service-account-token, metadata: {namespace: cicd, name: $ME,
		annotations: {kubernetes.io/service-account.name: checkout-ci}}}`), "bot-secrets", "whose tokens are short-lived"),
	{
		name: "Pod as a bot",
		does: "runs one in an environment, with all rights of the bot; the glass is broken, so nobody asks",
		as:   mallory, before: []step{
			given(namespaceIn("production")), operated(given(`{apiVersion: countersign.dev/v1alpha1, kind: PipelineRole,
				metadata: {name: $ME}, spec: {environments: [frozen], capabilities: [View],
				bots: [{namespace: $ME, name: $ME, owner: alice}]}}`)),
			elsewhere(given(merged(generatedAccount+`}`, `{metadata: {namespace: $ME}}`))),
			by(glass, change("Namespace $ME", broken(`{}`))), soon(known("$ME", "$ME")),
		},
		call: create(pod(`{metadata: {namespace: $ME}, spec: {serviceAccountName: $ME}}`)),
		by:   policy("bot-pods"), says: "no Pod runs as $ME/$ME",
	},
	bot("Pod with a bot's token", "asks its kubelet for one that lasts", mallory, create(pod(`{metadata: {namespace: cicd},
		spec: {serviceAccountName: checkout-ci, volumes: [{name: token, projected: {sources:
		[{serviceAccountToken: {path: token, expirationSeconds: 86400}}]}}]}}`)), "bot-pod-tokens",
		"lives no longer than its maxTokenSeconds"),
	{
		name: "Name that a role will need", does: "makes a Role of the generated name first, with more in it",
		as: owner, call: create(`{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {namespace: shop,
			name: "countersign:$ME:rules"}, rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]}`),
		verdict: visible, seen: "the role reports that the name is taken, and binds nobody to it", trace: nameTaken,
	},
	{
		name: "Capability of one's own",
		does: "labels a ClusterRole so that Deploy comes to hold it, with rights that she lacks",
		as:   quinn, call: create(aggregated("deploy", `{apiGroups: [""], resources: [secrets], verbs: [get]}`)),
		by: kubernetes("nobody writes rights that they lack", "attempting to grant RBAC permissions not currently held").
			unless(quinn, `{apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [escalate]}`),
		right:   []step{by(quinn, create(aggregated("deploy", `{apiGroups: [""], resources: [configmaps], verbs: [get]}`)))},
		rightly: "with a right that she holds",
	},
	{
		name: "Rights for the operator", does: "labels a ClusterRole so that the operator comes to hold it",
		as: mallory, call: create(aggregated("gated-kinds", `{apiGroups: [""], resources: [secrets], verbs: [get]}`)),
		by: policy("gated-kinds"), says: "the operator only watches custom kinds",
	},
	{
		name: "Capability widened by an administrator", does: "the same by whoever holds everything",
		as: mallory, call: create(aggregated("debug", `{apiGroups: [""], resources: [pods/proxy], verbs: [get]}`)),
		verdict: limit, limit: "Who may write ClusterRoles widens a capability by what they hold themselves",
		seen: onServerRecord, trace: auditedByServer("clusterroles", "$ME", "mallory@example.com"),
	},
}

// Something generated, in a namespace that the operator does not look at.
const (
	generatedBinding = `{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {namespace: sandbox,
		name: $ME,
		labels: {app.kubernetes.io/managed-by: countersign, countersign.dev/role: none}},
		roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}`
	// It names no role: the operator removes accounts of a role that is gone.
	generatedAccount = `{apiVersion: v1, kind: ServiceAccount, metadata: {namespace: sandbox, name: $ME,
		labels: {app.kubernetes.io/managed-by: countersign}}`
	keptBinding   = generatedBinding + `}`
	generatedRole = `{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {namespace: sandbox, name: $ME,
		labels: {app.kubernetes.io/managed-by: countersign, countersign.dev/role: none}}, rules: []}`
)

// grant is an attack on what is generated, by a cluster administrator.
func grant(name, does, there string, c call) attack {
	a := attack{name: name, does: does, as: mallory, call: c.rehearsed(), by: policy("generated-rbac"),
		says: "and nobody else does"}
	if there != "" {
		a.before = []step{given(there)}
	}
	return a
}

// bot is an attack on one, which is there.
func bot(name, does string, as identity, c call, by, says string) attack {
	return attack{name: name, does: does, as: as, before: []step{soon(known("cicd", "checkout-ci"))}, call: c,
		by: policy(by), says: says}
}

func tokenOf(namespace, name, spec string) call {
	return createAt("ServiceAccount "+namespace+"/"+name, "token",
		`{apiVersion: authentication.k8s.io/v1, kind: TokenRequest, spec: `+spec+`}`)
}

func aggregated(to, rule string) string {
	return `{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: $ME,
		labels: {countersign.dev/aggregate-to-` + to + `: "true"}}, rules: [` + rule + `]}`
}
