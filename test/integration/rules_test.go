// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
)

// The rules are the cluster's, and so these tests run one after another, before all that run at the same time.

// sealed has the rules of the cluster themselves gated until the test ends. It is where requests about them lie.
func sealed(t *testing.T, change ...func(*v1alpha1.PromotionPolicy)) shop {
	t.Helper()
	s := shop{environment: v1alpha1.RulesEnvironment, namespace: operatorNamespace, managers: "rules-approvers"}
	create(t, s.role(s.managers, v1alpha1.CapabilityView, v1alpha1.CapabilityApprove))
	create(t, &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: s.managers},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "countersign-approve-base"},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.GroupKind, Name: s.managers}},
	})
	policy := s.policy()
	policy.Spec.Gates = []v1alpha1.Gate{{Type: v1alpha1.GateRules}}
	for _, edit := range change {
		edit(policy)
	}
	goesThrough(t, "the first installation", creating(admin(t), policy))
	t.Cleanup(func() {
		err := breakGlass(t).Delete(context.WithoutCancel(t.Context()), s.policy())
		if client.IgnoreNotFound(err) != nil {
			t.Errorf("unseal: %v", err)
		}
	})
	s.awaitSealed(t)
	return s
}

func (s shop) awaitSealed(t *testing.T) {
	t.Helper()
	eventually(t, func(context.Context) string {
		policy := latest(t, s.policy())
		if !slices.Contains(policy.Status.GatesInForce, "Rules") ||
			!meta.IsStatusConditionTrue(policy.Status.Conditions, v1alpha1.ConditionReady) {
			return "the rules to be sealed"
		}
		return ""
	})
}

func asksFor(count int32) func(*v1alpha1.PromotionPolicy) {
	return func(policy *v1alpha1.PromotionPolicy) { policy.Spec.Approvals[0].Count = count }
}

// TestRulesLoosened: whoever loosens a policy needs somebody else for it, an administrator too; who tightens one does
// not.
func TestRulesLoosened(t *testing.T) {
	shop := newShop(t)
	rules := sealed(t)
	if count := latest(t, rules.policy()).Status.Namespaces; count != nil {
		t.Errorf("no namespace is in the environment of the rules, and the policy counts %d", *count)
	}
	c := admin(t)
	policy := shop.policy()
	goesThrough(t, "it is tightened", changing(c, policy, asksFor(3)))
	goesThrough(t, "metadata is no rule", changing(c, policy, func(p *v1alpha1.PromotionPolicy) {
		p.Labels = map[string]string{"team": "shop"}
	}))
	loosen := changing(c, policy, asksFor(2))
	request := rules.turnedAway(t, loosen, "promotionpolicies/"+policy.Name+" may not be loosened without approval",
		"approvals[release].count: 3 -> 2", "1 approval from rules-approvers", "asked for by admin")
	if got := request.Spec.Change.Looser; !slices.Equal(got, []string{"approvals[release].count: 3 -> 2"}) {
		t.Errorf("the request says that this is looser: %q", got)
	}
	self := as(t, "admin", rules.managers)
	denied(t, self.Create(t.Context(), decide(request, v1alpha1.DecisionApprove)), "admin asked for the change")
	rules.approve(t, request, bob)
	goesThrough(t, "bob approved", loosen)
	entered := rules.await(t, request.Name, v1alpha1.ReasonEntered)
	if entered.Status.Entry.ObjectUID != string(latest(t, policy).UID) ||
		entered.Status.Admission.Deployer.Username != "admin" {
		t.Errorf("the record of the entry: %+v", entered.Status)
	}

	goesThrough(t, "it is tightened again", changing(c, policy, asksFor(3)))
	again := rules.turnedAway(t, loosen)
	if again.Name == request.Name {
		t.Error("one approval lets the same in twice")
	}
	rules.approve(t, again, bob)
	goesThrough(t, "and again", changing(c, policy, asksFor(4)))
	third := rules.turnedAway(t, loosen, "approvals[release].count: 4 -> 2")
	if third.Name == again.Name {
		t.Error("what was approved is another step")
	}
	rules.await(t, again.Name, v1alpha1.ReasonReplacedChanged)
}

