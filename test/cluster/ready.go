// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"fmt"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// AwaitReady waits until roles and policies are in force, each role in one namespace. It passes over other objects.
func (c *Cluster) AwaitReady(t *testing.T, objects ...client.Object) {
	t.Helper()
	admin := c.Admin(t)
	Eventually(t, func(ctx context.Context) string {
		for _, object := range objects {
			if lacks := unready(ctx, admin, object); lacks != "" {
				return lacks
			}
		}
		return ""
	})
}

// unready says what a role or a policy lacks; empty for anything else.
func unready(ctx context.Context, c client.Client, object client.Object) string {
	kind, err := c.GroupVersionKindFor(object)
	if err != nil {
		return err.Error()
	}
	switch kind {
	case v1alpha1.SchemeGroupVersion.WithKind("PipelineRole"):
		return unreadyRole(ctx, c, client.ObjectKeyFromObject(object))
	case v1alpha1.SchemeGroupVersion.WithKind("PromotionPolicy"):
		return unreadyPolicy(ctx, c, client.ObjectKeyFromObject(object))
	}
	return ""
}

func unreadyRole(ctx context.Context, c client.Client, key client.ObjectKey) string {
	var role v1alpha1.PipelineRole
	if err := c.Get(ctx, key, &role); err != nil {
		return err.Error()
	}
	if !meta.IsStatusConditionTrue(role.Status.Conditions, v1alpha1.ConditionReady) || role.Status.Namespaces == nil ||
		*role.Status.Namespaces != 1 {
		return fmt.Sprintf("role %s to be ready: %+v", role.Name, role.Status.Conditions)
	}
	return ""
}

func unreadyPolicy(ctx context.Context, c client.Client, key client.ObjectKey) string {
	var policy v1alpha1.PromotionPolicy
	if err := c.Get(ctx, key, &policy); err != nil {
		return err.Error()
	}
	if !meta.IsStatusConditionTrue(policy.Status.Conditions, v1alpha1.ConditionReady) {
		return fmt.Sprintf("policy %s to be ready: %+v", policy.Name, policy.Status.Conditions)
	}
	return ""
}
