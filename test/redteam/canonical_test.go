// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import "strings"

// What differs by little, and means something else.
var canonical = []attack{
	trickOn("Order of variables", "one refers to another, and to nothing where it comes first",
		web(`{env: [{name: A, value: safe}, {name: B, value: $(A)}]}`),
		web(`{env: [{name: B, value: $(A)}, {name: A, value: safe}]}`)),
	trickOn("Variable given again", "an approved one once more, after it", web(`{env: [{name: MODE, value: safe}]}`),
		web(`{env: [{name: MODE, value: safe}, {name: MODE, value: safe}, {name: MODE, value: evil}]}`)),
	trickOn("Variable of another case", "which the program reads, and people take for the same",
		web(`{env: [{name: http_proxy, value: x}]}`), web(`{env: [{name: HTTP_PROXY, value: x}]}`)),
	trickOn("Order of containers", "the first of them is where a shell goes", crowded(`{name: web, image: "$GOOD"},
		{name: beside, image: "$GOOD"}`), crowded(`{name: beside, image: "$GOOD"}, {name: web, image: "$GOOD"}`)),
	trickOn("Order of init containers", "the one that checks comes last",
		podSpec(`{initContainers: [{name: check, image: "$GOOD"}, {name: load, image: "$GOOD"}]}`),
		podSpec(`{initContainers: [{name: load, image: "$GOOD"}, {name: check, image: "$GOOD"}]}`)),
	trickOn("Order of arguments", "the last one wins", web(`{args: [--allow=all, --allow=none]}`),
		web(`{args: [--allow=none, --allow=all]}`)),
	trickOn("Space after an argument", "nobody sees it", web(`{args: [--allow-from=bob]}`),
		web(`{args: ["--allow-from=bob "]}`)),
	trickOn("Character that nobody sees", "a space of no width", web(`{args: [--allow-from=bob]}`),
		web(`{args: ["--allow-from=\u200bbob"]}`)),
	trickOn("Letter made of two", "an accent of its own, which some file systems tell apart", web(`{args: ["/caf\u00e9"]}`),
		web(`{args: ["/cafe\u0301"]}`)),
	trickOn("Number or name", "a port by number, and one by a name that looks like it",
		web(`{ports: [{name: p8080, containerPort: 80}], readinessProbe: {httpGet: {port: 8080}}}`),
		web(`{ports: [{name: p8080, containerPort: 80}], readinessProbe: {httpGet: {port: p8080}}}`)),
	trickOn("Zero in place of nothing", "which is what the API server fills in, and here is not",
		podSpec(`{terminationGracePeriodSeconds: 30}`), podSpec(`{terminationGracePeriodSeconds: 0}`)),
	trickOn("False in place of nothing", "the token is there if nobody says so", podSpec(`{automountServiceAccountToken:
		false}`), podSpec(`{}`)),
	trickOn("Slash that is none", "a registry that is a part of another's name", web(`{image: "$GOOD"}`),
		web(`{image: "registry.example.com\u2215checkout@sha256:`+goodDigest+`"}`)),
	trickOn("Port in an image", "another server on the same host", web(`{image: "$GOOD"}`),
		web(`{image: "registry.example.com:8443/checkout@sha256:`+goodDigest+`"}`)),
	{
		name: "Field twice, at depth", does: "sends the fields of a variable twice, after those that people read",
		as: dan, before: approvedDeployment, call: create(" " + doubledDeep),
		by: rule("workloads.gate", "the digest is over what would run"), says: "kubectl countersign approve",
		right: []step{by(dan, create(deployment()))}, rightly: "what was approved",
	},
	ordered("Field that nobody knows", "which is newer than Countersign, and an image to whom it is for", ofRollouts(""),
		change("Rollout guarded/$ME", `{spec: {template: {spec: {brandNew: [{image: "$EVIL"}]}}}}`)),
	ordered("Field at the top", "where other kinds have nothing", ofRollouts(""),
		change("Rollout guarded/$ME", `{data: {run: evil}}`)),
	{
		name: "Large number", does: "two numbers that a computer may take for one", as: alice,
		before: []step{brought(alice, create(strings.Replace(rollout(`{spec: {limit: 0}}`), `:0`, `:9007199254740993`, 1)))},
		call:   change("Rollout guarded/$ME", `{spec: {limit: 9007199254740992}}`), by: ofRollouts(""),
		says: "kubectl countersign approve",
	},
	orderedOn("Number as a text", "which some programs read alike", `{spec: {limit: 1}}`, `{spec: {limit: "1"}}`),
	orderedOn("List in another order", "the last one wins", `{spec: {allow: [all, none]}}`,
		`{spec: {allow: [none, all]}}`),
	orderedOn("Empty text in place of nothing", "which some programs tell apart", `{spec: {}}`, `{spec: {from: ""}}`),
}

// trickOn is a trick on what was approved with something in it.
func trickOn(name, does, seen, patch string) attack {
	a := trick(name, does, patch)
	a.before = []step{operated(asked(dan, create(deployment(seen))), approved(bob))}
	a.right = []step{by(dan, create(deployment(seen)))}
	return a
}

// orderedOn is an attack on an object of a custom kind that was approved with something in it.
func orderedOn(name, does, seen, patch string) attack {
	a := ordered(name, does, ofRollouts(""), change("Rollout guarded/$ME", patch))
	a.before = []step{brought(alice, create(rollout(seen)))}
	return a
}

func crowded(containers string) string { return podSpec(`{containers: [` + containers + `]}`) }

// doubledDeep is no YAML either.
const doubledDeep = `{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"namespace": "shop", "name": "$ME"},
	"spec": {"selector": {"matchLabels": {"app": "$ME"}}, "template": {"metadata": {"labels": {"app": "$ME"}},
	"spec": {"containers": [{"name": "web", "image": "$GOOD", "env": [], "env": [{"name": "RUN", "value": "safe",
	"value": "evil"}]}]}}}}`