// TestRulesMadeAndDeleted: the first policy of an environment lets something in, and the next one does not. What is
// deleted asks no more.
func TestRulesMadeAndDeleted(t *testing.T) {
	shop := newShop(t)
	rules := sealed(t)
	c := admin(t)
	first := shop.policy()
	first.Name, first.Spec.Environment = first.Name+"-first", shop.environment+"-first"
	make := making(c, func() client.Object { return clone(first) })
	request := rules.turnedAway(t, make, "gates: Workloads added", "nothing entered before")
	rules.approve(t, request, bob)
	goesThrough(t, "bob approved", make)
	rules.await(t, request.Name, v1alpha1.ReasonEntered)

	next := clone(first)
	next.SetName(first.Name + "-next")
	goesThrough(t, "it asks for more", making(c, func() client.Object { return clone(next) }))
	for _, policy := range []client.Object{next, first} {
		request := rules.turnedAway(t, deleting(c, policy), "the policy is deleted")
		denied(t, c.DeleteAllOf(t.Context(), &v1alpha1.PromotionPolicy{}), "may not be loosened")
		rules.approve(t, request, bob)
		goesThrough(t, "bob approved", deleting(c, policy))
		rules.await(t, request.Name, v1alpha1.ReasonEntered)
		awaitEvent(t, "the deletion of "+policy.GetName(), func(e audit.Event) bool {
			return e.Type == audit.RuleChanged && e.Operation == "DELETE" && e.Object.Name == policy.GetName()
		})
	}
}

// TestRulesRoles: nobody gets into a role, or a role into an environment, alone. To take somebody out needs nobody.
func TestRulesRoles(t *testing.T) {
	shop := newShop(t)
	rules := sealed(t)
	c := admin(t)
	managers := shop.managersRole(t)
	add := changing(c, managers, func(r *v1alpha1.PipelineRole) {
		r.Spec.Members = append(r.Spec.Members, v1alpha1.Member{Kind: v1alpha1.MemberUser, Name: "mallory@example.com"})
	})
	rules.turnedAway(t, add, "members: user mallory@example.com added")
	rules.turnedAway(t, changing(c, managers, func(r *v1alpha1.PipelineRole) {
		r.Spec.Environments = append(r.Spec.Environments, "elsewhere")
	}), "environments: elsewhere added")
	made := shop.role(shop.managers+"-2", v1alpha1.CapabilityApprove)
	make := making(c, func() client.Object { return clone(made) })
	rules.turnedAway(t, make, "gives Approve in "+string(shop.environment)+" to group "+made.Name)
	t.Cleanup(func() { cleanUp(t, made) })

	request := rules.turnedAway(t, add)
	rules.approve(t, request, bob)
	goesThrough(t, "bob approved", add)
	rules.await(t, request.Name, v1alpha1.ReasonEntered)
	goesThrough(t, "mallory goes", changing(c, managers, func(r *v1alpha1.PipelineRole) {
		r.Spec.Members = slices.DeleteFunc(r.Spec.Members, func(m v1alpha1.Member) bool {
			return strings.HasPrefix(m.Name, "mallory")
		})
	}))
	developers := shop.role(shop.developers)
	goesThrough(t, "nobody holds it any more", deleting(c, developers))
	rules.turnedAway(t, making(c, func() client.Object {
		return shop.role(shop.developers, v1alpha1.CapabilityView)
	}), "gives View")
}

// TestRulesOfRules: the policy that asks for all this, and who approves by it, are rules like any other. Without it
// nobody is asked.
func TestRulesOfRules(t *testing.T) {
	shop := newShop(t)
	c, probe := admin(t), shop.policy()
	loosen := changing(c, probe, func(p *v1alpha1.PromotionPolicy) { p.Spec.ApprovalTTLSeconds++ })
	goesThrough(t, "not sealed", loosen)
	rules := sealed(t)
	rules.turnedAway(t, loosen)
	rules.turnedAway(t, changing(c, rules.policy(), enforcement(v1alpha1.EnforcementAudit)),
		"enforcement: Enforce -> Audit")
	rules.turnedAway(t, changing(c, rules.managersRole(t), func(r *v1alpha1.PipelineRole) {
		r.Spec.Members = append(r.Spec.Members, v1alpha1.Member{Kind: v1alpha1.MemberUser, Name: "admin"})
	}), "members: user admin added")
	request := rules.turnedAway(t, deleting(c, rules.policy()), "promotionpolicies/countersign may not be loosened")
	rules.approve(t, request, bob)
	goesThrough(t, "bob approved", deleting(c, rules.policy()))
	goesThrough(t, "not sealed any more", loosen)
	eventually(t, func(context.Context) string {
		list := rules.requests(t)
		if len(list) == 0 {
			return "the record of it"
		}
		return ""
	})
}

