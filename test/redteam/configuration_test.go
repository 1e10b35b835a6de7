// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

// With gate Configuration what a workload takes configuration from is as good as its image.
var configuration = []attack{
	used("ConfigMap in use", "changes a variable of what runs", inEnvironment,
		change("ConfigMap guarded/$ME", `{data: {RUN: evil}}`)),
	used("Binary data", "puts it where people do not look", asVolume,
		change("ConfigMap guarded/$ME", `{binaryData: {run: ZXZpbA==}}`)),
	used("File of a projected volume", "which names the ConfigMap some levels deeper", projected,
		change("ConfigMap guarded/$ME", `{data: {RUN: evil}}`)),
	used("Variable of an init container", "which has ended long ago, and runs again in the next Pod",
		podSpec(`{initContainers: [{name: first, image: "$GOOD", env: [{name: RUN,
			valueFrom: {configMapKeyRef: {name: $ME, key: RUN}}}]}]}`),
		change("ConfigMap guarded/$ME", `{data: {RUN: evil}}`)),
	used("Key added to a Secret", "envFrom makes a variable of each", web(`{envFrom: [{secretRef: {name: $ME}}]}`),
		change("Secret guarded/$ME", `{stringData: {LD_PRELOAD: /tmp/evil.so}}`)),
	used("Pull secret", "has the image pulled as somebody else", podSpec(`{imagePullSecrets: [{name: $ME}]}`),
		change("Secret guarded/$ME", `{stringData: {password: evil}}`)),
	used("ConfigMap given an owner", "who is gone, so that the garbage collector deletes it", inEnvironment,
		change("ConfigMap guarded/$ME", ownedBy("v1", "ConfigMap", "gone", "00000000-0000-0000-0000-000000000000"))),
	used("Optional and not there", "makes what a workload can do without, once it was approved without",
		web(`{envFrom: [{configMapRef: {name: $ME-2, optional: true}}]}`),
		create(`{apiVersion: v1, kind: ConfigMap, metadata: {namespace: guarded, name: $ME-2}, data: {RUN: evil}}`)),
	{
		name: "ConfigMap of a CronJob", does: "which runs nothing now, and tonight",
		as: alice, before: []step{by(alice, create(settings())), brought(alice, create(merged(cronJob(`{metadata:
			{namespace: guarded}}`), `{spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: web,
			image: "$GOOD", envFrom: [{configMapRef: {name: $ME}}]}]}}}}}}`)))},
		call: change("ConfigMap guarded/$ME", `{data: {RUN: evil}}`), by: entry("writes.configuration"),
		says: "cronjobs/$ME",
	},
	{
		name: "Token of a service account", does: "has Kubernetes write it into a Secret, to read it there",
		as: alice, call: create(accountToken),
		by: entry("writes.configuration"), says: "with the rights of service account default",
	},
	{
		name: "Token Secret of nobody",
		does: "says that it is of an account that is not there: Kubernetes deletes it, under what reads it",
		as:   alice, before: []step{brought(alice, create(accountToken))},
		call: change("Secret guarded/$ME", `{metadata: {annotations: {kubernetes.io/service-account.name: gone}}}`),
		by:   entry("writes.configuration"), says: "with the rights of service account gone",
	},
	{
		name: "Approval for another's token", does: "has a token of default approved, and makes one of a stronger account",
		as: alice, before: []step{asked(alice, create(accountToken)), approved(bob)},
		call: create(merged(accountToken, `{metadata: {annotations: {kubernetes.io/service-account.name: strong}}}`)),
		by:   entry("writes.configuration"), says: "with the rights of service account strong",
	},
	{
		name: "Authority of one's own", does: "has every Pod believe a server of hers",
		as: alice, call: change("ConfigMap guarded/kube-root-ca.crt", `{data: {ca.crt: evil}}`),
		by: entry("writes.configuration"), says: "every Pod",
	},
	removedConfiguration("Immutable ConfigMap swapped", "deletes it, to make another of the name", alice,
		settings(`{immutable: true}`), inEnvironment, remove("ConfigMap guarded/$ME")),
	removedConfiguration("ConfigMaps deleted in bulk", "deletecollection is another verb", owner,
		settings(`{metadata: {labels: {bulk: $ME}}}`), inEnvironment, removeAll("ConfigMap guarded/", "bulk=$ME")),
	removedConfiguration("ConfigMap that goes with another",
		"gives it an owner before anything uses it, and deletes the owner: what it switched on is off", collector,
		settings(ownedBy("v1", "Namespace", "sandbox", "$OWNER")),
		web(`{envFrom: [{configMapRef: {name: $ME, optional: true}}]}`), remove("ConfigMap guarded/$ME")),
	removedConfiguration("ConfigMap of what is owned", "deletes what a Deployment uses that an operator made", alice,
		settings(), merged(inEnvironment, ownedBy("v1", "Namespace", "sandbox", "$OWNER")), remove("ConfigMap guarded/$ME")),
	{
		name: "ConfigMap of a custom object", does: "deletes what an object of a custom kind can do without",
		as: alice, before: []step{by(alice, create(settings())), brought(alice, create(rollout(podSpec(`{containers:
			[{name: web, image: "$GOOD", envFrom: [{configMapRef: {name: $ME, optional: true}}]}]}`))))},
		call: remove("ConfigMap guarded/$ME"), by: entry("delete.configuration"), says: "request ",
	},
	{
		name: "ConfigMap of what runs tonight", does: "changes what an object of a custom kind reads, which has no Pods yet",
		as: alice, before: []step{by(alice, create(settings())), brought(alice, create(rollout(inEnvironment)))},
		call: change("ConfigMap guarded/$ME", `{data: {RUN: evil}}`), by: entry("writes.configuration"), says: "request ",
	},
	{
		name: "ConfigMap of what is asked for", does: "changes it once bob has looked, before it is applied",
		as: alice, before: []step{
			by(alice, create(settings())), operated(asked(alice, create(inGuarded(inEnvironment)))), resisted,
			elsewhere(brought(alice, create(inGuarded(inEnvironment)))),
		},
		call: change("ConfigMap guarded/$ME", `{data: {RUN: evil}}`), by: entry("writes.configuration"), says: "request ",
	},
	{
		name: "Content swapped under an approval", does: "has a controller write another before the change is applied",
		as: alice, before: []step{
			by(alice, create(settings())),
			operated(asked(alice, create(inGuarded(inEnvironment))), approved(bob),
				by(deployer, change("ConfigMap guarded/$ME", `{data: {RUN: evil}}`))),
		},
		call: create(inGuarded(inEnvironment)),
		by:   rule("workloads.gate", "what it refers to is as it was when asked for"), says: "kubectl countersign approve",
		right:   []step{allowed(alice, create(inGuarded(inEnvironment)))},
		rightly: "asked for anew",
	},
	{
		name: "Reference to nothing", does: "has approved what refers to a ConfigMap that she will write afterwards",
		as: alice, call: create(inGuarded(inEnvironment)),
		by: rule("workloads.gate", "what it refers to is there"), says: "nobody can approve what it will hold",
		right: []step{by(alice, create(settings())), asked(alice, create(inGuarded(inEnvironment)))}, rightly: "once it is",
	},
	{
		name: "Digest of one's own", does: "asks by hand, with the digest of what she will write afterwards",
		as:     alice,
		before: []step{by(alice, create(settings())), asked(alice, create(inGuarded(inEnvironment)))},
		deed:   forged, by: digested,
		right: []step{approved(bob), by(alice, create(inGuarded(inEnvironment)))}, rightly: "by trying it",
	},
	{
		name: "Request for a Secret", does: "asks by hand for one that holds what the request does not say",
		as: alice, call: create(requestBy(alice, "$ME", `{metadata: {namespace: guarded}, spec: {environment: guarded,
			change: {group: null, resource: secrets}}}`)),
		by: rule("records", "the operator alone writes down what may be seen of a Secret"), says: "asked for by trying it",
		right:   []step{asked(alice, create(deployment(`{metadata: {namespace: guarded}}`)))},
		rightly: "what runs is asked for",
	},
	{
		name: "Password in a message", does: "reads in a denial, in the audit trail or in a request what a colleague wrote",
		as: alice, before: usingSecret, call: change("Secret guarded/$ME", `{data: {password: `+secretly+`}}`),
		by: rule("writes.configuration", "of Secrets there are seals only"), says: "kubectl countersign approve",
		hides: secretly,
		right: []step{asked(alice, change("Secret guarded/$ME", `{data: {password: `+secretly+`}}`)),
			notInRequest(secretly, "hunter2-of-a-secret")},
		rightly: "the request does not hold it either",
	},
	{
		name: "Password guessed", does: "has a list of passwords, and compares their digests with that in the request",
		as: alice, before: []step{by(alice, create(secretOf(secretly))), asked(alice, create(inGuarded(fromSecret)))},
		deed: guessed, by: seal, says: "has another digest",
		right:   []step{approved(bob), by(alice, create(inGuarded(fromSecret)))},
		rightly: "the operator knows it by its digest",
	},
	{
		name: "Pull secret of the service account", does: "names another one there",
		as: owner, before: []step{by(owner, create(account0))},
		call:    change("ServiceAccount guarded/$ME", `{imagePullSecrets: [{name: evil}]}`),
		verdict: limit, limit: "the Secrets of Ingresses and service accounts",
		seen: onServerRecord, trace: auditedByServer("serviceaccounts/$ME", `"patch"`, "alice@example.com"),
	},
	{
		name: "ConfigMap of an old revision", does: "changes what the Pods before a partition read when they are made anew",
		as: alice, before: []step{
			by(alice, create(settings())), by(alice, create(settings(`{metadata: {name: $ME-2}}`))),
			brought(alice, create(partitioned)),
			brought(alice, amend("StatefulSet guarded/$ME", "", web(`{envFrom: [{configMapRef: {name: $ME-2}}]}`))),
		},
		call: change("ConfigMap guarded/$ME", `{data: {RUN: evil}}`),
		by:   entry("writes.configuration"), says: "controllerrevisions/$ME-",
	},
	{
		name: "Service account of a token", does: "deletes it: Kubernetes deletes the Secrets with its token, in use or not",
		as: owner, before: []step{by(owner, create(account0)), brought(alice, create(merged(accountToken,
			`{metadata: {annotations: {kubernetes.io/service-account.name: $ME}}}`)))},
		call:    remove("ServiceAccount guarded/$ME"),
		verdict: limit, limit: "delete the Secrets that hold its token",
		seen: onServerRecord, trace: auditedByServer("serviceaccounts/$ME", `"delete"`, "alice@example.com"),
	},
}

// accountToken is a Secret that Kubernetes writes a token of an account into.
const accountToken = `{apiVersion: v1, kind: Secret, type: kubernetes.io/service-account-token,
	metadata: {namespace: guarded, name: $ME, annotations: {kubernetes.io/service-account.name: default}}}`
