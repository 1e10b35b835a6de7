// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

// Freezes and emergencies: who stops the line, and who gets past it.
var stops = []attack{
	{
		name: "Line stopped by anybody", does: "freezes an environment to hold up a colleague",
		as: fay, call: create(freeze("$ME", fay)), by: policy("freezes"), says: "may neither freeze nor unfreeze",
	},
	{
		name: "Freeze ended by anybody", does: "deletes the freeze that is in the way",
		as: fay, before: []step{given(freeze("$ME", installer))}, call: remove("Freeze $ME"), by: policy("freezes"),
	},
	{
		name: "Freeze that cannot be ended", does: "adds a finalizer to it",
		as: mallory, call: create(freeze("$ME", mallory, `{metadata: {finalizers: [example.com/stay]}}`)),
		by: policy("freezes"), says: "no finalizers",
	},
	{
		name: "Freeze changed", does: "has it end at once",
		as: mallory, before: []step{given(freeze("$ME", installer))},
		call: amendedFreeze, by: schema("a freeze is made once", "freezes", "spec", "must not be changed"),
		says:  "must not be changed",
		right: []step{by(mallory, remove("Freeze $ME"))}, rightly: "ended by who may",
	},
	{
		name: "Entry while the line is stopped", does: "applies what was approved before",
		as: dan, before: []step{
			operated(asked(dan, apply("frozen")), approved(bob)), given(freeze("frozen", installer)), operated(soon(closed)),
		},
		call: apply("frozen"), by: rule("workloads.gate", "nothing enters while it is frozen"), says: "is frozen",
		right: []step{by(installer, remove("Freeze frozen")), soon(by(dan, apply("frozen")))}, rightly: "once it is not",
	},
	{
		name: "Emergency of anybody", does: "declares one for her own change",
		as: dan, before: []step{operated(asked(dan, apply("night")))},
		call: create(emergency(dan)), by: rule("records", "who may declare one says the policy"), says: "no member of",
		right: []step{by(hal, create(emergency(hal)))}, rightly: "by who is on call",
	},
	{
		name: "Emergency in another's name", does: "declares one that hal would answer for",
		as: mallory, call: create(emergency(hal)), first: entry("stamp"), by: policy("emergencies"),
	},
	{
		name: "Emergency that cannot be ended", does: "adds a finalizer to it",
		as: hal, call: create(emergency(hal, `{metadata: {finalizers: [example.com/stay]}}`)), by: policy("emergencies"),
		says: "no finalizers",
	},
	{
		name: "Emergency for longer", does: "changes it while it runs",
		as: mallory, before: []step{by(hal, create(emergency(hal, `{metadata: {generateName: null, name: $ME}}`)))},
		call:  change("Emergency night/$ME", `{spec: {durationSeconds: 14400}}`),
		by:    schema("an emergency is declared once", "emergencies", "spec", "must not be changed"),
		says:  "must not be changed",
		right: []step{by(hal, create(emergency(hal)))}, rightly: "by another",
	},
	{
		name: "Review of one's own emergency", does: "closes it oneself, having declared it",
		as: halBoth, before: []step{
			operated(asked(dan, apply("night")), by(hal, create(forRequest)), soon(by(dan, apply("night"))), entered),
			elsewhere(written(dan)),
		},
		call: decides(halBoth, "Review"), by: rule("records", "who reviews did not declare it"),
		says:  "declared the emergency",
		right: []step{decided(bob, "Review")}, rightly: "by another",
	},
	{
		name: "Emergency deleted", does: "deletes it once everything is in, so that nobody sees it",
		as: hal, before: []step{
			asked(dan, apply("night")), by(hal, create(forRequest)), soon(by(dan, apply("night"))), entered,
		},
		call: remove("Emergency night/$ME"), verdict: visible,
		seen:  "the record says by what it entered, and its review stays open; the audit trail who ended it",
		trace: all(reviewPending, audited(`"EmergencyEnded"`, "hal@example.com")), noted: "ended",
	},
}

var amendedFreeze = change("Freeze $ME", `{spec: {expireTime: "2030-01-31T12:00:00Z"}}`)

// freeze of an environment.
func freeze(environment string, as identity, more ...string) string {
	return merged(`{apiVersion: countersign.dev/v1alpha1, kind: Freeze, metadata: {name: `+environment+`},
		spec: {reason: INC-2291, frozenBy: `+as.reference()+`}}`, more...)
}

// emergency of the night.
func emergency(as identity, more ...string) string {
	return merged(`{apiVersion: countersign.dev/v1alpha1, kind: Emergency, metadata: {namespace: night,
		generateName: emergency-},
		spec: {durationSeconds: 60, reason: INC-2291, holder: `+as.reference()+`}}`, more...)
}

// forRequest is one for the request of the scene alone.
var forRequest = emergency(hal, `{metadata: {generateName: null, name: $ME}, spec: {durationSeconds: null,
	request: {name: $REQUEST, uid: $UID, digest: "$DIGEST"}}}`)
