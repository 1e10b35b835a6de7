// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"context"
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// ErrNoEnvironment says that the namespace carries no environment label.
var ErrNoEnvironment = errors.New("the namespace carries no label " + v1alpha1.EnvironmentLabel)

// Reader reads cases.
type Reader struct {
	// Cache reads policies, roles and namespaces, and how long the series of names are that Records reads.
	Cache client.Reader
	// Records reads requests and approvals: live for the gate, from the cache for controllers.
	Records client.Reader
	// Identities says which names are one person's.
	Identities *Identities
}

// Watch has a cache watch what is read from it: a replica that runs no controllers decides too.
func Watch(ctx context.Context, informers cache.Informers) error {
	for _, kind := range []client.Object{
		&corev1.Namespace{}, &v1alpha1.PromotionPolicy{}, &v1alpha1.PipelineRole{},
		&v1alpha1.PromotionRequest{}, &v1alpha1.Approval{}, &corev1.ConfigMap{},
	} {
		if _, err := informers.GetInformer(ctx, kind); err != nil {
			return fmt.Errorf("watch %T: %w", kind, err)
		}
	}
	return nil
}

// Case reads all that a decision about the change depends on.
func (r Reader) Case(ctx context.Context, namespace string, change promotion.Change) (promotion.Case, error) {
	environment, err := r.Environment(ctx, namespace)
	if err != nil {
		return promotion.Case{}, err
	}
	c := promotion.Case{Environment: environment, Change: change}
	if c.Policies, c.Roles, err = r.rules(ctx); err != nil {
		return promotion.Case{}, err
	}
	if c.Identities, err = r.Identities.Read(ctx); err != nil {
		return promotion.Case{}, err
	}
	c.Attempts, err = r.Attempts(ctx, namespace, v1alpha1.Change{
		Name: change.Object.Name, GenerateName: change.Object.GenerateName, Digest: change.Digest,
	})
	return c, err
}

// Environment of a namespace. A label that the cache does not have yet is looked up live.
func (r Reader) Environment(ctx context.Context, namespace string) (promotion.Environment, error) {
	for _, reader := range []client.Reader{r.Cache, r.Records} {
		var ns corev1.Namespace
		if err := reader.Get(ctx, client.ObjectKey{Name: namespace}, &ns); client.IgnoreNotFound(err) != nil {
			return promotion.Environment{}, fmt.Errorf("read namespace %s: %w", namespace, err)
		}
		if name := ns.Labels[v1alpha1.EnvironmentLabel]; name != "" {
			return promotion.Environment{
				Name: v1alpha1.EnvironmentName(name), Namespace: namespace, Labels: ns.Labels,
			}, nil
		}
	}
	return promotion.Environment{}, fmt.Errorf("namespace %s: %w", namespace, ErrNoEnvironment)
}

func (r Reader) rules(ctx context.Context) ([]v1alpha1.PromotionPolicy, []v1alpha1.PipelineRole, error) {
	var policies v1alpha1.PromotionPolicyList
	if err := r.Cache.List(ctx, &policies); err != nil {
		return nil, nil, fmt.Errorf("list policies: %w", err)
	}
	var roles v1alpha1.PipelineRoleList
	if err := r.Cache.List(ctx, &roles); err != nil {
		return nil, nil, fmt.Errorf("list roles: %w", err)
	}
	return policies.Items, roles.Items, nil
}
