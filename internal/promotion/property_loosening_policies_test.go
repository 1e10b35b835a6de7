// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"slices"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/ledger"
	"github.com/countersign-dev/countersign/internal/promotion"
)

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
		a.gates(),
		func(p *v1alpha1.PromotionPolicySpec) {
			p.Ledger.Mode = pick(a, v1alpha1.LedgerDeny, v1alpha1.LedgerDeny, v1alpha1.LedgerWarn, v1alpha1.LedgerOff, "")
		},
		func(p *v1alpha1.PromotionPolicySpec) {
			p.Ledger.Injected = pick(a, nil, sidecars[:1], sidecars, sidecars[1:])
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

// sidecars that policies list on the ledger of images.
var sidecars = []string{"registry.example.com/mesh@sha256:1", "registry.example.com/log@sha256:2"}

// gates of a policy: some of all types, and of a custom kind with one path or another.
func (a author) gates() func(*v1alpha1.PromotionPolicySpec) {
	custom := v1alpha1.Gate{Type: v1alpha1.GateResource, Name: "rollouts", Resource: v1alpha1.GatedResource{
		Group: "argoproj.io", Resource: "rollouts",
		TemplatePaths: pick(a, nil, []string{".spec.template"}, []string{".spec.other", ".spec.template"}),
		StatusPaths:   pick(a, nil, []string{".status.abort"}, []string{".status.abort", ".status.canary"}),
	}}
	all := []v1alpha1.Gate{
		{Type: v1alpha1.GateWorkloads}, {Type: v1alpha1.GateRouting}, {Type: v1alpha1.GateConfiguration},
		{Type: v1alpha1.GateRules}, custom,
	}
	shuffle(a, all)
	some := all[:a.IntN(len(all)+1)]
	return func(p *v1alpha1.PromotionPolicySpec) { p.Gates = some }
}

// milder says how the ledger of images lets Pods run that it did not; empty where it does not. Both states are judged
// for the namespace of the story.
func milder(before, after promotion.Case) string {
	then := ledger.RuleOf(before.Policies, before.Environment.Labels, false)
	now := ledger.RuleOf(after.Policies, after.Environment.Labels, false)
	modes := []v1alpha1.LedgerMode{v1alpha1.LedgerOff, v1alpha1.LedgerWarn, v1alpha1.LedgerDeny}
	if slices.Index(modes, now.Mode) < slices.Index(modes, then.Mode) {
		return "the ledger is " + string(now.Mode) + " and was " + string(then.Mode)
	}
	for _, image := range sidecars {
		if then.Mode == v1alpha1.LedgerDeny && !slices.Contains(then.Injected, image) && slices.Contains(now.Injected, image) {
			return "the ledger lists " + image
		}
	}
	return ""
}
