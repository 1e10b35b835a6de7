// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

// The ledger of images, which every Pod is held against, whoever makes it and whether the operator is up or not.
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
	{
		name: "Pod of a controller", does: "acts as the ReplicaSet controller, whose Pods the gate is not asked about",
		as: mallory, before: []step{
			given(namespaceIn("production")), given(strictLedger),
			given(`{apiVersion: v1, kind: ServiceAccount, metadata: {namespace: $ME, name: web}}`),
		},
		call: create(pod(`{metadata: {namespace: $ME}, spec: {serviceAccountName: web}}`)).
			pretending("system:serviceaccount:kube-system:replicaset-controller"),
		by: denyingImages, says: "nobody has let",
	},
}

// strictLedger lists nothing.
const strictLedger = `{apiVersion: v1, kind: ConfigMap, metadata: {namespace: $ME, name: countersign-images,
	labels: {countersign.dev/ledger: Deny}}}`

// denyingImages is the policy on images where a ledger denies.
var denyingImages = guard{
	name: "policy `pod-images`", answers: "binding 'countersign-pod-images-deny'", switched: "countersign-pod-images-deny",
}
