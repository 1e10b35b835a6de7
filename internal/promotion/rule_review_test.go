// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"testing"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

func TestReviewOverdue(t *testing.T) {
	blocking := policy("production", needs(1, "release", "release-managers"),
		declarable(v1alpha1.OverdueBlockEntry, "security"))
	overdue := []promotion.ReasonCode{promotion.ReasonReviewOverdue}
	judge(t, map[string]verdict{
		"Overdue": {
			reason: "nothing new before it is reviewed", because: overdue,
			given: story(blocking, asked(alice), approved(bob), unreviewed(time.Second)),
		},
		"NotYet": {
			reason: "there is still time", want: promotion.RuleApproved,
			given: story(blocking, asked(alice), approved(bob), unreviewed(0)),
		},
		"Reported": {
			reason: "the policy only reports it", want: promotion.RuleApproved,
			given: story(emergencies, asked(alice), approved(bob), unreviewed(day)),
		},
		"Return": {
			reason: "what entered before returns", want: promotion.RuleRollback,
			given: story(blocking, asked(alice), entered(v1alpha1.EntryRuleApproved), replaced(day), unreviewed(day)),
		},
		"Emergency": {
			reason: "the next emergency gets in", want: promotion.RuleEmergency,
			given: story(blocking, asked(alice), declaredFor(sam), unreviewed(day)),
		},
	})
}

// TestReview : sam let it in by an emergency, alice had asked for it, and dave carried it out.
func TestReview(t *testing.T) {
	begun := also(emergencies, asked(alice, by("Erin <erin@example.com>")), emergent(sam, dave),
		role("release-managers", users(alice, bob, carol, dave, sam, "erin@example.com", bot)))
	for name, tc := range map[string]struct {
		reason string
		given  step
		// refused says why the review may not be made; empty where it may, and closes it.
		refused string
	}{
		"Separate":  {"bob had no part in it", also(begun, reviewed(bob)), ""},
		"Requester": {"alice asked", also(begun, reviewed(alice)), "alice@example.com asked for the change"},
		"Deployer":  {"dave applied it", also(begun, reviewed(dave)), "dave@example.com carried the change out"},
		"Holder":    {"sam declared it", also(begun, reviewed(sam)), "sam@example.com declared the emergency"},
		"HolderAgain": {
			"sam by another spelling", also(begun, reviewed("Sam@Example.com")), "Sam@Example.com declared the emergency",
		},
		"Author": {"erin wrote it", also(begun, reviewed("erin@example.com")), "erin@example.com is an author of the change"},
		"Bot":    {"a bot looks at nothing", also(begun, reviewed(bot)), bot + " is not a person"},
		"Anybody": {
			"zoe may not approve either", also(begun, reviewed("zoe@example.com")),
			"zoe@example.com is no member of a role that a policy of production asks",
		},
		"Uncertain": {
			"nobody can tell who is who", also(begun, reviewed(bob),
				func(c *promotion.Case) { c.Identities.Damaged = "it is missing" }),
			"nobody can tell which names are one person's: it is missing",
		},
		"HolderByUID": {
			"sam by another login of the same UID", also(begun, latest(func(r *v1alpha1.PromotionRequest) {
				r.Status.Admission.Emergency.HolderUID = "7"
			}), reviewed(bob, withUID("7"))), "bob@example.com declared the emergency",
		},
		"NotEntered": {
			"it was let in, and may not have been stored", also(begun, latest(func(r *v1alpha1.PromotionRequest) {
				r.Status.Entry = nil
			}), reviewed(bob)), "the request has not entered by an emergency",
		},
		"NoApprovers": {
			"nobody approves there, so carol reviews, who could have declared it",
			also(begun, policy("production", open, declarable(v1alpha1.OverdueBlockEntry, "security")), reviewed(carol)), "",
		},
		"NoApproversAnybody": {
			"bob could not", also(begun, policy("production", open, declarable(v1alpha1.OverdueBlockEntry, "security")),
				reviewed(bob)), "bob@example.com is no member of a role that a policy of production asks",
		},
		"NobodyDeclared": {
			"the record does not say who declared it", also(begun, latest(func(r *v1alpha1.PromotionRequest) {
				r.Status.Admission.Emergency = nil
			}), reviewed(bob)), "",
		},
		"NoEmergency": {
			"it entered by approval", also(asked(alice), entered(v1alpha1.EntryRuleApproved), reviewed(bob)),
			"the request has not entered by an emergency",
		},
	} {
		t.Run(name, func(t *testing.T) {
			c, attempt, review := deciding(tc.given)
			if got := promotion.MayDecide(c, attempt, review, noon); got != tc.refused {
				t.Errorf("%s: refused because %q, want %q", tc.reason, got, tc.refused)
			}
			c = story(tc.given)
			if _, closed := promotion.ReviewOf(c, c.Attempts[0], noon); closed != (tc.refused == "") {
				t.Errorf("%s: closed: %t", tc.reason, closed)
			}
		})
	}
}

