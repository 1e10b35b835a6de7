// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"context"
	"fmt"
	"slices"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/escalation"
	"github.com/countersign-dev/countersign/internal/grants"
)

// Checker holds roles against the rights of their authors.
type Checker struct {
	// Reviews creates SubjectAccessReviews.
	Reviews client.Writer
	// Live reads the ClusterRoles of the capabilities.
	Live client.Reader
	// Cache lists policies and namespaces.
	Cache client.Reader
}

// Lack is a part of a role that its author may not give.
type Lack struct {
	Grant grants.Grant
	// Namespace in which they may not; empty where it is about the environments.
	Namespace string
	// Rights that they do not hold there.
	Rights []escalation.Right
}

// Describe says what the user lacks, by the field of the role that would give it.
func (l Lack) Describe(user string) string {
	field := "spec.capabilities: "
	if l.Grant.Capability == "" {
		field = "spec.rules: "
	}
	text := field + user + " may not give " + l.Grant.String()
	if l.Namespace != "" {
		text += " in namespace " + l.Namespace
	}
	return text + ", for want of the right to " + escalation.Some(l.Rights)
}

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

const (
	verbBind     = "bind"
	verbEscalate = "escalate"
	verbApprove  = "approve"
	all          = "*"
)

func onRole(verb string, role *v1alpha1.PipelineRole) escalation.Right {
	return escalation.Right{
		Verb: verb, Group: v1alpha1.GroupName, Resource: "pipelineroles", Name: role.Name,
	}
}

func (c Checker) ask(user authenticationv1.UserInfo) *questions {
	return &questions{reviews: c.Reviews, user: user}
}

// Lacking lists what of the role the user may not give in the namespaces; nothing where they may give all.
func (c Checker) Lacking(
	ctx context.Context, user authenticationv1.UserInfo, role *v1alpha1.PipelineRole, namespaces []string,
) ([]Lack, error) {
	q := c.ask(user)
	for _, right := range []escalation.Right{onRole(verbEscalate, role), {Verb: all, Group: all, Resource: all}} {
		if held, err := q.holds(ctx, "", right); err != nil || held {
			return nil, err
		}
	}
	gated, err := c.gated(ctx)
	if err != nil {
		return nil, err
	}
	var lacks []Lack
	for _, grant := range grants.Grants(role) {
		given := slices.DeleteFunc(slices.Clone(namespaces), func(namespace string) bool {
			return !grant.Holds(namespace, gated)
		})
		if len(given) == 0 && len(namespaces) > 0 {
			continue
		}
		found, err := c.lackingGrant(ctx, q, role, grant, given)
		if err != nil {
			return nil, fmt.Errorf("check %s: %w", grant, err)
		}
		lacks = append(lacks, found...)
	}
	return lacks, nil
}

// gated are the namespaces in which gates are in force.
func (c Checker) gated(ctx context.Context) (grants.Gated, error) {
	var policies v1alpha1.PromotionPolicyList
	if err := c.Cache.List(ctx, &policies, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("list policies: %w", err)
	}
	var namespaces corev1.NamespaceList
	if err := c.Cache.List(ctx, &namespaces, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("list namespaces: %w", err)
	}
	return grants.GatedBy(policies.Items, namespaces.Items), nil
}

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

// lackingGrant asks about all namespaces at once first, which most who may give anything hold.
func (c Checker) lackingGrant(
	ctx context.Context, q *questions, role *v1alpha1.PipelineRole, grant grants.Grant, namespaces []string,
) ([]Lack, error) {
	if grant.Capability == v1alpha1.CapabilityApprove {
		return c.lackingApprove(ctx, q, role, grant)
	}
	rights, err := c.rights(ctx, role, grant)
	if err != nil {
		return nil, err
	}
	if rights, err = q.lackingIn(ctx, "", grant, rights); err != nil {
		return nil, err
	}
	var lacks []Lack
	for _, namespace := range namespaces {
		if len(rights) == 0 {
			break
		}
		lacking, err := q.lackingIn(ctx, namespace, grant, rights)
		if err != nil {
			return nil, err
		}
		if len(lacking) > 0 {
			lacks = append(lacks, Lack{Grant: grant, Namespace: namespace, Rights: lacking})
		}
	}
	return lacks, nil
}

// lackingIn is what the user lacks for a grant in a namespace. Verb bind on the ClusterRole is enough, as for whoever
// writes the RoleBinding by hand.
func (q *questions) lackingIn(
	ctx context.Context, namespace string, grant grants.Grant, rights []escalation.Right,
) ([]escalation.Right, error) {
	if grant.Capability != "" {
		bind := escalation.Right{
			Verb: verbBind, Group: rbacv1.GroupName, Resource: "clusterroles", Name: grant.ClusterRole(),
		}
		if held, err := q.holds(ctx, namespace, bind); err != nil || held {
			return nil, err
		}
	}
	return q.lacking(ctx, namespace, rights)
}

// rights that a grant comes to. A capability gives what its ClusterRole holds by now.
func (c Checker) rights(
	ctx context.Context, role *v1alpha1.PipelineRole, grant grants.Grant,
) ([]escalation.Right, error) {
	if grant.Capability == "" && escalation.Count(role.Spec.Rules) > escalation.Most {
		return nil, ErrTooMany
	}
	if grant.Capability == "" {
		return escalation.Rights(escalation.Permitted(role.Spec.Rules)), nil
	}
	var shipped rbacv1.ClusterRole
	if err := c.Live.Get(ctx, client.ObjectKey{Name: grant.ClusterRole()}, &shipped); err != nil {
		return nil, fmt.Errorf("read ClusterRole %s: %w", grant.ClusterRole(), err)
	}
	return escalation.Rights(shipped.Rules), nil
}

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
