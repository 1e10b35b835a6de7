// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"testing"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

func atGeneration(generation int64) step {
	return func(c *promotion.Case) { c.Change.Generation = &generation }
}

func TestApproved(t *testing.T) {
	approvedOnce := also(asked(alice), approved(bob))
	judge(t, map[string]verdict{
		"Unasked":  {reason: "nobody asked", given: story(), because: unasked},
		"Asked":    {reason: "nobody approved", given: story(asked(alice)), because: approvalMissing},
		"Approved": {reason: "a separate person approved", given: story(approvedOnce), want: promotion.RuleApproved},
		"DeployedByBot": {
			reason: "who applies it does not matter", want: promotion.RuleApproved,
			given: story(approvedOnce, deployedBy(bot)),
		},
		"AskedByBot": {
			reason: "a bot is nobody, so bob stands alone", because: approvalMissing,
			given: story(asked(bot), approved(bob)),
		},
		"AskedByBotTwice": {
			reason: "two people approved a bot's change", want: promotion.RuleApproved,
			given: story(asked(bot), approved(bob), approved(carol)),
		},
		"GateAsked": {
			reason: "who carries it out is whom the gate named", want: promotion.RuleApproved,
			given: story(asked(alice, byGate), approved(bob)),
		},
		"GateAskedInOtherCase": {
			reason: "the same person under the name as it is written elsewhere", want: promotion.RuleApproved,
			given: story(asked("Alice@Example.com", byGate), approved(bob)),
		},
		"GateAskedForAnother": {
			reason: "a made-up review asked in dave's name, and bob lets his own change in", because: approvalMissing,
			given: story(asked(dave, byGate), approved(bob), deployedBy(bob)),
		},
		"GateAskedForAnotherTwice": {
			reason:  "who carries out what they did not ask for has asked for it, and approves nothing of it",
			because: approvalMissing,
			given: story(policy("two", needs(2, "release", "release-managers")),
				asked(alice, byGate), approved(bob), approved(carol), deployedBy(bob)),
		},
		"GateAskedAndAnotherDeploys": {
			reason: "sam carries it out and bob approves it: that is two", want: promotion.RuleApproved,
			given: story(asked(alice, byGate), approved(bob), deployedBy(sam)),
		},
		"GateAskedAndBotDeploys": {
			reason: "only the gate says that alice asked, and the bot is nobody", because: approvalMissing,
			given: story(asked(alice, byGate), approved(bob), deployedBy(bot)),
		},
		"GateAskedAndBotDeploysApprovedTwice": {
			reason: "two people approved it", want: promotion.RuleApproved,
			given: story(asked(alice, byGate), approved(bob), approved(carol), deployedBy(bot)),
		},
		"GateAskedAndNobodyTries": {
			reason: "alice may yet carry it out", want: promotion.RuleApproved,
			given: story(asked(alice, byGate), approved(bob), deployedBy("")),
		},
		"AskedByUnknown": {
			reason: "who could be mistaken is nobody", because: approvalMissing,
			given: story(asked("аlice"), approved(bob)),
		},
		"Entered": {
			reason: "an approval covers one entry", because: unasked,
			given: story(changing("jobs", "x"), enteredOnce()),
		},
		"AskedAgain": {
			reason: "the new request has no approval", because: approvalMissing,
			given: story(changing("jobs", "x"), enteredOnce(), asked(alice)),
		},
		"ApprovedAgain": {
			reason: "the new request has its own", want: promotion.RuleApproved,
			given: story(enteredOnce(replaced(30*day)), approvedOnce),
		},
		"Revoked": {
			reason: "a Revoke ends the request", because: lastRevoked,
			given: story(approvedOnce, revoked(carol)),
		},
		"Superseded": {
			reason: "the requester wants something else", because: unasked,
			given: story(approvedOnce, stalled(v1alpha1.ReasonSuperseded)),
		},
		"Unobserved": {
			reason: "the approval may have been used", because: unasked,
			given: story(approvedOnce, stalled(v1alpha1.ReasonNotObserved)),
		},
		"StalledOtherwise": {
			reason: "a stall for another reason ends nothing", want: promotion.RuleApproved,
			given: story(approvedOnce, stalled(v1alpha1.ReasonRejected)),
		},
		"OlderApproved": {
			reason: "an approval of an older request is no approval of this one", because: approvalMissing,
			given: story(approvedOnce, asked(alice)),
		},
		"OtherDigest": {
			reason: "the request is for other content", because: foreign,
			given: story(approvedOnce, func(c *promotion.Case) { c.Change.Digest = otherDigest }),
		},
		"OtherEnvironment": {
			reason: "it was approved for staging, before the namespace moved", because: foreign,
			given: story(approvedOnce, latest(toStaging)),
		},
		"OtherNamespace": {
			reason: "it was approved for another namespace", because: foreign,
			given: story(approvedOnce, func(c *promotion.Case) { c.Environment.Namespace = "billing" }),
		},
		"NoRules": {
			reason: "a policy without rules asks nobody, and nobody can meet it", because: approvalMissing,
			given: story(policy("production"), approvedOnce),
		},
		"CountZero": {
			reason: "a rule that asks for none asks for one", because: approvalMissing,
			given: story(policy("production", needs(0, "release", "release-managers")), asked(alice)),
		},
	})
}

