// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"testing"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
)

const stopper = "sam@example.com"

// TestFreeze: one command stops the line for everybody, whatever was approved, and another lets it go on.
func TestFreeze(t *testing.T) {
	s := newShop(t)
	environment := string(s.environment)
	s.letFreeze(t, stopper)
	developer := s.developer(t)
	s.bringIn(t, deploying(developer, s.release("checkout", "v1")))
	request := s.turnedAway(t, deploying(developer, s.release("checkout", "v2")))
	s.approve(t, request, bob)

	sam := s.terminalOf(t, stopper, s.developers)
	sam.countersign(t, "freeze", environment).says(t, 1, "needs a reason")
	sam.countersign(t, "freeze", environment, "--reason", "INC-2291").says(t, 0, "is frozen until somebody unfreezes it")
	t.Cleanup(func() { cleanUp(t, &v1alpha1.Freeze{ObjectMeta: metav1.ObjectMeta{Name: environment}}) })
	sam.countersign(t, "freeze", environment, "--reason", "again").says(t, 1, "frozen already, by "+stopper+": INC-2291")

	s.refusedForGood(t, deploying(developer, s.release("checkout", "v2")), "is frozen by "+stopper, `"INC-2291"`,
		"kubectl countersign unfreeze "+environment)
	goesThrough(t, "what runs keeps running", scaling(developer, s.deployment("checkout"), 2))
	s.policyShows(t, v1alpha1.StateFrozen)
	s.request(t, func(r v1alpha1.PromotionRequest) bool {
		return r.Name == request.Name && state(r) == v1alpha1.ReasonAwaitingApproval
	})
	s.terminalOf(t, alice, s.developers).countersign(t, "unfreeze", environment).says(t, 1, "freezes.countersign.dev")

	sam.countersign(t, "unfreeze", environment).says(t, 0, "is not frozen any more")
	sam.countersign(t, "unfreeze", environment).says(t, 1, "is not frozen")
	s.await(t, request.Name, v1alpha1.ReasonApproved)
	goesThrough(t, "the approval still counts", deploying(developer, s.release("checkout", "v2")))
	s.policyShows(t, v1alpha1.StateOpen)
	for _, kind := range []audit.Type{audit.Frozen, audit.Unfrozen} {
		awaitEvent(t, string(kind), func(e audit.Event) bool {
			return e.Type == kind && e.Actor.Username == stopper && e.Object.Name == environment
		})
	}
}

// TestUnfreezeInTheForeground: a freeze goes also where whoever deletes it waits for what belongs to it, as Argo CD
// does.
func TestUnfreezeInTheForeground(t *testing.T) {
	freeze := &v1alpha1.Freeze{
		ObjectMeta: metav1.ObjectMeta{Name: "foreground"}, Spec: v1alpha1.FreezeSpec{Reason: "INC-2291"},
	}
	create(t, freeze)
	goesThrough(t, "it is deleted", func(ctx context.Context) error {
		return admin(t).Delete(ctx, freeze, client.PropagationPolicy(metav1.DeletePropagationForeground))
	})
	eventually(t, func(ctx context.Context) string {
		if err := admin(t).Get(ctx, client.ObjectKeyFromObject(freeze), &v1alpha1.Freeze{}); !apierrors.IsNotFound(err) {
			return "the freeze to go"
		}
		return ""
	})
}

// TestFreezeEnds: a freeze with an end ends by itself, and leaves nothing behind.
func TestFreezeEnds(t *testing.T) {
	s := newShop(t, openEntry)
	end := metav1.NewTime(time.Now().Add(3 * time.Second))
	freeze := &v1alpha1.Freeze{
		ObjectMeta: metav1.ObjectMeta{Name: string(s.environment)},
		Spec:       v1alpha1.FreezeSpec{Reason: "launch", ExpireTime: &end},
	}
	create(t, freeze)
	s.refusedForGood(t, deploying(s.developer(t), s.deployment("checkout")), "the freeze to end at ")
	eventually(t, func(ctx context.Context) string {
		if err := admin(t).Get(ctx, client.ObjectKeyFromObject(freeze), &v1alpha1.Freeze{}); !apierrors.IsNotFound(err) {
			return "the freeze to go"
		}
		return ""
	})
	goesThrough(t, "it is over", deploying(s.developer(t), s.deployment("checkout")))
	past := metav1.NewTime(time.Now().Add(-time.Second))
	denied(t, admin(t).Create(t.Context(), &v1alpha1.Freeze{
		ObjectMeta: metav1.ObjectMeta{Name: "unheard-of"},
		Spec:       v1alpha1.FreezeSpec{Reason: "too late", ExpireTime: &past},
	}), "spec.expireTime: must be in the future")
}

// TestUnfreezeInBulk: a freeze that goes with others is on record by its own name.
func TestUnfreezeInBulk(t *testing.T) {
	s := newShop(t)
	freeze := &v1alpha1.Freeze{
		ObjectMeta: metav1.ObjectMeta{Name: string(s.environment), Labels: map[string]string{"launch": s.namespace}},
		Spec:       v1alpha1.FreezeSpec{Reason: "launch"},
	}
	create(t, freeze)
	if err := admin(t).DeleteAllOf(t.Context(), &v1alpha1.Freeze{}, client.MatchingLabels(freeze.Labels)); err != nil {
		t.Fatal(err)
	}
	awaitEvent(t, "it is not frozen any more", func(e audit.Event) bool {
		return e.Type == audit.Unfrozen && e.Object.Name == freeze.Name
	})
}

// letFreeze lets somebody freeze the environment, and no other.
func (s shop) letFreeze(t *testing.T, name string) {
	t.Helper()
	ours := []string{v1alpha1.GroupName}
	create(t, &rbacv1.ClusterRole{
		ObjectMeta: metav1.ObjectMeta{Name: s.namespace + "-freezers"},
		Rules: []rbacv1.PolicyRule{
			{
				APIGroups: ours, Resources: []string{"environments"}, ResourceNames: []string{string(s.environment)},
				Verbs: []string{"freeze"},
			},
			{APIGroups: ours, Resources: []string{"freezes"}, Verbs: []string{"create", "get", "delete"}},
		},
	})
	create(t, &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: s.namespace + "-freezers"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: s.namespace + "-freezers"},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: name}},
	})
}

func (s shop) policyShows(t *testing.T, want v1alpha1.OpenState) {
	t.Helper()
	eventually(t, func(ctx context.Context) string {
		var policy v1alpha1.PromotionPolicy
		if err := admin(t).Get(ctx, client.ObjectKey{Name: string(s.environment)}, &policy); err != nil {
			return err.Error()
		}
		if policy.Status.EntryState == nil || policy.Status.EntryState.State != want {
			return "the policy to show " + string(want)
		}
		return ""
	})
}
