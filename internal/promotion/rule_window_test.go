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

// closing adds a Deny window that comes once.
func closing(start, end string) func(*v1alpha1.PromotionPolicySpec) {
	return once(v1alpha1.WindowDeny, "freeze", start, end)
}

func once(kind v1alpha1.WindowType, name, start, end string) func(*v1alpha1.PromotionPolicySpec) {
	from, to := moment(start), moment(end)
	return func(p *v1alpha1.PromotionPolicySpec) {
		p.Windows = append(p.Windows, v1alpha1.Window{
			Name: name, Type: kind, StartTime: &from, EndTime: &to, TimeZone: "Europe/Berlin",
		})
	}
}

func moment(text string) metav1.Time {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return metav1.NewTime(at)
}

// overridable lets members of the roles override closed windows.
func overridable(roles ...v1alpha1.RoleName) func(*v1alpha1.PromotionPolicySpec) {
	return func(p *v1alpha1.PromotionPolicySpec) { p.WindowOverride = &v1alpha1.HolderSource{AnyOf: roles} }
}

func overrode(username string, more ...func(*v1alpha1.Approval)) step {
	return decided(v1alpha1.DecisionOverride, username, append(more, saying("CVE"))...)
}

// The stories are judged at noon in UTC, 13:00 in Berlin.
const (
	morning   = "2026-03-02T08:00:00+01:00"
	now       = "2026-03-02T13:00:00+01:00"
	evening   = "2026-03-02T20:00:00+01:00"
	nextMonth = "2026-04-02T08:00:00+02:00"
)

func TestWindows(t *testing.T) {
	shut := []promotion.ReasonCode{promotion.ReasonWindowClosed}
	with := func(steps []step, terms ...func(*v1alpha1.PromotionPolicySpec)) promotion.Case {
		terms = append([]func(*v1alpha1.PromotionPolicySpec){needs(1, "release", "release-managers")}, terms...)
		return story(policy("production", terms...), also(steps...))
	}
	ready := []step{asked(alice), approved(bob)}
	judge(t, map[string]verdict{
		"Deny":       {reason: "closed until the evening", because: shut, given: with(ready, closing(morning, evening))},
		"DenyOver":   {reason: "it has just ended", want: promotion.RuleApproved, given: with(ready, closing(morning, now))},
		"DenyBegins": {reason: "it has just begun", because: shut, given: with(ready, closing(now, evening))},
		"Allow": {
			reason: "inside", want: promotion.RuleApproved,
			given: with(ready, once(v1alpha1.WindowAllow, "office-hours", morning, evening)),
		},
		"Outside": {
			reason: "outside", because: shut, given: with(ready, once(v1alpha1.WindowAllow, "office-hours", evening, nextMonth)),
		},
		"DenyWins": {
			reason: "whatever is allowed", because: shut,
			given: with(ready, once(v1alpha1.WindowAllow, "office-hours", morning, evening), closing(morning, evening)),
		},
		"Unreadable": {
			reason: "what nobody can read closes", because: shut, given: with(ready, func(p *v1alpha1.PromotionPolicySpec) {
				p.Windows = []v1alpha1.Window{{Name: "x", Type: v1alpha1.WindowAllow, Schedule: "@daily", DurationSeconds: 60}}
			}),
		},
		"Open": {
			reason: "where nobody is asked, too", because: shut,
			given: story(policy("production", open, closing(morning, evening))),
		},
		"Deletion": {
			reason: "where nobody is asked about deletions, too", because: shut,
			given: with([]step{deleting}, closing(morning, evening), deletes(v1alpha1.DeletionAllow)),
		},
		"Return": {
			reason: "what entered before returns at any time", want: promotion.RuleRollback,
			given: with([]step{asked(alice), entered(v1alpha1.EntryRuleApproved), replaced(day)}, closing(morning, evening)),
		},
		"Overridden": {
			reason: "sam overrides, and says why", want: promotion.RuleApproved,
			given: with(append(ready, overrode(sam)), closing(morning, evening), overridable("security")),
		},
		"NoApproval": {
			reason: "an override is no approval", because: approvalMissing,
			given: with([]step{asked(alice), overrode(sam)}, closing(morning, evening), overridable("security")),
		},
		"NobodyOverrides": {
			reason: "the policy lets nobody", because: shut,
			given: with(append(ready, overrode(sam)), closing(morning, evening)),
		},
		"OtherOverrides": {
			reason: "bob holds another role", because: shut,
			given: with(append(ready, overrode(bob)), closing(morning, evening), overridable("security")),
		},
		"OwnOverride": {
			reason: "sam asked for it", because: shut,
			given: with([]step{asked(sam), approved(bob), overrode(sam)}, closing(morning, evening), overridable("security")),
		},
		"BotOverrides": {
			reason: "a bot is nobody, whatever role it is put into", because: shut,
			given: with(append(ready, role("security", users(bot, controller)), overrode(bot), overrode(controller)),
				closing(morning, evening), overridable("security")),
		},
		"OldOverride": {
			reason: "it is as old as an approval may be", because: shut,
			given: with(append(ready, overrode(sam, since(day))), closing(morning, evening), overridable("security")),
		},
		"EndedOverride": {
			reason: "it was for a request that has ended",
			because: []promotion.ReasonCode{
				promotion.ReasonApprovalMissing, promotion.ReasonNotRequested, promotion.ReasonWindowClosed,
			},
			given: with(append(ready, overrode(sam), stalled(v1alpha1.ReasonSuperseded)), closing(morning, evening),
				overridable("security")),
		},
		"OverrideOfAnother": {
			reason: "the request was made anew since", because: shut,
			given: with(append(ready, overrode(sam, ofOldUID)), closing(morning, evening), overridable("security")),
		},
		"OverrideGoing": {
			reason: "somebody takes it away", because: shut,
			given: with(append(ready, overrode(sam, beingDeleted)), closing(morning, evening), overridable("security")),
		},
		"OverrideUncertain": {
			reason: "sam may be alice",
			because: []promotion.ReasonCode{
				promotion.ReasonApprovalMissing, promotion.ReasonUncertainIdentities, promotion.ReasonWindowClosed,
			},
			given: with(append(ready, overrode(sam), muddled), closing(morning, evening), overridable("security")),
		},
		"WithdrawnOverride": {
			reason: "sam took it back", because: shut,
			given: with(append(ready, overrode(sam), withdrew(sam, 2)), closing(morning, evening), overridable("security")),
		},
		"OtherPolicy": {
			reason: "another policy lets nobody override", because: shut,
			given: with(append(ready, overrode(sam), policy("strict", needs(1, "release", "release-managers"),
				closing(morning, evening))), closing(morning, evening), overridable("security")),
		},
		"Emergency": {
			reason: "in an emergency no window matters", want: promotion.RuleEmergency,
			given: with([]step{asked(alice), declaredFor(sam)}, closing(morning, evening),
				declarable(v1alpha1.OverdueReport, "security")),
		},
	})
}

