// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"fmt"
	"strings"
)

// Whoever floods, or sends what is too large, keeps nobody else from work, and gets nothing in.
var availability = []attack{
	{
		name: "Flood of requests",
		does: "has one variant approved after the other, until reviewers stop reading, and applies none of them",
		as:   fred, before: []step{operated(variants(5)...), operated(soon(counted))}, call: create(variant(6)),
		by: rule("workloads.gate", "five requests of one person for one object wait at most"), says: "waiting already",
		right: []step{asked(fred, create(deployment(`{metadata: {name: $ME-2}}`)))}, rightly: "for another object",
	},
	{
		name: "Flood of large requests",
		does: "asks for as much as a request holds, and at once for the next, as requests are kept",
		as:   mallory, before: append(ownEnvironment(), word("N", "n"), operated(soon(spent))), call: create(largeOwn),
		by:    rule("workloads.gate", "one person asks for 8 MiB at most in an hour and a namespace, of what does not enter"),
		says:  "of which nothing has been let in",
		right: []step{asked(installer, create(largeOwn))}, rightly: "by another",
	},
	{
		name: "Flood of decisions", does: "approves and withdraws without end, so that each decision is slow",
		as: bob, before: []step{asked(alice, create(deployment())), operated(wavering...)}, call: decides(bob, "Approve"),
		by: rule("records", "one person approves and withdraws ten times at most"), says: "which is enough",
		right: []step{decided(bob, "Reject")}, rightly: "an objection is taken all the same",
	},
	{
		name: "Content too large for a record", does: "fills a variable with 300 KiB, so that no request can hold it",
		as: fred, call: create(deployment(web(`{env: [{name: FILL, value: "` + strings.Repeat("x", 300<<10) + `"}]}`))),
		by: rule("workloads.gate", "what no request can hold does not enter"), says: "larger than 256 KiB",
		right: []step{asked(fred, create(deployment()))}, rightly: "less can be asked for",
	},
	{
		name: "More images than a record holds", does: "runs 300 containers, of which the last one is hers",
		as: fred, call: create(deployment(podSpec(`{containers: [` + crowd(300) + `]}`))),
		by: rule("workloads.gate", "what no request can hold does not enter"), says: "more than 256 images",
		right:   []step{asked(fred, create(deployment(podSpec(`{containers: [`+crowd(2)+`]}`))))},
		rightly: "fewer can be asked for",
	},
	{
		name: "Body too large for the webhook", does: "sends four megabytes, which a webhook might not read",
		as: fred, call: create(deployment(`{metadata: {annotations: {fill: "` + strings.Repeat("x", 4<<20) + `"}}}`)),
		by:    kubernetes("no object is that large", "too large"),
		right: []step{asked(fred, create(deployment()))}, rightly: "less can be asked for",
	},
	{
		name: "Name with a command in it", does: "has a user name that looks like a message of Countersign's",
		as: ellen, call: create(deployment()),
		by: rule("workloads.gate", "names are written so that they cannot be mistaken for text"), says: `ellen\nApproved`,
		right: []step{asked(fred, create(deployment()))}, rightly: "a name that is one",
	},
	{
		name: "Values in messages", does: "reads a password in what a colleague is told, and in the audit trail",
		as: fred, call: create(deployment(web(`{env: [{name: PASSWORD, value: hunter2-of-$ME}]}`))),
		by: rule("workloads.gate", "messages and the audit trail hold no content"), says: "kubectl countersign approve",
		hides: "hunter2-of-",
		right: []step{asked(fred, create(deployment(web(`{env: [{name: PASSWORD, value: hunter2-of-$ME}]}`)))),
			inRequest("hunter2-of-$ME")},
		rightly: "the request holds it, for those who may read that",
	},
	{
		name: "Values in requests", does: "reads the request for a colleague's change, with what stands in it",
		as: alice, before: []step{asked(fred, create(deployment(web(`{env: [{name: PASSWORD, value: hunter2}]}`))))},
		call: read("PromotionRequest shop/$REQUEST"), verdict: limit,
		limit: "Values that are written into a workload stand in its requests",
		seen:  onServerRecord, trace: auditedByServer("promotionrequests/$REQUEST", `"get"`, "alice@example.com"),
	},
	{
		name: "Requests of others", does: "reads what waits in an environment she has no role in",
		as: person("eve@example.com", "somebody without a role"), before: []step{asked(fred, create(deployment()))},
		call: read("PromotionRequest shop/$REQUEST"),
		by: rights("requests are read by who holds a role there", person("eve@example.com", ""),
			`{apiGroups: [countersign.dev], resources: [promotionrequests], verbs: [get]}`),
		right: []step{by(fred, read("PromotionRequest shop/$REQUEST"))}, rightly: "by who does",
	},
}

func variant(n int) string {
	return deployment(web(fmt.Sprintf(`{env: [{name: V, value: "%d"}]}`, n)))
}

// variants that were approved: what nobody has approved gives way to the next.
func variants(n int) []step {
	var all []step
	for i := range n {
		all = append(all, asked(fred, create(variant(i))), approved(bob), soon(noted))
	}
	return all
}

// noted : the operator has written the approval into the request.
func noted(ctx context.Context, s *scene) error {
	request, err := s.say(ctx, installer, read("PromotionRequest $NAMESPACE/$REQUEST"))
	if err == nil && at(request, "status", "approvals") == "" {
		return fmt.Errorf("request %s has no approval yet", s.words["REQUEST"])
	}
	return err
}

// counted : the operator has seen them, by which it counts. A few more may be opened until then.
func counted(ctx context.Context, s *scene) error {
	s.words["N"] += "n"
	_, err := s.say(ctx, fred, create(deployment(web(`{env: [{name: V, value: $N}]}`))))
	if err == nil || !strings.Contains(err.Error(), "waiting already") {
		return fmt.Errorf("the operator counts fewer: %w", err)
	}
	return nil
}

// largeOwn is almost as large as a request holds, in the namespace of the attack.
var largeOwn = deployment(`{metadata: {namespace: $ME, name: $ME-$N}}`,
	web(`{env: [{name: FILL, value: "`+strings.Repeat("x", 250<<10)+`"}]}`))

// spent : she has asked for all that she may. Each time she asks for another object.
func spent(ctx context.Context, s *scene) error {
	s.words["N"] += "n"
	_, err := s.say(ctx, mallory, create(largeOwn))
	if err == nil || !strings.Contains(err.Error(), "of which nothing has been let in") {
		return fmt.Errorf("she may ask for more: %w", err)
	}
	return nil
}

// wavering is to approve and to take that back, five times.
var wavering = func() []step {
	var all []step
	for i := range 5 {
		all = append(all, approved(bob), by(bob, withdraws(bob, fmt.Sprintf("$REQUEST-d%d", 2*i+1))))
	}
	return all
}()

// crowd is so many containers, with an image each.
func crowd(n int) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(`{name: c%d, image: "registry.example.com/c%d@sha256:%s"}`, i, i, goodDigest))
	}
	return strings.Join(all, ", ")
}
