// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"fmt"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/grants"
)

// call changes something about a role or where it holds.
type call func(context.Context, *v1alpha1.PipelineRole) error

func (c *converge) create(ctx context.Context, role *v1alpha1.PipelineRole) error {
	return c.admin.Create(ctx, role)
}

func (c *converge) remove(ctx context.Context, role *v1alpha1.PipelineRole) error {
	return c.admin.Delete(ctx, role)
}

func (c *converge) add(member v1alpha1.Member) call {
	return func(ctx context.Context, role *v1alpha1.PipelineRole) error {
		before := client.MergeFrom(role.DeepCopy())
		role.Spec.Members = append(role.Spec.Members, member)
		return c.admin.Patch(ctx, role, before)
	}
}

// label sets the environment of the namespace that joins and leaves, given as JSON.
func (c *converge) label(environment string) call {
	change := fmt.Sprintf(`{"metadata":{"labels":{%q:%s}}}`, v1alpha1.EnvironmentLabel, environment)
	return func(ctx context.Context, _ *v1alpha1.PipelineRole) error {
		return c.admin.Patch(ctx, namespace(late), client.RawPatch(types.MergePatchType, []byte(change)))
	}
}

func (c *converge) deleteOne(ctx context.Context, role *v1alpha1.PipelineRole) error {
	return c.installer.Delete(ctx, one(role))
}

func (c *converge) editOne(ctx context.Context, role *v1alpha1.PipelineRole) error {
	change := fmt.Sprintf(`{"subjects":[{"apiGroup":%q,"kind":"User","name":%q}]}`, rbacv1.GroupName, intruder)
	return c.installer.Patch(ctx, one(role), client.RawPatch(types.MergePatchType, []byte(change)))
}

// one of the role's RoleBindings.
func one(role *v1alpha1.PipelineRole) *rbacv1.RoleBinding {
	return &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{
		Namespace: "converge-0", Name: grants.BindingName(role.Name, given[0]),
	}}
}
