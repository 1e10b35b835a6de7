// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// policy adds or replaces one; it governs production, unless a term says otherwise.
func policy(name string, terms ...func(*v1alpha1.PromotionPolicySpec)) step {
	p := v1alpha1.PromotionPolicy{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1alpha1.PromotionPolicySpec{
		Environment: "production", Entry: v1alpha1.EntryTwoPerson, Enforcement: v1alpha1.EnforcementEnforce,
		Separation: v1alpha1.Separation{
			ApproverMustNotBe: []v1alpha1.Party{v1alpha1.PartyRequester, v1alpha1.PartyAuthor},
		},
		ApprovalTTLSeconds: 86400,
		Rollback:           v1alpha1.Rollback{Mode: v1alpha1.RollbackAllowEntered, WithinSeconds: 604800},
	}}
	for _, term := range terms {
		term(&p.Spec)
	}
	return func(c *promotion.Case) {
		c.Policies = append(slices.DeleteFunc(slices.Clone(c.Policies), func(old v1alpha1.PromotionPolicy) bool {
			return old.Name == name
		}), p)
	}
}

func needs(count int32, rule string, roles ...v1alpha1.RoleName) func(*v1alpha1.PromotionPolicySpec) {
	return func(p *v1alpha1.PromotionPolicySpec) {
		p.Approvals = append(p.Approvals, v1alpha1.ApprovalRule{
			Name: rule, Count: count, From: v1alpha1.ApproverSource{AnyOf: roles},
		})
	}
}

func open(p *v1alpha1.PromotionPolicySpec)   { p.Entry = v1alpha1.EntryOpen }
func warns(p *v1alpha1.PromotionPolicySpec)  { p.Enforcement = v1alpha1.EnforcementWarn }
func audits(p *v1alpha1.PromotionPolicySpec) { p.Enforcement = v1alpha1.EnforcementAudit }

func separatesDeployer(p *v1alpha1.PromotionPolicySpec) {
	p.Separation.ApproverMustNotBe = append(p.Separation.ApproverMustNotBe, v1alpha1.PartyDeployer)
}

func trusts(resource, repository string) func(*v1alpha1.PromotionPolicySpec) {
	return func(p *v1alpha1.PromotionPolicySpec) {
		p.TrustedControllers = append(p.TrustedControllers, v1alpha1.TrustedController{
			ServiceAccount: v1alpha1.ServiceAccountReference{Namespace: "cert-manager", Name: "cert-manager"},
			Resources:      []string{resource}, Repositories: []string{repository},
		})
	}
}

func noPolicy(c *promotion.Case) { c.Policies = nil }

// role adds or replaces one; it gives capability Approve in production, unless a term says otherwise.
func role(name string, terms ...func(*v1alpha1.PipelineRole)) step {
	r := v1alpha1.PipelineRole{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1alpha1.PipelineRoleSpec{
		Environments: []v1alpha1.EnvironmentName{"production"},
		Capabilities: []v1alpha1.Capability{v1alpha1.CapabilityView, v1alpha1.CapabilityApprove},
	}}
	for _, term := range terms {
		term(&r)
	}
	return func(c *promotion.Case) {
		c.Roles = append(slices.DeleteFunc(slices.Clone(c.Roles), func(old v1alpha1.PipelineRole) bool {
			return old.Name == name
		}), r)
	}
}

func member(kind v1alpha1.MemberKind, name string, expire *metav1.Time) func(*v1alpha1.PipelineRole) {
	return func(r *v1alpha1.PipelineRole) {
		r.Spec.Members = append(r.Spec.Members, v1alpha1.Member{Kind: kind, Name: name, ExpireTime: expire})
	}
}

func users(names ...string) func(*v1alpha1.PipelineRole) {
	return func(r *v1alpha1.PipelineRole) {
		for _, name := range names {
			member(v1alpha1.MemberUser, name, nil)(r)
		}
	}
}

func group(name string) func(*v1alpha1.PipelineRole) { return member(v1alpha1.MemberGroup, name, nil) }

func until(name string, expire time.Time) func(*v1alpha1.PipelineRole) {
	at := metav1.NewTime(expire)
	return member(v1alpha1.MemberUser, name, &at)
}

func botOf(namespace, name string) func(*v1alpha1.PipelineRole) {
	return func(r *v1alpha1.PipelineRole) {
		r.Spec.Capabilities = []v1alpha1.Capability{v1alpha1.CapabilityDeploy}
		r.Spec.Bots = append(r.Spec.Bots, v1alpha1.Bot{Namespace: namespace, Name: name, Owner: "checkout-team"})
	}
}
