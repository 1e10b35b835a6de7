// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/separation"
)

// checkConflicts looks at all roles: a conflict holds in both directions.
func (r *Records) checkConflicts(ctx context.Context, role *v1alpha1.PipelineRole) error {
	var roles v1alpha1.PipelineRoleList
	if err := r.Evidence.Cache.List(ctx, &roles); err != nil {
		return fmt.Errorf("list roles: %w", err)
	}
	people, err := r.Evidence.Identities.Read(ctx)
	if err != nil {
		return err
	}
	if people.Damaged != "" && conflicts(role, roles.Items) {
		return refuse("spec.conflictsWith: nobody can tell who would hold both roles: %s", people.Damaged)
	}
	for _, overlap := range separation.Overlaps(people.Mapping, role, roles.Items, r.Clock.Now()) {
		return refuse("spec.conflictsWith: %s is in %s too, and nobody may hold both roles; take them out of one first, or "+
			"let one membership end before the other begins", overlap.Subject, overlap.Role)
	}
	return nil
}

func conflicts(role *v1alpha1.PipelineRole, roles []v1alpha1.PipelineRole) bool {
	return slices.ContainsFunc(roles, func(other v1alpha1.PipelineRole) bool { return separation.Conflict(role, &other) })
}

// checkConflictChange asks more of whoever makes two roles conflict, or not conflict any more: it decides who may hold
// the other role.
func (r *Records) checkConflictChange(
	ctx context.Context, req admission.Request, before, role *v1alpha1.PipelineRole,
) error {
	var old []v1alpha1.RoleName
	if before != nil {
		old = before.Spec.ConflictsWith
	}
	for _, name := range slices.Concat(old, role.Spec.ConflictsWith) {
		if slices.Contains(old, name) && slices.Contains(role.Spec.ConflictsWith, name) {
			continue
		}
		other := &v1alpha1.PipelineRole{ObjectMeta: metav1.ObjectMeta{Name: string(name)}}
		may, err := r.Authority.MayChangeMembers(ctx, req.UserInfo, other)
		if err != nil {
			return err
		}
		if !may {
			return refuse("spec.conflictsWith: %s decides with it who may hold role %s, and needs verb bind on "+
				"pipelineroles.%s/%s", req.UserInfo.Username, name, v1alpha1.GroupName, name)
		}
	}
	return nil
}
