// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package bypass

import "slices"

// waysGuarded are those that RBAC gives and a guard takes away.
var waysGuarded = []way{
	{
		name: "webhooks", means: "have API servers no longer ask",
		rights: on(mine, each(admission, change, "validatingwebhookconfigurations", "mutatingwebhookconfigurations")),
		in:     clusterWide, guards: []guard{installation},
	},
	{
		name: "kinds", means: "delete approvals with their kind, or edit away its rules",
		rights: on(mine, each("apiextensions.k8s.io", change, "customresourcedefinitions",
			"customresourcedefinitions/status")),
		in: clusterWide, guards: []guard{installation},
	},
	{
		name: "servers", means: "have another server answer for approvals",
		rights: on(mine, each("apiregistration.k8s.io", write, "apiservices")),
		in:     clusterWide, guards: []guard{installation},
	},
	{
		name: "roles", means: "take rights from the operator, or give what a capability holds to all who have it",
		rights: on(mine, each(rbac, change, "clusterroles", "clusterrolebindings")),
		in:     clusterWide, guards: []guard{installation},
	},
	{
		name: "seat", means: "change what the operator runs from, or run something as the operator",
		rights: inTheSeat, in: inOperator, guards: []guard{operatorNamespace},
	},
	{
		name: "keys", means: "have the operator or its namespace deleted by owners in a status, or have its keys outlive it",
		rights: slices.Concat(each("", edit, "namespaces/status", "namespaces/finalize"), workloadStatuses),
		in:     inOperator, guards: []guard{status},
	},
	{
		name: "flow", means: "have API servers give the operator no time, so that it does not put guards back",
		rights: each("flowcontrol.apiserver.k8s.io", write, "flowschemas"), in: clusterWide, guards: []guard{flowSchemas},
	},
	{
		name: "statuses", means: "feign what has run or is over, or have things deleted by owners in their status",
		rights: workloadStatuses, in: inEnvironments, guards: []guard{status},
	},
	{
		name: "remains", means: "have what is in a namespace outlive it, approvals too, and be there when it is made again",
		rights: each("", edit, "namespaces/finalize"), in: inEnvironments, guards: []guard{status},
	},
	{
		name: "objections", means: "keep people from objecting, or approvers out, by a quota",
		rights: slices.Concat(each("", making, "resourcequotas"), each("", edit, "resourcequotas/status")),
		in:     inEnvironments, guards: []guard{quotas},
	},
	{
		name: "records", means: "write that a change was approved or entered",
		rights: slices.Concat(
			each(ours, edit, "promotionrequests/status", "approvals/status", "emergencies/status", "promotionpolicies/status",
				"pipelineroles/status", "releasegates/status"),
			each(ours, change, "promotionrequests")),
		in: inEnvironments, guards: []guard{requestStatus},
	},
	{
		name: "decisions", means: "delete or change the decisions of others",
		rights: each(ours, change, "approvals"), in: inEnvironments, guards: []guard{approvalsKeep},
	},
	{
		name: "governing", means: "delete the stricter of two policies, or have it govern something else",
		rights: each(ours, change, "promotionpolicies"), in: inEnvironments, guards: []guard{policiesKeep},
	},
	{
		name: "images", means: "put an image on the ledger that Pods are held against",
		rights: each("", write, "configmaps"), in: inEnvironments, guards: []guard{ledger},
	},
	{
		name: "labels", means: "take a namespace out of its environment by its label, or delete it",
		rights: slices.Concat(each("", change, "namespaces"), each("", edit, "namespaces/status", "namespaces/finalize")),
		in:     inEnvironments, guards: []guard{environmentLabel},
	},
	{
		name: "people", means: "make two people of one, have the operator leave guards alone, or trust another API server",
		rights: on(kept, each("", write, "configmaps")),
		in:     inOperator, guards: []guard{identities},
	},
	{
		name: "grants", means: "change what Countersign grants",
		rights: slices.Concat(each(rbac, write, "roles", "rolebindings"), each("", write, "serviceaccounts")),
		in:     inEnvironments, guards: []guard{generatedRBAC},
	},
	{
		name: "stops", means: "unfreeze an environment without the right to",
		rights: each(ours, change, "freezes"), in: clusterWide, guards: []guard{freezes},
	},
	{
		name: "watching", means: "give the operator more of custom kinds than to watch them",
		rights: each(rbac, making, "clusterroles"), in: clusterWide, guards: []guard{gatedKinds},
	},
}

// kept are the ConfigMaps that the operator goes by.
func kept(name string) bool { return mine(name) || name == "kube-root-ca.crt" }

// workloadStatuses say what has run.
var workloadStatuses = slices.Concat(
	each("apps", edit, "deployments/status", "daemonsets/status", "replicasets/status", "statefulsets/status"),
	each("batch", edit, "jobs/status", "cronjobs/status"), each("", edit, "replicationcontrollers/status"))

// inTheSeat is what Countersign runs from, and its namespace with it.
var inTheSeat = slices.Concat(
	minting, running, each("", edit, "pods", "pods/resize", "pods/status", "resourcequotas/status", "services/status"),
	each("", create, "bindings", "pods/binding"), each("", connect, "pods/portforward", "pods/proxy", "services/proxy"),
	each("", write, "serviceaccounts", "services", "endpoints", "limitranges", "resourcequotas", "podtemplates"),
	each("", change, "secrets"),
	each("", removing, "replicationcontrollers"),
	each("apps", removing, "deployments", "statefulsets", "daemonsets", "replicasets"),
	each("apps", write, "controllerrevisions"), each("batch", removing, "jobs", "cronjobs"),
	each("apps", edit, "deployments/scale", "statefulsets/scale", "replicasets/scale"),
	each("", edit, "replicationcontrollers/scale"), each("coordination.k8s.io", write, "leasecandidates", "leases"),
	each("discovery.k8s.io", write, "endpointslices"), each("networking.k8s.io", write, "networkpolicies"),
	each("policy", write, "poddisruptionbudgets"), each("policy", edit, "poddisruptionbudgets/status"),
	each("autoscaling", write, "horizontalpodautoscalers"), each(rbac, write, "roles", "rolebindings"),
	each("", removing, "namespaces"))
