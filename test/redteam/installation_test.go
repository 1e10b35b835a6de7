// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

// What Countersign is made of: without it there is no gate. The attacks are dry-runs, which are judged like any call.
var installation = []attack{
	webhooks("Gate deleted", "deletes the webhook configuration",
		remove("ValidatingWebhookConfiguration countersign-gate")),
	webhooks("Stamp deleted", "deletes the other one", remove("MutatingWebhookConfiguration countersign-stamp")),
	webhooks("Gates of policies deleted", "deletes the third",
		remove("ValidatingWebhookConfiguration countersign-gate-policies")),
	webhooks("All gates deleted", "deletes all webhook configurations at once",
		removeAll("ValidatingWebhookConfiguration ", "")),
	webhooks("Gate emptied", "takes all entries out", gate(`{webhooks: []}`)),
	webhooks("Gate that fails open", "sets failurePolicy: Ignore, and makes it fail",
		gate(oneEntry(`{failurePolicy: Ignore}`))),
	webhooks("Gate that looks away", "adds a namespaceSelector that fits nothing",
		gate(oneEntry(`{namespaceSelector: {matchLabels: {no: such}}}`))),
	webhooks("Gate with an exemption", "adds an objectSelector, so that a label opens it",
		gate(oneEntry(`{objectSelector: {matchExpressions: [{key: exempt, operator: DoesNotExist}]}}`))),
	webhooks("Gate under a condition", "adds a matchCondition that is never true",
		gate(oneEntry(`{matchConditions: [{name: never, expression: "false"}]}`))),
	webhooks("Gate somewhere else", "has it call a server that says yes",
		gate(oneEntry(`{clientConfig: {url: "https://evil.example.com"}}`))),
	webhooks("Gate with another authority",
		"has it trust another certificate, through an annotation that an injector follows",
		gate(`{metadata: {annotations: {cert-manager.io/inject-ca-from: evil/ca}}}`)),
	webhooks("Gate that cannot be replaced", "adds a finalizer", gate(`{metadata: {finalizers: [example.com/stay]}}`)),
	webhooks("Gate taken over", "takes its fields by server-side apply",
		gate(`{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration,
			metadata: {name: countersign-gate, labels: {owner: mallory}}}`).applied()),
	webhooks("CRD deleted", "deletes the approvals and policies with their kind",
		remove("CustomResourceDefinition approvals.countersign.dev")),
	webhooks("CRD without rules", "takes the validation away",
		change("CustomResourceDefinition approvals.countersign.dev", `{spec: {preserveUnknownFields: false,
			names: {categories: [all]}}}`)),
	webhooks("CRD that converts", "has a server of hers convert approvals",
		change("CustomResourceDefinition approvals.countersign.dev", `{spec: {conversion: {strategy: Webhook,
			webhook: {conversionReviewVersions: [v1], clientConfig: {url: "https://evil.example.com"}}}}}`)),
	webhooks("CRD that is not served", "writes its status",
		changeAt("CustomResourceDefinition approvals.countersign.dev", "status", `{status: {conditions: []}}`)),
	webhooks("Kinds served by somebody else", "has the API server ask another one for approvals",
		change("APIService v1alpha1.countersign.dev", `{spec: {insecureSkipTLSVerify: true, service: {namespace: sandbox,
			name: evil}}}`)),
	webhooks("Operator's rights narrowed", "takes rules out of its ClusterRole, so that it reconciles nothing",
		change("ClusterRole countersign-manager-role", `{rules: []}`)),
	webhooks("Operator without rights", "deletes the binding to it",
		remove("ClusterRoleBinding countersign-manager-rolebinding")),
	webhooks("Operator's rights for herself", "puts herself into the binding",
		change("ClusterRoleBinding countersign-manager-rolebinding", `{subjects: [{apiGroup: rbac.authorization.k8s.io,
			kind: User, name: mallory@example.com}]}`)),
	webhooks("Capability rewritten", "writes Secrets into what Deploy holds, for all who have it",
		change("ClusterRole countersign-deploy-base", `{rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]}`)),
	webhooks("Capability that takes from anybody", "has it hold what any ClusterRole holds",
		change("ClusterRole countersign-deploy", `{aggregationRule: {clusterRoleSelectors: [{matchExpressions:
			[{key: kubernetes.io/bootstrapping, operator: Exists}]}]}}`)),
	webhooks("Base of another capability", "gives what Deploy holds to whoever may View, by a label",
		change("ClusterRole countersign-deploy-base",
			`{metadata: {labels: {countersign.dev/aggregate-to-view: "true"}}}`)),
	webhooks("Capability deleted", "takes it from all who have it", remove("ClusterRole countersign-operate-base")),
	webhooks("Ceiling raised", "writes into the ClusterRole that roles take their rules from",
		change("ClusterRole countersign-ceiling-base", `{rules: [{apiGroups: [""], resources: [secrets], verbs: ["get"]}]}`)),
	{
		name: "Capability rewritten by a controller", does: "has the token of the one that aggregates ClusterRoles",
		as: aggregator, call: change("ClusterRole countersign-deploy-base",
			`{rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]}`).rehearsed(),
		by: policy("installation"), says: "only Countersign and the group countersign:break-glass",
	},
	{
		name: "Guards deleted", does: "deletes a policy of config/policy first; the API server asks no policy about policies",
		as: mallory, call: remove("ValidatingAdmissionPolicyBinding countersign-installation").rehearsed(),
		verdict: limit, limit: "deletes the guards first", seen: brokenGuard,
		trace: auditedByServer("validatingadmissionpolicybindings/countersign-installation", "mallory@example.com"),
	},
	{
		name: "Guards that match nothing", does: "changes one instead",
		as: mallory, call: change("ValidatingAdmissionPolicy countersign-installation",
			`{spec: {matchConditions: [{name: never, expression: "false"}]}}`).rehearsed(),
		verdict: limit, limit: "deletes the guards first", seen: brokenGuard,
		trace: auditedByServer("validatingadmissionpolicies/countersign-installation", "mallory@example.com"),
	},
}

// brokenGuard is how it shows; that the operator writes it down, and restores the guard, is tested in test/integration.
const brokenGuard = "`GuardBroken` and `GuardRestored` in the audit trail; who it was in the API server's audit log"

// webhooks is an attack on the installation by a cluster administrator.
func webhooks(name, does string, c call) attack {
	return attack{
		name: name, does: does, as: mallory, call: c.rehearsed(), by: policy("installation"),
		says: "only Countersign and the group countersign:break-glass",
	}
}

func gate(body string) call { return change("ValidatingWebhookConfiguration countersign-gate", body) }

// oneEntry is a configuration whose only entry is the one for workloads, with a change.
func oneEntry(patch string) string {
	return `{webhooks: [` + merged(`{name: workloads.gate.countersign.dev, clientConfig: {url: "https://127.0.0.1:1"},
		sideEffects: None, admissionReviewVersions: [v1], rules: [{apiGroups: [apps], apiVersions: ["*"],
		resources: [deployments], operations: [CREATE]}]}`, patch) + `]}`
}
