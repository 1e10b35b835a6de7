// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

// Its labels say what environment a namespace belongs to: who changes them takes it out of the gate.
var namespaces = []attack{
	label("Label taken away", "kubectl label namespace shop countersign.dev/environment-",
		change("Namespace $ME", unlabelled), policy("environment-label"),
		"may not take namespace $ME out of environment production"),
	label("Label taken away by status", "the same through namespaces/status",
		changeAt("Namespace $ME", "status", unlabelled), policy("environment-label"), "out of environment production"),
	label("Label taken away by finalize", "the same through namespaces/finalize",
		replaceAt("Namespace $ME", "finalize", `{apiVersion: v1, kind: Namespace, metadata: {name: $ME},
			spec: {finalizers: [kubernetes]}}`),
		policy("environment-label"), "out of environment production"),
	label("Label changed", "moves it to staging, where everything may enter",
		change("Namespace $ME", `{metadata: {labels: {countersign.dev/environment: staging}}}`),
		policy("environment-label"), "environments.countersign.dev/staging"),
	label("Label taken by server-side apply", "applies the namespace without the label, as its field manager",
		change("Namespace $ME", `{apiVersion: v1, kind: Namespace, metadata: {name: $ME,
			labels: {countersign.dev/environment: ""}}}`).applied(),
		policy("environment-label"), ""),
	label("Label beside it", "changes another label, by which a policy or a role selects",
		change("Namespace $ME", `{metadata: {labels: {team: mine}}}`), policy("environment-label"), "change label team"),
	label("Pod security", "takes away the label that keeps privileged Pods out",
		change("Namespace $ME", `{metadata: {labels: {pod-security.kubernetes.io/enforce: privileged}}}`),
		policy("environment-label"), ""),
	label("Namespace deleted", "deletes it, to make another of the name without the label",
		remove("Namespace $ME"), policy("environment-label"), "may not take namespace"),
	{
		name: "Namespace into an environment", does: "makes one where a role of the environment gives rights",
		as: nora, call: create(namespaceIn("production")),
		by: policy("environment-label"), says: "into environment production",
	},
	{
		name: "System namespace into an environment", does: "has the gate lock those who would repair it",
		as: mallory, call: change("Namespace kube-system",
			`{metadata: {labels: {countersign.dev/environment: production}}}`).rehearsed(),
		by: policy("environment-label"), says: "cannot be in an environment",
	},
	{
		name: "Namespace that joins unlisted",
		does: "has it join where nobody can write down what runs there, so that nothing is held against a list",
		as:   wendy, before: []step{
			given(`{apiVersion: v1, kind: Namespace, metadata: {name: $ME}}`), given(noConfigMaps),
			soon(refusedTo(installer, create(`{apiVersion: v1, kind: ConfigMap, metadata: {namespace: $ME, name: x}}`).
				rehearsed())),
		},
		call: change("Namespace $ME", `{metadata: {labels: {countersign.dev/environment: production}}}`),
		by:   entry("joins"), says: "joins no environment before it is known which images run there",
	},
	{
		name: "Owner of one's own making",
		does: "has a ConfigMap own what runs before the namespace joins, as if a controller had made it",
		as:   wendy, before: []step{
			given(`{apiVersion: v1, kind: Namespace, metadata: {name: $ME}}`),
			given(`{apiVersion: v1, kind: ConfigMap, metadata: {namespace: $ME, name: boss}}`),
			naming("CUID", "ConfigMap $ME/boss", "metadata", "uid"),
			by(mallory, create(pod(`{metadata: {namespace: $ME}}`, ownedBy("v1", "ConfigMap", "boss", "$CUID")))),
		},
		call:    change("Namespace $ME", `{metadata: {labels: {countersign.dev/environment: production}}}`),
		verdict: limit, limit: "What ran in a namespace before it joined",
		seen:  "the policy lists that it runs there without a record",
		trace: saysOf("PromotionPolicy production", "$ME/pods/", "status", "unrecorded"),
	},
	{
		name: "Trusted owner of one's own making",
		does: "says that a Canary owns what runs before the namespace joins, whose controller the policy trusts with that",
		as:   wendy, before: []step{
			given(`{apiVersion: v1, kind: Namespace, metadata: {name: $ME}}`),
			by(mallory, create(pod(inNamespaceOfIt, ownedBy("shop.example.com/v1", "Canary", "x", "x")))),
		},
		call:    change("Namespace $ME", `{metadata: {labels: {countersign.dev/environment: guarded}}}`),
		verdict: limit, limit: "runs on, whoever it says owns it",
		seen: onServerRecord, trace: auditedByServer("namespaces/$ME/pods", `"create"`, "mallory@example.com"),
	},
	{
		name: "Race of a new namespace", does: "makes it and deploys in the same moment, before anybody has seen it",
		as: mallory, before: []step{given(namespaceIn("production"))}, call: create(pod(`{metadata: {namespace: $ME}}`)),
		by: entry("pods.gate"),
	},
	{
		name: "Outside environments", does: "runs it in a namespace that belongs to none",
		as: owner, call: create(pod(`{metadata: {namespace: sandbox}}`)), verdict: limit,
		limit: "What runs outside environments is nobody's to approve",
		seen:  onServerRecord, trace: auditedByServer("namespaces/sandbox/pods", "$ME", "alice@example.com"),
	},
	glassBroken("Glass broken by anybody", "takes the namespace out of the gate without being in the group",
		wendy, `{}`, "only the group countersign:break-glass does"),
	glassBroken("Glass broken by an administrator", "a cluster administrator is not in the group either",
		mallory, `{}`, "only the group countersign:break-glass does"),
	glassBroken("Glass broken without a reason", "is in the group, and says nothing",
		glass, `{countersign.dev/break-glass-reason: ""}`, "says who they are and why"),
	glassBroken("Glass broken in another's name", "is in the group, and says that it was bob",
		glass, `{countersign.dev/break-glass-by: bob@example.com}`, "says who they are and why"),
	glassBroken("Glass broken for a day", "is in the group, and leaves it open",
		glass, `{countersign.dev/break-glass-until: "2026-09-15T16:05:07Z"}`, "not last longer than 4 hours"),
	{
		name: "More than the glass", does: "is in the group, and uses its right to write namespaces for another label",
		as: glass, before: []step{given(namespaceIn("production"))},
		call: change("Namespace $ME", `{metadata: {annotations: {team: mine}}}`), by: policy("break-glass"),
		says: "a change of its own",
	},
	{
		name: "Record of broken glass", does: "ends the gap, and takes away what says that there was one",
		as: glass, before: []step{given(namespaceIn("production")), by(glass, change("Namespace $ME", broken(`{}`)))},
		call: change("Namespace $ME", `{metadata: {labels: {countersign.dev/break-glass: null},
			annotations: {countersign.dev/break-glass-by: null, countersign.dev/break-glass-reason: null}}}`),
		by: policy("break-glass"),
	},
	{
		name: "Glass broken", does: "is in the group, says who and why, and opens the gate of one namespace",
		as: glass, before: []step{given(namespaceIn("production"))}, call: change("Namespace $ME", broken(`{}`)),
		verdict: visible,
		seen:    "an event in the audit trail, who and why", trace: audited("BreakGlass", "$ME", "gwen@example.com"),
	},
	{
		name: "Into the break-glass group", does: "impersonates it, as a cluster administrator may",
		as: mallory, before: []step{given(namespaceIn("production"))},
		call: change("Namespace $ME", `{metadata: {labels: {team: x}}}`).
			pretending("mallory@example.com", masters, breakGlass),
		verdict: visible, seen: "the API server's audit log says who impersonated it",
		trace: auditedByServer(`"impersonatedUser"`, breakGlass, "mallory@example.com", "$ME"),
	},
}

