// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// argoCD is what carries out syncs that act as nobody else.
const argoCD = "system:serviceaccount:argocd:argocd-application-controller"

// knownBy says how the requester is known, where the gate opened the request.
func knownBy(evidence v1alpha1.RequesterEvidence) func(*v1alpha1.PromotionRequest) {
	return func(r *v1alpha1.PromotionRequest) {
		byGate(r)
		r.Spec.RequesterEvidence, r.Spec.Authorship = evidence, v1alpha1.AuthorshipCommits
	}
}

// authorsUnknown : it could not be found out who wrote what the sync brings.
func authorsUnknown(r *v1alpha1.PromotionRequest) { r.Spec.Authorship = v1alpha1.AuthorshipDeclared }

// syncedBy : the bot carries the change out, in a sync that somebody began; empty for nobody.
func syncedBy(username string, evidence v1alpha1.RequesterEvidence) step {
	return also(deployedBy(bot), func(c *promotion.Case) {
		c.Sync = &promotion.Sync{Initiator: v1alpha1.UserReference{Username: username}, Evidence: evidence}
	})
}

func TestSync(t *testing.T) {
	const (
		said, claimed = v1alpha1.RequesterArgoCD, v1alpha1.RequesterClaimed
		local         = "ally" // a local user of Argo CD
	)
	of := knownBy(said)
	locals := role("release-managers", users("bobby", bob, carol))
	judge(t, map[string]verdict{
		"Initiator": {
			reason: "alice began the sync, and bob approves", want: promotion.RuleApproved,
			given: story(syncedBy(alice, said), asked(alice, of), approved(bob)),
		},
		"Authenticated": {
			reason: "alice wrote the operation herself", want: promotion.RuleApproved,
			given: story(syncedBy(alice, ""), asked(alice, byGate), approved(bob)),
		},
		"Itself": {
			reason: "who began the sync is no second person", because: approvalMissing,
			given: story(role("release-managers", users(alice)), syncedBy(alice, said), asked(alice, of), approved(alice)),
		},
		"OtherName": {
			reason: "nor by another name of theirs", because: approvalMissing,
			given: story(role("release-managers", users("oidc:"+alice)), syncedBy(alice, said), asked(alice, of),
				approved("oidc:"+alice)),
		},
		"Automated": {
			reason: "nobody began it, so that two approve", because: approvalMissing,
			given: story(syncedBy("", said), asked(bot, byGate), approved(bob)),
		},
		"AutomatedTwo": {
			reason: "two do", want: promotion.RuleApproved,
			given: story(syncedBy("", said), asked(bot, byGate), approved(bob), approved(carol)),
		},
		"AnotherSync": {
			reason: "what alice asked for comes with a sync that Argo CD began", because: approvalMissing,
			given: story(syncedBy("", said), asked(alice, of), approved(bob)),
		},
		"SomebodyElses": {
			reason: "dave syncs it, and so asks for it", want: promotion.RuleApproved,
			given: story(syncedBy(dave, said), asked(alice, of), approved(bob)),
		},
		"SomebodyElsesOwn": {
			reason: "bob syncs it, and so does not approve it", because: approvalMissing,
			given: story(syncedBy(bob, said), asked(alice, of), approved(bob)),
		},
		"NoSync": {
			reason: "a bot that has copied what a sync brings makes the change", because: approvalMissing,
			given: story(deployedBy(bot), asked(alice, of), approved(bob)),
		},
		"Claimed": {
			reason: "it is not known for sure that alice began it", because: approvalMissing,
			given: story(syncedBy(alice, claimed), asked(alice, knownBy(claimed)), approved(bob)),
		},
		"ClaimedNow": {
			reason: "nor that she began the one that brings it now", because: approvalMissing,
			given: story(syncedBy(alice, claimed), asked(alice, of), approved(bob)),
		},
		"AuthenticatedWhoever": {
			reason: "dave syncs it, and has not seen what the commits bring", because: approvalMissing,
			given: story(syncedBy(dave, said), asked(alice, byGate, authorsUnknown), approved(bob)),
		},
		"ClaimedItself": {
			reason: "but that is enough to keep her from approving", because: approvalMissing,
			given: story(role("release-managers", users(alice, bob)), syncedBy(alice, claimed),
				asked(alice, knownBy(claimed)), approved(bob), approved(alice)),
		},
		"ClaimedTwo": {
			reason: "two others are two people", want: promotion.RuleApproved,
			given: story(syncedBy(alice, claimed), asked(alice, knownBy(claimed)), approved(bob), approved(carol)),
		},
		"AuthorsUnknown": {
			reason: "alice has not seen what the commits bring, and bob may have written them", because: approvalMissing,
			given: story(syncedBy(alice, said), asked(alice, of, authorsUnknown), approved(bob)),
		},
		"AuthorsUnknownWhoever": {
			reason: "nor has dave", because: approvalMissing,
			given: story(syncedBy(dave, said), asked(alice, of, authorsUnknown), approved(bob)),
		},
		"AuthorsUnknownTwo": {
			reason: "two others are two people", want: promotion.RuleApproved,
			given: story(syncedBy(alice, said), asked(alice, of, authorsUnknown), approved(bob), approved(carol)),
		},
		"AuthorsUnknownAuthenticated": {
			reason: "who writes the operation themselves answers for it", want: promotion.RuleApproved,
			given: story(syncedBy(alice, ""), asked(alice, byGate, authorsUnknown), approved(bob)),
		},
		"Local": {
			reason: "a name that Argo CD alone knows may be bob's", because: approvalMissing,
			given: story(syncedBy(local, said), asked(local, of), approved(bob)),
		},
		"LocalMapped": {
			reason: "the mapping says who it is", want: promotion.RuleApproved,
			given: story(joining(alice, local), syncedBy(local, said), asked(local, of), approved(bob)),
		},
		"LocalMappedItself": {
			reason: "the mapping says that it is bob", because: approvalMissing,
			given: story(joining(bob, local), syncedBy(local, said), asked(local, of), approved(bob)),
		},
		"LocalApprover": {
			reason: "an approver's name without an address may be alice's", because: approvalMissing,
			given: story(locals, syncedBy(alice, said), asked(alice, of), approved("bobby")),
		},
		"LocalApproverAndAnother": {
			reason: "bob is not alice", want: promotion.RuleApproved,
			given: story(locals, syncedBy(alice, said), asked(alice, of), approved("bobby"), approved(bob)),
		},
		"OwnAccount": {
			reason: "Argo CD's own account asks where it syncs, as a bot would", want: promotion.RuleApproved,
			given: story(syncedBy("", said), deployedBy(argoCD), asked(argoCD, byGate), approved(bob), approved(carol)),
		},
		"OwnAccountUnasked": {
			reason:  "and can be asked for",
			because: []promotion.ReasonCode{promotion.ReasonApprovalMissing, promotion.ReasonNotRequested},
			given:   story(syncedBy("", said), deployedBy(argoCD)),
		},
		"OwnAccountWithoutSync": {
			reason:  "where it does not sync, nobody lists it",
			because: []promotion.ReasonCode{promotion.ReasonUnlistedController},
			given:   story(deployedBy(argoCD)),
		},
	})
}