// ofVersion has the change be one that raises no generation, of an object of that resource version.
func ofVersion(version string) step {
	return func(c *promotion.Case) { c.Change.ResourceVersion = version }
}

// letOverMetadata has what was let in last be one.
func letOverMetadata(version string) step {
	return latest(func(r *v1alpha1.PromotionRequest) { r.Status.Admission.ObjectResourceVersion = version })
}

func TestPendingAdmission(t *testing.T) {
	let := func(generation int64, steps ...step) promotion.Case {
		return story(asked(alice), approved(bob), letIn(v1alpha1.EntryRuleApproved, generation), also(steps...))
	}
	judge(t, map[string]verdict{
		"SameWrite": {
			reason: "the object is as it was, so the first write was not stored", want: promotion.RuleApproved,
			given: let(3, atGeneration(3)),
		},
		"LaterGeneration": {
			reason: "the object has changed: the approval may be used up", because: stillPending,
			given: let(3, atGeneration(4)),
		},
		"NewObject": {
			reason: "a new object has no generation that would tell", because: stillPending, given: let(0),
		},
		"CreatedSince": {
			reason: "the object was made since", because: stillPending, given: let(0, atGeneration(1)),
		},
		"DeletedSince": {
			reason: "the object went since", because: stillPending, given: let(3),
		},
		"SameMetadata": {
			reason: "the object is as it was", want: promotion.RuleApproved,
			given: let(3, letOverMetadata("7"), atGeneration(3), ofVersion("7")),
		},
		"MetadataSince": {
			reason: "metadata raises no generation", because: stillPending,
			given: let(3, letOverMetadata("7"), atGeneration(3), ofVersion("9")),
		},
		"MetadataOverMore": {
			reason: "more was let in before", because: stillPending, given: let(3, atGeneration(3), ofVersion("9")),
		},
		"MoreOverMetadata": {
			reason: "metadata alone was let in before", because: stillPending,
			given: let(3, letOverMetadata("7"), atGeneration(3)),
		},
		"SameWriteWithdrawn": {
			reason: "trying again does not keep an approval alive", because: approvalMissing,
			given: let(3, atGeneration(3), withdrew(bob, 1)),
		},
		"Both": {
			reason: "all reasons are told",
			given:  let(0, withdrew(bob, 1), rejected(carol)),
			because: []promotion.ReasonCode{
				promotion.ReasonAdmissionPending, promotion.ReasonApprovalMissing, promotion.ReasonRejected,
			},
		},
	})
}

func TestUnlistedController(t *testing.T) {
	judge(t, map[string]verdict{
		"ServiceAccount": {reason: "nobody lists it", given: story(deployedBy(controller)), because: unlisted},
		"SystemUser":     {reason: "nobody can list it", given: story(deployedBy("system:admin")), because: unlisted},
		"Bot":            {reason: "a bot may have a request", given: story(deployedBy(bot)), because: unasked},
		"Nobody":         {reason: "nobody has tried", given: story(deployedBy("")), because: unasked},
		"Carries": {
			reason: "what others asked for and approved, any controller may carry out", want: promotion.RuleApproved,
			given: story(asked(alice), approved(bob), deployedBy(controller)),
		},
		"Waits": {
			reason: "it waits like anybody", because: approvalMissing,
			given: story(asked(alice), deployedBy(controller)),
		},
	})
}
