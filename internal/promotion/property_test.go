// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// stories is how many random stories each property is held against; with -short, enough to see most of what is wrong.
func stories() int {
	if testing.Short() {
		return 400
	}
	return 2000
}

// always holds a property against random stories. It counts how many of them enter: a property of stories that all
// end the same way says nothing.
func always(t *testing.T, property func(t *testing.T, a author, c promotion.Case)) {
	t.Helper()
	entered := 0
	for seed := range uint64(stories()) {
		a := newAuthor(seed)
		c := a.story()
		if promotion.Evaluate(c, noon).Allowed {
			entered++
		}
		property(t, a, c)
		if t.Failed() {
			t.Fatalf("in the story of seed %d", seed)
		}
	}
	if entered < stories()/20 || entered > stories()*19/20 {
		t.Fatalf("%d of %d stories end well; they are all alike", entered, stories())
	}
}

func TestEvaluateAgreesWithTheModel(t *testing.T) {
	approved := 0
	always(t, func(t *testing.T, a author, c promotion.Case) {
		got, want := promotion.Evaluate(c, noon), model{Case: c, who: a.who, now: noon}.allowed()
		if got.Allowed != want {
			t.Errorf("allowed %t, want %t: %+v", got.Allowed, want, got)
		}
		if got.Rule == promotion.RuleApproved {
			approved++
		}
	})
	if approved < stories()/20 {
		t.Errorf("only %d of %d stories end with approval", approved, stories())
	}
}

// TestTwoPeopleBehindEveryApproval : two different humans ask for and approve what enters by approval, and none of the
// approvers wrote it.
func TestTwoPeopleBehindEveryApproval(t *testing.T) {
	always(t, func(t *testing.T, a author, c promotion.Case) {
		m := model{Case: c, who: a.who, now: noon}
		for _, result := range promotion.Evaluate(c, noon).Policies {
			if result.Rule != promotion.RuleApproved {
				continue
			}
			at := slices.IndexFunc(c.Policies, func(p v1alpha1.PromotionPolicy) bool { return p.Name == result.Policy })
			if behind := m.behind(c.Policies[at], c.Attempts[len(c.Attempts)-1]); len(behind) < 2 {
				t.Errorf("behind the approval for %s: %v", result.Policy, behind)
			}
		}
	})
}

func TestNobodyCounts(t *testing.T) {
	always(t, func(t *testing.T, a author, c promotion.Case) {
		for _, attempt := range c.Attempts {
			for i, record := range promotion.Records(c, attempt, noon) {
				approver := attempt.Decisions[i].Spec.Approver.Username
				requester := attempt.Request.Spec.Requester.Username
				if record.Decision != v1alpha1.DecisionApprove || record.NotCounted != "" {
					continue
				}
				if a.who[approver] == nobody || a.who[approver] == a.who[requester] {
					t.Errorf("the approval of %s counts for %s", approver, requester)
				}
			}
		}
	})
}

// TestMayDecideAgreesWithRecords : an approval may be made if and only if it then counts for a policy.
func TestMayDecideAgreesWithRecords(t *testing.T) {
	accepted := 0
	always(t, func(t *testing.T, a author, c promotion.Case) {
		if len(c.Attempts) == 0 || promotion.Ended(c.Attempts[len(c.Attempts)-1]) {
			return
		}
		last := len(c.Attempts) - 1
		next := a.anybody()
		next.Groups = a.groups()
		approval := nextDecision(c.Attempts[last], v1alpha1.DecisionApprove, "")
		approval.Spec.Approver, approval.CreationTimestamp = next, metav1.NewTime(noon)
		if promotion.WhyLapsed(c, c.Attempts[last], noon) != "" {
			if promotion.MayDecide(c, c.Attempts[last], approval, noon) == "" {
				t.Error("what has lapsed can be approved")
			}
			return
		}
		why := promotion.MayDecide(c, c.Attempts[last], approval, noon)
		after := withDecisions(c, last, func(ds []v1alpha1.Approval) []v1alpha1.Approval { return append(ds, approval) })
		written := records(after, last)
		if got := written[len(written)-1].NotCounted; got != why {
			t.Errorf("refused because %q, recorded as %q", why, got)
		}
		m := model{Case: after, who: a.who, now: noon}
		if counts := m.countsForOne(last); counts != (why == "") {
			t.Errorf("refused because %q; counts for a policy: %t", why, counts)
		}
		if why == "" {
			accepted++
		}
	})
	if accepted < stories()/20 {
		t.Errorf("only %d approvals were accepted", accepted)
	}
}

// countsForOne tells whether the last decision about the i-th attempt counts for a policy.
func (m model) countsForOne(i int) bool {
	attempt := m.Attempts[i]
	decision := attempt.Decisions[len(attempt.Decisions)-1]
	who, known := m.who[decision.Spec.Approver.Username]
	return known && who != nobody && attempt.Request.Spec.Environment == "production" &&
		slices.ContainsFunc(m.governing(), func(p v1alpha1.PromotionPolicy) bool {
			return p.Spec.Entry != v1alpha1.EntryOpen && !m.madeIt(p, attempt, who) &&
				m.counts(p, attempt, len(attempt.Decisions)-1) &&
				slices.ContainsFunc(p.Spec.Approvals, func(r v1alpha1.ApprovalRule) bool {
					return m.fits(r.From, decision.Spec.Approver)
				})
		})
}

func TestMessagesAreLines(t *testing.T) {
	always(t, func(t *testing.T, _ author, c promotion.Case) {
		d := promotion.Evaluate(c, noon)
		checkPrintable(t, "denial", promotion.Denial(c, d, promotion.Standing{Request: d.Request, Requester: hostile}))
		for _, line := range slices.Concat(promotion.Warning(c, d), promotion.NotEnforced(c, d), []string{d.WaitingFor()}) {
			checkPrintable(t, "line", line)
			if strings.Contains(line, "\n") {
				t.Errorf("%q is not one line", line)
			}
		}
	})
}
