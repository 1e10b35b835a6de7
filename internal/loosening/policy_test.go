// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package loosening_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/loosening"
)

// edit of a policy or a role.
type edit[S any] func(*S)

// aPolicy has something in every field.
func aPolicy(edits ...edit[v1alpha1.PromotionPolicySpec]) *v1alpha1.PromotionPolicy {
	policy := &v1alpha1.PromotionPolicy{ObjectMeta: metav1.ObjectMeta{Name: "production"}}
	policy.Spec = v1alpha1.PromotionPolicySpec{
		Environment: "production", Entry: v1alpha1.EntryTwoPerson, Enforcement: v1alpha1.EnforcementEnforce,
		NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"team": "shop"}},
		Gates: []v1alpha1.Gate{{Type: v1alpha1.GateWorkloads}, {
			Type: v1alpha1.GateResource, Name: "rollouts", Resource: v1alpha1.GatedResource{
				Group: "argoproj.io", Resource: "rollouts", TemplatePaths: []string{".spec.template"},
				StatusPaths: []string{".status.abort"},
			},
		}},
		Approvals: []v1alpha1.ApprovalRule{
			{Name: "release", Count: 1, From: v1alpha1.ApproverSource{AnyOf: []v1alpha1.RoleName{"managers", "leads"}}},
			{Name: "safety", Count: 1, From: v1alpha1.ApproverSource{AllOf: []v1alpha1.RoleName{"security", "on-call"}}},
		},
		Separation: v1alpha1.Separation{ApproverMustNotBe: []v1alpha1.Party{
			v1alpha1.PartyRequester, v1alpha1.PartyAuthor, v1alpha1.PartyDeployer,
		}},
		ApprovalTTLSeconds: 3600, RequestTTLSeconds: 7200, MinimumWaitSeconds: 600,
		PromotedFrom: &v1alpha1.PromotionOrder{Match: v1alpha1.SourceMatchAll, Sources: []v1alpha1.PromotionSource{
			{Environment: "staging", SoakSeconds: 60}, {Environment: "test"},
		}},
		Images: v1alpha1.ImageRules{Digests: v1alpha1.DigestRequired, Allowed: []v1alpha1.ImageSource{
			{Registry: "ghcr.io", Repositories: []string{"shop/*", "team/**"}}, {Registry: "docker.io"},
		}},
		Ledger: v1alpha1.Ledger{Mode: v1alpha1.LedgerDeny, Injected: []string{"sidecar@sha256:1"}},
		TrustedControllers: []v1alpha1.TrustedController{{
			ServiceAccount: v1alpha1.ServiceAccountReference{Namespace: "cert-manager", Name: "cert-manager"},
			Resources:      []string{"pods", "services"}, Repositories: []string{"quay.io/solver"},
			OwnerKinds: []v1alpha1.OwnerKind{{Group: "acme.cert-manager.io", Kind: "Challenge"}},
		}},
		Interactive: v1alpha1.Interactive{Mode: v1alpha1.InteractiveRequireApproval, SessionSeconds: 600},
		Windows: []v1alpha1.Window{
			{Name: "office", Type: v1alpha1.WindowAllow, Schedule: "0 9 * * 1-5", DurationSeconds: 3600, TimeZone: "UTC"},
			{Name: "night", Type: v1alpha1.WindowDeny, Schedule: "0 0 * * *", DurationSeconds: 3600, TimeZone: "UTC"},
		},
		WindowOverride: &v1alpha1.HolderSource{AnyOf: []v1alpha1.RoleName{"leads"}},
		Emergency: &v1alpha1.EmergencyRule{
			From:               v1alpha1.HolderSource{AnyOf: []v1alpha1.RoleName{"commanders"}},
			MaxDurationSeconds: 600, ReviewWithinSeconds: 3600, Overdue: v1alpha1.OverdueBlockEntry,
		},
		Deletion: v1alpha1.Deletion{Mode: v1alpha1.DeletionRequireApproval},
		Rollback: v1alpha1.Rollback{Mode: v1alpha1.RollbackAllowEntered, WithinSeconds: 3600},
	}
	for _, edit := range edits {
		edit(&policy.Spec)
	}
	return policy
}

