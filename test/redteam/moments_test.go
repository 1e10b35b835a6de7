// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"fmt"
	"time"
)

// What the operator takes the time to be, what it has just been told, and what it has not heard of yet.
var moments = []attack{
	{
		name: "Clock that is behind", does: "sets the clock of the operator's node back, so that what has lapsed counts",
		as: onNode, before: approvedDeployment, deed: whileAhead(time.Hour, by(dan, create(deployment()))), by: ownClock,
		right: []step{by(dan, create(deployment()))}, rightly: "with a clock that is right",
	},
	{
		name: "Clock that is ahead", does: "sets it forward, so that a window is open that is not",
		as: onNode, before: approvedDeployment, deed: whileAhead(-time.Hour, by(dan, create(deployment()))), by: ownClock,
		right: []step{by(dan, create(deployment()))}, rightly: "with a clock that is right",
	},
	{
		name: "Operator that has just started", does: "deploys before it knows its rules, having seen to it that it restarts",
		as:     dan,
		before: approvedDeployment, deed: startedWithout("promotionpolicies", by(dan, create(deployment()))),
		by:    knowsAll,
		right: []step{by(dan, create(deployment()))}, rightly: "once it does",
	},
	{
		name: "Operator that knows nobody", does: "the same before it knows the roles",
		as:     dan,
		before: approvedDeployment, deed: startedWithout("pipelineroles", by(dan, create(deployment()))),
		by:    knowsAll,
		right: []step{by(dan, create(deployment()))}, rightly: "once it does",
	},
	{
		name: "Revoked a moment ago", does: "deploys while caches lag behind, after bob has revoked it",
		as: dan, before: approvedDeployment,
		deed:    unheard(by(bob, decides(bob, "Revoke")), by(dan, create(deployment()))),
		by:      rule("workloads.gate", "approvals are read as they are").saying("kubectl countersign approve"),
		right:   []step{soon(asked(dan, create(deployment()))), approved(bob), by(dan, create(deployment()))},
		rightly: "approved anew",
	},
	{
		name: "Frozen a moment ago", does: "deploys while caches lag behind, after the line was stopped",
		as: dan, before: []step{operated(asked(dan, apply("frozen")), approved(bob))},
		deed:    unheard(given(freeze("frozen", installer)), by(dan, apply("frozen"))),
		by:      rule("workloads.gate", "a freeze is read as it is").saying("is frozen"),
		right:   []step{by(installer, remove("Freeze frozen")), soon(by(dan, apply("frozen")))},
		rightly: "once it is not",
	},
	{
		name: "Rule of a moment ago", does: "deploys while caches lag behind, after the rule has come to ask for two",
		as: dan, before: approvedDeployment,
		deed: unheard(by(rae, change("PromotionPolicy production", `{spec: {approvals: [`+asks(2)+`]}}`)),
			by(dan, create(deployment()))),
		by: rule("workloads.gate", "an entry is judged by the rules as they are").saying("kubectl countersign approve"),
		right: []step{approved(carol), by(dan, create(deployment())),
			by(rae, change("PromotionPolicy production", `{spec: {approvals: [`+asks(1)+`]}}`))},
		rightly: "after a second approval",
	},
	{
		name: "Role of a moment ago", does: "deploys while caches lag behind, after who approved has lost the role",
		as: dan, before: approvedDeployment,
		deed: unheard(by(installer, membersOf("none")), by(dan, create(deployment()))),
		by:   rule("workloads.gate", "an entry is judged by the rules as they are").saying("kubectl countersign approve"),
		right: []step{
			by(installer, membersOf("release-managers")),
			soon(by(dan, create(deployment())))},
		rightly: "once he has it again",
	},
	{
		name: "Sessions of a moment ago", does: "opens a shell while caches lag behind, once the rule lets nobody",
		as: dan, before: []step{brought(owner, create(calmPod))},
		deed: unheard(by(rae, sessionsAre("Deny")), by(dan, connect("Pod shop/$ME", "exec", "command=sh&stdout=true"))),
		by:   rule("connect.gate", "a session is judged by the rules as they are").saying("lets nobody open sessions"),
		right: []step{by(rae, sessionsAre("Allow")),
			soon(by(dan, connect("Pod shop/$ME", "exec", "command=sh&stdout=true")))},
		rightly: "once it lets somebody again",
	},
	{
		name: "Trusted a moment ago", does: "has a controller write while caches lag behind, once nobody trusts it any more",
		as: deployer, before: append(ownEnvironment(trusting), soon(by(deployer, apply(inOwn, first)))),
		deed: unheard(by(rae, change("PromotionPolicy $ME", `{spec: {trustedControllers: null}}`)),
			by(deployer, apply(inOwn, second))),
		by:      rule("workloads.gate", "a controller is trusted by the rules as they are").saying("does not trust it"),
		right:   []step{by(rae, change("PromotionPolicy $ME", trusting)), soon(by(deployer, apply(inOwn, second)))},
		rightly: "once it is trusted again",
	},
	{
		name: "In use a moment ago", does: "changes a ConfigMap while caches lag behind, once something that uses it entered",
		as: dan, before: []step{by(dan, create(settings()))},
		deed: unheard(allowed(dan, create(inGuarded(inEnvironment))),
			by(dan, change("ConfigMap guarded/$ME", `{data: {RUN: evil}}`))),
		verdict: limit, limit: "while the caches of a replica lag behind",
		seen:  "the audit trail has the decision, by rule Ungated",
		trace: audited(`"Ungated"`, `"configmaps"`, "$ME", "dan@example.com"),
	},
	{
		name: "Source of a moment ago", does: "has what ran elsewhere enter while caches lag behind, once that was revoked",
		as: mallory, before: append(ownEnvironment(promotedFromProduction),
			asked(mallory, create(runsGood("shop"))), approved(bob), by(mallory, create(runsGood("shop"))), entered,
			soon(by(mallory, create(runsGood("$ME")).rehearsed()))),
		deed: unheard(by(bob, decides(bob, "Revoke")), by(mallory, create(runsGood("$ME")))),
		by:   rule("workloads.gate", "what ran elsewhere is read as it is").saying("to have entered environment production"),
		right: []step{
			allowed(mallory, change("Deployment shop/$ME", web(`{command: [run]}`))),
			soon(by(mallory, create(runsGood("$ME"))))},
		rightly: "once it has entered anew",
	},
	{
		name: "Two people a moment ago", does: "deploys while caches lag behind, once both are known to be one",
		as: dan, before: approvedDeployment,
		deed:    unheard(by(installer, oneIs("dan@example.com, bob@example.com")), by(dan, create(deployment()))),
		by:      rule("workloads.gate", "names are read as they are").saying("kubectl countersign approve"),
		right:   []step{by(installer, oneIs("dan@example.com")), soon(by(dan, create(deployment())))},
		rightly: "once they are two again",
	},
}

