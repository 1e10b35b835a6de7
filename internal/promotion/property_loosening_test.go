// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"slices"
	"testing"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/loosening"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// tally of changes to rules: how many were said to loosen nothing, how many to loosen something, and of how many of
// these something came in the story at hand: that the change enters, or else. A property of changes that are all alike
// says nothing.
type tally struct{ tighter, looser, easier, otherwise int }

// count a change of the rules. Else is what comes of it besides that the change of the story enters: empty where
// nothing does.
func (n *tally) count(t *testing.T, before, after promotion.Case, looser []string, otherwise string) {
	t.Helper()
	enters := easier(before, after, noon)
	switch {
	case len(looser) == 0 && enters:
		t.Errorf("nothing is looser, and the change enters now")
	case len(looser) == 0 && otherwise != "":
		t.Errorf("nothing is looser, and %s", otherwise)
	case len(looser) == 0:
		n.tighter++
	default:
		n.looser++
	}
	if enters {
		n.easier++
	}
	if otherwise != "" {
		n.otherwise++
	}
}

func (n *tally) check(t *testing.T) {
	t.Helper()
	if n.tighter < stories() || n.looser < stories() || n.easier < stories()/100 || n.otherwise < stories()/10 {
		t.Errorf("of the changes %d are tighter, %d looser, %d let something in, and of %d something else comes: they are "+
			"all alike", n.tighter, n.looser, n.easier, n.otherwise)
	}
}

// TestTighterPolicyIsNeverEasier : where nothing of a policy is looser after a change, or a new policy opens nothing,
// nothing enters that could not before.
func TestTighterPolicyIsNeverEasier(t *testing.T) {
	var n tally
	always(t, func(t *testing.T, a author, c promotion.Case) {
		c = a.unrest(c)
		for range 8 {
			before, after := c, c
			before.Policies, after.Policies = slices.Clone(c.Policies), slices.Clone(c.Policies)
			at := a.IntN(len(c.Policies) + 1)
			if at == len(c.Policies) {
				a.policy("policy-new")(&after)
				a.rewrite(&after.Policies[at].Spec)
				n.count(t, before, after, loosening.Policy(nil, &after.Policies[at], c.Policies), milder(before, after))
				continue
			}
			a.rewrite(&before.Policies[at].Spec)
			if a.chance(50) { // otherwise all is as it was
				after.Policies[at].Spec = *before.Policies[at].Spec.DeepCopy()
				a.rewrite(&after.Policies[at].Spec)
			}
			n.count(t, before, after, loosening.Policy(&before.Policies[at], &after.Policies[at],
				without(before.Policies, at)), milder(before, after))
		}
		for _, policy := range c.Policies {
			if looser := loosening.Policy(&policy, policy.DeepCopy(), nil); len(looser) > 0 {
				t.Errorf("nothing changes, and it is looser: %v", looser)
			}
		}
	})
	n.check(t)
}

// TestTighterRoleIsNeverEasier : the same of roles, whichever is changed, made or deleted.
func TestTighterRoleIsNeverEasier(t *testing.T) {
	var n tally
	always(t, func(t *testing.T, a author, c promotion.Case) {
		c = a.unrest(c)
		for range 8 {
			before, after := c, c
			before.Roles, after.Roles = slices.Clone(c.Roles), slices.Clone(c.Roles)
			at := 3 + a.IntN(len(c.Roles)-3) // the first are of no policy
			others := without(c.Roles, at)
			if a.chance(10) {
				after.Roles = others
				was := &before.Roles[at]
				n.count(t, before, after, loosening.Role(was, nil, others), more(c, was, nil))
				n.count(t, after, before, loosening.Role(nil, was, others), more(c, nil, was))
				continue
			}
			a.reassign(&before.Roles[at].Spec, approvers(c))
			if a.chance(50) { // otherwise all is as it was
				after.Roles[at].Spec = *before.Roles[at].Spec.DeepCopy()
				a.reassign(&after.Roles[at].Spec, approvers(c))
			}
			was, is := &before.Roles[at], &after.Roles[at]
			n.count(t, before, after, loosening.Role(was, is, others), more(c, was, is))
		}
		for _, role := range c.Roles {
			if looser := loosening.Role(&role, role.DeepCopy(), c.Roles); len(looser) > 0 {
				t.Errorf("nothing changes, and it is looser: %v", looser)
			}
		}
	})
	n.check(t)
}

func without[T any](all []T, at int) []T { return slices.Delete(slices.Clone(all), at, at+1) }

// unrest makes of some stories others: a session, an emergency, a controller at work.
func (a author) unrest(c promotion.Case) promotion.Case {
	holder, deployer := a.person(), c.Change.Deployer
	if a.chance(20) {
		c = tell(c, declared(deployer, 3600), unreviewed(pick(a, -day, day)))
	}
	if a.chance(10) && len(c.Attempts) > 0 {
		c = tell(c, declaredFor(holder.Username))
	}
	if a.chance(10) && len(c.Attempts) > 0 {
		c = tell(c, entered(v1alpha1.EntryRuleApproved), replaced(2*day))
	}
	switch a.IntN(12) {
	case 0, 1:
		c.Change.Operation = v1alpha1.OperationConnect
	case 2:
		c.Change.Deployer = v1alpha1.UserReference{Username: controller}
	case 3:
		c.Change.Object.Group, c.Change.Object.Resource = "", "services"
	case 4:
		c.Change.Object.Group, c.Change.Object.Resource = "", "configmaps"
		c.Change.Users = pick(a, nil, []string{"deployments/checkout"})
	case 5:
		rollout(&c)
	case 6:
		rollout(&c)
		ordering(pick(a, "abort", "canary"))(&c)
	}
	return c
}