type (
	policySpec = v1alpha1.PromotionPolicySpec
	policyEdit = edit[policySpec]
)

// TestPolicy : each edit one way is looser, in these words, and the other way is not.
func TestPolicy(t *testing.T) {
	for name, test := range map[string]struct {
		edit policyEdit
		// looser is what the edit loosens, and back what it loosens to take it back; empty where nothing.
		looser, back string
	}{
		"Environment": {func(p *policySpec) { p.Environment = "staging" },
			"environment: production -> staging", "environment: staging -> production"},
		"Selector": {func(p *policySpec) { p.NamespaceSelector = nil },
			"namespaceSelector: selects other namespaces", "namespaceSelector: selects other namespaces"},
		"Open":  {func(p *policySpec) { p.Entry = v1alpha1.EntryOpen }, "entry: TwoPerson -> Open", ""},
		"Warn":  {func(p *policySpec) { p.Enforcement = v1alpha1.EnforcementWarn }, "enforcement: Enforce -> Warn", ""},
		"Audit": {func(p *policySpec) { p.Enforcement = v1alpha1.EnforcementAudit }, "enforcement: Enforce -> Audit", ""},
		"Gate":  {func(p *policySpec) { p.Gates = p.Gates[:1] }, "gates: rollouts removed", ""},
		"Workloads": {func(p *policySpec) { p.Gates = p.Gates[1:] }, "gates: Workloads removed",
			"gates: Workloads added: no other policy gates them in these namespaces, where nothing entered before"},
		"Routing": {func(p *policySpec) {
			p.Gates = append(p.Gates, v1alpha1.Gate{Type: v1alpha1.GateRouting})
		}, "gates: Routing added: capability Deploy gives Services, Ingresses and routes where they are gated",
			"gates: Routing removed"},
		"GateName": {func(p *policySpec) { p.Gates[1].Name = "argo" }, "", ""},
		"StatusPath": {func(p *policySpec) { p.Gates[1].Resource.StatusPaths = nil },
			"gates[rollouts].resource.statusPaths: .status.abort removed", ""},
		"TemplatePath": {func(p *policySpec) {
			p.Gates[1].Resource.TemplatePaths = []string{".spec.template", ".x"}
		}, "gates[rollouts].resource.templatePaths: .x added", ""},
		"TemplatePaths": {func(p *policySpec) { p.Gates[1].Resource.TemplatePaths = nil },
			"gates[rollouts].resource.templatePaths: all removed", ""},
		"Count": {func(p *policySpec) { p.Approvals[0].Count = 2 }, "", "approvals[release].count: 2 -> 1"},
		"Rule": {func(p *policySpec) { p.Approvals = p.Approvals[:1] },
			"approvals[safety]: removed",
			"approvals[safety]: added, of other people: a change that a bot asks for needed two approvals by the same"},
		"Approver": {func(p *policySpec) { p.Approvals[0].From.AnyOf = []v1alpha1.RoleName{"leads"} },
			"", "approvals[release].from.anyOf: managers added"},
		"AllOf": {func(p *policySpec) { p.Approvals[1].From.AllOf = p.Approvals[1].From.AllOf[:1] },
			"approvals[safety].from.allOf: on-call removed", ""},
		"AllToAny": {func(p *policySpec) {
			p.Approvals[1].From = v1alpha1.ApproverSource{AnyOf: p.Approvals[1].From.AllOf}
		}, "approvals[safety].from: all of several roles -> any of some", ""},
		"Deployer": {func(p *policySpec) {
			p.Separation.ApproverMustNotBe = p.Separation.ApproverMustNotBe[:2]
		}, "separation.approverMustNotBe: Deployer removed", ""},
		"TTL":        {func(p *policySpec) { p.ApprovalTTLSeconds = 7200 }, "approvalTTLSeconds: 3600 -> 7200", ""},
		"RequestTTL": {func(p *policySpec) { p.RequestTTLSeconds = 0 }, "requestTTLSeconds: 7200 -> 0", ""},
		"Wait":       {func(p *policySpec) { p.MinimumWaitSeconds = 0 }, "minimumWaitSeconds: 600 -> 0", ""},
		"NoOrder":    {func(p *policySpec) { p.PromotedFrom = nil }, "promotedFrom: removed", ""},
		"AnySource": {func(p *policySpec) { p.PromotedFrom.Match = v1alpha1.SourceMatchAny },
			"promotedFrom: staging is enough; promotedFrom: test is enough", ""},
		"Source": {func(p *policySpec) { p.PromotedFrom.Sources = p.PromotedFrom.Sources[1:] },
			"promotedFrom.sources[staging]: removed, or less of it", ""},
		"Soak": {func(p *policySpec) { p.PromotedFrom.Sources[0].SoakSeconds = 59 },
			"promotedFrom.sources[staging]: removed, or less of it", ""},
		"Digests":   {func(p *policySpec) { p.Images.Digests = "" }, "images.digests: Required no more", ""},
		"AllImages": {func(p *policySpec) { p.Images.Allowed = nil }, "images.allowed: removed, so that all are", ""},
		"Repository": {func(p *policySpec) {
			p.Images.Allowed[0].Repositories = []string{"shop/checkout", "team/a", "team/*", "team/b/**"}
		}, "", "images.allowed: ghcr.io/shop/* added; images.allowed: ghcr.io/team/** added"},
		"Registry": {func(p *policySpec) { p.Images.Allowed[0].Repositories = nil },
			"images.allowed: ghcr.io/** added", ""},
		"Ledger": {func(p *policySpec) { p.Ledger.Mode = v1alpha1.LedgerOff }, "ledger.mode: Deny -> Off", ""},
		"Injected": {func(p *policySpec) { p.Ledger.Injected = append(p.Ledger.Injected, "sidecar@sha256:2") },
			"ledger.injected: sidecar@sha256:2 added", ""},
		"Trusted": {func(p *policySpec) { p.TrustedControllers = nil },
			"", "trustedControllers: cert-manager/cert-manager added, or trusted with more"},
		"Owners": {func(p *policySpec) { p.TrustedControllers[0].OwnerKinds = nil },
			"trustedControllers: cert-manager/cert-manager added, or trusted with more", ""},
		"Trusts": {func(p *policySpec) { p.TrustedControllers[0].Resources = []string{"pods"} },
			"", "trustedControllers: cert-manager/cert-manager added, or trusted with more"},
		"Sessions": {func(p *policySpec) { p.Interactive.Mode = v1alpha1.InteractiveAllow },
			"interactive.mode: RequireApproval -> Allow", ""},
		"Deny": {func(p *policySpec) { p.Interactive.Mode = v1alpha1.InteractiveDeny },
			"", "interactive.mode: Deny -> RequireApproval"},
		"Session": {func(p *policySpec) { p.Interactive.SessionSeconds = 900 },
			"interactive.sessionSeconds: 600 -> 900", ""},
		"Always": {func(p *policySpec) { p.Windows = p.Windows[1:] }, "windows: none has to be open any more", ""},
		"Night": {func(p *policySpec) { p.Windows = p.Windows[:1] },
			"windows[night]: closes no more, or at other times", ""},
		"Hours": {func(p *policySpec) { p.Windows[0].DurationSeconds = 60 },
			"windows[office]: opens at other times", "windows[office]: opens at other times"},
		"Called":   {func(p *policySpec) { p.Windows[0].Name = "day" }, "", ""},
		"Override": {func(p *policySpec) { p.WindowOverride = nil }, "", "windowOverride.anyOf: leads added"},
		"NoEmergency": {func(p *policySpec) { p.Emergency = nil },
			"emergency.overdue: BlockEntry no more", "emergency: added"},
		"Holders": {func(p *policySpec) {
			p.Emergency.From.AnyOf = []v1alpha1.RoleName{"commanders", "all"}
		}, "emergency.from.anyOf: all added", ""},
		"Longer": {func(p *policySpec) { p.Emergency.MaxDurationSeconds = 900 },
			"emergency.maxDurationSeconds: 600 -> 900", ""},
		"Review": {func(p *policySpec) { p.Emergency.ReviewWithinSeconds = 7200 },
			"emergency.reviewWithinSeconds: 3600 -> 7200", ""},
		"Overdue": {func(p *policySpec) { p.Emergency.Overdue = v1alpha1.OverdueReport },
			"emergency.overdue: BlockEntry no more", ""},
		"Deletion": {func(p *policySpec) { p.Deletion.Mode = v1alpha1.DeletionAllow },
			"deletion.mode: RequireApproval -> Allow", ""},
		"Return": {func(p *policySpec) { p.Rollback.Mode = v1alpha1.RollbackRequireApproval },
			"", "rollback.mode: RequireApproval -> AllowEntered"},
		"Within": {func(p *policySpec) { p.Rollback.WithinSeconds = 7200 }, "rollback.withinSeconds: 3600 -> 7200", ""},
	} {
		if diff := cmp.Diff(test.looser, joined(loosening.Policy(aPolicy(), aPolicy(test.edit), nil))); diff != "" {
			t.Errorf("%s: -want, +got:\n%s", name, diff)
		}
		if diff := cmp.Diff(test.back, joined(loosening.Policy(aPolicy(test.edit), aPolicy(), nil))); diff != "" {
			t.Errorf("%s, taken back: -want, +got:\n%s", name, diff)
		}
		if looser := loosening.Policy(aPolicy(test.edit), aPolicy(test.edit), nil); len(looser) > 0 {
			t.Errorf("%s, kept: loosens %q", name, looser)
		}
	}
	if looser := loosening.Policy(nil, nil, nil); len(looser) > 0 {
		t.Errorf("there is no policy, and it loosens %q", looser)
	}
}

