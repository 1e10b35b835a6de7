// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package bypass

import "slices"

// waysAround get one change past the gate, or change the rules that it goes by.
var waysAround = []way{
	{
		name: "environments", means: "take a namespace out of its environment, if they may also write it",
		rights: each(ours, []string{"assign"}, "environments"), in: clusterWide,
	},
	{
		name: "rules", means: "change what the gate asks for, and who may approve; each change is on record",
		rights: each(ours, write, "promotionpolicies", "pipelineroles"), in: clusterWide,
	},
	{
		name: "gaps", means: "take a namespace out of the gate, for a bounded time and on record",
		rights: each("", edit, "namespaces"), in: clusterWide, guards: []guard{breakGlass},
	},
	{
		name: "contents", means: "change what runs by what it reads or how it is seen, which the gate does not look at",
		rights: slices.Concat(
			each("", making, "configmaps", "secrets"), each("", edit, "pods", "pods/status", "services/status"),
			each("apps", edit, "deployments/status", "daemonsets/status", "replicasets/status")),
		in: inEnvironments,
	},
}

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
		name: "records", means: "write that a change was approved or entered",
		rights: slices.Concat(
			each(ours, edit, "promotionrequests/status", "approvals/status", "emergencies/status", "promotionpolicies/status",
				"pipelineroles/status"),
			each(ours, change, "promotionrequests")),
		in: inEnvironments, guards: []guard{requestStatus},
	},
	{
		name: "decisions", means: "delete or change the decisions of others",
		rights: each(ours, change, "approvals"), in: inEnvironments, guards: []guard{approvalsKeep},
	},
	{
		name: "labels", means: "take a namespace out of its environment by its label, or delete it",
		rights: slices.Concat(each("", change, "namespaces"), each("", edit, "namespaces/status", "namespaces/finalize")),
		in:     inEnvironments, guards: []guard{environmentLabel},
	},
	{
		name: "people", means: "make two people of one",
		rights: on(mine, each("", change, "configmaps")),
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
		name: "bots", means: "act as a bot with a token that lasts; what a bot asks for two people approve in any case",
		rights: each("", []string{"create"}, "serviceaccounts/token", "secrets"),
		in:     inBots, guards: []guard{botTokens, botSecrets},
	},
}
