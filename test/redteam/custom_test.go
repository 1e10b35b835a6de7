// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

// With gate Resource an object of a custom kind is as good as what an operator makes of it, and orders to it are too.
var customKinds = []attack{
	{
		name: "Object of a custom kind", does: "has an operator run it",
		as: alice, call: create(rollout()), by: ofRollouts(""), says: "kubectl countersign approve",
	},
	ordered("Image of a custom object", "another one in what is there", ofRollouts(""), change("Rollout guarded/$ME",
		`{spec: {template: {spec: {containers: [{name: web, image: "$EVIL"}]}}}}`)),
	ordered("Order by an annotation", "has the operator skip its analysis", ofRollouts(""), change("Rollout guarded/$ME",
		`{metadata: {annotations: {example.com/skip-analysis: "true"}}}`)),
	ordered("Custom object for the garbage collector", "gives it an owner that is gone", ofRollouts(""),
		change("Rollout guarded/$ME", ownedBy("v1", "ConfigMap", "gone", "00000000-0000-0000-0000-000000000000"))),
	ordered("Order by status", "promotes it past its analysis", ofRollouts("status."),
		changeAt("Rollout guarded/$ME", "status", `{status: {promoteFull: true}}`)),
	ordered("Order of another name", "aborts what bob had promoted", ofRollouts("status."),
		changeAt("Rollout guarded/$ME", "status", `{status: {abort: true, observed: 7}}`)),
	ordered("Order that is no object", "writes a text for the whole status, with all that is in it",
		ofRollouts("status."), changeAt("Rollout guarded/$ME", "status", `{status: {promoteFull: {deep: [true]}}}`)),
	ordered("Custom object deleted", "deletes it, to make another", ofRollouts("delete."), remove("Rollout guarded/$ME")),
	{
		name: "Custom objects deleted in bulk", does: "deletecollection is another verb",
		as: owner, before: []step{brought(alice, create(rollout(`{metadata: {labels: {bulk: $ME}}}`)))},
		call: removeAll("Rollout guarded/", "bulk=$ME"), by: ofRollouts("delete."), says: "kubectl countersign approve",
	},
	{
		name: "Custom object from zero", does: "starts what was there before it was gated, by its scale",
		as: mallory, before: oldRollout,
		call: changeAt("Rollout $ME/$ME", "scale", `{spec: {replicas: 1}}`), by: ofRollouts("scale."),
	},
	{
		name: "Older version", does: "writes it in a version that nobody looks at",
		as: alice, call: raw("POST", "/apis/shop.example.com/v1alpha1/namespaces/guarded/rollouts",
			rollout(`{apiVersion: shop.example.com/v1alpha1}`)),
		by: ofRollout("it is judged in the version that is looked at"), says: "write apiVersion: shop.example.com/v1",
		right: []step{allowed(alice, create(rollout()))}, rightly: "in that one",
	},
	{
		name: "Template somewhere else", does: "has it run what another object says, which nobody sees in it",
		as: alice, call: create(rollout(`{spec: {template: null, workloadRef: {kind: Deployment, name: other}}}`)),
		by: ofRollout("it says what it runs where the policy looks"), says: "nothing at .spec.template",
		right: []step{allowed(alice, create(rollout()))}, rightly: "there",
	},
	{
		name: "Owner that is trusted", does: "says that a Canary owns it, whose controller the policy trusts",
		as: stranger, call: create(rollout(ownedBy("shop.example.com/v1", "Canary", "x", "x"))),
		by: ofRollout("who owns an object, or says so, lets nothing in"), says: "neither a person nor a bot",
		right:   []step{by(deployer, create(rollout(ownedBy("shop.example.com/v1", "Canary", "x", "x"))))},
		rightly: "by the controller that is trusted with it",
	},
	{
		name: "Trusted with less", does: "has the trusted controller write what no Canary owns",
		as: deployer, call: create(rollout()),
		by: ofRollout("a controller is trusted with what its own objects own"), says: "that have no controller",
		right:   []step{by(deployer, create(rollout(ownedBy("shop.example.com/v1", "Canary", "x", "x"))))},
		rightly: "what one owns",
	},
	{
		name: "Trusted with other images", does: "has it run an image from elsewhere",
		as: deployer, call: create(rollout(ownedBy("shop.example.com/v1", "Canary", "x", "x"),
			`{spec: {template: {spec: {containers: [{name: web, image: "evil.example.com/checkout:v1"}]}}}}`)),
		by: ofRollout("a controller is trusted with its repositories"), says: "does not trust it",
		right:   []step{by(deployer, create(rollout(ownedBy("shop.example.com/v1", "Canary", "x", "x"))))},
		rightly: "one of those",
	},
	{
		name: "Label of a custom object", does: "gives its operator an order by a label, such as where it may be called from",
		as: alice, before: []step{brought(alice, create(rollout()))},
		call:    change("Rollout guarded/$ME", `{metadata: {labels: {networking.example.com/visibility: public}}}`),
		verdict: limit, limit: "nor are those of objects of custom kinds", seen: onServerRecord,
		trace: auditedByServer("rollouts/$ME", `"patch"`, "alice@example.com"),
	},
	{
		name: "Replicas that are no number", does: "writes a text, where numbers are free",
		as: alice, before: []step{brought(alice, create(turnedOff(`{spec: {replicas: 1}}`)))},
		call: change("Switch guarded/$ME", `{spec: {replicas: "$(evil)"}}`),
		by:   ofSwitches, says: "kubectl countersign approve",
	},
	{
		name: "Order in the object", does: "writes the status of a kind that has it in one with the rest",
		as: alice, before: []step{brought(alice, create(turnedOff()))},
		call: change("Switch guarded/$ME", `{status: {lit: true}}`), by: ofSwitches, says: ".status.lit",
		right:   []step{by(deployer, change("Switch guarded/$ME", `{status: {lit: true}}`))},
		rightly: "by a controller that is trusted with it",
	},
	{
		name: "Order in a new object", does: "makes it with the order in it, where nobody looks",
		as: alice, call: create(turnedOff(`{status: {lit: true}}`)), by: ofSwitches, says: ".status.lit",
		right:   []step{by(deployer, create(turnedOff(`{status: {lit: true}}`)))},
		rightly: "by a controller that is trusted with it",
	},
}

