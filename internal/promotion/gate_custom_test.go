// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"testing"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/workload"
)

// rollout is what the story is about, stored before: rollouts.argoproj.io/checkout, which runs the image of the story.
func rollout(c *promotion.Case) {
	c.Change.Object = workload.Identity{Group: "argoproj.io", Resource: "rollouts", Namespace: "shop", Name: "checkout"}
	c.Change.Content = map[string]any{"spec": map[string]any{"template": map[string]any{}}}
	c.Change.Generation = new(int64(7))
}

// gatingRollouts has the policies gate them.
func gatingRollouts(c *promotion.Case) {
	for i := range c.Policies {
		c.Policies[i].Spec.Gates = []v1alpha1.Gate{
			{Type: v1alpha1.GateWorkloads},
			{Type: v1alpha1.GateResource, Name: "rollouts", Resource: v1alpha1.GatedResource{
				Group: "argoproj.io", Resource: "rollouts",
				TemplatePaths: []string{".spec.template", ".spec.other"}, StatusPaths: []string{".status.abort", ".status.canary"},
			}},
		}
	}
}

// running is where the policies look for what it runs; nowhere for a kind that runs nothing.
func templatesAt(paths ...string) step {
	return func(c *promotion.Case) {
		for i := range c.Policies {
			c.Policies[i].Spec.Gates[1].Resource.TemplatePaths = paths
		}
	}
}

func content(content map[string]any) step {
	return func(c *promotion.Case) { c.Change.Content = content }
}

// ordering makes the change an order at a field of status.
func ordering(field string) step {
	return func(c *promotion.Case) {
		c.Change.Operation, c.Change.Subresource, c.Change.Images = v1alpha1.OperationOrder, "status", nil
		c.Change.Content = map[string]any{"status": map[string]any{field: true}}
	}
}

var noTemplate = []promotion.ReasonCode{promotion.ReasonNoTemplate}

func TestCustomKinds(t *testing.T) {
	judge(t, map[string]verdict{
		"Ungated": {reason: "nobody gates it", want: promotion.RuleUngated, given: story(rollout)},
		"NoPolicy": {
			reason: "nor in an environment without policies", want: promotion.RuleUngated,
			given: story(rollout, func(c *promotion.Case) { c.Policies = nil }),
		},
		"Gated": {reason: "a policy gates it", because: unasked, given: story(rollout, gatingRollouts)},
		"OtherGroup": {
			reason: "the policy gates those of another group", want: promotion.RuleUngated,
			given: story(rollout, gatingRollouts, func(c *promotion.Case) { c.Change.Object.Group = "example.com" }),
		},
		"NoTemplate": {
			reason: "what it runs is not in it", because: noTemplate,
			given: story(rollout, gatingRollouts, content(map[string]any{"spec": map[string]any{"ref": "x"}}), asked(alice),
				approved(bob)),
		},
		"Unreadable": {
			reason: "nobody can look", because: noTemplate,
			given: story(rollout, gatingRollouts, content(nil), asked(alice), approved(bob)),
		},
		"OtherPath": {
			reason: "one of the paths is enough", because: unasked,
			given: story(rollout, gatingRollouts, content(map[string]any{"spec": map[string]any{"other": "x"}})),
		},
		"RunsNothing": {
			reason: "nobody looks for a template", because: unasked,
			given: story(rollout, gatingRollouts, templatesAt(), content(map[string]any{})),
		},
		"Deleted": {
			reason: "what goes away runs nothing", because: unasked,
			given: story(rollout, gatingRollouts, content(nil), func(c *promotion.Case) {
				c.Change.Operation = v1alpha1.OperationDelete
			}),
		},
	})
}

// TestReturnOfCustomKinds : an object that is there goes back to what it was; a new one is a change of its own.
func TestReturnOfCustomKinds(t *testing.T) {
	back := also(rollout, gatingRollouts, asked(alice), entered(v1alpha1.EntryRuleApproved), replaced(day))
	judge(t, map[string]verdict{
		"There": {reason: "it was approved", want: promotion.RuleRollback, given: story(back)},
		"New": {
			reason: "it may be of a kind that runs once", because: unasked,
			given: story(back, func(c *promotion.Case) { c.Change.Generation = nil }),
		},
	})
}

func TestOrders(t *testing.T) {
	judge(t, map[string]verdict{
		"Named": {reason: "the policy names it", because: unasked, given: story(rollout, gatingRollouts, ordering("abort"))},
		"Below": {
			reason: "the whole of what it names changes", because: unasked,
			given: story(rollout, gatingRollouts, ordering("canary")),
		},
		"Other": {
			reason: "another policy names it", want: promotion.RuleUngated,
			given: story(rollout, gatingRollouts, ordering("other")),
		},
		"Unreadable": {
			reason: "it may be any", because: unasked, given: story(rollout, gatingRollouts, ordering("abort"), content(nil)),
		},
		"Trusted": {
			reason: "its controller runs nothing by it", want: promotion.RuleTrustedController,
			given: story(rollout, gatingRollouts, ordering("abort"), deployedBy(controller),
				trusting("rollouts.argoproj.io/status")),
		},
		"TrustedWithSpec": {
			reason: "the resource is not its subresource", because: unlisted,
			given: story(rollout, gatingRollouts, ordering("abort"), deployedBy(controller), trusting("rollouts.argoproj.io")),
		},
	})
}

func TestTrustedWithCustomKinds(t *testing.T) {
	owned := func(group, kind string) step {
		return func(c *promotion.Case) { c.Change.Owner = v1alpha1.OwnerKind{Group: group, Kind: kind} }
	}
	byOwner := func(c *promotion.Case) {
		for i := range c.Policies {
			c.Policies[i].Spec.TrustedControllers[0].OwnerKinds = []v1alpha1.OwnerKind{{Group: "a.io", Kind: "A"}}
		}
	}
	with := func(steps ...step) promotion.Case {
		return story(rollout, gatingRollouts, deployedBy(controller), trusting("rollouts.argoproj.io"), also(steps...))
	}
	judge(t, map[string]verdict{
		"RunsNothing": {
			reason: "it needs no repositories", want: promotion.RuleTrustedController, given: with(templatesAt(), images()),
		},
		"NamesImage":  {reason: "it runs one all the same", because: unlisted, given: with(templatesAt())},
		"ByReference": {reason: "it may run any", because: unlisted, given: with(images())},
		"Unqualified": {
			reason: "that is a resource of another kind", because: unlisted,
			given: with(templatesAt(), images(), trusting("rollouts")),
		},
		"Owned": {
			reason: "by an object of the kind", want: promotion.RuleTrustedController,
			given: with(templatesAt(), images(), byOwner, owned("a.io", "A")),
		},
		"OwnedByOther": {
			reason: "of another group", because: unlisted, given: with(templatesAt(), images(), byOwner, owned("b.io", "A")),
		},
		"Orphan": {reason: "by nobody", because: unlisted, given: with(templatesAt(), images(), byOwner)},
		"OwnedIsNoAuthority": {
			reason: "anybody can write owners", because: unasked,
			given: with(templatesAt(), images(), byOwner, owned("a.io", "A"), deployedBy(alice)),
		},
	})
}