func TestEntryState(t *testing.T) {
	until := func(text string) *metav1.Time { at := moment(text); return &at }
	p := func(terms ...func(*v1alpha1.PromotionPolicySpec)) promotion.Case {
		return story(policy("production", append(terms, needs(1, "release", "release-managers"))...))
	}
	iced := p(closing(morning, evening))
	frozen("1h")(&iced)
	thawed := p()
	frozen("0s")(&thawed)
	for name, tc := range map[string]struct {
		reason string
		given  promotion.Case
		want   v1alpha1.EntryState
	}{
		"Always": {"no windows", p(), v1alpha1.EntryState{State: v1alpha1.StateOpen}},
		"Closed": {"until the evening", p(closing(morning, evening)), v1alpha1.EntryState{
			State: v1alpha1.StateClosed, Message: "closed by window freeze until 2026-03-02T20:00:00+01:00 (Mon)",
			NextChangeTime: until(evening),
		}},
		"Open": {"until the evening", p(closing(evening, nextMonth)), v1alpha1.EntryState{
			State:          v1alpha1.StateOpen,
			Message:        "open until 2026-03-02T20:00:00+01:00 (Mon), when window freeze begins",
			NextChangeTime: until(evening),
		}},
		"FrozenOnce": {"the freeze has ended", thawed, v1alpha1.EntryState{State: v1alpha1.StateOpen}},
		"Frozen": {"and closed", iced, v1alpha1.EntryState{
			State: v1alpha1.StateFrozen, Message: promotion.Frozen(*iced.Freeze), NextChangeTime: iced.Freeze.Spec.ExpireTime,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			got := promotion.EntryStateOf(tc.given.Policies[0], tc.given.Freeze, noon)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
