// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import "slices"

// family of attacks.
type family struct {
	name    string
	attacks []attack
	// sealed: the rules themselves are kept by two people.
	sealed bool
	// alone: they are made one after the other, where nobody else is.
	alone bool
}

// families in the order of the table.
var families = []family{
	{name: "Other doors to running code", attacks: slices.Concat(workloads, doors)},
	{name: "Sessions", attacks: sessions},
	{name: "Owners, controllers and time", attacks: slices.Concat(owners, soaks)},
	{name: "Status, quotas and flow", attacks: statuses},
	{name: "More than a status", attacks: statusesOfMore},
	{name: "That exact content", attacks: slices.Concat(content, canonical)},
	{name: "The ledger of images", attacks: ledger},
	{name: "Configuration", attacks: configuration},
	{name: "Routing", attacks: routing},
	{name: "Custom kinds", attacks: customKinds},
	{name: "Syncs of Argo CD", attacks: syncs},
	{name: "Replay", attacks: slices.Concat(replay, elsewhereAndAgain)},
	{name: "Approvals", attacks: slices.Concat(approvals, quorum)},
	{name: "Policies", attacks: policies},
	{name: "The rules themselves", attacks: rules, sealed: true},
	{name: "Namespaces and broken glass", attacks: slices.Concat(namespaces, namespacePaths, gaps)},
	{name: "What the break-glass group leaves behind", attacks: marks},
	{name: "What Countersign is made of", attacks: installation},
	{name: "What the operator runs from", attacks: slices.Concat(operatorsNamespace, supply)},
	{name: "Generated RBAC and bots", attacks: generated},
	{name: "The confused deputy", attacks: deputy},
	{name: "Rights by a roundabout way", attacks: roundabout},
	{name: "Freezes and emergencies", attacks: stops},
	{name: "Around an environment", attacks: around},
	{name: "Availability and secrets", attacks: slices.Concat(availability, failing, secrets)},
	{name: "What an approver looks at", attacks: looked},
	{name: "The webhook's own port", attacks: direct},
	{name: "Clocks, caches and records", attacks: slices.Concat(moments, keepsRecord), alone: true},
	{name: "Several replicas and API servers", attacks: several, alone: true},
	{name: "Floods", attacks: floods, alone: true},
	{name: "The webhook's own port, open to anybody", attacks: toAnybody, alone: true},
	{name: "Defaults", attacks: defaults, alone: true},
	{name: "Uninstalling", attacks: uninstalled, alone: true},
	{name: "Beside the API server", attacks: beside},
}
