// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

// What is written through a status subresource no gate is asked about, and many kinds take more through it than a
// status.
var statuses = []attack{
	orphan("Owner that is not there, by status", "has the garbage collector delete what she may not",
		owner, changeAt("Deployment shop/$ME", "status", ownerless), brought(alice, create(deployment()))),
	orphan("Owner of a CronJob, by status", "the same with what has not run yet",
		owner, changeAt("CronJob shop/$ME", "status", ownerless), brought(alice, create(cronJob()))),
	orphan("Environment for the garbage collector", "has it delete the namespace",
		wendy, changeAt("Namespace shop", "status", ownerless).rehearsed()),
	orphan("Operator for the garbage collector", "has it delete the operator's Deployment",
		mallory, changeAt("Deployment countersign-system/countersign-controller-manager", "status", ownerless).rehearsed()),
	orphan("Operator's namespace for the garbage collector", "has it delete that, with the keys and the records in it",
		nora, changeAt("Namespace countersign-system", "status", ownerless).rehearsed()),
	orphan("Operator's namespace for it, by finalize", "the same through namespaces/finalize",
		nora, replaceAt("Namespace countersign-system", "finalize", merged(`{apiVersion: v1, kind: Namespace,
			metadata: {name: countersign-system, labels: {kubernetes.io/metadata.name: countersign-system}},
			spec: {finalizers: [kubernetes]}}`, ownerless)).rehearsed()),
	{
		name: "Service of a status", does: "writes the status of a Service that is not there, of which API servers make one",
		as: owner, call: replaceAt("Service guarded/$ME", "status", service()),
		by: policy("status"), says: "is no way to make it",
	},
	{
		name: "Service of an applied status", does: "the same by server-side apply, beside the operator",
		as: mallory, call: changeAt("Service countersign-system/$ME", "status",
			service(`{metadata: {namespace: countersign-system}}`)).applied().rehearsed(),
		by: policy("status"), says: "is no way to make it",
	},
	{
		name: "False status", does: "says that what entered staging ran well there",
		as: owner, before: []step{
			operated(by(alice, create(inStaging))), elsewhere(allowed(alice, create(inStaging))),
		},
		call: changeAt("Deployment staging/$ME", "status", `{status: {availableReplicas: 1, readyReplicas: 1,
			replicas: 1}}`),
		by: policy("status"), says: "deployment-controller to write",
	},
	{
		name: "Job that is over by its status", does: "says that it has failed, so that anybody may delete it",
		as: owner, before: []step{brought(alice, create(job()))},
		call: changeAt("Job shop/$ME", "status", `{status: {conditions: [
			{type: FailureTarget, status: "True", lastTransitionTime: "2026-03-02T12:00:00Z"}]}}`),
		by: policy("status"), says: "job-controller to write",
	},
	{
		name: "CronJob run at will", does: "says that it has not run for years, so that it does now",
		as: owner, before: []step{brought(alice, create(cronJob()))},
		call: changeAt("CronJob shop/$ME", "status", `{status: {lastScheduleTime: "2024-01-01T00:00:00Z"}}`),
		by:   policy("status"), says: "cronjob-controller to write",
	},
	{
		name: "Job of another namespace",
		does: "says that it is one of a CronJob of hers, outside, whose controller is to replace it",
		as:   mallory, before: []step{given(cronJob(`{metadata: {namespace: sandbox}}`))},
		call: changeAt("CronJob sandbox/$ME", "status", `{status: {active: [{apiVersion: batch/v1, kind: Job,
			namespace: shop, name: $ME, uid: 00000000-0000-0000-0000-000000000001}]}}`),
		by: policy("status"), says: "has no Jobs in other namespaces",
	},
	{
		name: "Job that no CronJob made", does: "has the CronJob controller delete it",
		as: cronJobs, before: []step{brought(alice, create(job()))}, call: remove("Job shop/$ME"),
		by: entry("delete.gate"),
	},
	{
		name: "Quota of approvals", does: "allows no more than there are, so that nobody can object",
		as: owner, call: create(`{apiVersion: v1, kind: ResourceQuota, metadata: {namespace: shop, name: $ME},
			spec: {hard: {count/approvals.countersign.dev: "0"}}}`).rehearsed(),
		by: policy("quotas"), says: "nobody could object",
	},
	{
		name: "Quota of approvals by status", does: "writes it where API servers look, into the status of another quota",
		as: owner, before: []step{given(quota(`{metadata: {namespace: shop}}`))},
		call: changeAt("ResourceQuota shop/$ME", "status",
			`{status: {hard: {count/approvals.countersign.dev: "0"}, used: {count/approvals.countersign.dev: "0"}}}`).
			rehearsed(),
		by: policy("quotas"), says: "nobody could object",
	},
	{
		name: "Quota of bindings", does: "allows no more than there are, so that no new approver is let in",
		as: owner, call: create(`{apiVersion: v1, kind: ResourceQuota, metadata: {namespace: shop, name: $ME},
			spec: {hard: {count/rolebindings.rbac.authorization.k8s.io: "0"}}}`).rehearsed(),
		by: policy("quotas"), says: "or be let to",
	},
	{
		name: "FlowSchema before the operator's",
		does: "has API servers give the operator no time to put guards back that she takes away",
		as:   mallory, call: create(`{apiVersion: flowcontrol.apiserver.k8s.io/v1, kind: FlowSchema, metadata: {name: $ME},
			spec: {matchingPrecedence: 2, priorityLevelConfiguration: {name: catch-all}, rules: [
			{subjects: [{kind: ServiceAccount, serviceAccount: {namespace: countersign-system, name: "*"}}],
			resourceRules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"], namespaces: ["*"], clusterScope: true}]}]}}`).
			rehearsed(),
		by: policy("flow-schemas"), says: "give it more than 2",
	},
	{
		name: "FlowSchema of the operator", does: "deletes it, to the same end",
		as: mallory, call: remove("FlowSchema countersign-controller-manager").rehearsed(),
		by: policy("flow-schemas"), says: "only the group countersign:break-glass",
	},
	{
		name: "Token for a Secret that is going",
		does: "keeps one of the type by a finalizer, until there is a bot that Kubernetes writes a token of into it",
		as:   tokens, before: []step{
			soon(known("cicd", "checkout-ci")), given(goingSecret), by(installer, remove("Secret cicd/$ME")),
		},
		call: change("Secret cicd/$ME", `{data: {token: dG9rZW4=}}`),
		by:   policy("bot-secrets"), says: "whose tokens are short-lived",
	},
	{
		name: "Authority of another API server", does: "has the operator trust it, from its next Pod on",
		as: mallory, call: change("ConfigMap countersign-system/kube-root-ca.crt", `{data: {ca.crt: evil}}`).rehearsed(),
		by: policy("identities"), says: "which API server the operator trusts",
	},
	{
		name: "Pod bound beside the operator", does: "binds it through bindings, which nobody remembers",
		as: mallory, before: []step{soon(given(seatPod))},
		call: create(`{apiVersion: v1, kind: Binding, metadata: {namespace: countersign-system, name: $ME},
			target: {kind: Node, name: mine}}`).rehearsed(),
		by: policy("operator-namespace"), says: "for Countersign and the group",
	},
	{
		name: "Autoscaler of the operator", does: "has it run with one replica, or with none",
		as: mallory, call: create(`{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler,
			metadata: {namespace: countersign-system, name: $ME}, spec: {maxReplicas: 1, scaleTargetRef:
			{apiVersion: apps/v1, kind: Deployment, name: countersign-controller-manager}}}`).rehearsed(),
		by: policy("operator-namespace"), says: "for Countersign and the group",
	},
}

