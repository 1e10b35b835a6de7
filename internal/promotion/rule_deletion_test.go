// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// deletes lets deletions in, or not.
func deletes(mode v1alpha1.DeletionMode) func(*v1alpha1.PromotionPolicySpec) {
	return func(p *v1alpha1.PromotionPolicySpec) { p.Deletion.Mode = mode }
}

func deleting(c *promotion.Case) { c.Change.Operation = v1alpha1.OperationDelete }

// goes : it is written that the deletion has begun, and the object is not gone.
func goes(c *promotion.Case) {
	c.Attempts[0].Request.Status.Conditions = []metav1.Condition{{
		Type: v1alpha1.ConditionEntered, Status: "False", Reason: v1alpha1.ReasonBeingDeleted,
	}}
}

func TestDeletion(t *testing.T) {
	release, review := needs(1, "release", "release-managers"), needs(1, "review", "security")
	free := policy("production", release, deletes(v1alpha1.DeletionAllow))
	judge(t, map[string]verdict{
		"Allowed": {reason: "nobody is asked", want: promotion.RuleDeletion, given: story(free, deleting)},
		"Apply":   {reason: "for anything else they are", given: story(free), because: unasked},
		"Unsaid":  {reason: "what is not said is not allowed", given: story(deleting), because: unasked},
		"Required": {
			reason: "a deletion is a change", because: unasked,
			given: story(policy("production", release, deletes(v1alpha1.DeletionRequireApproval)), deleting),
		},
		"Unknown": {
			reason: "what is not known is not allowed", because: unasked,
			given: story(policy("production", release, deletes("Sometimes")), deleting),
		},
		"Controller": {
			reason: "whoever makes it", want: promotion.RuleDeletion, given: story(free, deleting, deployedBy(controller)),
		},
		"Orphans": {
			reason: "what it runs stays", because: unasked,
			given: story(free, deleting, func(c *promotion.Case) { c.Change.Orphans = true }),
		},
		"Rejected": {
			reason: "nobody is asked, so a Reject is no answer", want: promotion.RuleDeletion,
			given: story(free, deleting, asked(alice), rejected(bob)),
		},
		"OtherPolicy": {
			reason: "the strictest wins", because: unasked,
			given: story(free, policy("strict", review), deleting),
		},
		"OtherApproved": {
			reason: "the record says that people approved, as one policy wanted", want: promotion.RuleApproved,
			given: story(free, policy("strict", review), deleting, asked(alice), approved(sam)),
		},
		"OpenBeside": {
			reason: "the record says more than that it is open", want: promotion.RuleDeletion,
			given: story(free, policy("anything", open), deleting),
		},
		"WarnBeside": {
			reason: "the record says that a policy was not met", want: promotion.RuleNotEnforced,
			given: story(free, policy("trial", review, warns), deleting),
		},
	})
}

// TestDeletionsAreRecorded : also beside a policy that trusts the controller that deletes.
func TestDeletionsAreRecorded(t *testing.T) {
	free := policy("free", needs(1, "release", "release-managers"), deletes(v1alpha1.DeletionAllow))
	for title, c := range map[string]promotion.Case{
		"a person":             story(free, policy("production", open), deleting),
		"a trusted controller": solving(free, deleting),
	} {
		if d := promotion.Evaluate(c, noon); !d.Recorded() || d.Rule != promotion.RuleDeletion {
			t.Errorf("%s: the record says %q, and is kept: %t", title, d.Rule, d.Recorded())
		}
	}
}

// TestDeletedIsNotVouchedFor : what was deleted freely does not count as approved for a return.
func TestDeletedIsNotVouchedFor(t *testing.T) {
	judge(t, map[string]verdict{"Return": {
		reason: "nobody approved that record", because: unasked,
		given: story(asked(alice), entered(v1alpha1.EntryRuleDeletion)),
	}})
}

// TestOrphans : only a deletion leaves something behind, and only where its content says so.
func TestOrphans(t *testing.T) {
	const orphan, hold = `{"metadata":{"finalizers":["orphan"]}}`, `{"metadata":{"finalizers":["hold"]}}`
	for name, test := range map[string]struct {
		operation v1alpha1.ChangeOperation
		content   string
		want      bool
	}{
		"Orphaning": {v1alpha1.OperationDelete, orphan, true},
		"Plain":     {v1alpha1.OperationDelete, hold, false},
		"Nothing":   {v1alpha1.OperationDelete, ``, false},
		"Applied":   {v1alpha1.OperationApply, orphan, false},
	} {
		request := story(asked(alice, func(r *v1alpha1.PromotionRequest) {
			r.Spec.Change.Operation, r.Spec.Change.Content.Raw = test.operation, []byte(test.content)
		})).Attempts[0].Request
		if got := promotion.ChangeOf(request).Orphans; got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
