// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/loosening"
)

var production = map[string]string{v1alpha1.EnvironmentLabel: "production", "team": "shop"}

type policyChange func(*v1alpha1.PromotionPolicySpec)

func policies(all ...policyChange) []v1alpha1.PromotionPolicy {
	made := make([]v1alpha1.PromotionPolicy, len(all))
	for i, change := range all {
		made[i].Spec = v1alpha1.PromotionPolicySpec{
			Environment: "production", Ledger: v1alpha1.Ledger{Mode: v1alpha1.LedgerWarn},
		}
		change(&made[i].Spec)
	}
	return made
}

func mode(mode v1alpha1.LedgerMode, injected ...string) policyChange {
	return func(s *v1alpha1.PromotionPolicySpec) { s.Ledger = v1alpha1.Ledger{Mode: mode, Injected: injected} }
}

func both(changes ...policyChange) policyChange {
	return func(s *v1alpha1.PromotionPolicySpec) {
		for _, change := range changes {
			change(s)
		}
	}
}

func enforced(how v1alpha1.Enforcement) policyChange {
	return func(s *v1alpha1.PromotionPolicySpec) { s.Enforcement = how }
}

func returning(within time.Duration) policyChange {
	return func(s *v1alpha1.PromotionPolicySpec) {
		s.Rollback = v1alpha1.Rollback{Mode: v1alpha1.RollbackAllowEntered, WithinSeconds: int32(within / time.Second)}
	}
}

func TestRuleOf(t *testing.T) {
	deny, warn, off := mode(v1alpha1.LedgerDeny), mode(v1alpha1.LedgerWarn), mode(v1alpha1.LedgerOff)
	broken := &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "team", Operator: "x"}}}
	for name, test := range map[string]struct {
		reason    string
		policies  []v1alpha1.PromotionPolicy
		emergency bool
		want      Rule
	}{
		"NoPolicy":   {"the default", nil, false, Rule{Mode: v1alpha1.LedgerWarn}},
		"Unset":      {"a policy of before the field", policies(mode("")), false, Rule{Mode: v1alpha1.LedgerWarn}},
		"Strictest":  {"whatever the others say", policies(off, deny, warn), false, Rule{Mode: v1alpha1.LedgerDeny}},
		"Emergency":  {"nobody waits for a list", policies(deny), true, Rule{Mode: v1alpha1.LedgerWarn}},
		"OffThen":    {"an emergency makes nothing stricter", policies(off), true, Rule{Mode: v1alpha1.LedgerOff}},
		"WarnsOnly":  {"it denies no change", policies(both(deny, enforced("Warn"))), false, Rule{Mode: v1alpha1.LedgerWarn}},
		"AuditsOnly": {"it is silent", policies(both(deny, enforced("Audit"))), false, Rule{Mode: v1alpha1.LedgerOff}},
		"RoutingOnly": {"it has no say, and nobody has", policies(both(deny, func(s *v1alpha1.PromotionPolicySpec) {
			s.Gates = []v1alpha1.Gate{{Type: v1alpha1.GateRouting}}
		})), false, Rule{Mode: v1alpha1.LedgerWarn}},
		"RoutingBeside": {"it has no say, whatever it says", policies(off, both(deny, func(s *v1alpha1.PromotionPolicySpec) {
			s.Gates = []v1alpha1.Gate{{Type: v1alpha1.GateRouting}}
		})), false, Rule{Mode: v1alpha1.LedgerOff}},
		"Elsewhere": {"another environment", policies(both(deny, func(s *v1alpha1.PromotionPolicySpec) {
			s.Environment = "staging"
		})), false, Rule{Mode: v1alpha1.LedgerWarn}},
		"NotSelected": {"another namespace", policies(warn, both(deny, func(s *v1alpha1.PromotionPolicySpec) {
			s.NamespaceSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"team": "bank"}}
		})), false, Rule{Mode: v1alpha1.LedgerWarn}},
		"BrokenSelector": {"what cannot tell is for all", policies(both(deny, func(s *v1alpha1.PromotionPolicySpec) {
			s.NamespaceSelector = broken
		})), false, Rule{Mode: v1alpha1.LedgerDeny}},
		"BrokenElsewhere": {"but for all of its environment", policies(both(deny, func(s *v1alpha1.PromotionPolicySpec) {
			s.Environment, s.NamespaceSelector = "staging", broken
		})), false, Rule{Mode: v1alpha1.LedgerWarn}},
		"Injected": {
			"each policy with the mode lists it",
			policies(mode(v1alpha1.LedgerDeny, "a", "b"), warn, mode(v1alpha1.LedgerDeny, "b", "c")), false,
			Rule{Mode: v1alpha1.LedgerDeny, Injected: []string{"b"}},
		},
		"InjectedInEmergency": {
			"listed as ever", policies(mode(v1alpha1.LedgerDeny, "a"), warn), true,
			Rule{Mode: v1alpha1.LedgerWarn, Injected: []string{"a"}},
		},
		"Returns": {
			"as long as the only one says", policies(returning(time.Minute)), false,
			Rule{Mode: v1alpha1.LedgerWarn, Returns: time.Minute},
		},
		"TwinReturns": {
			"the shortest: each must let it return", policies(returning(time.Hour), returning(time.Minute)), false,
			Rule{Mode: v1alpha1.LedgerWarn, Returns: time.Minute},
		},
		"OneReturn": {
			"the other wants an approval", policies(returning(time.Hour), warn), false, Rule{Mode: v1alpha1.LedgerWarn},
		},
		"NoReturn": {"not without approval", policies(func(s *v1alpha1.PromotionPolicySpec) {
			s.Rollback = v1alpha1.Rollback{Mode: v1alpha1.RollbackRequireApproval, WithinSeconds: 60}
		}), false, Rule{Mode: v1alpha1.LedgerWarn}},
	} {
		t.Run(name, func(t *testing.T) {
			got := RuleOf(test.policies, production, test.emergency)
			if len(got.Injected) == 0 {
				got.Injected = nil
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", test.reason, diff)
			}
		})
	}
}