// inStaging is a Deployment that staging lets in unasked.
var inStaging = deployment(`{metadata: {namespace: staging}}`)

// ownerless makes an object that of an owner that is not there.
const ownerless = `{metadata: {ownerReferences: [
	{apiVersion: v1, kind: Node, name: gone, uid: 00000000-0000-0000-0000-000000000000}]}}`

// quota is one that counts nothing that matters.
func quota(more string) string {
	return merged(`{apiVersion: v1, kind: ResourceQuota, metadata: {name: $ME},
		spec: {hard: {count/podtemplates: "900"}}}`, more)
}

// goingSecret will get a token of a bot, if it is let.
const goingSecret = `{apiVersion: v1, kind: Secret, type: kubernetes.io/service-account-token,
	metadata: {namespace: cicd, name: $ME, finalizers: [example.com/kept],
	annotations: {kubernetes.io/service-account.name: checkout-ci}}}`

// seatPod is a Pod that runs beside the operator, and waits for a node.
const seatPod = `{apiVersion: v1, kind: Pod, metadata: {namespace: countersign-system, name: $ME}, spec: {
	securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, containers: [{name: web,
	image: "$GOOD", securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}}`

// orphan is an attempt to have the garbage collector delete something, by an owner that is not there.
func orphan(name, does string, as identity, c call, before ...step) attack {
	return attack{
		name: name, does: does, as: as, before: before, call: c, by: policy("status"),
		says: "no way to change its ",
	}
}

// More of the built-in controllers.
var (
	cronJobs = account("kube-system/cronjob-controller", "the CronJob controller")
	tokens   = person("system:kube-controller-manager", "the controller of token Secrets", masters)
)
