// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// emergencies may be declared by members of security: sam and carol.
var emergencies = policy("production", needs(1, "release", "release-managers"),
	declarable(v1alpha1.OverdueReport, "security"))

func TestEmergency(t *testing.T) {
	samNow := v1alpha1.UserReference{Username: sam}
	judge(t, map[string]verdict{
		"Request": {
			reason: "sam lets in what alice asked for", want: promotion.RuleEmergency,
			given: story(emergencies, asked(alice), declaredFor(sam)),
		},
		"Own": {
			reason: "and what sam asked for: that is what it is for", want: promotion.RuleEmergency,
			given: story(emergencies, asked(sam), declaredFor(sam), deployedBy(sam)),
		},
		"ByBot": {
			reason: "whoever carries it out", want: promotion.RuleEmergency,
			given: story(emergencies, asked(bot), declaredFor(sam), deployedBy(bot)),
		},
		"Holder": {
			reason: "what sam does, for ten minutes", want: promotion.RuleEmergency,
			given: story(emergencies, declared(samNow, 600), deployedBy(sam)),
		},
		"Frozen": {
			reason: "frozen or not", want: promotion.RuleEmergency,
			given: story(emergencies, frozen(""), declared(samNow, 600), deployedBy(sam)),
		},
		"Unneeded": {
			reason: "what is approved needs none, and is not recorded as one", want: promotion.RuleApproved,
			given: story(emergencies, asked(alice), approved(bob), declaredFor(sam)),
		},
		"SomebodyElse": {
			reason: "alice is not sam", because: unasked, given: story(emergencies, declared(samNow, 600)),
		},
		"OtherLogin": {
			reason: "another login of sam's is not the one that was stamped", because: unasked,
			given: story(emergencies, declared(samNow, 600), deployedBy("Sam@Example.com")),
		},
		"Over": {
			reason: "the ten minutes are over", because: unasked,
			given: story(emergencies, declared(samNow, 600, madeBefore(10*time.Minute)), deployedBy(sam)),
		},
		"Longest": {
			reason: "the policy lets it last half an hour", because: unasked,
			given: story(emergencies, declared(samNow, 7200, madeBefore(30*time.Minute)), deployedBy(sam)),
		},
		"RequestOver": {
			reason: "so is that of a request", because: approvalMissing,
			given: story(emergencies, asked(alice), declaredFor(sam, madeBefore(30*time.Minute))),
		},
		"Ended": {
			reason: "somebody ended it", because: unasked, given: story(emergencies, deployedBy(sam),
				declared(samNow, 600, func(e *v1alpha1.Emergency) { now := ago(0); e.DeletionTimestamp = &now })),
		},
		"Elsewhere": {
			reason: "it is for another namespace", because: unasked, given: story(emergencies, deployedBy(sam),
				declared(samNow, 600, func(e *v1alpha1.Emergency) { e.Namespace = "billing" })),
		},
		"OtherDigest": {
			reason: "it is for another change", because: approvalMissing, given: story(emergencies, asked(alice),
				declaredFor(sam, func(e *v1alpha1.Emergency) { e.Spec.Request.Digest = otherDigest })),
		},
		"OtherName": {
			reason: "it names another request", because: approvalMissing, given: story(emergencies, asked(alice),
				declaredFor(sam, func(e *v1alpha1.Emergency) { e.Spec.Request.Name = "other" })),
		},
		"Lenient": {
			reason: "what another policy only warns of is not held up, and does not hide it", want: promotion.RuleEmergency,
			given: story(emergencies, policy("trial", needs(1, "review", "security"), warns), asked(alice), declaredFor(sam)),
		},
		"Going": {
			reason: "the role is on its way out", because: approvalMissing,
			given: story(emergencies, asked(alice), declaredFor(sam), role("security", users(sam),
				func(r *v1alpha1.PipelineRole) { now := ago(0); r.DeletionTimestamp = &now })),
		},
		"OldRequest": {
			reason: "the request was made anew since", because: approvalMissing, given: story(emergencies, asked(alice),
				declaredFor(sam, func(e *v1alpha1.Emergency) { e.Spec.Request.UID = "old" })),
		},
		"NoHolder": {
			reason: "bob holds another role", because: approvalMissing,
			given: story(emergencies, asked(alice), declaredFor(bob)),
		},
		"NotAnyMore": {
			reason: "sam was taken off the role meanwhile", because: approvalMissing,
			given: story(emergencies, asked(alice), declaredFor(sam), role("security", users(carol))),
		},
		"Uncertain": {
			reason: "that nobody can tell who is who holds up approvals, and no emergency", want: promotion.RuleEmergency,
			given: story(emergencies, asked(alice), declaredFor(sam),
				func(c *promotion.Case) { c.Identities.Damaged = "it is missing" }),
		},
		"Conflict": {
			reason: "sam holds a role that conflicts", because: approvalMissing,
			given: story(emergencies, asked(alice), declaredFor(sam),
				role("security", users(sam), conflicting("release-managers")), role("release-managers", users(sam, bob))),
		},
		"NoApprove": {
			reason: "the role needs no capability Approve", want: promotion.RuleEmergency,
			given: story(emergencies, asked(alice), declaredFor(sam), role("security", users(sam),
				func(r *v1alpha1.PipelineRole) { r.Spec.Capabilities = nil })),
		},
		"OtherEnvironment": {
			reason: "the role is meant for staging", because: approvalMissing,
			given: story(emergencies, asked(alice), declaredFor(sam), role("security", users(sam),
				func(r *v1alpha1.PipelineRole) { r.Spec.Environments = []v1alpha1.EnvironmentName{"staging"} })),
		},
		"BotHolder": {
			reason: "a bot answers for nothing", because: unasked,
			given: story(emergencies, role("security", users(bot)), declared(v1alpha1.UserReference{Username: bot}, 600),
				deployedBy(bot)),
		},
		"NoRule": {
			reason: "the policy lets nobody", because: approvalMissing, given: story(asked(alice), declaredFor(sam)),
		},
		"OtherPolicy": {
			reason: "another policy lets nobody", because: approvalMissing,
			given: story(emergencies, policy("strict", needs(1, "release", "release-managers")), asked(alice), declaredFor(sam)),
		},
		"Rejected": {
			reason: "a no is a no", because: append(approvalMissing, rejection...),
			given: story(emergencies, asked(alice), rejected(bob), declaredFor(sam)),
		},
		"Revoked": {
			reason: "what was revoked stays out", because: lastRevoked,
			given: story(emergencies, asked(alice), revoked(bob), declared(samNow, 600), deployedBy(sam)),
		},
		"RevokedAskedAnew": {
			reason: "that somebody asks anew is no approval", because: askedAnew,
			given: story(emergencies, asked(alice), revoked(bob), asked(alice), declared(samNow, 600), deployedBy(sam)),
		},
		"RevokedOfRequest": {
			reason: "nor is it in an emergency for the new request", because: askedAnew,
			given: story(emergencies, asked(alice), entered(v1alpha1.EntryRuleApproved), replaced(day), revoked(bob),
				asked(alice), declaredFor(sam)),
		},
		"RevokedLongAgo": {
			reason: "it was approved since", want: promotion.RuleEmergency,
			given: story(emergencies, asked(alice), revoked(bob), asked(alice), entered(v1alpha1.EntryRuleApproved),
				replaced(30*day), asked(alice), declaredFor(sam)),
		},
		"TwoHolders": {
			reason: "each policy lets another declare one: nobody answers for the whole", because: approvalMissing,
			given: story(emergencies, policy("second", needs(1, "release", "release-managers"),
				declarable(v1alpha1.OverdueReport, "release-managers")), asked(alice), declaredFor(sam), declaredFor(bob,
				func(e *v1alpha1.Emergency) { e.Name = "emergency-y" })),
		},
		"OneOfTwo": {
			reason: "carol holds the roles of both policies", want: promotion.RuleEmergency,
			given: story(emergencies, policy("second", needs(1, "release", "release-managers"),
				declarable(v1alpha1.OverdueReport, "release-managers")), asked(alice), declaredFor(sam), declaredFor(carol,
				func(e *v1alpha1.Emergency) { e.Name = "emergency-y" })),
		},
		"Pending": {
			reason: "an entry of it is on its way", because: append(stillPending, approvalMissing...),
			given: story(emergencies, asked(alice), letIn(v1alpha1.EntryRuleEmergency, 0), declaredFor(sam)),
		},
	})
}

