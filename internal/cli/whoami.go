// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"
	authenticationv1 "k8s.io/api/authentication/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/identity"
)

const whoamiHelp = `Print who the API server says you are, and the PipelineRoles that name you.

This is the name that a request or an approval of yours is stamped with.`

func newWhoami(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "whoami",
		Short: "Print who you are here, and which roles you hold",
		Long:  whoamiHelp,
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.whoami(cmd.Context()) },
	}
}

func (a *app) whoami(ctx context.Context) error {
	s, err := a.here()
	if err != nil {
		return err
	}
	var review authenticationv1.SelfSubjectReview
	if err := s.client.Create(ctx, &review); err != nil {
		return fmt.Errorf("ask who you are: %w", err)
	}
	user := review.Status.UserInfo
	me := v1alpha1.UserReference{Username: user.Username, UID: user.UID, Groups: user.Groups}
	var roles v1alpha1.PipelineRoleList
	err = s.client.List(ctx, &roles)
	if err != nil && !apierrors.IsForbidden(err) {
		return fmt.Errorf("list roles: %w", err)
	}
	return a.print(renderWhoami(self{
		user: me, roles: rolesNaming(me, roles.Items, a.Now()), hidden: apierrors.IsForbidden(err),
	}))
}

// self is what the API server says of the caller.
type self struct {
	user  v1alpha1.UserReference
	roles []v1alpha1.PipelineRole
	// hidden: the caller may not read the roles.
	hidden bool
}

// rolesNaming lists the roles that name the user now, as a member or a bot.
func rolesNaming(user v1alpha1.UserReference, roles []v1alpha1.PipelineRole, now time.Time) []v1alpha1.PipelineRole {
	return slices.DeleteFunc(roles, func(role v1alpha1.PipelineRole) bool {
		return !slices.ContainsFunc(role.Spec.Members, func(m v1alpha1.Member) bool { return names(m, user, now) }) &&
			!slices.ContainsFunc(role.Spec.Bots, func(b v1alpha1.Bot) bool {
				return identity.ServiceAccount(b.Namespace, b.Name) == user.Username
			})
	})
}

func names(m v1alpha1.Member, user v1alpha1.UserReference, now time.Time) bool {
	if !m.HoldsAt(now) {
		return false
	}
	if m.Kind == v1alpha1.MemberGroup {
		return slices.Contains(user.Groups, m.Name)
	}
	return m.Name == user.Username
}
