// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"context"
	"slices"

	authenticationv1 "k8s.io/api/authentication/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/escalation"
)

// LackingBots lists the namespaces of the role's bots in which the user may not make service accounts: a bot would take
// a name there that somebody else may count on.
func (c Checker) LackingBots(
	ctx context.Context, user authenticationv1.UserInfo, role *v1alpha1.PipelineRole,
) ([]string, error) {
	q := c.ask(user)
	if held, err := q.holds(ctx, "", onRole(verbEscalate, role)); err != nil || held {
		return nil, err
	}
	var lacking []string
	for _, bot := range role.Spec.Bots {
		right := escalation.Right{Verb: "create", Resource: "serviceaccounts"}
		held, err := q.holds(ctx, bot.Namespace, right)
		if err != nil {
			return nil, err
		}
		if !held {
			lacking = append(lacking, bot.Namespace)
		}
	}
	slices.Sort(lacking)
	return slices.Compact(lacking), nil
}
