// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// TestApproverHoldsAllRoles: where a policy asks for one person in two roles, nobody in one of them will do, and two
// people in one each neither.
func TestApproverHoldsAllRoles(t *testing.T) {
	security := "testapproverholdsallroles-security"
	s := newShop(t)
	role := s.role(security, v1alpha1.CapabilityView, v1alpha1.CapabilityApprove)
	create(t, role)
	s.policyIs(t, func(policy *v1alpha1.PromotionPolicy) {
		policy.Spec.Approvals[0].From = v1alpha1.ApproverSource{
			AllOf: []v1alpha1.RoleName{v1alpha1.RoleName(s.managers), v1alpha1.RoleName(security)},
		}
	})
	s.awaitGrants(t)
	try := deploying(s.developer(t), s.deployment("checkout"))
	request := s.turnedAway(t, try, "1 approval from members of both "+s.managers+" and "+security)
	denied(t, s.manager(t, bob).Create(t.Context(), decide(request, v1alpha1.DecisionApprove)), "no member of both")
	goesThrough(t, "carol is both", making(as(t, carol, s.managers, security), func() client.Object {
		return decide(request, v1alpha1.DecisionApprove)
	}))
	goesThrough(t, "carol approved", try)

	goesThrough(t, "the roles conflict", changing(admin(t), role, func(r *v1alpha1.PipelineRole) {
		r.Spec.ConflictsWith = []v1alpha1.RoleName{v1alpha1.RoleName(s.managers)}
	}))
	policy := s.policy()
	eventually(t, func(ctx context.Context) string {
		if err := admin(t).Get(ctx, client.ObjectKeyFromObject(policy), policy); err != nil {
			return err.Error()
		}
		stalled := meta.FindStatusCondition(policy.Status.Conditions, v1alpha1.ConditionStalled)
		if stalled == nil || stalled.Reason != v1alpha1.ReasonRolesConflict {
			return "the policy to say that nobody can meet it"
		}
		return ""
	})
}
