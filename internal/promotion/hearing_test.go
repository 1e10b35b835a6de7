// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

func selecting(selector *metav1.LabelSelector) func(*v1alpha1.PromotionPolicySpec) {
	return func(p *v1alpha1.PromotionPolicySpec) { p.NamespaceSelector = selector }
}

func in(environment v1alpha1.EnvironmentName) func(*v1alpha1.PromotionPolicySpec) {
	return func(p *v1alpha1.PromotionPolicySpec) { p.Environment = environment }
}

// unreadable is a selector that the schema lets through and Kubernetes cannot read.
var unreadable = &metav1.LabelSelector{
	MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "team", Operator: metav1.LabelSelectorOpIn}},
}

func team(name string) *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchLabels: map[string]string{"team": name}}
}

func TestEvaluateSelectsPolicies(t *testing.T) {
	judge(t, map[string]verdict{
		"OtherEnvironment": {
			reason: "staging's policy says nothing about production", because: noneGoverns,
			given: story(policy("production", open, in("staging"))),
		},
		"OtherTeam": {
			reason: "a policy for billing says nothing about shop", because: noneGoverns,
			given: story(policy("production", open, selecting(team("billing")))),
		},
		"ThisTeam": {
			reason: "a policy for shop governs shop", want: promotion.RuleOpen,
			given: story(policy("production", open, selecting(team("shop")))),
		},
		"Narrower": {
			reason: "a narrower policy adds to the wider one", because: approvalMissing,
			given: story(policy("shop", needs(1, "review", "security"), selecting(team("shop"))), asked(alice), approved(bob)),
		},
		"Unreadable": {
			reason: "a damaged policy governs, so that it opens no door", because: unasked,
			given: story(policy("production", open), policy("damaged", needs(1, "x", "security"), selecting(unreadable))),
		},
		"UnreadableElsewhere": {
			reason: "a damaged policy of another environment does not", want: promotion.RuleOpen,
			given: story(policy("production", open),
				policy("damaged", needs(1, "x", "security"), selecting(unreadable), in("staging"))),
		},
		"NoLabel": {
			reason: "the label alone makes the environment; without it no policy governs", because: noneGoverns,
			given: story(policy("production", open), func(c *promotion.Case) { c.Environment.Labels = nil }),
		},
		"BeingDeleted": {
			reason: "a policy governs until it is gone", because: unasked,
			given: story(func(c *promotion.Case) {
				now := metav1.NewTime(noon)
				c.Policies[0].DeletionTimestamp = &now
			}),
		},
	})
}

func TestEvaluateSelectsRoles(t *testing.T) {
	editing := func(edit func(*v1alpha1.PipelineRole)) promotion.Case {
		return story(role("release-managers", users(bob), edit), asked(alice), approved(bob))
	}
	judge(t, map[string]verdict{
		"Here": {
			reason: "the role lets bob approve in shop", want: promotion.RuleApproved,
			given: editing(func(r *v1alpha1.PipelineRole) { r.Spec.NamespaceSelector = team("shop") }),
		},
		"OtherTeam": {
			reason: "the role holds for billing", because: approvalMissing,
			given: editing(func(r *v1alpha1.PipelineRole) { r.Spec.NamespaceSelector = team("billing") }),
		},
		"Unreadable": {
			reason: "a damaged role gives nothing", because: approvalMissing,
			given: editing(func(r *v1alpha1.PipelineRole) { r.Spec.NamespaceSelector = unreadable }),
		},
		"OtherEnvironment": {
			reason: "the role holds in staging", because: approvalMissing,
			given: editing(func(r *v1alpha1.PipelineRole) { r.Spec.Environments = []v1alpha1.EnvironmentName{"staging"} }),
		},
		"NoApprove": {
			reason: "the role does not let its members approve", because: approvalMissing,
			given: editing(func(r *v1alpha1.PipelineRole) {
				r.Spec.Capabilities = []v1alpha1.Capability{v1alpha1.CapabilityDeploy}
			}),
		},
		"BeingDeleted": {
			reason: "a role on its way out gives nothing", because: approvalMissing,
			given: editing(func(r *v1alpha1.PipelineRole) {
				now := metav1.NewTime(noon)
				r.DeletionTimestamp = &now
			}),
		},
		"Gone": {
			reason: "a role that does not exist has no members", because: approvalMissing,
			given: story(func(c *promotion.Case) { c.Roles = nil }, asked(alice), approved(bob)),
		},
	})
}
