// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"slices"
	"testing"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// TestApprover has requests that one approval would let in, if it counted.
func TestApprover(t *testing.T) {
	mistakable := "bоb@example.com" // with a Cyrillic о
	judge(t, map[string]verdict{
		"Member": {
			reason: "bob holds the role", want: promotion.RuleApproved,
			given: story(asked(alice), approved(bob)),
		},
		"NoMember": {
			reason: "sam does not hold the role", because: approvalMissing,
			given: story(asked(alice), approved(sam)),
		},
		"Requester": {reason: "bob asked for it", given: story(asked(bob), approved(bob)), because: approvalMissing},
		"OtherCase": {
			reason: "BOB is bob", because: approvalMissing,
			given: story(role("release-managers", users("BOB@example.com")), asked(bob), approved("BOB@example.com")),
		},
		"OtherLogin": {
			reason: "oidc:bob is bob", because: approvalMissing,
			given: story(role("release-managers", users("oidc:"+bob)), asked(bob), approved("oidc:"+bob)),
		},
		"CaseOfMember": {
			reason: "the role lists bob, and whether Bob is another login it cannot know", because: approvalMissing,
			given: story(asked(alice), approved("Bob@example.com")),
		},
		"Bot": {
			reason: "a bot never approves, listed or not", because: approvalMissing,
			given: story(role("release-managers", users(bot)), asked(alice), approved(bot)),
		},
		"Controller": {
			reason: "nor does a controller", because: approvalMissing,
			given: story(role("release-managers", users(controller)), asked(alice), approved(controller)),
		},
		"SystemAdmin": {
			reason: "nor does an administrator without a name", because: approvalMissing,
			given: story(role("release-managers", users("system:admin")), asked(alice), approved("system:admin")),
		},
		"Mistakable": {
			reason: "this bob could be mistaken for bob", because: approvalMissing,
			given: story(role("release-managers", users(mistakable)), asked(alice), approved(mistakable)),
		},
		"Nobody": {
			reason: "an approver without a name", because: approvalMissing,
			given: story(role("release-managers", users("")), asked(alice), approved("")),
		},
		"SameUID": {
			reason: "bob has been renamed since he asked", because: approvalMissing,
			given: story(asked(alice, requesterUID("7")), approved(bob, withUID("7"))),
		},
		"OtherUID": {
			reason: "they have different UIDs", want: promotion.RuleApproved,
			given: story(asked(alice, requesterUID("7")), approved(bob, withUID("8"))),
		},
	})
}

func requesterUID(uid string) func(*v1alpha1.PromotionRequest) {
	return func(r *v1alpha1.PromotionRequest) { r.Spec.Requester.UID = uid }
}

func openedBy(username string) func(*v1alpha1.PromotionRequest) {
	return func(r *v1alpha1.PromotionRequest) { r.Spec.OpenedBy = v1alpha1.UserReference{Username: username} }
}