// noConfigMaps lets nobody make one there.
const noConfigMaps = `{apiVersion: v1, kind: ResourceQuota, metadata: {namespace: $ME, name: none},
	spec: {hard: {count/configmaps: "0"}}}`

const unlabelled = `{metadata: {labels: {countersign.dev/environment: null}}}`

// label is an attack on the labels of a namespace of production, by somebody who may edit namespaces.
func label(name, does string, c call, by guard, says string) attack {
	return attack{name: name, does: does, as: nora, before: []step{given(namespaceIn("production"))}, call: c, by: by,
		says: says}
}

// glassBroken is a gap that must not be opened like that.
func glassBroken(name, does string, as identity, annotations, says string) attack {
	return attack{
		name: name, does: does, as: as, before: []step{given(namespaceIn("production"))},
		call: change("Namespace $ME", broken(annotations)), by: policy("break-glass"), says: says,
	}
}

// broken is what gwen writes to take a namespace out of the gate, with other words where some are given.
func broken(annotations string) string {
	return merged(`{metadata: {labels: {countersign.dev/break-glass: open}, annotations: {
		countersign.dev/break-glass-by: gwen@example.com, countersign.dev/break-glass-reason: INC-2291,
		countersign.dev/break-glass-time: "2026-09-14T16:05:07Z",
			countersign.dev/break-glass-until: "2026-09-14T17:05:07Z"}}}`,
		`{metadata: {annotations: `+annotations+`}}`)
}
