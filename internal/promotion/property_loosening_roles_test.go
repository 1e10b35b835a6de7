// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"fmt"
	"iter"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/environment"
	"github.com/countersign-dev/countersign/internal/escalation"
	"github.com/countersign-dev/countersign/internal/grants"
	"github.com/countersign-dev/countersign/internal/promotion"
)

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
		switch a.IntN(12) {
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
		case 6:
			r.Bots = a.bots()
		case 7:
			r.Rules = a.rules()
		default:
			r.Members = append(slices.Clone(r.Members), v1alpha1.Member{Kind: v1alpha1.MemberUser, Name: pick(a, people...)})
		}
	}
}

// bots of a role, with limits: the one of the stories, and another.
func (a author) bots() []v1alpha1.Bot {
	both := []v1alpha1.Bot{{Namespace: "cicd", Name: "checkout-ci"}, {Namespace: "cicd", Name: "other"}}
	for i := range both {
		both[i].MaxTokenSeconds = pick[int32](a, 0, 600, 3600, 7200)
		both[i].Audiences = pick(a, nil, []string{"vault"}, []string{"vault", "api"})
		both[i].Pods = pick(a, "", v1alpha1.BotPodsDeny, v1alpha1.BotPodsAllow)
	}
	return both[:a.IntN(3)]
}

// rules of a role, some of which say less than others.
func (a author) rules() []v1alpha1.Rule {
	var all []v1alpha1.Rule
	for range a.IntN(3) {
		all = append(all, v1alpha1.Rule{
			APIGroups:     pick(a, []string{""}, []string{"apps"}, []string{"", "apps"}),
			Resources:     pick(a, []string{"configmaps"}, []string{"configmaps", "deployments"}),
			Verbs:         pick(a, []v1alpha1.Verb{"get"}, []v1alpha1.Verb{"get", "list"}, []v1alpha1.Verb{"update"}),
			ResourceNames: pick(a, nil, nil, []string{"web"}, []string{"web", "db"}),
		})
	}
	return all
}

// more says what somebody may after a change of a role who might not before; empty where nobody may. A role that is not
// there gives nothing.
func more(c promotion.Case, before, after *v1alpha1.PipelineRole) string {
	had := held(c, before)
	for right := range held(c, after) {
		if !had[right] {
			return right + " is new"
		}
	}
	return ""
}

// held are the rights that the role gives in the namespace of the story, each with who holds it, and what its bots may.
func held(c promotion.Case, role *v1alpha1.PipelineRole) map[string]bool {
	all := map[string]bool{}
	if role == nil {
		return all
	}
	in, err := environment.Matches(c.Environment.Labels, role.Spec.Environments, role.Spec.NamespaceSelector)
	if err != nil || !in {
		return all
	}
	gated := grants.Gated{v1alpha1.GateRouting: {"shop"}, v1alpha1.GateConfiguration: {"shop"}}
	given := func(grants.Grant, string) bool { return true }
	holders := grants.HoldersOf(role, role.Spec.Bots, noon)
	for _, binding := range grants.Bindings(role, holders, []string{"shop"}, gated, given) {
		for _, subject := range binding.Subjects {
			for _, right := range rightsOf(role, binding.RoleRef.Name) {
				all[grants.Describe(subject)+" "+right] = true
			}
		}
	}
	for _, bot := range role.Spec.Bots {
		for right := range mayBe(bot) {
			all[right] = true
		}
	}
	return all
}

// rightsOf what is bound: the capability whole, or the rules one by one.
func rightsOf(role *v1alpha1.PipelineRole, name string) []string {
	if name != grants.RulesName(role.Name) {
		return []string{name}
	}
	var all []string
	for _, right := range escalation.Rights(grants.Role(role, "shop").Rules) {
		all = append(all, fmt.Sprint(right))
		for _, name := range []string{"web", "db"} {
			if right.Name == "" { // the right to all is one to each
				right.Name = name
				all = append(all, fmt.Sprint(right))
				right.Name = ""
			}
		}
	}
	return all
}

// mayBe is what a bot's tokens and Pods may be.
func mayBe(bot v1alpha1.Bot) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, seconds := range []int32{600, 3600, 7200} {
			if seconds <= grants.MaxTokenSeconds(bot) && !yield(fmt.Sprint(bot.Name, " token for ", seconds)) {
				return
			}
		}
		for _, audience := range grants.Audiences(bot, []string{"api"}) {
			if !yield(bot.Name + " token for " + audience) {
				return
			}
		}
		if bot.Pods == v1alpha1.BotPodsAllow {
			yield(bot.Name + " in Pods")
		}
	}
}
