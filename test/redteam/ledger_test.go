// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

// The ledger of images, which every Pod is held against, whoever makes it. It is the second line: where the operator
// does not run, the gate is taken away for these attacks.
var ledger = []attack{
	unlisted("Pod by hand", "makes it where the gate is open, for whatever reason", owner,
		create(listedPod(`{spec: {containers: [{name: web, image: "$EVIL"}]}}`))),
	unlisted("Pod of the ReplicaSet controller", "has its token; the gate lets its Pods through", replicaSets,
		create(listedPod(`{spec: {containers: [{name: web, image: "$EVIL"}]}}`))),
	unlisted("Init container of a listed Pod", "the container that runs first", replicaSets,
		create(listedPod(`{spec: {initContainers: [{name: first, image: "$EVIL"}]}}`))),
	unlisted("Sidecar of a listed Pod", "an init container that stays", replicaSets,
		create(listedPod(`{spec: {initContainers: [{name: beside, image: "$EVIL", restartPolicy: Always}]}}`))),
	unlisted("Second container of a listed Pod", "beside the listed one", replicaSets,
		create(listedPod(`{spec: {containers: [{name: web, image: "$GOOD"}, {name: miner, image: "$EVIL"}]}}`))),
	unlisted("Image volume of a listed Pod", "files of an image that no container names", replicaSets,
		create(listedPod(`{spec: {volumes: [{name: v, image: {reference: "$EVIL"}}]}}`))),
	unlisted("Listed digest, other repository", "ends as a listed image does, by which it is looked up", replicaSets,
		create(listedPod(`{spec: {containers: [{name: web, image: "evil.example.com/checkout@sha256:`+goodDigest+`"}]}}`))),
	unlisted("Listed image by its tag", "the same repository", replicaSets,
		create(listedPod(`{spec: {containers: [{name: web, image: "registry.example.com/checkout:v1"}]}}`))),
	unlisted("Nine hundred images", "more than the API server has the time to look up, as she hopes", replicaSets,
		create(listedPod(`{spec: {containers: [`+crowd(900)+`]}}`))),
	unlistedLater("Ephemeral container of a listed Pod", "kubectl debug", amend("Pod listed/$ME", "ephemeralcontainers",
		`{spec: {ephemeralContainers: [{name: shell, image: "$EVIL", targetContainerName: web}]}}`)),
	unlistedLater("Image of a listed Pod", "changes it while the Pod runs", amend("Pod listed/$ME", "",
		`{spec: {containers: [{name: web, image: "$EVIL"}]}}`)),
	unlistedLater("Image of its init container", "it runs again when the node restarts the Pod",
		amend("Pod listed/$ME", "", `{spec: {initContainers: [{name: first, image: "$EVIL"}]}}`)),
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
		name: "Ledger deleted with the rest",
		does: "deletes all ConfigMaps of the namespace; without a ledger nothing is held",
		as:   owner, call: removeAll("ConfigMap listed/", "countersign.dev/ledger").rehearsed(),
		by: policy("ledger"), says: "only Countersign writes the ledger",
	},
}

// strictLedger lists nothing.
const strictLedger = `{apiVersion: v1, kind: ConfigMap, metadata: {namespace: $ME, name: countersign-images,
	labels: {countersign.dev/ledger: Deny}}}`

// unlisted is a Pod of an image that is not on the ledger. It has a new name each time.
func unlisted(name, does string, as identity, c call) attack {
	return attack{name: name, does: does, as: as, call: c, by: imagesOfPods(), says: "it is not on the ledger of images"}
}

// unlistedLater brings such an image into a Pod that is there.
func unlistedLater(name, does string, c call) attack {
	a := unlisted(name, does, owner, c)
	a.before = []step{by(replicaSets, create(listedPod(`{metadata: {name: $ME, generateName: null},
		spec: {initContainers: [{name: first, image: "$GOOD"}]}}`)))}
	return a
}

// listedPod runs what is on the ledger, with changes.
func listedPod(more string) string {
	return merged(`{apiVersion: v1, kind: Pod, metadata: {namespace: listed, generateName: $ME-},
		spec: {containers: [{name: web, image: "$GOOD"}]}}`, more)
}