func joined(looser []string) string {
	text := ""
	for i, each := range looser {
		if i > 0 {
			text += "; "
		}
		text += each
	}
	return text
}

// TestPolicyMade : a new policy opens what nobody else gates in the same namespaces.
func TestPolicyMade(t *testing.T) {
	const opens = "gates: Workloads added: no other policy gates them in these namespaces, where nothing entered before"
	other := func(edits ...policyEdit) *v1alpha1.PromotionPolicy {
		policy := aPolicy(edits...)
		policy.Name = "other"
		return policy
	}
	everywhere := func(p *policySpec) { p.NamespaceSelector = &metav1.LabelSelector{} }
	going := other()
	going.DeletionTimestamp = &metav1.Time{Time: time.Unix(1, 0)}
	for name, test := range map[string]struct {
		reason string
		others []v1alpha1.PromotionPolicy
		want   string
	}{
		"First":      {"nothing entered there", nil, opens},
		"Itself":     {"it is being made", []v1alpha1.PromotionPolicy{*aPolicy()}, opens},
		"Same":       {"another is for the same namespaces", []v1alpha1.PromotionPolicy{*other()}, ""},
		"Everywhere": {"another is for all", []v1alpha1.PromotionPolicy{*other(everywhere)}, ""},
		"Elsewhere": {"another is for others", []v1alpha1.PromotionPolicy{*other(func(p *policySpec) {
			p.NamespaceSelector.MatchLabels["team"] = "billing"
		})}, opens},
		"OtherEnvironment": {"another is for staging", []v1alpha1.PromotionPolicy{*other(func(p *policySpec) {
			p.Environment = "staging"
		})}, opens},
		"Going": {"another will be gone", []v1alpha1.PromotionPolicy{*going}, opens},
		"Routing": {"another gates other things", []v1alpha1.PromotionPolicy{*other(func(p *policySpec) {
			p.Gates = []v1alpha1.Gate{{Type: v1alpha1.GateRouting}}
		})}, opens},
	} {
		if diff := cmp.Diff(test.want, joined(loosening.Policy(nil, aPolicy(), test.others))); diff != "" {
			t.Errorf("%s: %s: -want, +got:\n%s", name, test.reason, diff)
		}
	}
	rules := aPolicy(func(p *policySpec) { p.Gates = []v1alpha1.Gate{{Type: v1alpha1.GateRules}} })
	if looser := loosening.Policy(nil, rules, nil); len(looser) > 0 {
		t.Errorf("to gate the rules loosens %q", looser)
	}
	if looser := joined(loosening.Policy(rules, nil, nil)); looser == "" {
		t.Error("to delete a policy loosens nothing")
	}
}
