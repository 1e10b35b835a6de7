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
	// switched is the object or webhook entry that TestGuards takes away; empty where there is none.
	switched string
	// rule in the operator that the guard's entry asks about; empty where the guard itself says it all.
	rule string
	// behind is the webhook entry that refuses the same first, where the operator does not run: TestGuards takes it away
	// all the while. Empty where there is none.
	behind string
	// real: the guard does not look at dry-runs, so all that is tried is tried in earnest.
	real bool
}

const ours = "countersign-"

// policy is a ValidatingAdmissionPolicy of config/policy.
func policy(name string) guard {
	return guard{name: "policy `" + name + "`", answers: "ValidatingAdmissionPolicy '" + ours + name + "'",
		switched: ours + name}
}

// imagesOfPods is the policy that holds Pods against the ledger of images, where that denies.
func imagesOfPods() guard {
	g := policy("pod-images")
	g.behind, g.real = "pods.gate.countersign.dev", true
	return g
}

// entry is one of the webhook entries of config/webhook: it asks the operator.
func entry(name string) guard {
	name += ".countersign.dev"
	return guard{name: "webhook `" + name + "`", answers: `webhook "` + name + `"`, switched: name}
}

// rule is what the operator goes by when a webhook entry asks it.
func rule(of, text string) guard {
	g := entry(of)
	g.rule, g.name = text, g.name+": "+text
	return g
}

// schema is a rule of a CRD.
func schema(text string) guard {
	return guard{name: "schema: " + text, answers: "is invalid", rule: text}
}

// rights is that no role gives the right.
func rights(text string) guard { return guard{name: "RBAC: " + text, answers: "cannot", rule: text} }

// kubernetes is a check of the API server's own.
func kubernetes(text, answers string) guard {
	return guard{name: "Kubernetes: " + text, answers: answers, rule: text}
}

// isPolicy tells policies from webhook entries.
func (g guard) isPolicy() bool { return strings.HasPrefix(g.switched, ours) }

// isEntry tells whether it is one.
func (g guard) isEntry() bool { return g.switched != "" && !g.isPolicy() }

// rehearsal of an attack, by which it is seen whether the guard is there.
func (g guard) rehearsal(c call) call {
	if g.real {
		return c
	}
	return c.rehearsed()
}
