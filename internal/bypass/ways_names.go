// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package bypass

import "slices"

// waysOfNames : what somebody sends is in their own name, whatever it says.
var waysOfNames = []way{
	{
		name: "approving", means: "approve in the name of another",
		rights: each(ours, create, "approvals"), in: inEnvironments, guards: []guard{approverStamp},
	},
	{
		name: "asking", means: "ask for a change in the name of another",
		rights: each(ours, create, "promotionrequests"), in: inEnvironments, guards: []guard{requesterStamp},
	},
	{
		name: "declaring", means: "declare an emergency in the name of another",
		rights: each(ours, making, "emergencies"), in: inEnvironments, guards: []guard{emergencies},
	},
	{
		name: "holding", means: "have a sync of Argo CD asked for in the name of another",
		rights: each(ours, create, "releasegates"), in: inEnvironments, guards: []guard{releaseGates},
	},
}

// waysOfBots : what a bot asks for two people approve in any case.
var waysOfBots = []way{
	{
		name: "bots", means: "act as a bot with a token that lasts; what a bot asks for two people approve in any case",
		rights: minting, in: inBots, guards: []guard{botTokens, botSecrets},
	},
	{
		name: "pods", means: "act as a bot from a Pod in its environment",
		rights: slices.Concat(each("", create, "pods"), workloads),
		in:     inGatedBots, guards: []guard{botPods},
	},
	{
		name: "mounts", means: "have a kubelet hand a Pod tokens of a bot that last, or are for elsewhere",
		rights: slices.Concat(each("", create, "pods"), workloads),
		in:     inBots, guards: []guard{botPodTokens},
	},
}
