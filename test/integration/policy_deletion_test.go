// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"testing"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// TestFreeDeletion: where a policy allows deletions, nobody is asked, and the record says who deleted what, by which
// rule. Whatever else is done still waits.
func TestFreeDeletion(t *testing.T) {
	s := newShop(t, func(policy *v1alpha1.PromotionPolicy) { policy.Spec.Deletion.Mode = v1alpha1.DeletionAllow })
	developer := s.developer(t)
	brought := s.bringIn(t, deploying(developer, s.deployment("checkout")))
	s.turnedAway(t, deploying(developer, s.release("checkout", "v2")))

	s.turnedAway(t, func(ctx context.Context) error { // what it runs would stay
		return developer.Delete(ctx, s.deployment("checkout"), orphans)
	})
	goesThrough(t, "alice deletes it", func(ctx context.Context) error {
		return developer.Delete(ctx, s.deployment("checkout"))
	})
	deleted := s.request(t, func(r v1alpha1.PromotionRequest) bool {
		return r.Spec.Change.Operation == v1alpha1.OperationDelete && state(r) == v1alpha1.ReasonEntered
	})
	admission := deleted.Status.Admission
	if admission.Rule != v1alpha1.EntryRuleDeletion || admission.Deployer.Username != alice {
		t.Errorf("the record says: %s by %s", admission.Rule, admission.Deployer.Username)
	}
	if got := condition(deleted, v1alpha1.ConditionApproved); got != "False "+v1alpha1.ReasonNotApproved {
		t.Errorf("of its approval the record says: %s", got)
	}
	s.request(t, func(r v1alpha1.PromotionRequest) bool { return r.Name == brought.Name && r.Status.Entry.EndTime != nil })

	s.policyIs(t, func(policy *v1alpha1.PromotionPolicy) { policy.Spec.Deletion.Mode = v1alpha1.DeletionRequireApproval })
	goesThrough(t, "it ran here by approval", deploying(developer, s.deployment("checkout")))
	s.turnedAway(t, func(ctx context.Context) error { return developer.Delete(ctx, s.deployment("checkout")) })
}
