// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

// Everything that runs containers is gated, whatever kind it is and whoever makes it.
var workloads = []attack{
	{
		name: "Deployment without approval",
		does: "applies the release and hopes that nobody asks",
		as:   alice, call: create(deployment()),
		by: entry("workloads.gate"), says: "kubectl countersign approve",
	},
	{
		name: "Bare Pod",
		does: "runs the image as a Pod of her own",
		as:   owner, call: create(pod()),
		by: entry("pods.gate"),
	},
}