func conflicting(roles ...v1alpha1.RoleName) func(*v1alpha1.PipelineRole) {
	return func(r *v1alpha1.PipelineRole) { r.Spec.ConflictsWith = roles }
}

func TestWhyNoEmergency(t *testing.T) {
	nothing := func(c *promotion.Case) { c.Change = promotion.Change{} }
	forAWhile := declared(v1alpha1.UserReference{Username: sam}, 600)
	gatesRouting := func(p *v1alpha1.PromotionPolicySpec) { p.Gates = []v1alpha1.Gate{{Type: v1alpha1.GateRouting}} }
	for name, tc := range map[string]struct {
		reason string
		given  promotion.Case
		want   string
	}{
		"Holder": {"sam may", story(emergencies, asked(alice), declaredFor(sam)), ""},
		"NoHolder": {
			"bob may not", story(emergencies, asked(alice), declaredFor(bob)),
			"bob@example.com is no member of security, which policy production asks",
		},
		"NoRule": {
			"the policy lets nobody", story(asked(alice), declaredFor(sam)),
			"policy production lets nobody declare an emergency",
		},
		"Lenient": {
			"a policy that only warns holds nothing up",
			story(emergencies, policy("trial", warns), asked(alice), declaredFor(sam)), "",
		},
		"Open": {
			"an open policy holds nothing up either",
			story(emergencies, policy("trial", open), asked(alice), declaredFor(sam)), "",
		},
		"RequestOfTwo": {
			"both policies judge what was asked for, whatever else one of them gates",
			story(policy("production", needs(1, "release", "release-managers"), declarable(v1alpha1.OverdueReport, "security"),
				func(p *v1alpha1.PromotionPolicySpec) {
					p.Gates = []v1alpha1.Gate{{Type: v1alpha1.GateWorkloads}, {Type: v1alpha1.GateRouting}}
				}), policy("strict", needs(1, "release", "release-managers")), asked(alice), declaredFor(sam)),
			"policy strict lets nobody declare an emergency",
		},
		"Ended": {
			"the request has ended", story(emergencies, asked(alice), stalled(v1alpha1.ReasonSuperseded), declaredFor(sam)),
			"spec.request does not name the open request for its change; look at it again",
		},
		"OtherGate": {
			"sam may not let traffic in, but what runs",
			story(emergencies, policy("traffic", needs(1, "release", "release-managers"), gatesRouting), nothing, forAWhile), "",
		},
		"SameGate": {
			"another policy governs what runs too, and lets nobody",
			story(emergencies, policy("strict", needs(1, "release", "release-managers")), nothing, forAWhile),
			"policy strict lets nobody declare an emergency",
		},
		"NobodyAnywhere": {
			"neither policy lets sam",
			story(policy("traffic", needs(1, "release", "release-managers"), gatesRouting), nothing, forAWhile),
			"policy traffic lets nobody declare an emergency; policy production lets nobody declare an emergency",
		},
		"NoPolicy": {
			"nothing governs the namespace", story(noPolicy, asked(alice), declaredFor(sam)),
			"",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := promotion.WhyNoEmergency(tc.given, tc.given.Emergencies[0], noon)
			if name == "NoPolicy" {
				tc.want = promotion.Evaluate(tc.given, noon).Reasons[0].Detail
			}
			if got != tc.want {
				t.Errorf("%s: got %q, want %q", tc.reason, got, tc.want)
			}
		})
	}
}

