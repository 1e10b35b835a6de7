// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

func TestQuorum(t *testing.T) {
	two := policy("production", needs(2, "release", "release-managers"))
	both := policy("production", needs(1, "release", "release-managers"), needs(1, "review", "security"))
	// narrowLast asks first for what anybody may give.
	narrowLast := policy("production", needs(1, "any", "release-managers", "security"), needs(1, "review", "security"))
	three := policy("production", needs(1, "a", "red", "green"), needs(1, "b", "green", "blue"), needs(1, "c", "red"))
	colours := also(role("red", users(bob, carol)), role("green", users(carol, dave)), role("blue", users(dave, bob)))
	judge(t, map[string]verdict{
		"TwoOfOne": {
			reason: "two release managers", want: promotion.RuleApproved,
			given: story(two, asked(alice), approved(bob), approved(carol)),
		},
		"OneOfTwo": {
			reason: "one release manager", because: approvalMissing,
			given: story(two, asked(alice), approved(bob)),
		},
		"OneTwice": {
			reason: "bob twice is bob once", because: approvalMissing,
			given: story(two, asked(alice), approved(bob), approved(bob)),
		},
		"TwoRules": {
			reason: "one for each rule", want: promotion.RuleApproved,
			given: story(both, asked(alice), approved(bob), approved(sam)),
		},
		"OneForTwo": {
			reason: "carol holds both roles and fills one place", because: approvalMissing,
			given: story(both, asked(alice), approved(carol)),
		},
		"MovesCarol": {
			reason: "carol sits for security, so that bob can sit for the release", want: promotion.RuleApproved,
			given: story(both, asked(alice), approved(carol), approved(bob)),
		},
		"MovesCarolToo": {
			reason: "carol sits for the release, so that sam can sit for security", want: promotion.RuleApproved,
			given: story(both, asked(alice), approved(carol), approved(sam)),
		},
		"NarrowLast": {
			reason: "who comes first must not take the only seat of another", want: promotion.RuleApproved,
			given: story(narrowLast, asked(alice), approved(sam), approved(bob)),
		},
		"NarrowLastToo": {
			reason: "in whatever order they come", want: promotion.RuleApproved,
			given: story(narrowLast, asked(alice), approved(bob), approved(sam)),
		},
		"Round": {
			reason: "bob, carol and dave have to move all around", want: promotion.RuleApproved,
			given: story(colours, three, asked(alice), approved(bob), approved(carol), approved(dave)),
		},
		"RoundOneShort": {
			reason: "two cannot fill three places", because: approvalMissing,
			given: story(colours, three, asked(alice), approved(carol), approved(dave)),
		},
		"TwoAccounts": {
			reason: "one person with two accounts in two roles fills one place", because: approvalMissing,
			given: story(both, role("security", users("oidc:"+bob)), asked(alice), approved(bob), approved("oidc:"+bob)),
		},
		"TwoUIDs": {
			reason: "two names, one UID, one person", because: approvalMissing,
			given: story(two, role("release-managers", users(bob, "robert@example.com")), asked(alice),
				approved(bob, withUID("7")), approved("robert@example.com", withUID("7"))),
		},
		"OneOfTwoAccounts": {
			reason: "the account that holds the role is enough", want: promotion.RuleApproved,
			given: story(asked(alice), approved("oidc:"+bob), approved(bob)),
		},
	})
}

// TestTwoPeople is about the invariant that no policy can loosen.
func TestTwoPeople(t *testing.T) {
	everybody := role("release-managers", group("everybody"))
	all := inGroups("everybody")
	judge(t, map[string]verdict{
		"BotAndTwo": {
			reason: "a bot asked, two approved", want: promotion.RuleApproved,
			given: story(asked(bot), approved(bob), approved(carol)),
		},
		"BotAndOne": {reason: "a bot is nobody", given: story(asked(bot), approved(bob)), because: approvalMissing},
		"BotAndBob": {
			reason: "bob twice is bob once", because: approvalMissing,
			given: story(everybody, asked(bot), approved(bob, all), approved("BOB@example.com", all)),
		},
		"BotAndAuthor": {
			reason: "the author cannot be the second person", because: approvalMissing,
			given: story(asked(bot, by(carol)), approved(bob), approved(carol)),
		},
		"Controller": {
			reason: "a controller is nobody", because: approvalMissing,
			given: story(asked(controller), approved(bob)),
		},
		"NoRequester": {reason: "a request of nobody", given: story(asked(""), approved(bob)), because: approvalMissing},
		"TwoRequesters": {
			reason: "one person with two accounts asks with one and approves with the other", because: approvalMissing,
			given: story(everybody, asked(bob), approved("oidc:"+bob, all)),
		},
	})
}

func TestMissing(t *testing.T) {
	cases := map[string]struct {
		reason string
		given  promotion.Case
		want   []promotion.Missing
	}{
		"Person": {
			reason: "one place", given: story(asked(alice)),
			want: []promotion.Missing{{Policy: "production", Rule: "release", Count: 1, From: managers}},
		},
		"Bot": {
			reason: "one place, and a second person", given: story(asked(bot)),
			want: []promotion.Missing{
				{Policy: "production", Rule: "release", Count: 1, From: managers},
				{Policy: "production", Count: 1, From: managers},
			},
		},
		"BotHalfWay": {
			reason: "the second person only", given: story(asked(bot), approved(bob)),
			want: []promotion.Missing{{Policy: "production", Count: 1, From: managers}},
		},
		"BotAndTwoPlaces": {
			reason: "two places are two people already",
			given:  story(policy("production", needs(2, "release", "release-managers")), asked(bot)),
			want:   []promotion.Missing{{Policy: "production", Rule: "release", Count: 2, From: managers}},
		},
		"Unasked": {
			reason: "as it would be asked for by whoever applies it", given: story(deployedBy(bot)),
			want: []promotion.Missing{
				{Policy: "production", Rule: "release", Count: 1, From: managers},
				{Policy: "production", Count: 1, From: managers},
			},
		},
		"Approved": {reason: "nothing", given: story(asked(alice), approved(bob))},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, promotion.Evaluate(tc.given, noon).Policies[0].Missing); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

var managers = []v1alpha1.ApproverSource{{AnyOf: []v1alpha1.RoleName{"release-managers"}}}
