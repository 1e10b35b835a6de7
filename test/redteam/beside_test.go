// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

// What goes past the API server no admission sees.
var beside = []attack{
	{
		name: "Static Pod", does: "writes a file on a node, and its kubelet runs it without asking", as: onNode,
		verdict: limit, limit: "run static Pods on a node", seen: "a mirror Pod, or the kubelet's attempts to make it",
		nodeTest: "TestStaticPod",
	},
	{
		name: "Call to a kubelet", does: "runs a command in a container by port 10250 of its node: `get` is enough for it",
		as: atKubelets, verdict: limit, limit: "talk to a kubelet",
		seen:     "the kubelet's question about them in the API server's audit log",
		nodeTest: "TestCallToKubelet",
	},
	{
		name: "Socket of the container runtime", does: "starts a container by it, from a Pod with the node's files",
		as: outside, verdict: limit, limit: "uses a container runtime's socket",
		seen:     "the Pod, and not what it starts",
		nodeTest: "TestRuntimeSocket",
	},
	{
		name: "Files of a node as a volume", does: "mounts a PersistentVolume of them, where Pod Security forbids them",
		as: outside, verdict: limit, limit: "who may make PersistentVolumes of a node's files",
		seen: onServerRecord, nodeTest: "TestPersistentVolume",
	},
	{
		name: "Approval in etcd",
		does: "writes it where it is stored, in the name of an approver", as: inEtcd,
		before:  []step{asked(dan, create(deployment()))},
		deed:    then(stored("approvals", approvalInEtcd), soon(by(dan, create(deployment())))),
		verdict: limit, limit: "Whoever can write to etcd",
		seen:  "`ApprovalRecorded` in the audit trail, for which the API server's audit log has nobody who sent it",
		trace: all(audited(`"ApprovalRecorded"`, "$REQUEST", "erin@example.com"), unsent(`"approvals"`, "erin@example.com")),
	},
	{
		name: "Pod in etcd", does: "writes that where it is stored, which nobody is asked about", as: inEtcd,
		deed: then(stored("pods", pod(`{metadata: {namespace: listed, uid: 00000000-0000-0000-0000-00000000e7cd,
			creationTimestamp: "2026-03-02T12:00:00Z"}}`)), soon(by(installer, read("Pod listed/$ME")))),
		verdict: limit, limit: "Whoever can write to etcd",
		seen:  "the ledger of the namespace has none of its image, and the audit trail nobody who let it in",
		trace: all(unlistedInLedger, unrecorded(`"Decision"`, "$ME")),
	},
	{
		name: "Aggregated API server", does: "has a server of hers serve a group, with an admission of its own",
		as: mallory, call: create(`{apiVersion: apiregistration.k8s.io/v1, kind: APIService,
			metadata: {name: v1.evil.example.com}, spec: {group: evil.example.com, version: v1, groupPriorityMinimum: 100,
			versionPriority: 100, insecureSkipTLSVerify: true, service: {namespace: sandbox, name: evil}}}`).rehearsed(),
		verdict: limit, limit: "who may write API services can have another server answer",
		seen: onServerRecord, trace: auditedByServer("apiservices", "mallory@example.com", "create"),
	},
	{
		name: "Range of limits", does: "has the API server fill more into Pods that were approved without it",
		as: owner, call: create(`{apiVersion: v1, kind: LimitRange, metadata: {namespace: shop, name: $ME},
			spec: {limits: [{type: Container, default: {cpu: 1m}, defaultRequest: {cpu: 1m}}]}}`).rehearsed(),
		verdict: limit, limit: fillsIn, seen: onServerRecord,
		trace: auditedByServer("limitranges", "alice@example.com", "create"),
	},
	{
		name: "Priority by default", does: "has all Pods go before others, or after them",
		as: mallory, call: create(`{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: $ME},
			globalDefault: true, value: -1}`).rehearsed(),
		verdict: limit, limit: fillsIn, seen: onServerRecord,
		trace: auditedByServer("priorityclasses", "mallory@example.com", "create"),
	},
	{
		name: "Runtime of a class", does: "has the class that was approved stand for another runtime",
		as: mallory, call: create(`{apiVersion: node.k8s.io/v1, kind: RuntimeClass, metadata: {name: $ME},
			handler: runc, overhead: {podFixed: {cpu: 1m}}}`).rehearsed(),
		verdict: limit, limit: fillsIn, seen: onServerRecord,
		trace: auditedByServer("runtimeclasses", "mallory@example.com", "create"),
	},
	{
		name: "Manifest of another platform", does: "puts what she likes under the platform that nobody looks at", as: alice,
		verdict: limit, limit: "A digest may be that of an index", seen: "the platform of its node",
		nodeTest: "TestPlatform",
	},
	{
		name: "What a volume holds", does: "puts another program into it after the approval", as: outside,
		verdict: limit, limit: "What volumes hold is no content of a workload", seen: unseen,
		nodeTest: "TestVolume",
	},
}

// inEtcd is somebody below it.
var inEtcd = person("", "whoever writes to etcd")

// approvalInEtcd is what an approver would have said.
const approvalInEtcd = `{apiVersion: countersign.dev/v1alpha1, kind: Approval, metadata: {namespace: shop,
	name: $REQUEST-d1, uid: 00000000-0000-0000-0000-00000000b0b0, generation: 1,
	creationTimestamp: "$NOW"}, spec: {decision: Approve, request: {name: $REQUEST, uid: $UID, digest: "$DIGEST"},
	approver: {username: erin@example.com, groups: [release-managers, "system:authenticated"]}}}`

// onNode is somebody past the API server.
var onNode = person("", "whoever is on a node")

// Who gets there.
var (
	atKubelets = person("", "whoever may talk to kubelets")
	outside    = person("", "whoever makes Pods outside environments")
)

const fillsIn = "What the API server fills in by itself"
