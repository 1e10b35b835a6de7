// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

// One person is one person, and has no more say than they are given.
var quorum = []attack{
	{
		name: "Two logins for two people", does: "approves a bot's change, which needs two, by both of her logins",
		as: both, before: []step{soon(asked(ci, create(deployment()))), approved(aliceAdmin)},
		call: decides(both, "Approve", secondDecision),
		by:   rule("records", "one person counts once, by whatever login"), says: "has said so already",
		right: []step{approved(bob)}, rightly: "by another",
	},
	{
		name: "Twice in capitals", does: "approves it once more as BOB@example.com",
		as: bobShouting, before: []step{soon(asked(ci, create(deployment()))), approved(bob)},
		call: decides(bobShouting, "Approve", secondDecision),
		by:   rule("records", "one person counts once, by whatever login"), says: "has said so already",
		right: []step{approved(carol)}, rightly: "by another",
	},
	{
		name: "Withdrawn and given again", does: "has three approvals by bob there, one of them withdrawn",
		as: ci, before: []step{operated(soon(asked(ci, create(deployment()))), approved(bob),
			by(bob, withdraws(bob, "$REQUEST-d1")), approved(bob))},
		call: create(deployment()),
		by:   rule("workloads.gate", "two people, and bob is one"), says: "approval",
		right: []step{approved(carol), by(ci, create(deployment()))}, rightly: "after that of another",
	},
	{
		name: "One person for two rules", does: "has two rules met by one who could meet either",
		as: mallory, before: append(ownEnvironment(`{spec: {approvals: [{name: release, count: 1, from: {anyOf: [$ME]}},
			{name: security, count: 1, from: {anyOf: [$ME]}}]}}`), operated(
			asked(mallory, apply(inOwn)), soon(approved(bob)))),
		call: apply(inOwn), by: rule("workloads.gate", "every rule is met by different people"), says: "approval",
		right: []step{approved(carol), by(mallory, apply(inOwn))}, rightly: "by two",
	},
	{
		name: "Groups of one's own choice", does: "writes into her approval that she is in the approvers' group",
		as: owner, before: []step{asked(dan, create(deployment()))}, call: decides(both, "Approve", firstDecision),
		first: rule("records", "the approver is in the groups that the API server knows"), by: policy("approver-stamp"),
		right: []step{approved(bob)}, rightly: "by who is in the group",
	},
	{
		name: "Stamp taken out", does: "has a mutation take away who approves, after the stamp",
		as: mallory, before: append(takingOut("approver"), asked(alice, create(deployment()))),
		call:  decides(mallory, "Approve", `{metadata: {name: $REQUEST-d1, generateName: null, labels: {mutate: $ME}}}`),
		first: schema("an approval says whose it is", "approvals", "spec", ""), by: policy("approver-stamp"),
		says: "spec.approver: Required value",
	},
	{
		name: "Into the approvers' group", does: "impersonates herself, in one group more",
		as: owner, before: []step{asked(dan, create(deployment()))}, call: inTheGroup(owner),
		by: rights("no role gives `impersonate`, and none can", owner, impersonating),
	},
	{
		name: "Into the approvers' group, by a cluster administrator", does: "the same by whoever may impersonate a group",
		as: mallory, before: []step{asked(dan, create(deployment()))}, call: inTheGroup(mallory),
		verdict: limit, limit: "whoever may impersonate a group is in it",
		seen: impersonated, trace: auditedByServer(`"impersonatedUser":{"username":"mallory@example.com"`, `"approvals"`),
	},
	{
		name: "Emergency of another namespace", does: "declares one where he may, and deploys elsewhere while it stands",
		as: halDeploys, before: []step{operated(by(halDeploys, create(emergency(halDeploys))))}, call: create(deployment()),
		by: rule("workloads.gate", "an emergency is for its namespace"), says: "kubectl countersign approve",
		right: []step{soon(by(halDeploys, create(deployment(`{metadata: {namespace: night}}`))))}, rightly: "there",
	},
	{
		name: "Emergency outside environments", does: "declares one where no policy says who may, for a change in night",
		as: mallory, before: []step{operated(asked(dan, apply("night"))), elsewhere(written(dan))},
		call: create(merged(forRequest, `{metadata: {namespace: sandbox}, spec: {holder: `+mallory.reference()+`}}`)),
		by:   rule("records", "an emergency lies where its change does"), says: "",
		right: []step{by(hal, create(forRequest))}, rightly: "by who is on call",
	},
}

// The names of a request's first and second decision.
const (
	firstDecision  = `{metadata: {name: $REQUEST-d1, generateName: null}}`
	secondDecision = `{metadata: {name: $REQUEST-d2, generateName: null}}`
)

// inTheGroup approves as oneself, in the approvers' group.
func inTheGroup(as identity) call {
	in := as
	in.groups = []string{"release-managers"}
	return decides(in, "Approve").pretending(as.name, "release-managers")
}
