// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"context"

	authenticationv1 "k8s.io/api/authentication/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/escalation"
)

// MayChangeMembers tells whether the user may decide who holds the role: by verb bind on it, or escalate.
func (c Checker) MayChangeMembers(
	ctx context.Context, user authenticationv1.UserInfo, role *v1alpha1.PipelineRole,
) (bool, error) {
	q := c.ask(user)
	for _, verb := range []string{verbBind, verbEscalate} {
		if held, err := q.holds(ctx, "", onRole(verb, role)); err != nil || held {
			return held, err
		}
	}
	return false, nil
}

func onRole(verb string, role *v1alpha1.PipelineRole) escalation.Right {
	return escalation.Right{
		Verb: verb, Group: v1alpha1.GroupName, Resource: "pipelineroles", Name: role.Name,
	}
}
