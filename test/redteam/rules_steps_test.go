// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import "fmt"

// strictRule is a policy of an environment of the attack's own.
var strictRule = by(installer, create(policyOf("$ME", strictly)))

// tightened : somebody makes the rule stricter, for which nobody is asked.
func tightened(body string) step { return by(rae, change("PromotionPolicy $ME", body)) }

// asks is the rule of strictly, with so many approvals.
func asks(count int) string {
	return fmt.Sprintf(`{name: release, count: %d, from: {anyOf: [release-managers]}}`, count)
}

// asking changes how many approvals the rule asks for.
func asking(count int) call {
	return change("PromotionPolicy $ME", `{spec: {approvals: [`+asks(count)+`]}}`)
}

// loosened is a rule that asks for less by the call.
func loosened(name, does string, as identity, before []step, c call, says string) attack {
	return attack{
		name: name, does: does, as: as, before: before, call: c,
		by: rule("roles", "what loosens a rule takes two people"), says: says,
		right: []step{asked(as, c), approved(bob), by(as, c)}, rightly: "approved by a keeper",
	}
}

// gone is a rule that is deleted.
func gone(name, does string, as identity, before []step, c call) attack {
	return attack{name: name, does: does, as: as, before: before, call: c, by: entry("delete.rules"),
		says: "may not be loosened"}
}

// kept is an attack on those who keep the rules. Once approved it could be made, and nobody would keep them.
func kept(name, does string, as identity, c call, says string) attack {
	a := loosened(name, does, as, nil, c, says)
	a.right, a.rightly = []step{asked(as, c), approved(bob)}, "a keeper may approve it"
	return a
}

// ofRule is an approval that does not count, of a rule that somebody wants looser.
func ofRule(name, does string, requester, approver identity, text, says string) attack {
	loosen := change("PromotionPolicy $ME", `{spec: {enforcement: Warn}}`)
	return attack{
		name: name, does: does, as: approver,
		before: []step{strictRule, operated(asked(requester, loosen)), elsewhere(written(alice))},
		call:   decides(approver, "Approve"), by: rule("records", text), says: says,
		right: []step{approved(bob), by(requester, loosen)}, rightly: "by another keeper",
	}
}