// TestEmergencyNotice : who lets something in on their own word is told what becomes of it.
func TestEmergencyNotice(t *testing.T) {
	const emergency = "countersign: EMERGENCY: deployments/checkout in shop may enter production without approval, by " +
		"emergency emergency-x"
	c := story(emergencies, asked(alice), declaredFor(sam))
	decision := promotion.Evaluate(c, noon)
	for name, tc := range map[string]struct {
		reason, request string
		decision        promotion.Decision
		want            []string
	}{
		"Recorded": {"somebody will review it", "checkout-1", decision, []string{
			emergency, "countersign: somebody else must review it: kubectl countersign review checkout-1 -n shop",
		}},
		"OnRecord": {"it is on record already", "", decision, []string{emergency}},
		"Ordinary": {
			"there is no emergency", "checkout-1", promotion.Evaluate(story(asked(alice), approved(bob)), noon), nil,
		},
	} {
		if diff := cmp.Diff(tc.want, promotion.EmergencyNotice(c, tc.decision, tc.request)); diff != "" {
			t.Errorf("%s: %s: -want, +got:\n%s", name, tc.reason, diff)
		}
	}
	rules := promotion.EmergencyNotice(loosens(), decision, "")
	if diff := cmp.Diff([]string{
		"countersign: EMERGENCY: promotionpolicies/production may be loosened without approval, by emergency emergency-x",
	}, rules); diff != "" {
		t.Errorf("of rules: -want, +got:\n%s", diff)
	}
}

func TestEmergencyEnds(t *testing.T) {
	c := story(emergencies, declared(v1alpha1.UserReference{Username: sam}, 600))
	if got, want := promotion.EmergencyEnds(c, c.Emergencies[0]), noon.Add(9*time.Minute); !got.Equal(want) {
		t.Errorf("ends at %s, want %s", got, want)
	}
	second := story(emergencies, policy("second"), declared(v1alpha1.UserReference{Username: sam}, 600))
	if got, want := promotion.EmergencyEnds(second, c.Emergencies[0]), noon.Add(9*time.Minute); !got.Equal(want) {
		t.Errorf("where another policy lets nobody declare one it ends at %s, want %s", got, want)
	}
	if got := promotion.EmergencyEnds(story(), c.Emergencies[0]); !got.IsZero() {
		t.Errorf("where nobody may declare one it ends at %s", got)
	}
	c.Emergencies[0].CreationTimestamp = metav1.NewTime(noon)
	if got := promotion.EmergencyEnds(c, c.Emergencies[0]); !got.Equal(noon.Add(10 * time.Minute)) {
		t.Errorf("ends at %s", got)
	}
}

// TestEmergencySetsAside : what a policy missed is not what the entry lacks.
func TestEmergencySetsAside(t *testing.T) {
	result := promotion.Evaluate(story(emergencies, asked(alice), approved(sam), declaredFor(sam)), noon).Policies[0]
	if len(result.Missing) > 0 || len(result.Ignored) > 0 || len(result.Reasons) > 0 {
		t.Errorf("it entered, and is said to lack: %+v", result)
	}
}
