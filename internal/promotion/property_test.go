// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// stories is how many random stories each property is held against.
const stories = 2000

// always holds a property against random stories. It counts how many of them enter: a property of stories that all
// end the same way says nothing.
func always(t *testing.T, property func(t *testing.T, a author, c promotion.Case)) {
	t.Helper()
	entered := 0
	for seed := range uint64(stories) {
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
	if entered < stories/20 || entered > stories*19/20 {
		t.Fatalf("%d of %d stories end well; they are all alike", entered, stories)
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
	if approved < stories/20 {
		t.Errorf("only %d of %d stories end with approval", approved, stories)
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

// easier tells whether a change may enter that could not before.
func easier(before, after promotion.Case, now time.Time) bool {
	return promotion.Evaluate(after, now).Allowed && !promotion.Evaluate(before, noon).Allowed
}

func TestLessApprovalIsNeverEasier(t *testing.T) {
	always(t, func(t *testing.T, _ author, c promotion.Case) {
		for i, attempt := range c.Attempts {
			for j, decision := range attempt.Decisions {
				deleted := withDecisions(c, i, func(ds []v1alpha1.Approval) []v1alpha1.Approval {
					beingDeleted(&ds[j])
					return ds
				})
				if easier(c, deleted, noon) {
					t.Errorf("deleting %s lets it in", decision.Name)
				}
				removed := withDecisions(c, i, func(ds []v1alpha1.Approval) []v1alpha1.Approval {
					return slices.Delete(ds, j, j+1)
				})
				if decision.Spec.Decision == v1alpha1.DecisionApprove && easier(c, removed, noon) {
					t.Errorf("without approval %s it enters", decision.Name)
				}
			}
		}
	})
}

// withDecisions is the case with other decisions about its i-th attempt.
func withDecisions(c promotion.Case, i int, edit func([]v1alpha1.Approval) []v1alpha1.Approval) promotion.Case {
	c.Attempts = slices.Clone(c.Attempts)
	c.Attempts[i].Decisions = edit(slices.Clone(c.Attempts[i].Decisions))
	return c
}

func TestMorePolicyIsNeverEasier(t *testing.T) {
	always(t, func(t *testing.T, a author, c promotion.Case) {
		if len(promotion.Evaluate(c, noon).Policies) == 0 {
			return
		}
		more := tell(c, a.policy("policy-more"))
		more.Policies[len(more.Policies)-1].Spec.Enforcement = v1alpha1.EnforcementEnforce
		if easier(c, more, noon) {
			t.Error("one more enforced policy lets it in")
		}
		if none := tell(c, noPolicy); promotion.Evaluate(none, noon).Allowed {
			t.Error("without a policy it enters")
		}
	})
}

func TestTimeIsNeverEasier(t *testing.T) {
	always(t, func(t *testing.T, _ author, c promotion.Case) {
		for _, later := range []time.Duration{time.Second, time.Hour, day, 365 * day} {
			if easier(c, c, noon.Add(later)) {
				t.Errorf("%s later it enters", later)
			}
		}
	})
}

// TestNextChangeIsNotMissed : until the moment that NextChange names, nothing changes.
func TestNextChangeIsNotMissed(t *testing.T) {
	always(t, func(t *testing.T, _ author, c promotion.Case) {
		until := noon.Add(10 * 365 * day)
		if next := promotion.NextChange(c, noon); !next.IsZero() {
			until = next.Add(-time.Nanosecond)
		}
		if diff := cmp.Diff(promotion.Evaluate(c, noon), promotion.Evaluate(c, until)); diff != "" {
			t.Errorf("by %s it is:\n%s", until, diff)
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

func TestOrderDoesNotCount(t *testing.T) {
	always(t, func(t *testing.T, a author, c promotion.Case) {
		shuffled := c
		shuffled.Policies, shuffled.Roles = slices.Clone(c.Policies), slices.Clone(c.Roles)
		shuffle(a, shuffled.Policies)
		shuffle(a, shuffled.Roles)
		for i := range shuffled.Roles {
			shuffled.Roles[i].Spec.Members = slices.Clone(shuffled.Roles[i].Spec.Members)
			shuffle(a, shuffled.Roles[i].Spec.Members)
		}
		if diff := cmp.Diff(promotion.Evaluate(c, noon), promotion.Evaluate(shuffled, noon)); diff != "" {
			t.Errorf("policies, roles and members in another order:\n%s", diff)
		}
		for i := range c.Attempts {
			if diff := cmp.Diff(records(c, i), records(shuffled, i)); diff != "" {
				t.Errorf("policies, roles and members in another order:\n%s", diff)
			}
		}
	})
}

func records(c promotion.Case, i int) []v1alpha1.ApprovalRecord {
	return promotion.Records(c, c.Attempts[i], noon)
}

func shuffle[T any](a author, all []T) {
	a.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
}

// TestOrderOfApprovalsDoesNotCount : they keep their numbers. Only a Withdraw has to come after what it takes back.
func TestOrderOfApprovalsDoesNotCount(t *testing.T) {
	always(t, func(t *testing.T, a author, c promotion.Case) {
		for i := range c.Attempts {
			if slices.ContainsFunc(c.Attempts[i].Decisions, isWithdraw) {
				continue
			}
			shuffled := withDecisions(c, i, func(ds []v1alpha1.Approval) []v1alpha1.Approval {
				shuffle(a, ds)
				return ds
			})
			before, after := promotion.Evaluate(c, noon), promotion.Evaluate(shuffled, noon)
			if diff := cmp.Diff(before.Reasons, after.Reasons); diff != "" || before.Allowed != after.Allowed {
				t.Errorf("allowed %t and %t:\n%s", before.Allowed, after.Allowed, diff)
			}
		}
	})
}

func isWithdraw(d v1alpha1.Approval) bool { return d.Spec.Decision == v1alpha1.DecisionWithdraw }

func TestReasonsAreInOrder(t *testing.T) {
	always(t, func(t *testing.T, _ author, c promotion.Case) {
		d := promotion.Evaluate(c, noon)
		for _, reasons := range [][]promotion.Reason{d.Reasons, d.Unenforced} {
			for i := 1; i < len(reasons); i++ {
				if key(reasons[i-1]) >= key(reasons[i]) {
					t.Errorf("%+v comes before %+v", reasons[i-1], reasons[i])
				}
			}
		}
		signs := []bool{len(d.Reasons) == 0, d.Rule != promotion.RuleNone, d.WaitingFor() == ""}
		if slices.Contains(signs, !d.Allowed) {
			t.Errorf("allowed, or not, with reasons or without: %+v", d)
		}
		if !slices.IsSortedFunc(d.Policies, func(a, b promotion.PolicyResult) int {
			return strings.Compare(a.Policy, b.Policy)
		}) {
			t.Errorf("policies out of order: %+v", d.Policies)
		}
	})
}

func key(r promotion.Reason) string {
	return strings.Join([]string{r.Policy, string(r.Code), r.Detail, r.Needs, r.Command}, "\x00")
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
	if accepted < stories/20 {
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
				m.counts(p, attempt, len(attempt.Decisions)-1) && m.holds(promotion.RolesOf(p), decision.Spec.Approver)
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

// disguises are the names of one person, as the tests of identity have them.
func disguises(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("../identity/testdata/same.txt")
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text)[strings.Index(string(text), `"`):], "\n\n")
	var names []string
	for line := range strings.Lines(first) {
		if name, err := strconv.Unquote(strings.TrimSpace(line)); err == nil {
			names = append(names, name)
		}
	}
	if len(names) < 20 {
		t.Fatalf("only %d names", len(names))
	}
	return names
}

// TestDisguisesAreOnePerson : whatever names one person uses, and whatever roles list them, they do not make a quorum.
func TestDisguisesAreOnePerson(t *testing.T) {
	names := disguises(t)
	everybody := role("release-managers", users(names...))
	for _, first := range names {
		for _, second := range names {
			for title, c := range map[string]promotion.Case{
				"asks and approves":             story(everybody, asked(first), approved(second)),
				"writes and approves":           story(everybody, asked(alice, by(first)), approved(second)),
				"approves twice a bot's change": story(everybody, asked(bot), approved(first), approved(second)),
				"approves twice": story(everybody, policy("production", needs(2, "release", "release-managers")),
					asked(alice), approved(first), approved(second)),
				"approves for two rules": story(everybody, asked(alice), approved(first), approved(second),
					policy("production", needs(1, "release", "release-managers"), needs(1, "again", "release-managers"))),
			} {
				if promotion.Evaluate(c, noon).Allowed {
					t.Errorf("%q and %q: one person %s", first, second, title)
				}
			}
		}
	}
}
