// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/evidence"
)

// commander may declare emergencies in the shop of newEmergentShop.
const commander = "sam@example.com"

// newEmergentShop is a shop whose incident commanders may declare emergencies.
func newEmergentShop(t *testing.T, change ...func(*v1alpha1.EmergencyRule)) shop {
	t.Helper()
	var role *v1alpha1.PipelineRole
	s := newShop(t, func(policy *v1alpha1.PromotionPolicy) {
		s := shop{environment: policy.Spec.Environment}
		role = s.role(s.commanders(), v1alpha1.CapabilityView, v1alpha1.CapabilityRequest, v1alpha1.CapabilityDeploy)
		create(t, role)
		policy.Spec.Emergency = &v1alpha1.EmergencyRule{
			From: v1alpha1.HolderSource{AnyOf: []v1alpha1.RoleName{v1alpha1.RoleName(role.Name)}},
		}
		for _, edit := range change {
			edit(policy.Spec.Emergency)
		}
	})
	eventually(t, func(ctx context.Context) string {
		if err := admin(t).Get(ctx, client.ObjectKeyFromObject(role), role); err != nil {
			return err.Error()
		}
		if !meta.IsStatusConditionTrue(role.Status.Conditions, v1alpha1.ConditionReady) || role.Status.Namespaces == nil ||
			*role.Status.Namespaces != 1 {
			return "the commanders' role to be ready"
		}
		return ""
	})
	return s
}

func (s shop) commanders() string { return string(s.environment) + "-commanders" }

// TestEmergency: one change gets in on the word of one person who may give it; it is on record, and somebody else
// reviews it.
func TestEmergency(t *testing.T) {
	s := newEmergentShop(t)
	developer := s.developer(t)
	request := s.turnedAway(t, deploying(developer, s.deployment("checkout")), s.commanders()+" can let it in at once",
		"kubectl countersign emergency ")

	s.terminalOf(t, bob, s.managers).countersign(t, "emergency", request.Name, "--reason", "me too").
		says(t, 1, "bob@example.com is no member of "+s.commanders())
	sam := s.terminalOf(t, commander, s.commanders())
	sam.countersign(t, "emergency", request.Name).says(t, 1, "needs a reason")
	sam.countersign(t, "emergency", "--reason", "why").says(t, 1, "name one request, or give --for")
	sam.countersign(t, "emergency", request.Name, "--reason", "INC-2291").says(t, 0, "lets in the change of "+request.Name)
	s.turnedAway(t, deploying(developer, s.deployment("payments")))

	c, said := warned(t, alice, s.developers)
	goesThrough(t, "an emergency covers it", deploying(c, s.deployment("checkout")))
	if !said.contains("EMERGENCY: ") || !said.contains("kubectl countersign review "+request.Name) {
		t.Errorf("alice is told: %s", said)
	}
	entered := s.await(t, request.Name, v1alpha1.ReasonEntered)
	if got := entered.Status.Admission; got.Rule != v1alpha1.EntryRuleEmergency || got.Emergency == nil ||
		got.Emergency.Holder != commander || got.Emergency.Reason != "INC-2291" {
		t.Errorf("recorded as %+v", got)
	}
	s.reviewed(t, request.Name, "False "+v1alpha1.ReasonReviewPending)

	both := s.terminalOf(t, commander, s.commanders(), s.managers)
	both.countersign(t, "review", request.Name, "-y").says(t, 1, commander+" declared the emergency")
	s.terminalOf(t, bob, s.managers).countersign(t, "review", request.Name, "-y", "-m", "reverted in PR 1871").
		says(t, 0)
	s.reviewed(t, request.Name, "True "+v1alpha1.ReasonReviewed)
	if got := s.get(t, request.Name).Status.Review; got.Reviewer != bob || got.Time == nil {
		t.Errorf("reviewed by %+v", got)
	}
	s.terminalOf(t, bob, s.managers).countersign(t, "show", request.Name).
		says(t, 0, "by the emergency that "+commander+` declared: "INC-2291"`, "bob@example.com reviewed it")
	awaitEvent(t, "declared", func(e audit.Event) bool {
		return e.Type == audit.EmergencyDeclared && e.Namespace == s.namespace && e.Actor.Username == commander
	})
	awaitEvent(t, "entered", func(e audit.Event) bool {
		return e.Type == audit.Entry && e.Namespace == s.namespace && e.Rule == "Emergency"
	})
}

