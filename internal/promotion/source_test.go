// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// needsAll asks for people who hold all of the roles at once.
func needsAll(count int32, rule string, roles ...v1alpha1.RoleName) func(*v1alpha1.PromotionPolicySpec) {
	return func(p *v1alpha1.PromotionPolicySpec) {
		p.Approvals = append(p.Approvals, v1alpha1.ApprovalRule{
			Name: rule, Count: count, From: v1alpha1.ApproverSource{AllOf: roles},
		})
	}
}

// TestAllOf : carol is a release manager and in security, bob and dave are the one, sam is the other.
func TestAllOf(t *testing.T) {
	both := policy("production", needsAll(1, "signoff", "release-managers", "security"))
	mixed := policy("production", needsAll(1, "signoff", "release-managers", "security"),
		needs(1, "release", "release-managers"))
	judge(t, map[string]verdict{
		"HoldsBoth": {
			reason: "one person in both roles", want: promotion.RuleApproved,
			given: story(both, asked(alice), approved(carol)),
		},
		"HoldsFirst":  {reason: "one of two", given: story(both, asked(alice), approved(bob)), because: approvalMissing},
		"HoldsSecond": {reason: "one of two", given: story(both, asked(alice), approved(sam)), because: approvalMissing},
		"TwoPeople": {
			reason: "two people do not add up to one in both", because: approvalMissing,
			given: story(both, asked(alice), approved(bob), approved(sam)),
		},
		"TwoAccounts": {
			reason: "nor do two logins of one person", because: approvalMissing,
			given: story(both, role("security", users("oidc:"+bob)), asked(alice), approved(bob), approved("oidc:"+bob)),
		},
		"ByGroup": {
			reason: "one role by name, the other by group", want: promotion.RuleApproved,
			given: story(both, role("security", group("sec")), asked(alice), approved(bob, inGroups("sec"))),
		},
		"OneExpired": {
			reason: "no longer in both", because: approvalMissing,
			given: story(both, role("security", until(carol, noon.Add(-time.Hour))), asked(alice), approved(carol)),
		},
		"OneMissing": {
			reason: "a role that does not exist has no members", because: approvalMissing,
			given: story(policy("production", needsAll(1, "signoff", "release-managers", "nobodys")),
				asked(alice), approved(carol)),
		},
		"OneCannotApprove": {
			reason: "every role must let its members approve", because: approvalMissing,
			given: story(both, role("security", users(carol), func(r *v1alpha1.PipelineRole) {
				r.Spec.Capabilities = []v1alpha1.Capability{v1alpha1.CapabilityView}
			}), asked(alice), approved(carol)),
		},
		"Conflict": {
			reason: "roles that nobody may hold together", because: approvalMissing,
			given: story(both, role("security", users(carol), func(r *v1alpha1.PipelineRole) {
				r.Spec.ConflictsWith = []v1alpha1.RoleName{"release-managers"}
			}), asked(alice), approved(carol)),
		},
		"Requester": {reason: "carol asked", given: story(both, asked(carol), approved(carol)), because: approvalMissing},
		"Bot": {
			reason: "two people, and only one holds both", because: approvalMissing,
			given: story(both, asked(bot), approved(carol), approved(bob)),
		},
		"BotTwo": {
			reason: "another rule lets bob be the second person", want: promotion.RuleApproved,
			given: story(mixed, asked(bot), approved(carol), approved(bob)),
		},
		"Mixed": {
			reason: "carol sits where both are asked, bob where one is", want: promotion.RuleApproved,
			given: story(mixed, asked(alice), approved(carol), approved(bob)),
		},
		"MixedOther": {
			reason: "whoever comes first", want: promotion.RuleApproved,
			given: story(mixed, asked(alice), approved(bob), approved(carol)),
		},
		"MixedOne": {
			reason: "carol fills one place", because: approvalMissing,
			given: story(mixed, asked(alice), approved(carol)),
		},
		"Nothing": {
			reason: "a rule without roles nobody can meet", because: approvalMissing,
			given: story(policy("production", needsAll(1, "signoff")), asked(alice), approved(carol)),
		},
		"Both": {
			reason: "where both lists are set, the stricter holds", because: approvalMissing,
			given: story(policy("production", needsAll(1, "signoff", "release-managers", "security"),
				func(p *v1alpha1.PromotionPolicySpec) {
					p.Approvals[0].From.AnyOf = []v1alpha1.RoleName{"release-managers"}
				}), asked(alice), approved(bob)),
		},
	})
}

// TestAllOfDecides : one role of several is enough to object, and not enough to approve.
func TestAllOfDecides(t *testing.T) {
	both := policy("production", needsAll(1, "signoff", "release-managers", "security"))
	c, attempt, reject := deciding(both, asked(alice), rejected(sam))
	if why := promotion.MayDecide(c, attempt, reject, noon); why != "" {
		t.Errorf("sam may not reject: %s", why)
	}
	c, attempt, approve := deciding(both, asked(alice), approved(sam))
	const want = "sam@example.com is no member of both release-managers and security, which policy production asks"
	if why := promotion.MayDecide(c, attempt, approve, noon); why != want {
		t.Errorf("sam approves: %q", why)
	}
}

func TestRolesOfAllOf(t *testing.T) {
	c := story(policy("production", needsAll(1, "a", "security", "payments"),
		needs(1, "b", "release-managers", "security")))
	want := []v1alpha1.RoleName{"payments", "release-managers", "security"}
	if diff := cmp.Diff(want, promotion.RolesOf(c.Policies[0])); diff != "" {
		t.Errorf("sorted and each once: -want, +got:\n%s", diff)
	}
}
