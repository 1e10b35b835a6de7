// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"context"
	"fmt"
	"slices"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/escalation"
	"github.com/countersign-dev/countersign/internal/grants"
)

// lackingApprove asks about the policies of the environments: whoever answers for them says who approves. An
// environment without one needs the right to all policies.
func (c Checker) lackingApprove(
	ctx context.Context, q *questions, role *v1alpha1.PipelineRole, grant grants.Grant,
) ([]Lack, error) {
	var policies v1alpha1.PromotionPolicyList
	if err := c.Cache.List(ctx, &policies); err != nil {
		return nil, fmt.Errorf("list policies: %w", err)
	}
	var rights []escalation.Right
	for _, environment := range role.Spec.Environments {
		rights = append(rights, approving(environment, policies.Items)...)
	}
	lacking, err := q.lacking(ctx, "", rights)
	if err != nil || len(lacking) == 0 {
		return nil, err
	}
	return []Lack{{Grant: grant, Rights: slices.Compact(lacking)}}, nil
}

func approving(environment v1alpha1.EnvironmentName, policies []v1alpha1.PromotionPolicy) []escalation.Right {
	right := escalation.Right{Verb: verbApprove, Group: v1alpha1.GroupName, Resource: "promotionpolicies"}
	var rights []escalation.Right
	for _, policy := range policies {
		if policy.Spec.Environment == environment {
			right.Name = policy.Name
			rights = append(rights, right)
		}
	}
	if len(rights) == 0 {
		return []escalation.Right{right}
	}
	return rights
}
