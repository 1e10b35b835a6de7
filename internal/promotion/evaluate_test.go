// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// verdict on a story: the rule by which the change enters, or why it does not.
type verdict struct {
	reason string
	given  promotion.Case
	want   promotion.Rule
	// because are the codes of the reasons, sorted, where the rule is RuleNone.
	because []promotion.ReasonCode
}

func judge(t *testing.T, verdicts map[string]verdict) {
	t.Helper()
	for name, v := range verdicts {
		t.Run(name, func(t *testing.T) {
			got := promotion.Evaluate(v.given, noon)
			if got.Rule != v.want || got.Allowed != (v.want != promotion.RuleNone) {
				t.Errorf("%s: allowed %t by rule %q, want rule %q\n%v", v.reason, got.Allowed, got.Rule, v.want, got.Reasons)
			}
			if diff := cmp.Diff(v.because, codes(got.Reasons)); diff != "" {
				t.Errorf("%s: reasons: -want, +got:\n%s", v.reason, diff)
			}
		})
	}
}

func codes(reasons []promotion.Reason) []promotion.ReasonCode {
	var codes []promotion.ReasonCode
	for _, reason := range reasons {
		codes = append(codes, reason.Code)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// Why a change stays out, for short.
var (
	approvalMissing = []promotion.ReasonCode{promotion.ReasonApprovalMissing}
	unasked         = []promotion.ReasonCode{promotion.ReasonApprovalMissing, promotion.ReasonNotRequested}
	lastRevoked     = append(unasked, promotion.ReasonRevoked)
	askedAnew       = append(approvalMissing, promotion.ReasonRevoked)
	foreign         = []promotion.ReasonCode{promotion.ReasonForeignRequest}
	rejection       = []promotion.ReasonCode{promotion.ReasonRejected}
	noneGoverns     = []promotion.ReasonCode{promotion.ReasonNoPolicy}
	stillPending    = []promotion.ReasonCode{promotion.ReasonAdmissionPending}
	unlisted        = []promotion.ReasonCode{promotion.ReasonUnlistedController}
)

func TestZeroDecisionDenies(t *testing.T) {
	var d promotion.Decision
	if d.Allowed || d.Recorded() || d.MayRequest() {
		t.Errorf("the zero decision lets in: %+v", d)
	}
	if d := promotion.Evaluate(promotion.Case{}, time.Time{}); d.Allowed {
		t.Errorf("the zero case enters: %+v", d)
	}
}

func TestEvaluateSeveralPolicies(t *testing.T) {
	approvedOnce := also(asked(alice), approved(bob))
	judge(t, map[string]verdict{
		"NoPolicy": {
			reason: "an environment without a policy lets nothing in",
			given:  story(noPolicy, approvedOnce), because: noneGoverns,
		},
		"BothMet": {
			reason: "sam approves for security, bob for the release", want: promotion.RuleApproved,
			given: story(policy("security", needs(1, "review", "security")), approvedOnce, approved(sam)),
		},
		"OneUnmet": {
			reason: "every policy has to be met", because: approvalMissing,
			given: story(policy("security", needs(1, "review", "security")), approvedOnce),
		},
		"OnePersonForBoth": {
			reason: "each policy is judged alone; carol holds both roles, and with alice there are two people",
			want:   promotion.RuleApproved,
			given:  story(policy("security", needs(1, "review", "security")), asked(alice), approved(carol)),
		},
		"OpenDoesNotOpenOthers": {
			reason: "the strictest wins", because: unasked,
			given: story(policy("anything", open)),
		},
		"ApprovedSaysMoreThanOpen": {
			reason: "the record says that people approved", want: promotion.RuleApproved,
			given: story(policy("anything", open), approvedOnce),
		},
		"WarnOnly": {
			reason: "a policy that warns keeps nothing out", want: promotion.RuleNotEnforced,
			given: story(policy("production", needs(1, "release", "release-managers"), warns)),
		},
		"AuditOnly": {
			reason: "a policy that audits keeps nothing out", want: promotion.RuleNotEnforced,
			given: story(policy("production", needs(1, "release", "release-managers"), audits)),
		},
		"WarnAndEnforce": {
			reason: "that one policy warns does not loosen the other", because: unasked,
			given: story(policy("trial", needs(1, "review", "security"), warns)),
		},
		"UnmetWarnIsRemembered": {
			reason: "it must not be recorded as approved by all", want: promotion.RuleNotEnforced,
			given: story(policy("trial", needs(1, "review", "security"), warns), approvedOnce),
		},
		"MetWarnIsMet": {
			reason: "a policy that warns can be met like any", want: promotion.RuleApproved,
			given: story(policy("production", needs(1, "release", "release-managers"), warns), approvedOnce),
		},
		"UnknownEnforcement": {
			reason: "what is not known is enforced", because: unasked,
			given: story(policy("production", needs(1, "release", "release-managers"),
				func(p *v1alpha1.PromotionPolicySpec) { p.Enforcement = "Later" })),
		},
		"NoEnforcement": {
			reason: "what is not said is enforced", because: unasked,
			given: story(policy("production", needs(1, "release", "release-managers"),
				func(p *v1alpha1.PromotionPolicySpec) { p.Enforcement = "" })),
		},
		"UnknownEntry": {
			reason: "what is not known is not open", because: unasked,
			given: story(policy("production", needs(1, "release", "release-managers"),
				func(p *v1alpha1.PromotionPolicySpec) { p.Entry = "Ajar" })),
		},
	})
}

// TestUnmet : what a policy that only warns asked for, and was not there; that nobody asked for the change is not it.
func TestUnmet(t *testing.T) {
	trial := policy("trial", needs(1, "review", "security"), warns)
	for name, tc := range map[string]struct {
		reason string
		given  promotion.Case
		want   []string
	}{
		"Unasked": {
			"nobody asked", story(policy("production", open), trial),
			[]string{"1 approval from security (policy trial, rule review)"},
		},
		"Met": {"sam approved", story(policy("production", open), trial, asked(alice), approved(sam)), nil},
	} {
		if diff := cmp.Diff(tc.want, promotion.Evaluate(tc.given, noon).Unmet()); diff != "" {
			t.Errorf("%s: %s: -want, +got:\n%s", name, tc.reason, diff)
		}
	}
}

func TestDecision(t *testing.T) {
	request := promotion.RequestName(v1alpha1.Change{Name: "checkout", Digest: digest}, 1)
	cases := map[string]struct {
		reason     string
		given      promotion.Case
		request    string
		mayRequest bool
		recorded   bool
	}{
		"Unasked": {reason: "asking may help", given: story(), mayRequest: true},
		"Waiting": {reason: "a request stands already", given: story(asked(alice)), request: request},
		"Approved": {
			reason: "the entry uses the request up", request: request, recorded: true,
			given: story(asked(alice), approved(bob)),
		},
		"Ended": {
			reason: "another entry needs another request", mayRequest: true,
			given: story(asked(alice), revoked(bob)),
		},
		"Open": {
			reason: "recorded, in a request that is yet to be made", recorded: true,
			given: story(policy("production", open)),
		},
		"Warned":     {reason: "recorded as not approved", given: story(policy("production", warns)), recorded: true},
		"NoPolicy":   {reason: "nobody could approve it", given: story(noPolicy)},
		"Controller": {reason: "nobody asks for a controller that nobody lists", given: story(deployedBy(controller))},
		"Pending": {
			reason: "it may have entered", request: request,
			given: story(asked(alice), letIn(v1alpha1.EntryRuleApproved, 0)),
		},
		"Session":    {reason: "nothing enters", given: connecting(v1alpha1.InteractiveAllow)},
		"NoSessions": {reason: "nobody could let it in", given: connecting(v1alpha1.InteractiveDeny)},
		"NoTemplate": {
			reason: "nor could they here",
			given:  story(rollout, gatingRollouts, content(map[string]any{"spec": map[string]any{}})),
		},
		"Rejected": {reason: "a request stands already", given: story(asked(alice), rejected(bob)), request: request},
		"Trusted": {
			reason: "its parent is recorded",
			given: story(policy("production", needs(1, "release", "release-managers"),
				trusts("deployments", "registry.example.com/checkout")), deployedBy(controller)),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := promotion.Evaluate(tc.given, noon)
			if got.Request != tc.request {
				t.Errorf("%s: request %q, want %q", tc.reason, got.Request, tc.request)
			}
			if got.MayRequest() != tc.mayRequest || got.Recorded() != tc.recorded {
				t.Errorf("%s: may request %t, recorded %t", tc.reason, got.MayRequest(), got.Recorded())
			}
		})
	}
}