// promotedFromProduction lets in what has entered production.
const promotedFromProduction = `{spec: {entry: Open, approvals: null,
	promotedFrom: {sources: [{environment: production}]}}}`

// runsGood is a Deployment in a namespace.
func runsGood(namespace string) string { return inSoak(namespace, "$GOOD") }

// trusting has a policy trust the deployer.
const trusting = `{spec: {trustedControllers: [{serviceAccount: {namespace: cicd, name: deployer},
	resources: [deployments], repositories: [registry.example.com/checkout]}]}}`

// sessionsAre what the policy of production says of sessions.
func sessionsAre(mode string) call {
	return change("PromotionPolicy production", `{spec: {interactive: {mode: `+mode+`}}}`)
}

// oneIs adds somebody to the mapping of names, who has these.
func oneIs(names string) call {
	return change("ConfigMap countersign-system/countersign-identities", `{data: {people.yaml:
		"[{person: alice, names: [alice@example.com, alice-admin@example.com]}, {person: one, names: [`+names+`]}]"}}`)
}

// saying is a guard with another answer. It is not taken away: only the operator knows what it is about.
func (g guard) saying(answer string) guard {
	g.answers, g.lever = answer, nil
	return g
}

// membersOf has a group hold the role of the approvers.
func membersOf(group string) call {
	return change("PipelineRole release-managers", `{spec: {members: [{kind: Group, name: `+group+`}]}}`)
}

// ownClock is what the operator does not go by where the API server's shows another time.
var ownClock = rule("workloads.gate", "nothing is decided while nobody knows what time it is").
	saying("and its own clock")

// knowsAll : what it cannot read is an error.
var knowsAll = rule("workloads.gate", "nothing is decided while it does not know all that it judges by").
	saying("could not decide")

// whileAhead does a step while the API server's clock is ahead of the operator's.
func whileAhead(ahead time.Duration, do step) step {
	return func(ctx context.Context, s *scene) error {
		s.between.set(func(m *middleman) { m.ahead = ahead })
		defer s.between.set(func(m *middleman) { m.ahead = 0 })
		return do(ctx, s)
	}
}

// unheard : the first step is nothing that the operator's caches hear of before the second is done.
func unheard(of, do step) step {
	return func(ctx context.Context, s *scene) error {
		s.between.watches.shut()
		defer s.between.watches.open()
		if err := of(ctx, s); err != nil {
			return fmt.Errorf("what should go unheard of: %w", err)
		}
		return do(ctx, s)
	}
}
