// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/loosening"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// tally of changes to rules: how many were said to loosen nothing, how many to loosen something, and how many of these
// did so in the story at hand. A property of changes that are all alike says nothing.
type tally struct{ tighter, looser, easier int }

func (n *tally) count(t *testing.T, before, after promotion.Case, looser []string) {
	t.Helper()
	enters := easier(before, after, noon)
	switch {
	case len(looser) == 0 && enters:
		t.Errorf("nothing is looser, and the change enters now")
	case len(looser) == 0:
		n.tighter++
	default:
		n.looser++
	}
	if enters {
		n.easier++
	}
}

func (n *tally) check(t *testing.T) {
	t.Helper()
	if n.tighter < stories() || n.looser < stories() || n.easier < stories()/100 {
		t.Errorf("of the changes %d are tighter, %d looser, and %d let something in: they are all alike", n.tighter, n.looser,
			n.easier)
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
				n.count(t, before, after, loosening.Policy(nil, &after.Policies[at], c.Policies))
				continue
			}
			a.rewrite(&before.Policies[at].Spec)
			if a.chance(50) { // otherwise all is as it was
				after.Policies[at].Spec = *before.Policies[at].Spec.DeepCopy()
				a.rewrite(&after.Policies[at].Spec)
			}
			n.count(t, before, after, loosening.Policy(&before.Policies[at], &after.Policies[at], without(before.Policies, at)))
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
				n.count(t, before, after, loosening.Role(&before.Roles[at], nil, others))
				n.count(t, after, before, loosening.Role(nil, &before.Roles[at], others))
				continue
			}
			a.reassign(&before.Roles[at].Spec, approvers(c))
			if a.chance(50) { // otherwise all is as it was
				after.Roles[at].Spec = *before.Roles[at].Spec.DeepCopy()
				a.reassign(&after.Roles[at].Spec, approvers(c))
			}
			n.count(t, before, after, loosening.Role(&before.Roles[at], &after.Roles[at], others))
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
	switch a.IntN(8) {
	case 0, 1:
		c.Change.Operation = v1alpha1.OperationConnect
	case 2:
		c.Change.Deployer = v1alpha1.UserReference{Username: controller}
	case 3:
		c.Change.Object.Group, c.Change.Object.Resource = "", "services"
	}
	return c
}

// rewrite a policy here and there.
func (a author) rewrite(p *v1alpha1.PromotionPolicySpec) {
	all := a.changes()
	for range a.IntN(3) {
		pick(a, all...)(p)
	}
}

// changes that a policy may undergo, each to one of a few values.
func (a author) changes() []func(*v1alpha1.PromotionPolicySpec) {
	source := v1alpha1.PromotionSource{Environment: "staging", SoakSeconds: pick[int32](a, 0, 60)}
	window := v1alpha1.Window{
		Name: pick(a, "a", "b"), Type: pick(a, v1alpha1.WindowAllow, v1alpha1.WindowDeny),
		Schedule: pick(a, "0 0 * * *", "0 14 * * *"), DurationSeconds: pick[int32](a, 3600, 80000), TimeZone: "UTC",
	}
	registry := pick(a, "registry.example.com", "ghcr.io")
	return slices.Concat(a.changesOfPeople(), []func(*v1alpha1.PromotionPolicySpec){
		func(p *v1alpha1.PromotionPolicySpec) {
			p.Environment = pick[v1alpha1.EnvironmentName](a, "production", "staging")
		},
		func(p *v1alpha1.PromotionPolicySpec) {
			p.NamespaceSelector = pick(a, nil, team("shop"), team("billing"), unreadable)
		},
		func(p *v1alpha1.PromotionPolicySpec) {
			p.Entry = pick(a, v1alpha1.EntryTwoPerson, v1alpha1.EntryTwoPerson, v1alpha1.EntryOpen)
		},
		func(p *v1alpha1.PromotionPolicySpec) {
			p.Enforcement = pick(a, v1alpha1.EnforcementEnforce, v1alpha1.EnforcementWarn, v1alpha1.EnforcementAudit, "")
		},
		func(p *v1alpha1.PromotionPolicySpec) {
			p.Gates = []v1alpha1.Gate{
				{Type: pick(a, v1alpha1.GateWorkloads, v1alpha1.GateRouting)}, {Type: v1alpha1.GateRouting},
			}
		},
		func(p *v1alpha1.PromotionPolicySpec) { p.PromotedFrom = nil },
		from(pick(a, v1alpha1.SourceMatchAll, v1alpha1.SourceMatchAny),
			[]v1alpha1.PromotionSource{source, {Environment: "test"}}[:pick(a, 1, 2)]...),
		func(p *v1alpha1.PromotionPolicySpec) { p.Images.Digests = pick(a, v1alpha1.DigestRequired, "") },
		func(p *v1alpha1.PromotionPolicySpec) { p.Images.Allowed = nil },
		func(p *v1alpha1.PromotionPolicySpec) {
			p.Images.Allowed = []v1alpha1.ImageSource{{
				Registry: registry, Repositories: pick(a, nil, []string{"*"}, []string{"shop/**"}),
			}}
		},
		func(p *v1alpha1.PromotionPolicySpec) { p.TrustedControllers = nil },
		trusts(pick(a, "deployments", "services"), pick(a, "registry.example.com/checkout", "ghcr.io/checkout")),
		sessions(pick(a, v1alpha1.InteractiveAllow, v1alpha1.InteractiveRequireApproval, v1alpha1.InteractiveDeny)),
		func(p *v1alpha1.PromotionPolicySpec) { p.Windows = nil },
		func(p *v1alpha1.PromotionPolicySpec) { p.Windows = append(slices.Clone(p.Windows), window) },
		deletes(pick(a, v1alpha1.DeletionAllow, v1alpha1.DeletionRequireApproval)),
		rollback(pick(a, v1alpha1.RollbackAllowEntered, v1alpha1.RollbackRequireApproval), pick(a, day, 7*day)),
	})
}