// TestEmergencyForAWhile: what the holder changes gets in, frozen or not, until it is ended; what others change does
// not.
func TestEmergencyForAWhile(t *testing.T) {
	s := newEmergentShop(t)
	create(t, &v1alpha1.Freeze{
		ObjectMeta: metav1.ObjectMeta{Name: string(s.environment)}, Spec: v1alpha1.FreezeSpec{Reason: "INC-2291"},
	})
	sam := s.terminalOf(t, commander, s.commanders())
	said := sam.countersign(t, "emergency", "--for", "10m", "--reason", "INC-2291").says(t, 0, "lets in what you change")
	acting := as(t, commander, s.commanders())
	goesThrough(t, "sam's own change", deploying(acting, s.release("checkout", "v1")))
	goesThrough(t, "and the next", deploying(acting, s.release("checkout", "v2")))
	s.turnedAway(t, deploying(s.developer(t), s.release("checkout", "v3")), "is frozen by")
	for _, r := range s.requests(t) {
		if state(r) == v1alpha1.ReasonEntered {
			s.reviewed(t, r.Name, "False "+v1alpha1.ReasonReviewPending)
		}
	}

	name := strings.Fields(said.text)[1]
	if err := acting.Delete(t.Context(), &v1alpha1.Emergency{
		ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: name},
	}); err != nil {
		t.Fatal(err)
	}
	s.turnedAway(t, deploying(acting, s.release("checkout", "v3")), "is frozen by")
	awaitEvent(t, "ended", func(e audit.Event) bool {
		return e.Type == audit.EmergencyEnded && e.Object.Name == name && e.Actor.Username == commander
	})
}

// TestOverdueReview: an emergency that nobody reviews is shown on the policy and, where it says so, lets nothing in.
func TestOverdueReview(t *testing.T) {
	s := newEmergentShop(t, func(rule *v1alpha1.EmergencyRule) { rule.Overdue = v1alpha1.OverdueBlockEntry })
	s.terminalOf(t, commander, s.commanders()).countersign(t, "emergency", "--for", "10m", "--reason", "x").says(t, 0)
	goesThrough(t, "in", deploying(as(t, commander, s.commanders()), s.deployment("checkout")))
	record := s.request(t, inState(v1alpha1.ReasonEntered))
	s.reviewed(t, record.Name, "False "+v1alpha1.ReasonReviewPending)
	s.reviewIsOverdue(t, record.Name)

	s.reviewed(t, record.Name, "False "+v1alpha1.ReasonReviewOverdue)
	s.policyReviewed(t, v1alpha1.ReasonReviewOverdue)
	request := s.turnedAway(t, deploying(s.developer(t), s.deployment("payments")), "the review of emergency entry "+
		record.Name, "kubectl countersign review "+record.Name)
	s.approve(t, request, bob)
	s.refusedForGood(t, deploying(s.developer(t), s.deployment("payments")), "the review of emergency entry")
	s.terminalOf(t, bob, s.managers).countersign(t, "review", record.Name, "-y").says(t, 0)
	s.policyReviewed(t, v1alpha1.ReasonReviewed)
	s.await(t, request.Name, v1alpha1.ReasonApproved)
	goesThrough(t, "approved, and nothing is overdue", deploying(s.developer(t), s.deployment("payments")))
}

// TestManyEmergencies: each open one costs a read of every decision, so there cannot be any number of them.
func TestManyEmergencies(t *testing.T) {
	s := newEmergentShop(t)
	acting := as(t, commander, s.commanders())
	declare := func(ctx context.Context) error {
		return acting.Create(ctx, &v1alpha1.Emergency{
			ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, GenerateName: "emergency-"},
			Spec:       v1alpha1.EmergencySpec{DurationSeconds: 600, Reason: "INC-2291"},
		})
	}
	for range evidence.MaxEmergencies {
		goesThrough(t, "there is room", declare)
	}
	eventually(t, func(ctx context.Context) string {
		if err := declare(ctx); err == nil || !strings.Contains(err.Error(), "end one first: kubectl delete emergency") {
			return fmt.Sprintf("one more to be refused: %v", err)
		}
		return ""
	})
}

// reviewIsOverdue puts the time back by which the review is due, as only the operator can.
func (s shop) reviewIsOverdue(t *testing.T, name string) {
	t.Helper()
	c := operatorItself(t)
	eventually(t, func(ctx context.Context) string {
		request := s.get(t, name)
		request.Status.Review.DueTime = request.Status.Entry.Time
		if err := c.Status().Update(ctx, &request); err != nil {
			return err.Error()
		}
		return ""
	})
}

func (s shop) reviewed(t *testing.T, name, want string) {
	t.Helper()
	s.request(t, func(r v1alpha1.PromotionRequest) bool {
		return r.Name == name && condition(r, v1alpha1.ConditionReviewed) == want
	})
}

func (s shop) policyReviewed(t *testing.T, want string) {
	t.Helper()
	eventually(t, func(ctx context.Context) string {
		var policy v1alpha1.PromotionPolicy
		if err := admin(t).Get(ctx, client.ObjectKey{Name: string(s.environment)}, &policy); err != nil {
			return err.Error()
		}
		if got := meta.FindStatusCondition(policy.Status.Conditions, v1alpha1.ConditionReviewed); got == nil ||
			got.Reason != want {
			return "the policy to say " + want
		}
		return ""
	})
}

// operatorItself acts as the operator's service account.
func operatorItself(t *testing.T) client.Client {
	t.Helper()
	config, err := cluster.ServiceAccount(t.Context(), operatorNamespace, operatorAccount)
	if err != nil {
		t.Fatal(err)
	}
	return clientFor(t, config)
}