// TestRulesOfBot: what a bot applies, as a GitOps controller does, needs two people. Another service account cannot
// ask. A dry-run writes nothing.
func TestRulesOfBot(t *testing.T) {
	shop := newShop(t)
	create(t, accountIn(shop.bots, "stranger", false))
	for _, name := range []string{"ci", "stranger"} {
		create(t, &rbacv1.ClusterRoleBinding{
			ObjectMeta: metav1.ObjectMeta{GenerateName: "rules-of-bot-"},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "cluster-admin"},
			Subjects:   []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: shop.bots, Name: name}},
		})
	}
	rules := sealed(t)
	loosen := func(c client.Client) try {
		return changing(c, shop.policy(), func(p *v1alpha1.PromotionPolicy) { p.Spec.ApprovalTTLSeconds = 86500 })
	}
	before := len(rules.requests(t))
	dry, said := warned(t, alice, administrators)
	goesThrough(t, "a dry-run", loosen(client.NewDryRunClient(dry)))
	checkWarnings(t, "a dry-run", said, []string{"would not be loosened", "looser: approvalTTLSeconds: 86400 -> 86500"})
	rules.refusedForGood(t, loosen(bot(t, shop.bots, "stranger")), "neither a person nor a bot", "spec.bots")
	if after := len(rules.requests(t)); after != before {
		t.Errorf("%d requests were opened", after-before)
	}
	request := rules.turnedAway(t, loosen(shop.ci(t)), "two people must stand behind every entry")
	rules.approve(t, request, bob)
	rules.turnedAway(t, loosen(shop.ci(t)), "two people must stand behind every entry")
	rules.approve(t, request, carol)
	goesThrough(t, "bob and carol approved", loosen(shop.ci(t)))
	rules.await(t, request.Name, v1alpha1.ReasonEntered)
}

// TestRulesInEmergency: who may declare an emergency about rules loosens one on their own word, and somebody else
// reviews it. The group that may change the installation needs none, and is on record.
func TestRulesInEmergency(t *testing.T) {
	shop := newShop(t)
	const holder = "rules-commanders"
	commanders := shop.role(holder, v1alpha1.CapabilityView)
	commanders.Spec.Environments = []v1alpha1.EnvironmentName{v1alpha1.RulesEnvironment}
	create(t, commanders)
	rules := sealed(t, func(p *v1alpha1.PromotionPolicy) {
		p.Spec.Emergency = &v1alpha1.EmergencyRule{From: v1alpha1.HolderSource{AnyOf: []v1alpha1.RoleName{holder}}}
	})
	sam := as(t, commander, holder, administrators)
	loosen := changing(sam, shop.policy(), func(p *v1alpha1.PromotionPolicy) { p.Spec.ApprovalTTLSeconds = 86500 })
	request := rules.turnedAway(t, loosen, "kubectl countersign emergency ")
	emergency := &v1alpha1.Emergency{
		ObjectMeta: metav1.ObjectMeta{Namespace: rules.namespace, Name: "rules"},
		Spec:       v1alpha1.EmergencySpec{DurationSeconds: 600, Reason: "INC-2291"},
	}
	goesThrough(t, "sam declares it", creating(sam, emergency))
	t.Cleanup(func() { cleanUp(t, emergency) })
	eventually(t, func(ctx context.Context) string {
		if err := loosen(ctx); err != nil {
			return err.Error()
		}
		return ""
	})
	entered := rules.await(t, request.Name, v1alpha1.ReasonEntered)
	if got := entered.Status.Admission; got.Rule != v1alpha1.EntryRuleEmergency || got.Emergency.Holder != commander {
		t.Errorf("recorded as %+v", got)
	}
	rules.terminalOf(t, bob, rules.managers).countersign(t, "review", request.Name, "-y", "-m", "fine").says(t, 0)

	goesThrough(t, "the glass is broken", changing(breakGlass(t), shop.policy(), func(p *v1alpha1.PromotionPolicy) {
		p.Spec.ApprovalTTLSeconds = 90000
	}))
	awaitEvent(t, "the glass was broken", func(e audit.Event) bool {
		return e.Rule == "BreakGlass" && e.Object.Name == shop.policy().Name && e.Actor.Username == "installer" &&
			slices.Equal(e.Reasons, []string{"approvalTTLSeconds: 86500 -> 90000"})
	})
}

// TestRulesOperatorDown: while the operator is down rules stay as they are. The group that may change the installation
// can delete one.
func TestRulesOperatorDown(t *testing.T) {
	shop := newShop(t)
	rules := sealed(t)
	c, role := admin(t), shop.managersRole(t)
	stopOperator(t)
	for name, attempt := range map[string]try{
		"Loosen": changing(c, shop.policy(), func(p *v1alpha1.PromotionPolicy) { p.Spec.ApprovalTTLSeconds = 86500 }),
		"Delete": deleting(c, shop.policy()),
		"Role":   deleting(c, role),
		"Rules":  deleting(c, rules.policy()),
	} {
		if err := attempt(t.Context()); err == nil || !strings.Contains(err.Error(), "failed calling webhook") &&
			!strings.Contains(err.Error(), "countersign-policies-keep") {
			t.Errorf("%s: want the API server to refuse what it cannot ask about, got: %v", name, err)
		}
	}
	goesThrough(t, "the glass is broken", deleting(breakGlass(t), rules.policy()))
	startOperator(t)
	eventually(t, func(ctx context.Context) string {
		if err := deleting(c, role)(ctx); client.IgnoreNotFound(err) != nil {
			return "rules to be free again: " + err.Error()
		}
		return ""
	})
}