func TestApproverIsSeparate(t *testing.T) {
	written := func(author string) promotion.Case { return story(asked(alice, by(author)), approved(bob)) }
	strict := policy("production", needs(1, "release", "release-managers"), separatesDeployer)
	judge(t, map[string]verdict{
		"OtherAuthor": {reason: "carol wrote it", given: written(carol), want: promotion.RuleApproved},
		"Author":      {reason: "bob wrote it", given: written(bob), because: approvalMissing},
		"AuthorAddress": {
			reason: "as Git writes it", because: approvalMissing,
			given: written("Bob Builder <bob@example.com>"),
		},
		"AuthorCase": {reason: "case aside", given: written("Bob <BOB@Example.COM>"), because: approvalMissing},
		"AuthorComma": {
			reason: "as directories write it", because: approvalMissing,
			given: written("Builder, Bob <bob@example.com>"),
		},
		"AuthorHidden": {
			reason: "with a character that nobody sees", because: approvalMissing,
			given: written("bob\u200b@example.com"),
		},
		"NameOfAnother": {
			reason: "the address counts, not the name before it", want: promotion.RuleApproved,
			given: written("bob@example.com <dora@example.com>"),
		},
		"SecondAuthor": {
			reason: "one of several", because: approvalMissing,
			given: story(asked(alice, by(carol, dave, bob)), approved(bob)),
		},
		"AuthorAndOther": {
			reason: "dave did not write it", want: promotion.RuleApproved,
			given: story(asked(alice, by(bob)), approved(bob), approved(dave)),
		},
		"AuthorIsNobody": {
			reason: "an author does not stand for a second person", because: approvalMissing,
			given: story(asked(bot, by(alice)), approved(bob)),
		},
		"OpenedByBob": {
			reason: "bob opened it in another's name", because: approvalMissing,
			given: story(asked(alice, openedBy(bob)), approved(bob)),
		},
		"OpenedByUs": {
			reason: "the operator opened it", want: promotion.RuleApproved,
			given: story(asked(alice, openedBy(operator)), approved(bob)),
		},
		"Deployer": {
			reason: "bob applies it, and may", want: promotion.RuleApproved,
			given: story(asked(alice), approved(bob), deployedBy(bob)),
		},
		"StrictDeployer": {
			reason: "bob applies it, and must not", because: approvalMissing,
			given: story(strict, asked(alice), approved(bob), deployedBy(bob)),
		},
		"StrictOther": {
			reason: "alice applies it", want: promotion.RuleApproved,
			given: story(strict, asked(alice), approved(bob)),
		},
		"StrictCase": {
			reason: "BOB applies it", because: approvalMissing,
			given: story(strict, asked(alice), approved(bob), deployedBy("BOB@example.com")),
		},
		"StrictNobody": {
			reason: "nobody has tried", want: promotion.RuleApproved,
			given: story(strict, asked(alice), approved(bob), deployedBy("")),
		},
		"NotSaid": {
			reason: "requester and author are excluded, whatever the policy leaves out", because: approvalMissing,
			given: story(policy("production", needs(1, "release", "release-managers"),
				func(p *v1alpha1.PromotionPolicySpec) { p.Separation = v1alpha1.Separation{} }),
				asked(bob, by(carol)), approved(bob), approved(carol)),
		},
	})
}

func TestApproverIsMember(t *testing.T) {
	judge(t, map[string]verdict{
		"Group": {
			reason: "bob was in the group when he approved", want: promotion.RuleApproved,
			given: story(role("release-managers", group("sre")), asked(alice), approved(bob, inGroups("dev", "sre"))),
		},
		"NotInGroup": {
			reason: "bob was not in the group when he approved", because: approvalMissing,
			given: story(role("release-managers", group("sre")), asked(alice), approved(bob, inGroups("dev"))),
		},
		"GroupOfUserName": {
			reason: "a group is no user", because: approvalMissing,
			given: story(role("release-managers", group(bob)), asked(alice), approved(bob)),
		},
		"UserOfGroupName": {
			reason: "a user is no group", because: approvalMissing,
			given: story(role("release-managers", users("sre")), asked(alice), approved(bob, inGroups("sre"))),
		},
		"GroupOtherCase": {
			reason: "groups are equal to the letter", because: approvalMissing,
			given: story(role("release-managers", group("sre")), asked(alice), approved(bob, inGroups("SRE"))),
		},
		"Until": {
			reason: "bob is a member for a second more", want: promotion.RuleApproved,
			given: story(role("release-managers", until(bob, noon.Add(time.Second))), asked(alice), approved(bob)),
		},
		"Expired": {
			reason: "bob was a member when he approved, and is none now", because: approvalMissing,
			given: story(role("release-managers", until(bob, noon)), asked(alice), approved(bob)),
		},
		"ExpiredGroup": {
			reason: "the group's time is over", because: approvalMissing,
			given: story(role("release-managers", group("sre"), func(r *v1alpha1.PipelineRole) {
				at := ago(time.Hour)
				r.Spec.Members[0].ExpireTime = &at
			}), asked(alice), approved(bob, inGroups("sre"))),
		},
		"ExpiredButInGroup": {
			reason: "his own membership is over, the group's is not", want: promotion.RuleApproved,
			given: story(role("release-managers", until(bob, noon), group("sre")), asked(alice), approved(bob, inGroups("sre"))),
		},
		"Removed": {
			reason: "bob was taken off the list since", because: approvalMissing,
			given: story(role("release-managers", users(carol)), asked(alice), approved(bob)),
		},
		"UnknownKind": {
			reason: "what kind of member this is nobody knows", because: approvalMissing,
			given: story(role("release-managers", member("Team", bob, nil)), asked(alice), approved(bob)),
		},
	})
}

