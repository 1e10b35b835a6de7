// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package loosening

import (
	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// policyChange is a change of a policy that stays.
type policyChange struct {
	before, after v1alpha1.PromotionPolicySpec
	name          string
	// others are all other policies.
	others []v1alpha1.PromotionPolicy
}

// policyField is one field of a policy's spec.
type policyField struct {
	// Name of the field, as it is written.
	Name string
	// Looser says what counts as looser in it.
	Looser string
	of     func(c policyChange) findings
}

// PolicyFields are all fields of the spec of a PromotionPolicy, in its order.
var PolicyFields = []policyField{
	{"environment", "any change", place},
	{"namespaceSelector", "any change", selection},
	{"entry", "`TwoPerson` to `Open`", entry},
	{"enforcement", "`Enforce` to `Warn` or `Audit`, `Warn` to `Audit`", enforcement},
	{"gates", "one less; a path less in `statusPaths`, another in `templatePaths`; `Workloads`, `Routing` or " +
		"`Configuration` more, where no other policy gates that in the same namespaces: before, nothing entered, or " +
		"capability Deploy did not give it", gates},
	{"approvals", "a rule less, a lower `count`, more people in `from`; where the rules asked for one approval in all, " +
		"a rule more of other people: it may stand for the second one that a bot needs", approvals},
	{"separation", "a party less", separated},
	{"approvalTTLSeconds", "more", approvalTTL},
	{"promotedFrom", "taken away; a source less or another, less `soakSeconds`, other `workloads`; with `Any`, a source " +
		"more", promotedFrom},
	{"requestTTLSeconds", "more", requestTTL},
	{"minimumWaitSeconds", "less", minimumWait},
	{"images", "`digests` not required any more; more in `allowed`, or all", images},
	{"ledger", "`Deny` to `Warn` to `Off`; more in `injected`", ledger},
	{"trustedControllers", "one more, or one with more", trustedControllers},
	{"interactive", "`Deny` to `RequireApproval` to `Allow`; more `sessionSeconds`", interactive},
	{"windows", "a `Deny` window less or at other times; an `Allow` window more or at other times; no `Allow` window " +
		"any more", windows},
	{"windowOverride", "more people, where there were windows", windowOverride},
	{"emergency", "given, more people, more time, more time to review, `BlockEntry` to `Report`; taken away with " +
		"`BlockEntry`", emergency},
	{"deletion", "`RequireApproval` to `Allow`", deletion},
	{"rollback", "`RequireApproval` to `AllowEntered`; more `withinSeconds`", rollback},
}

// Policy says what is looser after the change of a policy; nothing where nothing is. Before is nil for a new one, after
// for one that is deleted, and others are all others that there are.
func Policy(before, after *v1alpha1.PromotionPolicy, others []v1alpha1.PromotionPolicy) []string {
	switch {
	case before == nil && after == nil:
		return nil
	case after == nil:
		return []string{"the policy is deleted: what it asks for is asked for no more"}
	case before == nil:
		return opened(policyChange{after: after.Spec, name: after.Name, others: others}, nil)
	}
	c := policyChange{before: before.Spec, after: after.Spec, name: after.Name, others: others}
	var all findings
	for _, field := range PolicyFields {
		all = append(all, field.of(c)...)
	}
	return all
}

func place(c policyChange) (f findings) {
	if c.before.Environment != c.after.Environment {
		f.addf("environment: %s -> %s", c.before.Environment, c.after.Environment)
	}
	return f
}

func selection(c policyChange) (f findings) {
	if !sameSelection(c.before.NamespaceSelector, c.after.NamespaceSelector) {
		f.addf("namespaceSelector: selects other namespaces")
	}
	return f
}

func entry(c policyChange) (f findings) {
	if c.after.Entry == v1alpha1.EntryOpen && c.before.Entry != v1alpha1.EntryOpen {
		f.addf("entry: %s -> %s", v1alpha1.EntryTwoPerson, v1alpha1.EntryOpen)
	}
	return f
}

func enforcement(c policyChange) (f findings) {
	if strictness(c.after.Enforcement) < strictness(c.before.Enforcement) {
		f.addf("enforcement: %s -> %s", c.before.Enforcement, c.after.Enforcement)
	}
	return f
}

// strictness : what is not known to be milder is enforced.
func strictness(enforcement v1alpha1.Enforcement) int {
	switch enforcement {
	case v1alpha1.EnforcementAudit:
		return 0
	case v1alpha1.EnforcementWarn:
		return 1
	case v1alpha1.EnforcementEnforce:
	}
	return 2
}
