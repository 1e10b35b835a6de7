// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/utils/clock"
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
	// Workloads are the kinds that Cache holds, reduced.
	Workloads []WorkloadKind
	Clock     clock.PassiveClock
	// Agree fails while nobody can tell what time it is; nil where nobody is asked.
	Agree func() error
	// Namespace that the operator runs in. Requests about rules lie there.
	Namespace string
}

// Watch has a cache watch what is read from it: a replica that runs no controllers decides too.
func Watch(ctx context.Context, informers cache.Informers, workloads []WorkloadKind) error {
	kinds := make([]client.Object, 0, len(workloads))
	for _, workload := range workloads {
		object := &unstructured.Unstructured{}
		object.SetGroupVersionKind(workload.Kind)
		kinds = append(kinds, object)
	}
	kinds = append(kinds,
		&corev1.Namespace{}, &v1alpha1.PromotionPolicy{}, &v1alpha1.PipelineRole{},
		&v1alpha1.PromotionRequest{}, &v1alpha1.Approval{}, &v1alpha1.Freeze{}, &v1alpha1.Emergency{},
		&corev1.ConfigMap{},
	)
	for _, kind := range kinds {
		if _, err := informers.GetInformer(ctx, kind); err != nil {
			return fmt.Errorf("watch %T: %w", kind, err)
		}
	}
	return nil
}

// Case reads all that a decision about the change depends on.
func (r Reader) Case(ctx context.Context, namespace string, change promotion.Change) (promotion.Case, error) {
	c, err := r.Rules(ctx, namespace)
	if err != nil {
		return promotion.Case{}, err
	}
	c.Change = change
	if c.Change.Users, err = r.usersOf(ctx, c); err != nil {
		return promotion.Case{}, err
	}
	from := promotion.SourceKeys(c)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		c.Attempts, err = r.Attempts(ctx, namespace, v1alpha1.Change{
			Name: change.Object.Name, GenerateName: change.Object.GenerateName, Digest: change.Digest,
		})
		return err
	})
	group.Go(func() (err error) {
		c.Sources, err = r.sources(ctx, from)
		return err
	})
	group.Go(func() (err error) {
		c.Freeze, err = r.freeze(ctx, c.Environment.Name)
		return err
	})
	group.Go(func() (err error) {
		c.Emergencies, err = r.emergencies(ctx, namespace)
		return err
	})
	group.Go(func() (err error) {
		c.Unreviewed, err = r.unreviewed(ctx, c.Environment.Name)
		return err
	})
	if err := group.Wait(); err != nil || r.Agree == nil {
		return c, err
	}
	return c, r.Agree() // by what the API server has said just now
}

// Rules is a case without a change: the policies and roles that would decide about one in the namespace.
func (r Reader) Rules(ctx context.Context, namespace string) (c promotion.Case, err error) {
	if c.Environment, err = r.Environment(ctx, namespace); err != nil {
		return promotion.Case{}, err
	}
	if c.Identities, err = r.Identities.Read(ctx); err != nil {
		return promotion.Case{}, err
	}
	c.Policies, c.Roles, err = r.rules(ctx)
	return c, err
}

// Environment of a namespace. A label that the cache does not have yet is looked up live. The operator's namespace
// carries none, and stands for the environment of rules.
func (r Reader) Environment(ctx context.Context, namespace string) (promotion.Environment, error) {
	if namespace != "" && namespace == r.Namespace {
		return promotion.Environment{
			Name: v1alpha1.RulesEnvironment, Namespace: namespace,
			Labels: map[string]string{v1alpha1.EnvironmentLabel: string(v1alpha1.RulesEnvironment)},
		}, nil
	}
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

// Now has policies, roles, the names of people, the namespace and what entered elsewhere in a case as they are now, for
// what is about to be let in: the cache may not have heard of what would keep it out.
func (r Reader) Now(ctx context.Context, c *promotion.Case) error {
	now := Reader{Cache: r.Records, Records: r.Records, Namespace: r.Namespace}
	var err error
	if c.Identities, err = r.Identities.by(r.Records).Read(ctx); err != nil {
		return err
	}
	environment, err := now.Environment(ctx, c.Environment.Namespace)
	if err != nil {
		return err
	}
	if environment.Name != c.Environment.Name {
		return fmt.Errorf("namespace %s has just moved from environment %s to %s", environment.Namespace,
			c.Environment.Name, environment.Name)
	}
	c.Environment = environment
	if c.Policies, c.Roles, err = now.rules(ctx); err != nil {
		return err
	}
	c.Sources, err = r.standing(ctx, *c)
	return err
}

// PoliciesNow reads all policies as they are now.
func (r Reader) PoliciesNow(ctx context.Context) ([]v1alpha1.PromotionPolicy, error) {
	var policies v1alpha1.PromotionPolicyList
	if err := r.Records.List(ctx, &policies); err != nil {
		return nil, fmt.Errorf("list policies: %w", err)
	}
	return policies.Items, nil
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