func TestApprovalCounts(t *testing.T) {
	with := func(edit func(*v1alpha1.Approval)) promotion.Case { return story(asked(alice), approved(bob, edit)) }
	judge(t, map[string]verdict{
		"Young": {
			reason: "a second before its day is over", want: promotion.RuleApproved,
			given: with(since(day - time.Second)),
		},
		"Old": {reason: "its day is over", given: with(since(day)), because: approvalMissing},
		"Ahead": {
			reason: "the API server's clock is a little ahead", want: promotion.RuleApproved,
			given: with(since(-time.Second)),
		},
		"BeingDeleted": {reason: "it is on its way out", given: with(beingDeleted), because: approvalMissing},
		"OtherUID": {
			reason: "of an earlier request of the same name", because: approvalMissing,
			given: with(func(a *v1alpha1.Approval) { a.Spec.Request.UID = "old" }),
		},
		"NoUID": {
			reason: "of no request in particular", because: approvalMissing,
			given: with(func(a *v1alpha1.Approval) { a.Spec.Request.UID = "" }),
		},
		"OtherDigest": {
			reason: "of other content", because: approvalMissing,
			given: with(func(a *v1alpha1.Approval) { a.Spec.Request.Digest = otherDigest }),
		},
		"OtherRequest": {
			reason: "of another request", because: approvalMissing,
			given: with(func(a *v1alpha1.Approval) { a.Spec.Request.Name = "other" }),
		},
		"OtherPlace": {
			reason: "of another namespace", because: approvalMissing,
			given: with(func(a *v1alpha1.Approval) { a.Namespace = "billing" }),
		},
		"NoDecision": {
			reason: "it says nothing", because: approvalMissing,
			given: with(func(a *v1alpha1.Approval) { a.Spec.Decision = "" }),
		},
		"Unknown": {
			reason: "it says something else", because: approvalMissing,
			given: with(func(a *v1alpha1.Approval) { a.Spec.Decision = "approve" }),
		},
		"NoTTL": {
			reason: "a policy that lets no approval count", because: approvalMissing,
			given: story(policy("production", needs(1, "release", "release-managers"),
				func(p *v1alpha1.PromotionPolicySpec) { p.ApprovalTTLSeconds = 0 }), asked(alice), approved(bob)),
		},
		"ShorterTTLElsewhere": {
			reason: "each policy goes by its own time", because: approvalMissing,
			given: story(policy("hasty", needs(1, "release", "release-managers"),
				func(p *v1alpha1.PromotionPolicySpec) { p.ApprovalTTLSeconds = 60 }), asked(alice), approved(bob)),
		},
	})
}

func TestApprovalsAreIgnoredForAReason(t *testing.T) {
	got := promotion.Evaluate(story(asked(alice), approved(bob, since(2*day)), approved(sam), rejected(carol)), noon)
	want := []string{
		"approval by bob@example.com: it is older than the 24h that policy production lets an approval count",
		"approval by sam@example.com: sam@example.com is no member of release-managers, which policy production asks",
	}
	if !slices.Equal(got.Policies[0].Ignored, want) {
		t.Errorf("got %q", got.Policies[0].Ignored)
	}
}
