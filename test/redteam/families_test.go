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
	{"Owners, controllers and time", owners},
	{"That exact content", content},
	{"Replay", replay},
	{"Approvals", approvals},
}