// changesOfPeople are those of who is asked, and for how long.
func (a author) changesOfPeople() []func(*v1alpha1.PromotionPolicySpec) {
	rule := pick(a, "rule-0", "rule-1", "rule-2")
	isRule := func(r v1alpha1.ApprovalRule) bool { return r.Name == rule }
	return []func(*v1alpha1.PromotionPolicySpec){
		func(p *v1alpha1.PromotionPolicySpec) {
			p.Approvals = slices.DeleteFunc(slices.Clone(p.Approvals), isRule)
			pick(a, needs, needsAll)(pick[int32](a, 0, 1, 2), rule, a.roles()...)(p)
		},
		func(p *v1alpha1.PromotionPolicySpec) {
			p.Approvals = slices.Clone(p.Approvals)
			for i := range p.Approvals {
				p.Approvals[i].Count = pick(a, p.Approvals[i].Count+1, p.Approvals[i].Count-1)
				p.Approvals[i].From.AnyOf = slices.Concat(p.Approvals[i].From.AnyOf, a.roles())[pick(a, 0, 1):]
			}
		},
		func(p *v1alpha1.PromotionPolicySpec) {
			p.Approvals = slices.DeleteFunc(slices.Clone(p.Approvals), isRule)
		},
		oneMoreOf(a.roles()...),
		func(p *v1alpha1.PromotionPolicySpec) {
			p.Separation.ApproverMustNotBe = []v1alpha1.Party{v1alpha1.PartyRequester, v1alpha1.PartyAuthor}
		},
		separatesDeployer,
		func(p *v1alpha1.PromotionPolicySpec) { p.ApprovalTTLSeconds = pick[int32](a, 60, 3600, 86400) },
		func(p *v1alpha1.PromotionPolicySpec) { p.RequestTTLSeconds = pick[int32](a, 0, 7200, 86400) },
		waits(pick[int32](a, 0, 3600, 86400)),
		func(p *v1alpha1.PromotionPolicySpec) {
			p.WindowOverride = pick(a, nil, &v1alpha1.HolderSource{AnyOf: a.roles()})
		},
		func(p *v1alpha1.PromotionPolicySpec) { p.Emergency = nil },
		declarable(pick(a, v1alpha1.OverdueReport, v1alpha1.OverdueBlockEntry), a.roles()...),
	}
}

// oneMoreOf other people.
func oneMoreOf(roles ...v1alpha1.RoleName) func(*v1alpha1.PromotionPolicySpec) {
	return func(p *v1alpha1.PromotionPolicySpec) {
		p.Approvals = slices.Clone(p.Approvals)
		needs(1, "more", roles...)(p)
	}
}

// approvers in the story, and one who is none.
func approvers(c promotion.Case) []string {
	names := []string{alice}
	for _, attempt := range c.Attempts {
		for _, decision := range attempt.Decisions {
			names = append(names, decision.Spec.Approver.Username)
		}
	}
	return names
}

// reassign a role here and there.
func (a author) reassign(r *v1alpha1.PipelineRoleSpec, people []string) {
	for range a.IntN(4) {
		switch a.IntN(8) {
		case 0:
			r.Environments = []v1alpha1.EnvironmentName{"staging", "production"}[pick(a, 0, 0, 1):][:pick(a, 1, 1)]
		case 1:
			r.NamespaceSelector = pick(a, nil, team("shop"), team("billing"), unreadable)
		case 2:
			r.Capabilities = []v1alpha1.Capability{pick(a, v1alpha1.CapabilityApprove, v1alpha1.CapabilityDeploy)}
		case 3:
			r.ConflictsWith = pick(a, nil, []v1alpha1.RoleName{"role-0"}, []v1alpha1.RoleName{"role-1", "role-2"})
		case 4:
			r.Members = r.Members[:a.IntN(len(r.Members)+1)]
		case 5:
			at := ago(pick(a, -day, day))
			if len(r.Members) > 0 {
				r.Members = slices.Clone(r.Members)
				r.Members[0].ExpireTime = pick(a, nil, &at)
				r.Members[0].StartTime = pick(a, nil, nil, new(metav1.NewTime(at.Add(-2*day))))
			}
		default:
			r.Members = append(slices.Clone(r.Members), v1alpha1.Member{Kind: v1alpha1.MemberUser, Name: pick(a, people...)})
		}
	}
}
