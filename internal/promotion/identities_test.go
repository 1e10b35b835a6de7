// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/identity"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// joining says that the names are one person's.
func joining(names ...string) step {
	return func(c *promotion.Case) {
		text := fmt.Sprintf("[{person: somebody, names: [%q]}]", strings.Join(names, `", "`))
		mapping, err := identity.ParseMapping(strings.ReplaceAll(text, `\"`, `"`))
		if err != nil {
			panic(err)
		}
		c.Identities.Mapping = mapping
	}
}

// muddled : nobody can tell who is one person.
func muddled(c *promotion.Case) {
	c.Identities.Damaged = "ConfigMap countersign-system/countersign-identities: people.yaml: it must be a list"
}

const admin = "bob-admin" // another login of bob's, which nobody could know from the name

func TestIdentities(t *testing.T) {
	managers := role("release-managers", users(bob, carol, dave, admin))
	two := policy("production", needs(2, "release", "release-managers"))
	judge(t, map[string]verdict{
		"Unmapped": {
			reason: "two names, two people", want: promotion.RuleApproved, given: story(managers, asked(bob), approved(admin)),
		},
		"Requester": {
			reason: "he asked for it", because: approvalMissing,
			given: story(managers, joining(bob, admin), asked(bob), approved(admin)),
		},
		"Author": {
			reason: "he wrote it", because: approvalMissing,
			given: story(managers, joining(bob, admin), asked(alice, by("Bob <bob@example.com>")), approved(admin)),
		},
		"OpenedBy": {
			reason: "he opened it", because: approvalMissing,
			given: story(managers, joining(bob, admin), asked(alice, openedBy(bob)), approved(admin)),
		},
		"Deployer": {
			reason: "he carries it out", because: approvalMissing,
			given: story(managers, joining(bob, admin), policy("production", needs(1, "release", "release-managers"),
				separatesDeployer), asked(alice), approved(admin), deployedBy(bob)),
		},
		"Quorum": {
			reason: "he fills one place", because: approvalMissing,
			given: story(managers, two, joining(bob, admin), asked(alice), approved(bob), approved(admin)),
		},
		"TwoPeople": {
			reason: "he is one person behind a bot's change", because: approvalMissing,
			given: story(managers, joining(bob, admin), asked(bot), approved(bob), approved(admin)),
		},
		"Third": {
			reason: "carol is somebody else", want: promotion.RuleApproved,
			given: story(managers, two, joining(bob, admin), asked(alice), approved(bob), approved(admin), approved(carol)),
		},
		"Withdrawn": {
			reason: "he takes his approval back, whatever login he uses", because: approvalMissing,
			given: story(managers, joining(bob, admin), asked(alice), approved(bob), withdrew(admin, 1)),
		},
		"NotRejected": {
			reason: "a rejection is taken back by the very same login alone", because: rejection,
			given: story(managers, joining(bob, admin), asked(alice), approved(carol), rejected(bob), withdrew(admin, 2)),
		},
		"Conflict": {
			reason: "he holds two roles that conflict, by two names", because: approvalMissing,
			given: story(joining(bob, admin), role("deployers", users(admin), func(r *v1alpha1.PipelineRole) {
				r.Spec.ConflictsWith = []v1alpha1.RoleName{"release-managers"}
			}), asked(alice), approved(bob)),
		},
		"NotAMember": {
			reason: "a mapping gives nobody a role", because: approvalMissing,
			given: story(joining(bob, admin), asked(alice), approved(admin)),
		},
	})
}

func TestDamagedIdentities(t *testing.T) {
	uncertain := []promotion.ReasonCode{promotion.ReasonApprovalMissing, promotion.ReasonUncertainIdentities}
	judge(t, map[string]verdict{
		"Approved": {
			reason: "bob may be alice", because: uncertain, given: story(muddled, asked(alice), approved(bob)),
		},
		"Open": {
			reason: "where nobody is asked it does not matter", want: promotion.RuleOpen,
			given: story(muddled, policy("production", open)),
		},
		"Return": {reason: "nor for what entered before", want: promotion.RuleRollback, given: story(muddled, enteredOnce())},
		"Rejected": {
			reason: "an objection stands", because: []promotion.ReasonCode{
				promotion.ReasonApprovalMissing, promotion.ReasonRejected, promotion.ReasonUncertainIdentities,
			},
			given: story(muddled, asked(alice), rejected(bob)),
		},
	})
	c, attempt, approve := deciding(muddled, asked(alice), approved(bob))
	if why := promotion.MayDecide(c, attempt, approve, noon); !strings.Contains(why, "countersign-identities") {
		t.Errorf("an approval is refused for another reason: %q", why)
	}
	c, attempt, reject := deciding(muddled, asked(alice), rejected(bob))
	if why := promotion.MayDecide(c, attempt, reject, noon); why != "" {
		t.Errorf("nobody is kept from objecting, and yet: %s", why)
	}
}

// TestMappingIsNeverEasier : whatever names are joined, or whether that can be told at all.
func TestMappingIsNeverEasier(t *testing.T) {
	always(t, func(t *testing.T, a author, c promotion.Case) {
		for range 4 {
			one, other := a.person().Username, a.person().Username
			if easier(c, tell(c, joining(one, other)), noon) {
				t.Errorf("with %s as %s it enters", one, other)
			}
		}
		if easier(c, tell(c, muddled), noon) {
			t.Error("if nobody can tell who is who it enters")
		}
	})
}
