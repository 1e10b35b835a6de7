// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package loosening

import (
	"slices"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// approvals : whoever meets the rules after the change must have met those before. A rule is compared with the one of
// its name.
func approvals(c policyChange) (f findings) {
	if c.before.Entry == v1alpha1.EntryOpen || c.after.Entry == v1alpha1.EntryOpen {
		return nil // nobody was asked, or see entry
	}
	for _, before := range c.before.Approvals {
		after, ok := ruleNamed(c.after.Approvals, before.Name)
		if !ok {
			f.addf("approvals[%s]: removed", before.Name)
			continue
		}
		f.lower("approvals["+before.Name+"].count", max(before.Count, 1), max(after.Count, 1))
		f = append(f, people(before.From, after.From).under("approvals["+before.Name+"].from")...)
	}
	return append(f, secondPerson(c)...)
}

// secondPerson : of the one approver that the rules asked for, a bot needs two. An approval by a new rule would do for
// the second one.
func secondPerson(c policyChange) (f findings) {
	total := int32(0)
	for _, rule := range c.before.Approvals {
		total += max(rule.Count, 1)
	}
	if total > 1 {
		return nil
	}
	for _, rule := range c.after.Approvals {
		_, had := ruleNamed(c.before.Approvals, rule.Name)
		known := slices.ContainsFunc(c.before.Approvals, func(before v1alpha1.ApprovalRule) bool {
			return len(people(before.From, rule.From)) == 0
		})
		if !had && !known {
			f.addf("approvals[%s]: added, of other people: a change that a bot asks for needed two approvals by the same",
				rule.Name)
		}
	}
	return f
}

func ruleNamed(rules []v1alpha1.ApprovalRule, name string) (v1alpha1.ApprovalRule, bool) {
	i := slices.IndexFunc(rules, func(rule v1alpha1.ApprovalRule) bool { return rule.Name == name })
	if i < 0 {
		return v1alpha1.ApprovalRule{}, false
	}
	return rules[i], true
}

// people : nobody may give an approval now who could not before.
func people(before, after v1alpha1.ApproverSource) (f findings) {
	switch {
	case len(before.AllOf) > 0 && len(after.AllOf) > 0:
		removed(&f, ".allOf", before.AllOf, after.AllOf)
	case len(before.AllOf) > 0:
		f.addf(": all of several roles -> any of some")
	case len(after.AllOf) > 0:
		if len(lacking(before.AnyOf, after.AllOf)) == len(after.AllOf) {
			f.addf(": other roles")
		}
	default:
		added(&f, ".anyOf", before.AnyOf, after.AnyOf)
	}
	return f
}

func separated(c policyChange) (f findings) {
	removed(&f, "separation.approverMustNotBe", c.before.Separation.ApproverMustNotBe,
		c.after.Separation.ApproverMustNotBe)
	return f
}

func approvalTTL(c policyChange) (f findings) {
	f.higher("approvalTTLSeconds", c.before.ApprovalTTLSeconds, c.after.ApprovalTTLSeconds)
	return f
}

// requestTTL : without one a request never lapses.
func requestTTL(c policyChange) (f findings) {
	before, after := c.before.RequestTTLSeconds, c.after.RequestTTLSeconds
	if before != 0 && (after == 0 || after > before) {
		f.addf("requestTTLSeconds: %d -> %d", before, after)
	}
	return f
}

func minimumWait(c policyChange) (f findings) {
	f.lower("minimumWaitSeconds", c.before.MinimumWaitSeconds, c.after.MinimumWaitSeconds)
	return f
}

func deletion(c policyChange) (f findings) {
	if c.before.Entry != v1alpha1.EntryOpen && c.after.Deletion.Mode == v1alpha1.DeletionAllow &&
		c.before.Deletion.Mode != v1alpha1.DeletionAllow {
		f.addf("deletion.mode: %s -> %s", v1alpha1.DeletionRequireApproval, v1alpha1.DeletionAllow)
	}
	return f
}

func rollback(c policyChange) (f findings) {
	before, after := c.before.Rollback, c.after.Rollback
	switch {
	case after.Mode != v1alpha1.RollbackAllowEntered:
	case before.Mode != v1alpha1.RollbackAllowEntered:
		f.addf("rollback.mode: %s -> %s", before.Mode, after.Mode)
	default:
		f.higher("rollback.withinSeconds", before.WithinSeconds, after.WithinSeconds)
	}
	return f
}

func interactive(c policyChange) (f findings) {
	before, after := c.before.Interactive, c.after.Interactive
	if openness(after.Mode) > openness(before.Mode) {
		f.addf("interactive.mode: %s -> %s", before.Mode, after.Mode)
	}
	if before.Mode == v1alpha1.InteractiveRequireApproval && after.Mode == before.Mode {
		f.higher("interactive.sessionSeconds", before.SessionSeconds, after.SessionSeconds)
	}
	return f
}

// openness of sessions: a mode that is not known lets nobody in.
func openness(mode v1alpha1.InteractiveMode) int {
	switch mode {
	case v1alpha1.InteractiveAllow, "":
		return 2
	case v1alpha1.InteractiveRequireApproval:
		return 1
	case v1alpha1.InteractiveDeny:
	}
	return 0
}
