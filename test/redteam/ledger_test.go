// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

// The ledger of images, which every Pod is held against, whoever makes it. That Pods are is tried in test/integration
// (TestLedgerHoldsEveryPod): dry-runs, by which guards are tried here, are not held against it.
var ledger = []attack{
	{
		name: "Ledger written", does: "makes one that lists what she likes, or is as lenient as she likes",
		as: owner, call: create(`{apiVersion: v1, kind: ConfigMap, metadata: {namespace: shop, name: $ME,
			labels: {countersign.dev/ledger: "Off"}}}`),
		by: policy("ledger"), says: "only Countersign writes the ledger",
	},
	{
		name: "Ledger added to", does: "puts the image onto the one that is there",
		as: mallory, before: []step{given(namespaceIn("production")), given(strictLedger)},
		call: change("ConfigMap $ME/countersign-images", `{data: {evil: evil}}`),
		by:   policy("ledger"), says: "only Countersign writes the ledger",
	},
}

// strictLedger lists nothing.
const strictLedger = `{apiVersion: v1, kind: ConfigMap, metadata: {namespace: $ME, name: countersign-images,
	labels: {countersign.dev/ledger: Deny}}}`
