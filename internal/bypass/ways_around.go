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
		name: "pod-security", means: "take away the label that keeps Pods from their node's files, if they may make Pods",
		rights: each("", edit, "namespaces", "namespaces/status", "namespaces/finalize"), in: inConfined,
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
		name: "robots", means: "act as a bot that is in no environment; what it asks for two people approve in any case",
		rights: slices.Concat(impersonating, running), in: inFreeBots,
	},
	{
		name: "contents", means: "change what runs by what it reads or how it is seen, which the gate does not look at",
		rights: slices.Concat(
			each("", making, "configmaps", "secrets"), each("", edit, "pods", "pods/status", "services/status"),
			each("networking.k8s.io", edit, "ingresses/status")),
		in: inEnvironments,
	},
}