func TestReviewDue(t *testing.T) {
	c := story(emergencies, asked(alice), emergent(sam, dave))
	if got, want := promotion.ReviewDue(c, c.Attempts[0]), noon.Add(-time.Hour).Add(day); !got.Equal(want) {
		t.Errorf("due at %s, want %s", got, want)
	}
	c = story(asked(alice), emergent(sam, dave))
	if got, want := promotion.ReviewDue(c, c.Attempts[0]), noon.Add(-time.Hour); !got.Equal(want) {
		t.Errorf("where no policy says by when: due at %s, want %s", got, want)
	}
	c = story(asked(alice), entered(v1alpha1.EntryRuleApproved))
	if got := promotion.ReviewDue(c, c.Attempts[0]); !got.IsZero() {
		t.Errorf("what entered by approval is due for review at %s", got)
	}
}

// TestReviewDueFirst : of several policies the shortest time holds, whatever they are called.
func TestReviewDueFirst(t *testing.T) {
	within := func(seconds int32) func(*v1alpha1.PromotionPolicySpec) {
		return func(p *v1alpha1.PromotionPolicySpec) {
			declarable(v1alpha1.OverdueReport, "security")(p)
			p.Emergency.ReviewWithinSeconds = seconds
		}
	}
	want := noon.Add(-time.Hour).Add(time.Minute)
	for _, order := range [][2]string{{"a", "b"}, {"b", "a"}} {
		c := story(policy(order[0], within(60)), policy(order[1], within(3600)), asked(alice), emergent(sam, dave))
		if got := promotion.ReviewDue(c, c.Attempts[0]); !got.Equal(want) {
			t.Errorf("due at %s, want %s", got, want)
		}
	}
	c := story(emergencies, asked(alice), letIn(v1alpha1.EntryRuleEmergency, 0))
	if got := promotion.ReviewDue(c, c.Attempts[0]); !got.IsZero() {
		t.Errorf("what may not have entered is due for review at %s", got)
	}
}

// TestReviewOfBeingDeleted : what a finalizer keeps is reviewed all the same, from when its deletion was let in.
func TestReviewOfBeingDeleted(t *testing.T) {
	c := story(emergencies, asked(alice), letIn(v1alpha1.EntryRuleEmergency, 0), goes)
	want := c.Attempts[0].Request.Status.Admission.Time.Add(day)
	if got := promotion.ReviewDue(c, c.Attempts[0]); !got.Equal(want) {
		t.Errorf("due at %s, want %s", got, want)
	}
	c.Attempts[0].Request.Status.Conditions[0].Reason = v1alpha1.ReasonNotEntered
	if got := promotion.ReviewDue(c, c.Attempts[0]); !got.IsZero() {
		t.Errorf("what has not begun to be deleted is due for review at %s", got)
	}
	c = story(emergencies, asked(alice), goes)
	if got := promotion.ReviewDue(c, c.Attempts[0]); !got.IsZero() {
		t.Errorf("what nobody let in is due for review at %s", got)
	}
}

// TestReviewOfAnother : a review of what was there under the name before closes nothing.
func TestReviewOfAnother(t *testing.T) {
	c := story(emergencies, asked(alice), emergent(sam, dave), reviewed(bob, ofOldUID))
	if _, closed := promotion.ReviewOf(c, c.Attempts[0], noon); closed {
		t.Error("it closed the review")
	}
	request := v1alpha1.PromotionRequest{}
	if promotion.ReviewOverdue(request, noon) {
		t.Error("what needs no review is overdue")
	}
	request.Status.Review = &v1alpha1.Review{DueTime: ago(time.Hour), Reviewer: bob}
	if promotion.ReviewOverdue(request, noon) {
		t.Error("what was reviewed is overdue")
	}
}