// TestDoubt says to people why who began a sync does not count.
func TestDoubt(t *testing.T) {
	for name, tc := range map[string]struct {
		given promotion.Case
		want  string
	}{
		"Claimed": {
			story(asked(alice, knownBy(v1alpha1.RequesterClaimed)), approved(bob)),
			"alice@example.com does not count: it is not known for sure that they began the sync of what it brings",
		},
		"AuthorsUnknown": {
			story(asked(alice, knownBy(v1alpha1.RequesterArgoCD), authorsUnknown), approved(bob)),
			"alice@example.com does not count: it is not known who wrote what the sync brings",
		},
		"AuthorsUnknownNow": {
			story(syncedBy(alice, v1alpha1.RequesterArgoCD),
				asked(alice, knownBy(v1alpha1.RequesterArgoCD), authorsUnknown), approved(bob)),
			"alice@example.com does not count: it is not known who wrote what the sync brings",
		},
		"AloneLocal": {story(asked("ally"), func(c *promotion.Case) { c.Policies[0].Spec.Approvals = nil }), ""},
		"Alone":      {story(asked(alice), func(c *promotion.Case) { c.Policies[0].Spec.Approvals = nil }), ""},
		"Local": {
			story(asked("ally", knownBy(v1alpha1.RequesterArgoCD)), approved(bob)),
			"ally does not count: Argo CD alone knows the name, which has no e-mail address and is not in the mapping of names",
		},
		"LocalApprover": {
			story(role("release-managers", users("bobby")), asked(alice, knownBy(v1alpha1.RequesterArgoCD)), approved("bobby")),
			"alice@example.com counts beside somebody whose name has an e-mail address, or is in the mapping of names",
		},
		"Again": {
			story(deployedBy(bot), asked(alice, knownBy(v1alpha1.RequesterArgoCD)), approved(bob)),
			"alice@example.com, who began an earlier sync, counts by syncing it again",
		},
		"Bot": {story(asked(bot, byGate), approved(bob)), ""},
	} {
		t.Run(name, func(t *testing.T) {
			tc.given.Change.Deployer.Username = strings.Replace(tc.given.Change.Deployer.Username, alice, "", 1)
			var got []string
			for _, policy := range promotion.Evaluate(tc.given, noon).Policies {
				for _, missing := range policy.Missing {
					got = append(got, missing.Doubt)
				}
			}
			if diff := cmp.Diff([]string{tc.want}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestNobodySyncsAlone : whoever begins a sync, by whatever name Argo CD or the cluster knows them, and approves what
// it brings by one name of the cluster is one person, also where nobody mapped the names.
func TestNobodySyncsAlone(t *testing.T) {
	names := append(disguises(t), "ally", "al", "Ally A.")
	evidence := []v1alpha1.RequesterEvidence{v1alpha1.RequesterArgoCD, v1alpha1.RequesterClaimed}
	for _, began := range names {
		for _, approves := range names {
			for _, known := range evidence {
				for _, sync := range []step{syncedBy(began, known), syncedBy("", known), deployedBy(bot), deployedBy("")} {
					c := story(role("release-managers", users(names...)), asked(began, knownBy(known)), approved(approves), sync)
					if promotion.Evaluate(c, noon).Allowed {
						t.Errorf("%q began it (%s), and approves it as %q", began, known, approves)
					}
				}
			}
		}
	}
}

// TestMissingOfSync : who began a sync is one of the two people before anybody has approved, or it was asked for, where
// their name tells who they are.
func TestMissingOfSync(t *testing.T) {
	said := v1alpha1.RequesterArgoCD
	for name, tc := range map[string]struct {
		reason string
		given  promotion.Case
		want   int
	}{
		"Asked": {"one more", story(syncedBy(alice, said), asked(alice, knownBy(said))), 1},
		"Local": {"it may be whoever approves", story(syncedBy("ally", said), asked("ally", knownBy(said))), 2},
		"Unasked": {"as it would be asked for", story(syncedBy(alice, said), func(c *promotion.Case) {
			c.Sync.Authorship = v1alpha1.AuthorshipCommits
		}), 1},
		"AuthorsUnknown": {"as it would be asked for", story(syncedBy(alice, said)), 2},
	} {
		missing := 0
		for _, policy := range promotion.Evaluate(tc.given, noon).Policies {
			for _, place := range policy.Missing {
				missing += place.Count
			}
		}
		if missing != tc.want {
			t.Errorf("%s: %s: %d more people, want %d", name, tc.reason, missing, tc.want)
		}
	}
}

func TestRequester(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		given  promotion.Case
		want   string
	}{
		"Sync":   {"who began it", story(syncedBy(alice, v1alpha1.RequesterArgoCD)), alice},
		"Nobody": {"nobody began it", story(syncedBy("", v1alpha1.RequesterArgoCD)), bot},
		"None":   {"no sync carries it out", story(deployedBy(bot)), bot},
	} {
		if got, _ := promotion.Requester(tc.given); got.Username != tc.want {
			t.Errorf("%s: %s: got %s", name, tc.reason, got.Username)
		}
	}
}

func TestWhyRejected(t *testing.T) {
	decision := promotion.Decision{Reasons: []promotion.Reason{
		{Code: promotion.ReasonApprovalMissing, Detail: "one more"}, {Code: promotion.ReasonRejected, Detail: "bob"},
	}}
	if got := decision.WhyRejected(); got != "bob" {
		t.Errorf("got %q", got)
	}
}