const rolloutEntries = "rollouts.shop.example.com.kinds"

// ofSwitches is the entry about the kind whose status is no subresource.
var ofSwitches = entry("switches.shop.example.com.kinds")

// ofRollouts is an entry about the kind.
func ofRollouts(what string) guard { return entry(what + rolloutEntries) }

func ofRollout(text string) guard { return rule(rolloutEntries, text) }

// ordered is an attack on an object that was approved.
func ordered(name, does string, g guard, c call) attack {
	return attack{
		name: name, does: does, as: alice, before: []step{brought(alice, create(rollout()))}, call: c, by: g,
		says: "kubectl countersign approve",
	}
}

func rollout(more ...string) string {
	return merged(`{apiVersion: shop.example.com/v1, kind: Rollout, metadata: {namespace: guarded, name: $ME},
		spec: {replicas: 1, template: {spec: {containers: [{name: web, image: "$GOOD"}]}}}}`, more...)
}

func turnedOff(more ...string) string {
	return merged(`{apiVersion: shop.example.com/v1, kind: Switch, metadata: {namespace: guarded, name: $ME},
		spec: {what: lights}}`, more...)
}

// oldRollout is one that was scaled to nothing before its namespace joined the environment.
var oldRollout = []step{
	given(`{apiVersion: v1, kind: Namespace, metadata: {name: $ME}}`),
	given(rollout(`{metadata: {namespace: $ME}, spec: {replicas: 0}}`)),
	by(installer, change("Namespace $ME", `{metadata: {labels: {countersign.dev/environment: guarded}}}`)),
	gated("$ME"),
}
