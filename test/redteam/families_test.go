// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

// family of attacks.
type family struct {
	name    string
	attacks []attack
}

// families in the order of the table.
var families = []family{
	{"Other doors to running code", workloads},
	{"Sessions", sessions},
	{"Owners, controllers and time", owners},
	{"That exact content", content},
	{"The ledger of images", ledger},
	{"Replay", replay},
	{"Approvals", approvals},
	{"Policies", policies},
	{"Namespaces and broken glass", namespaces},
	{"What Countersign is made of", installation},
	{"What the operator runs from", operatorsNamespace},
	{"Generated RBAC and bots", generated},
	{"The confused deputy", deputy},
	{"Freezes and emergencies", stops},
	{"Availability and secrets", availability},
	{"The webhook's own port", direct},
}
