// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package bypass

import "slices"

const (
	admission    = "admissionregistration.k8s.io"
	ours         = "countersign.dev"
	certificates = "certificates.k8s.io"
	rbac         = "rbac.authorization.k8s.io"
	authn        = "authentication.k8s.io"
)

// waysToAll end in being able to do anything, or in being asked nothing.
var waysToAll = []way{
	{
		name: everything, means: "remove the guards and the gate, and then change what runs",
		rights: on(allOnly, each("*", []string{"*"}, "*")), in: clusterWide,
	},
	{
		name: "guards", means: "switch off the guards in the API server, which do not guard themselves",
		rights: on(mine, each(admission, change, "validatingadmissionpolicies", "validatingadmissionpolicybindings")),
		in:     clusterWide,
	},
	{
		name: "impersonate", means: "act as somebody else: approve in their name",
		rights: slices.Concat(
			each("", []string{"impersonate"}, "users", "groups"),
			each(authn, []string{"impersonate:user-info"}, "users", "groups"),
			each(authn, []string{"impersonate:arbitrary-node"}, "nodes")),
		in: clusterWide,
	},
	{
		name: "certificates", means: "issue a certificate in any name and group",
		rights: on(oneOf("kubernetes.io/kube-apiserver-client", "kubernetes.io/*"),
			each(certificates, []string{"approve", "sign"}, "signers")),
		in: clusterWide,
	},
	{
		name: "escalate", means: "give themselves rights that they do not have",
		rights: each(rbac, []string{"escalate", "bind"}, "clusterroles", "roles"), in: inAll,
	},
	{
		name: "mutators", means: "change by a mutating webhook or policy what the built-in controllers make",
		rights: each(admission, making, "mutatingwebhookconfigurations", "mutatingadmissionpolicies",
			"mutatingadmissionpolicybindings"),
		in: clusterWide,
	},
	{
		name: "apiservices", means: "have another server answer for kinds that are built in, guards and RBAC among them",
		rights: on(notMine, each("apiregistration.k8s.io", write, "apiservices")), in: clusterWide,
	},
	{
		name: "controllers", means: "act as a built-in controller, which the gate does not ask about what it makes",
		rights: actingThere, in: inSystem,
	},
	{
		name: "operator", means: "act as the operator, or answer in its place with its key",
		rights: slices.Concat(impersonating, each("", []string{"get", "list", "watch"}, "secrets")), in: inOperator,
	},
	{
		name: "nodes", means: "run commands in any container through its kubelet, which no admission sees",
		rights: each("", connect, "nodes/proxy"), in: clusterWide,
	},
	{
		name: "hosts", means: "take over a node, by a privileged Pod or one with its files, where no label forbids those",
		rights: slices.Concat(each("", create, "pods"), each("", edit, "pods/ephemeralcontainers"), workloads),
		in:     inUnconfined,
	},
	{
		name: "volumes", means: "take over a node, by a volume of its files that any Pod may mount, if they may make Pods",
		rights: each("", making, "persistentvolumes"), in: clusterWide,
	},
	{
		name: "trusted", means: "act as a controller that a policy trusts with writing what runs",
		rights: actingThere, in: inTrusted,
	},
}

// actingThere is what it takes to act as a service account of a namespace that is in no environment.
var actingThere = slices.Concat(impersonating, minting, running)

// minting tokens of a service account; a Secret of the type for it gets one that lasts.
var minting = each("", create, "serviceaccounts/token", "secrets")

// impersonating a service account: no admission sees it.
var impersonating = slices.Concat(
	each("", []string{"impersonate"}, "serviceaccounts"),
	each(authn, []string{"impersonate:serviceaccount"}, "serviceaccounts"))

// running something in a namespace, which then runs as one of its service accounts.
var running = slices.Concat(each("", create, "pods"), entering, workloads)

// entering what runs there already.
var entering = slices.Concat(
	each("", connect, "pods/exec", "pods/attach"),
	each("", edit, "pods/ephemeralcontainers"))

// workloads that Pods come of.
var workloads = slices.Concat(
	each("apps", making, "deployments", "statefulsets", "daemonsets", "replicasets"),
	each("batch", making, "jobs", "cronjobs"),
	each("", making, "replicationcontrollers"))
