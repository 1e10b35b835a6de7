// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package loosening_test

import (
	"testing"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

func asks(rules ...v1alpha1.ApprovalRule) policyEdit {
	return func(p *policySpec) { p.Approvals = rules }
}

func oneOf(rule string, roles ...v1alpha1.RoleName) v1alpha1.ApprovalRule {
	return v1alpha1.ApprovalRule{Name: rule, Count: 1, From: v1alpha1.ApproverSource{AnyOf: roles}}
}

// TestSecondPerson : an approval by a new rule stands for the second one that a bot needs, of people who could not have
// given that.
func TestSecondPerson(t *testing.T) {
	take(t, map[string]step{
		"OtherPeople": {"anybody of security will do", asks(oneOf("release", "leads")),
			asks(oneOf("release", "leads"), oneOf("more", "security")),
			"approvals[more]: added, of other people: a change that a bot asks for needed two approvals by the same"},
		"SamePeople": {"the second was theirs to give", asks(oneOf("release", "leads", "managers")),
			asks(oneOf("release", "leads", "managers"), oneOf("more", "managers")), ""},
		"TwoBefore": {"a bot needed no more than was asked", asIs, func(p *policySpec) {
			p.Approvals = append(p.Approvals, oneOf("more", "staff"))
		}, ""},
		"TwoOfOne": {"the same, by one rule", asks(v1alpha1.ApprovalRule{
			Name: "release", Count: 2, From: v1alpha1.ApproverSource{AnyOf: []v1alpha1.RoleName{"leads"}},
		}), asks(v1alpha1.ApprovalRule{
			Name: "release", Count: 2, From: v1alpha1.ApproverSource{AnyOf: []v1alpha1.RoleName{"leads"}},
		}, oneOf("more", "security")), ""},
		"Wider": {"the rule is not new, and it is said once", asks(oneOf("release", "leads")),
			asks(oneOf("release", "leads", "staff")), "approvals[release].from.anyOf: staff added"},
	})
}

// TestApprovalsWhereOpen : what an open policy asks of people it asks of nobody.
func TestApprovalsWhereOpen(t *testing.T) {
	open := func(p *policySpec) { p.Entry = v1alpha1.EntryOpen }
	openToFewer := func(p *policySpec) { p.Entry, p.Approvals = v1alpha1.EntryOpen, nil }
	fewer := func(p *policySpec) { p.Approvals = p.Approvals[:1] }
	deletes := func(entry v1alpha1.EntryMode) policyEdit {
		return func(p *policySpec) { p.Entry, p.Deletion.Mode = entry, v1alpha1.DeletionAllow }
	}
	take(t, map[string]step{
		"Closed":  {"nobody was asked, and now some are", open, fewer, ""},
		"Opened":  {"the entry alone is said", asIs, openToFewer, "entry: TwoPerson -> Open"},
		"Deletes": {"what is open to all is open to deletion", open, deletes(v1alpha1.EntryTwoPerson), ""},
	})
}
