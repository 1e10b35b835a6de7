// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"slices"
	"time"

	logf "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/evidence"
	"github.com/countersign-dev/countersign/internal/identity"
	"github.com/countersign-dev/countersign/internal/separation"
)

// keptOut are the subjects that the role names and a conflicting role names too. Admission refuses that; two roles that
// were written at the same moment may come to it all the same, and then neither gives them anything.
func (g *granting) keptOut(ctx context.Context, now time.Time) ([]string, error) {
	var roles v1alpha1.PipelineRoleList
	if err := g.Client.List(ctx, &roles); err != nil {
		return nil, fmt.Errorf("list roles: %w", err)
	}
	if !slices.ContainsFunc(roles.Items, func(other v1alpha1.PipelineRole) bool {
		return separation.Conflict(g.role, &other)
	}) {
		return nil, nil
	}
	people, err := g.people(ctx)
	if err != nil {
		return nil, err
	}
	var subjects []string
	for _, overlap := range separation.Overlaps(people, g.role, roles.Items, now) {
		subjects = append(subjects, overlap.Subject)
		g.withhold(overlap.Subject, "", fmt.Sprintf("is in role %s too, which conflicts with this one: nobody may hold "+
			"both. Take them out of one", overlap.Role))
	}
	return subjects, g.reportSeen(ctx, people, roles.Items, now, subjects)
}

// reportSeen tells of users who were seen in groups of two roles that conflict. RBAC binds groups and cannot leave one
// of them out; their approvals count for nothing (see promotion).
func (g *granting) reportSeen(
	ctx context.Context, people identity.Mapping, roles []v1alpha1.PipelineRole, now time.Time, named []string,
) error {
	users, err := evidence.Users(ctx, g.Client)
	if err != nil {
		return err
	}
	for _, user := range users {
		subject := "User:" + user.Username
		other := separation.OtherHeld(people, g.role, roles, user, now)
		if other == "" || slices.Contains(named, subject) {
			continue
		}
		g.withhold(subject, "", fmt.Sprintf("was seen in a group of this role and one of role %s, which conflict: nobody "+
			"may hold both, and their approvals do not count. Take them out of one group", other))
	}
	return nil
}

// people joins the names that are one person's. Where that cannot be told, names count as they are: nobody approves
// then (see promotion), and a role must still be taken from whoever is no member any more.
func (r *PipelineRoleReconciler) people(ctx context.Context) (identity.Mapping, error) {
	identities, err := r.Identities.Read(ctx)
	if err == nil && identities.Damaged != "" {
		logf.FromContext(ctx).Info("Names of one person are not joined", "because", identities.Damaged)
	}
	return identities.Mapping, err
}
