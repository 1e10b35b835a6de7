// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

// Labels, annotations and finalizers are no status, and neither is what is written of the operator's own.
var statusesOfMore = []attack{
	described("Order to a proxy by status", "gives the ingress controller a snippet to run, where no gate is asked",
		changeAt("Ingress guarded/$ME", "status", `{metadata: {annotations:
			{nginx.ingress.kubernetes.io/configuration-snippet: "return 302 https://evil.example.com;"}}}`),
		"its annotations", brought(alice, create(ingress()))),
	described("Order to a load balancer by status", "the same to that of a Service",
		changeAt("Service guarded/$ME", "status", `{metadata: {annotations:
			{service.beta.kubernetes.io/aws-load-balancer-internal: "false"}}}`),
		"its annotations", brought(alice, create(service()))),
	described("Service for another proxy by status", "labels it, so that kube-proxy leaves it to hers",
		changeAt("Service guarded/$ME", "status", `{metadata: {labels: {service.kubernetes.io/service-proxy-name: mine}}}`),
		"its labels", brought(alice, create(service()))),
	described("Pod into a Service by status", "labels a Pod that runs, so that a Service selects it",
		changeAt("Pod guarded/$ME", "status", `{metadata: {labels: {app: other}}}`),
		"its labels", brought(owner, create(merged(calmPod, `{metadata: {namespace: guarded}}`)))),
	described("Service that stays by status", "keeps it by a finalizer of hers, once it is deleted",
		changeAt("Service guarded/$ME", "status", `{metadata: {finalizers: [example.com/stay,
			service.kubernetes.io/load-balancer-cleanup]}}`),
		"its finalizers", brought(alice, create(service()))),
	{
		name: "Environment that leaves its records",
		does: "takes the finalizers from its spec, so that what was approved and what runs outlive its deletion",
		as:   nora, before: []step{given(namespaceIn("production"))},
		call: replaceAt("Namespace $ME", "finalize", merged(namespaceIn("production"), `{spec: {finalizers: []}}`)).
			rehearsed(),
		by: policy("status"), says: "for the namespace-controller to take away",
	},
	{
		name: "Operator's namespace that leaves its Secrets", does: "the same, so that another of the name has its keys",
		as: nora, call: replaceAt("Namespace countersign-system", "finalize", `{apiVersion: v1, kind: Namespace,
			metadata: {name: countersign-system}, spec: {finalizers: []}}`).rehearsed(),
		by: policy("status"), says: "for the namespace-controller to take away",
	},
	{
		name: "Labels of the operator's namespace by status", does: "lets privileged Pods in there",
		as: nora, call: changeAt("Namespace countersign-system", "status",
			`{metadata: {labels: {pod-security.kubernetes.io/enforce: privileged}}}`).rehearsed(),
		by: policy("status"), says: "no way to change its labels",
	},
	{
		name: "False status of the operator", does: "says that its Deployment has been rolled out",
		as: mallory, call: changeAt("Deployment "+manager, "status", `{status: {observedGeneration: 99}}`).rehearsed(),
		by: policy("status"), says: "deployment-controller to write",
	},
	session("Operator that is not ready", "says so of its Pod, so that no webhook is answered",
		changeAt("Pod countersign-system/$ME", "status", `{status: {conditions: [{type: Ready, status: "False"}]}}`)),
	session("Operator that is over", "says that its Pod has failed",
		changeAt("Pod countersign-system/$ME", "status", `{status: {phase: Failed}}`)),
	session("Operator elsewhere", "says that its Pod has an address of hers, where she answers",
		changeAt("Pod countersign-system/$ME", "status", `{status: {podIP: 10.6.6.6, podIPs: [{ip: 10.6.6.6}]}}`)),
	operators("Budget of the operator by status", "says that all of its Pods may be evicted at once",
		changeAt("PodDisruptionBudget "+manager, "status", `{status: {disruptionsAllowed: 9}}`)),
	operators("Service of the operator by status", "says what only its controllers know", changeAt(
		"Service countersign-system/countersign-webhook-service", "status", `{status: {conditions: [
		{type: Ready, status: "False", reason: None, message: "", lastTransitionTime: "2026-03-02T12:00:00Z"}]}}`)),
	seated("Quota of nothing by status", "writes it into the status of a quota that lets all of its Pods start",
		quota(`{metadata: {namespace: countersign-system}}`),
		changeAt("ResourceQuota countersign-system/$ME", "status", `{status: {hard: {pods: "0"}, used: {pods: "0"}}}`)),
	operators("Candidate for the lease", "has API servers give it to nobody, where they choose who holds it",
		raw("POST", "/apis/coordination.k8s.io/v1beta1/namespaces/countersign-system/leasecandidates",
			`{apiVersion: coordination.k8s.io/v1beta1, kind: LeaseCandidate, metadata: {name: $ME}, spec: {leaseName:
			countersign.dev, binaryVersion: 1.0.0, emulationVersion: 1.0.0, strategy: OldestEmulationVersion}}`)),
}

// described is an attempt to write metadata of something that was approved, through its status.
func described(name, does string, c call, says string, before step) attack {
	return attack{
		name: name, does: does, as: owner, before: []step{before}, call: c.rehearsed(), by: policy("status"),
		says: "no way to change " + says,
	}
}
