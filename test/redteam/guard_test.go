// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import "strings"

// guard is what stops an attack.
type guard struct {
	// name in the table.
	name string
	// answers is how the API server names it where it refuses.
	answers string
	// lever takes it away and puts it back, for TestGuards; nil where nobody can.
	lever lever
	// rule in the operator that the guard's entry asks about; empty where the guard itself says it all.
	rule string
	// behind is the webhook entry that refuses the same first, where the operator does not run: TestGuards takes it away
	// all the while. Nil where there is none.
	behind lever
	// real: the guard does not look at dry-runs, so all that is tried is tried in earnest.
	real bool
}

const ours = "countersign-"

// policy is a ValidatingAdmissionPolicy of config/policy.
func policy(name string) guard {
	return guard{name: "policy `" + name + "`", answers: "ValidatingAdmissionPolicy '" + ours + name + "'",
		lever: binding(ours + name)}
}

// imagesOfPods is the policy that holds Pods against the ledger of images, where that denies.
func imagesOfPods() guard {
	g := policy("pod-images")
	g.behind, g.real = webhookEntry("pods.gate.countersign.dev"), true
	return g
}

// entry is one of the webhook entries of config/webhook: it asks the operator.
func entry(name string) guard {
	name += ".countersign.dev"
	return guard{name: "webhook `" + name + "`", answers: `webhook "` + name + `"`, lever: webhookEntry(name)}
}

// rule is what the operator goes by when a webhook entry asks it.
func rule(of, text string) guard {
	g := entry(of)
	g.rule, g.name = text, g.name+": "+text
	return g
}

// unreadable is an entry whose conditions cannot be computed: the API server refuses by itself.
func unreadable(g guard) guard {
	g.name, g.answers = g.name+": what its conditions cannot read is refused", "resulted in error"
	return g
}

// schema is a rule of a CRD: of a kind, at a path, with a message that begins so. Without a message it is what OpenAPI
// itself says of the field there.
func schema(text, kind, path, message string) guard {
	return guard{name: "schema: " + text, answers: "is invalid",
		lever: schemaRule{kind: kind, path: path, message: message}}
}

// rights is that nobody has given somebody a right, as a rule of RBAC.
func rights(text string, who identity, missing string) guard {
	return guard{name: "RBAC: " + text, answers: "cannot"}.unless(who, missing)
}

// kubernetes is a check of the API server's own, which nobody can take away.
func kubernetes(text, answers string) guard {
	return guard{name: "Kubernetes: " + text, answers: answers, rule: text}
}

// unless makes a check of the API server's own one that a right overrides.
func (g guard) unless(who identity, overriding string) guard {
	g.lever = missingRight{who: who.name, account: who.account, rule: overriding}
	return g
}

// asks tells whether the answer is the operator's.
func (g guard) asks() bool { return strings.HasPrefix(g.answers, "webhook ") }

// rehearsal of an attack, by which it is seen whether the guard is there.
func (g guard) rehearsal(c call) call {
	if g.real {
		return c
	}
	return c.rehearsed()
}
