// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/workload"
)

// loosens : alice loosens policy production, and policy rules wants one of the release managers.
func loosens(steps ...step) promotion.Case {
	const rules = string(v1alpha1.RulesEnvironment)
	return story(noPolicy, func(c *promotion.Case) {
		c.Environment.Name = v1alpha1.RulesEnvironment
		c.Environment.Labels = map[string]string{v1alpha1.EnvironmentLabel: rules}
		c.Change.Object = workload.Identity{
			Group: v1alpha1.GroupName, Resource: "promotionpolicies", Namespace: "shop", Name: "production",
		}
		c.Change.Images, c.Change.Looser = nil, []string{"approvals[release].count: 2 -> 1"}
		c.Change.Generation, c.Change.Replaces = pointer(7), otherDigest
	}, policy("rules", needs(1, "keepers", "keepers"), gatesRules),
		role("keepers", users(bob, carol), func(r *v1alpha1.PipelineRole) {
			r.Spec.Environments = []v1alpha1.EnvironmentName{v1alpha1.RulesEnvironment}
		}), also(steps...))
}

func gatesRules(p *v1alpha1.PromotionPolicySpec) {
	p.Environment, p.Gates = v1alpha1.RulesEnvironment, []v1alpha1.Gate{{Type: v1alpha1.GateRules}}
}

// replacing is what the change of the latest request was to replace.
func replacing(digest v1alpha1.Digest) step {
	return latest(func(r *v1alpha1.PromotionRequest) { r.Spec.Change.ReplacesDigest = digest })
}

func TestRules(t *testing.T) {
	rulesAsked := also(asked(alice), replacing(otherDigest))
	judge(t, map[string]verdict{
		"Unasked":  {reason: "nobody else has seen it", because: unasked, given: loosens()},
		"Approved": {reason: "bob keeps the rules", want: promotion.RuleApproved, given: loosens(rulesAsked, approved(bob))},
		"Own":      {reason: "alice asks", because: approvalMissing, given: loosens(rulesAsked, approved(alice))},
		"NoKeeper": {reason: "dave keeps no rules", because: approvalMissing, given: loosens(rulesAsked, approved(dave))},
		"Replaced": {
			reason: "it is another step by now", because: []promotion.ReasonCode{promotion.ReasonReplacedChanged},
			given: loosens(rulesAsked, replacing(digest), approved(bob)),
		},
		"Superseded": {
			reason: "what has ended says nothing of what it would replace", because: unasked,
			given: loosens(rulesAsked, replacing(digest), stalled(v1alpha1.ReasonSuperseded)),
		},
		"TriedAgain": {
			reason: "it was let in already, and the same write comes again", want: promotion.RuleApproved,
			given: loosens(rulesAsked, replacing(digest), approved(bob), letIn(v1alpha1.EntryRuleApproved, 7)),
		},
		"Workload": {
			reason: "what runs is approved for what it is, whatever it replaces", want: promotion.RuleApproved,
			given: story(asked(alice), replacing(otherDigest), approved(bob)),
		},
		"Deletion": {
			reason: "it is bound to what is deleted", want: promotion.RuleApproved,
			given: loosens(deleting, asked(alice), approved(bob)),
		},
		"Return": {
			reason: "nothing that was tightened is free to be loosened again", because: unasked,
			given: loosens(rulesAsked, entered(v1alpha1.EntryRuleApproved), replaced(day)),
		},
		"Trusted": {
			reason: "no controller is trusted with rules", because: unlisted,
			given: loosens(policy("rules", needs(1, "keepers", "keepers"), gatesRules,
				trusts("promotionpolicies", "any")), deployedBy(controller)),
		},
		"NotSealed": {
			reason: "no policy has gate Rules", want: promotion.RuleUngated,
			given: loosens(noPolicy, policy("production", needs(1, "release", "release-managers"))),
		},
	})
}

func TestRulesMessages(t *testing.T) {
	given := loosens(also(asked(alice), replacing(otherDigest)))
	d := promotion.Evaluate(given, noon)
	want := `promotionpolicies/production may not be loosened without approval.
  Looser:   approvals[release].count: 2 -> 1
  Needs:    1 approval from keepers (policy rules, rule keepers)
  Who:      keepers: bob@example.com, carol@example.com
  Request:  REQUEST, asked for by alice@example.com
  Approve:  kubectl countersign approve REQUEST -n shop
  Then:     try again; the same change will be let in`
	got := promotion.Denial(given, d, promotion.Standing{Request: d.Request, Requester: alice})
	if diff := cmp.Diff(want, strings.ReplaceAll(got, d.Request, "REQUEST")); diff != "" {
		t.Errorf("the denial: -want, +got:\n%s", diff)
	}
	dry := loosens()
	lines := promotion.Warning(dry, promotion.Evaluate(dry, noon))
	if diff := cmp.Diff([]string{
		"countersign: promotionpolicies/production would not be loosened without approval",
		"countersign: digest " + string(digest), "countersign: looser: approvals[release].count: 2 -> 1",
		"countersign: nobody has asked for this change",
		"countersign: needs 1 approval from keepers (policy rules, rule keepers)",
		"countersign: to ask for it: apply it; what is turned away is asked for",
	}, lines); diff != "" {
		t.Errorf("the dry-run: -want, +got:\n%s", diff)
	}
	alone := loosens(deployedBy("system:serviceaccount:argocd:argocd"))
	text := promotion.Denial(alone, promotion.Evaluate(alone, noon), promotion.Standing{})
	if !strings.Contains(text, "spec.bots") || strings.Contains(text, "does not trust it") ||
		strings.Contains(text, "trustedControllers") {
		t.Errorf("what an account that nobody owns is told:\n%s", text)
	}
}

// TestWhoCannotLoosen : what somebody is told who is neither a person nor can become a bot, and what all are told where
// nobody is asked.
func TestWhoCannotLoosen(t *testing.T) {
	given := loosens(deployedBy("system:node:n1"))
	want := `promotionpolicies/production may not be loosened without approval.
  Looser:   approvals[release].count: 2 -> 1
  Because:  system:node:n1 is neither a person nor a bot of a PipelineRole, ` +
		`and policy rules does not trust it as a controller
  Needs:    a person, or a bot of a PipelineRole, to make the change: system:node:n1 cannot ask for approval`
	if diff := cmp.Diff(want, promotion.Denial(given, promotion.Evaluate(given, noon), promotion.Standing{})); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
	nobody := loosens(noPolicy)
	reason := "no PromotionPolicy has gate Rules, and so nobody is asked about rules"
	if got := promotion.WhyNoEmergency(nobody, v1alpha1.Emergency{}, noon); got != reason {
		t.Errorf("got %q, want %q", got, reason)
	}
}