// TestOneMorePolicy : what counts as no looser keeps nothing on the ledger for longer.
func TestOneMorePolicy(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	one := func() policyChange {
		how := []v1alpha1.Enforcement{v1alpha1.EnforcementEnforce, v1alpha1.EnforcementWarn, v1alpha1.EnforcementAudit}
		return both(returning(time.Duration(random.IntN(3))*time.Hour), enforced(how[random.IntN(3)]))
	}
	for range 200 {
		before := policies(one(), one())[:1+random.IntN(2)]
		more := policies(one())[0]
		more.Name = "more"
		if looser := loosening.Policy(nil, &more, before); len(looser) > 0 {
			t.Fatalf("a policy more is looser: %q", looser)
		}
		then, now := RuleOf(before, production, false), RuleOf(append(before, more), production, false)
		if now.Returns > then.Returns || strictness(now.Mode) < strictness(then.Mode) {
			t.Fatalf("%+v beside %+v: %+v, and before %+v", more.Spec, before, now, then)
		}
	}
}

func TestEntered(t *testing.T) {
	past, ready := metav1.NewTime(now.Add(-time.Minute)), metav1.Condition{Type: v1alpha1.ConditionReady, Status: "True"}
	stalled := func(reason string) metav1.Condition {
		return metav1.Condition{Type: v1alpha1.ConditionStalled, Status: "True", Reason: reason}
	}
	type status = v1alpha1.PromotionRequestStatus
	admitted := &v1alpha1.Admission{Time: past, Rule: v1alpha1.EntryRuleApproved}
	inPlace, ended := &v1alpha1.Entry{Time: past}, &v1alpha1.Entry{Time: past, EndTime: &past}
	for name, test := range map[string]struct {
		reason    string
		operation v1alpha1.ChangeOperation
		status    status
		returns   time.Duration
		want      bool
	}{
		"Asked":    {"anybody can ask", "Apply", status{}, 0, false},
		"MayEnter": {"its Pods come soon", "Apply", status{Conditions: []metav1.Condition{ready}}, 0, true},
		"Deletion": {"it brings nothing", "Delete", status{Conditions: []metav1.Condition{ready}}, 0, false},
		"Session":  {"neither does it", "Connect", status{Conditions: []metav1.Condition{ready}}, 0, false},
		"LetIn":    {"it is about to be stored", "Apply", status{Admission: admitted}, 0, true},
		"InPlace":  {"it runs", "Apply", status{Admission: admitted, Entry: inPlace}, 0, true},
		"Returns":  {"it may come back", "Apply", status{Admission: admitted, Entry: ended}, time.Hour, true},
		"TooLate":  {"it needs an approval again", "Apply", status{Admission: admitted, Entry: ended}, time.Second, false},
		"Lapsed": {
			"it is over", "Apply", status{Conditions: []metav1.Condition{ready, stalled(v1alpha1.ReasonLapsed)}}, 0, false,
		},
		"NotSeen": {"nobody knows whether it came", "Apply", status{
			Admission: admitted, Conditions: []metav1.Condition{stalled(v1alpha1.ReasonNotObserved)},
		}, 0, false},
		"Revoked": {"it cannot return", "Apply", status{
			Admission: admitted, Entry: ended, Conditions: []metav1.Condition{stalled(v1alpha1.ReasonRevoked)},
		}, time.Hour, false},
		"StillRuns": {"what runs keeps running", "Apply", status{
			Admission: admitted, Entry: inPlace, Conditions: []metav1.Condition{stalled(v1alpha1.ReasonRevoked)},
		}, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			request := v1alpha1.PromotionRequest{Status: test.status}
			request.Spec.Change = v1alpha1.Change{Operation: test.operation, Images: []string{app}}
			got := Entered([]v1alpha1.PromotionRequest{request}, Rule{Returns: test.returns}, now)
			if (len(got) == 1) != test.want {
				t.Errorf("%s: got %v, want it listed: %v", test.reason, got, test.want)
			}
		})
	}
}
