// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// TestCustomKind: whoever makes, changes or deletes an object of a custom kind that a policy gates needs another
// person; tries of the same change, dry-runs among them, are one request; and what came in is seen to be in.
func TestCustomKind(t *testing.T) {
	t.Parallel()
	awaitRollouts(t)
	s := newShop(t, gatingRollouts)
	c, said := warned(t, "admin", "system:masters")
	build := func() client.Object { return s.rollout("checkout") }
	first := s.turnedAway(t, making(c, build))
	if again := s.turnedAway(t, making(c, build)); again.UID != first.UID {
		t.Errorf("a second try is another request: %s, then %s", first.Name, again.Name)
	}
	goesThrough(t, "a dry-run", making(client.NewDryRunClient(c), build))
	if !said.contains("digest " + string(first.Spec.Change.Digest)) {
		t.Errorf("the dry-run has another digest than %s: %s", first.Spec.Change.Digest, said)
	}
	if got := first.Spec.Change.Images; len(got) != 1 || got[0] != image {
		t.Errorf("the request is for images %v, want %s", got, image)
	}
	s.approve(t, first, bob)
	stored := s.rollout("checkout")
	goesThrough(t, "bob approved", func(ctx context.Context) error { return c.Create(ctx, stored) })
	entered := s.await(t, first.Name, v1alpha1.ReasonEntered)
	if got := entered.Status.Entry.ObjectUID; got != string(stored.GetUID()) {
		t.Errorf("the entry is of the object with UID %s, want %s", got, stored.GetUID())
	}
	s.bringIn(t, changing(c, s.rollout("checkout"), running(otherImage)))
	s.awaitEnded(t, first.Name)
	goesThrough(t, "it was there before", changing(c, s.rollout("checkout"), running(image)))
	s.bringIn(t, changing(c, s.rollout("checkout"), func(o *unstructured.Unstructured) {
		o.SetAnnotations(map[string]string{"shop.example.com/skip-analysis": "true"})
	}))
	s.bringIn(t, func(ctx context.Context) error { return client.IgnoreNotFound(c.Delete(ctx, s.rollout("checkout"))) })
	s.turnedAway(t, making(c, build))
}

// TestCustomKindFree: what changes nothing that counts passes unasked.
func TestCustomKindFree(t *testing.T) {
	t.Parallel()
	awaitRollouts(t)
	s := newShop(t, gatingRollouts)
	c, rollout := admin(t), s.rollout("checkout")
	s.bringIn(t, making(c, func() client.Object { return s.rollout("checkout") }))
	before := len(s.requests(t))
	goesThrough(t, "a label and a finalizer", merging(c, rollout, map[string]any{
		"metadata": map[string]any{"labels": map[string]any{"team": "a"}, "finalizers": []string{}},
	}))
	goesThrough(t, "what kubectl keeps for itself", merging(c, rollout, map[string]any{
		"metadata": map[string]any{"annotations": map[string]any{
			"kubectl.kubernetes.io/last-applied-configuration": "{}",
		}},
	}))
	goesThrough(t, "more of them", changing(c, rollout, replicas(5)))
	goesThrough(t, "the rest of the status", patch(c, rollout, "status", `{"status":{"observed":1}}`))
	if after := len(s.requests(t)); after != before {
		t.Errorf("%d requests were opened for what is free", after-before)
	}
}

// TestCustomKindFromZero: scaling is free, but what starts must have entered.
func TestCustomKindFromZero(t *testing.T) {
	t.Parallel()
	awaitRollouts(t)
	s := newShop(t, gatingRollouts)
	c := admin(t)
	s.bringIn(t, making(c, func() client.Object { return s.rollout("checkout") }))
	goesThrough(t, "to zero", scaling(c, s.rollout("checkout"), 0))
	goesThrough(t, "from zero, what has entered", scaling(c, s.rollout("checkout"), 2))
	goesThrough(t, "to zero again", changing(c, s.rollout("checkout"), replicas(0)))
	goesThrough(t, "as an autoscaler does", scaling(autoscaler(t), s.rollout("checkout"), 1))
	old := s.rollout("old")
	replicas(0)(old)
	s.beforehand(t, old)
	request := s.turnedAway(t, scaling(c, s.rollout("old"), 1))
	if again := s.turnedAway(t, changing(c, s.rollout("old"), replicas(1))); again.UID != request.UID {
		t.Errorf("by the spec it waits for %s, want %s", again.Name, request.Name)
	}
	s.approve(t, request, bob)
	goesThrough(t, "bob approved", scaling(c, s.rollout("old"), 1))
	s.await(t, request.Name, v1alpha1.ReasonEntered)
}

// TestOrders: to promote or to abort by status is a change; its controller does both as it must.
func TestOrders(t *testing.T) {
	t.Parallel()
	awaitRollouts(t)
	s := newShop(t, gatingRollouts, func(policy *v1alpha1.PromotionPolicy) {
		trustSolver(policy, string(policy.Spec.Environment)+"-bots", "rollouts.shop.example.com/status")
	})
	s.bringIn(t, making(admin(t), func() client.Object { return s.rollout("checkout") }))
	create(t, accountIn(s.bots, "solver", false))
	grantIn(t, s.namespace, serviceAccountName(s.bots, "solver"), "cluster-admin")
	grantIn(t, s.namespace, alice, "cluster-admin")
	developer, solver := s.developer(t), bot(t, s.bots, "solver")
	promote := patch(developer, s.rollout("checkout"), "status", `{"status":{"promoteFull":true}}`)
	abort := patch(developer, s.rollout("checkout"), "status", `{"status":{"abort":true}}`)
	s.turnedAway(t, abort, "rollouts/checkout (status)", "take this order")
	request := s.turnedAway(t, promote)
	shown := s.terminalOf(t, bob, s.managers).countersign(t, "show", request.Name)
	shown.says(t, 0, "order to rollouts/checkout", "status.promoteFull: true")
	s.approve(t, request, bob)
	goesThrough(t, "bob approved", promote)
	s.await(t, request.Name, v1alpha1.ReasonEntered)
	goesThrough(t, "it is promoted already", promote)
	for reason, status := range map[string]string{
		"it has promoted": `{"status":{"promoteFull":null,"currentStepIndex":3}}`,
		"it aborts":       `{"status":{"abort":true}}`,
	} {
		goesThrough(t, reason, patch(solver, s.rollout("checkout"), "status", status))
	}
	s.refusedForGood(t, changing(solver, s.rollout("checkout"), running(otherImage)),
		"does not trust it with rollouts.shop.example.com")
}

// TestTrustedOwner: a controller that is trusted with what its own objects own writes nothing else.
func TestTrustedOwner(t *testing.T) {
	t.Parallel()
	awaitRollouts(t)
	s := newShop(t, gatingRollouts, func(policy *v1alpha1.PromotionPolicy) {
		trustSolver(policy, string(policy.Spec.Environment)+"-bots", "rollouts.shop.example.com")
		policy.Spec.TrustedControllers[0].Repositories = []string{"registry.example.com/checkout"}
		policy.Spec.TrustedControllers[0].OwnerKinds = []v1alpha1.OwnerKind{{Group: "shop.example.com", Kind: "Canary"}}
	})
	create(t, accountIn(s.bots, "solver", false))
	grantIn(t, s.namespace, serviceAccountName(s.bots, "solver"), "cluster-admin")
	solver := bot(t, s.bots, "solver")
	owned := func(kind string) func() client.Object {
		return func() client.Object {
			rollout := s.rollout("owned")
			rollout.Object["metadata"].(map[string]any)["ownerReferences"] = []any{map[string]any{
				"apiVersion": "shop.example.com/v1", "kind": kind, "name": "x", "uid": "x", "controller": true,
			}}
			return rollout
		}
	}
	s.refusedForGood(t, making(solver, owned("Other")), "that have a Other as their controller")
	s.refusedForGood(t, making(solver, func() client.Object { return s.rollout("free") }), "that have no controller")
	goesThrough(t, "a Canary owns it", making(solver, owned("Canary")))
}

// TestCustomKindNowhere: by reference an object runs what nobody sees in it.
func TestCustomKindNowhere(t *testing.T) {
	t.Parallel()
	awaitRollouts(t)
	s := newShop(t, gatingRollouts)
	s.refusedForGood(t, making(admin(t), func() client.Object {
		rollout := s.rollout("reference")
		rollout.Object["spec"] = map[string]any{"workloadRef": map[string]any{"name": "elsewhere"}}
		return rollout
	}), "nothing at .spec.template")
}

// TestCustomKindUngated: where nobody gates the kind nobody is asked, and requests for it are refused.
func TestCustomKindUngated(t *testing.T) {
	t.Parallel()
	awaitRollouts(t)
	gated, s := newShopNamed(t, "rollouts-gated", gatingRollouts), newShopNamed(t, "rollouts-free")
	c, said := warned(t, "admin", "system:masters")
	gated.turnedAway(t, making(c, func() client.Object { return gated.rollout("checkout") }))
	said.clear()
	goesThrough(t, "nobody gates it", making(c, func() client.Object { return s.rollout("checkout") }))
	goesThrough(t, "nor orders", patch(c, s.rollout("checkout"), "status", `{"status":{"abort":true}}`))
	goesThrough(t, "nor deletion", deleting(c, s.rollout("checkout")))
	if text := said.String(); text != "" {
		t.Errorf("somebody was asked: %s", text)
	}
	for _, event := range events(t) {
		if event.Namespace == s.namespace && event.Object.Resource == "rollouts" {
			t.Errorf("the operator was asked: %v", event)
		}
	}
	request := s.askingFor(t, s.rollout("other"), schema.GroupResource{Group: "shop.example.com", Resource: "rollouts"})
	if err := c.Create(t.Context(), request); !apierrors.HasStatusCause(err, v1alpha1.CauseUngated) {
		t.Errorf("the refusal does not say that no request is needed: %v", err)
	}
}

// TestCustomKindSelected: in a namespace that no policy selects it is free, though its environment is asked about.
func TestCustomKindSelected(t *testing.T) {
	t.Parallel()
	awaitRollouts(t)
	s := newShop(t, gatingRollouts)
	other := s
	other.namespace += "-other"
	s.policyIs(t, func(policy *v1alpha1.PromotionPolicy) {
		policy.Spec.NamespaceSelector = onlyIn(s.namespace)
	})
	namespace(t, other.namespace, string(s.environment))
	goesThrough(t, "no policy selects it", making(admin(t), func() client.Object { return other.rollout("checkout") }))
	awaitEvent(t, "the gate was asked and let it in", func(e audit.Event) bool {
		return e.Namespace == other.namespace && e.Object.Resource == "rollouts" && e.Rule == string(promotion.RuleUngated)
	})
}

// TestCustomKindAsked: who asks first is let in with what they asked for.
func TestCustomKindAsked(t *testing.T) {
	t.Parallel()
	awaitRollouts(t)
	s := newShop(t, gatingRollouts)
	grantIn(t, s.namespace, alice, "cluster-admin")
	grantIn(t, s.namespace, bob, "gated-rollouts")
	file := write(t, "rollout.yaml", `
apiVersion: shop.example.com/v1
kind: Rollout
metadata: {name: checkout}
spec: {template: {spec: {containers: [{name: web, image: "`+image+`", command: [sh]}]}}}
`)
	alices := s.terminalOf(t, alice, s.developers)
	name := alices.countersign(t, "request", "-f", file).says(t, 0, "rollouts/checkout: opened request").request(t)
	s.terminalOf(t, bob, s.managers).countersign(t, "approve", name, "--yes").says(t, 0, "What would be there:",
		"Changes what is executed:", "spec.template.spec.containers[web].command", image)
	alices.kubectl(t, "apply", "-f", file).says(t, 0, "rollout.shop.example.com/checkout created")
	s.await(t, name, v1alpha1.ReasonEntered)
	alices.kubectl(t, "apply", "-f", file).says(t, 0, "rollout.shop.example.com/checkout unchanged")
	older := strings.ReplaceAll(read(t, file), "shop.example.com/v1", "shop.example.com/v1alpha1")
	file = write(t, "older.yaml", strings.ReplaceAll(older, "[sh]", "[bash]"))
	alices.kubectl(t, "apply", "-f", file).says(t, 1, "write apiVersion: shop.example.com/v1")
	alices.countersign(t, "request", "-f", file).says(t, 1, "nothing could enter by this request",
		"write apiVersion: shop.example.com/v1")
}

// letWatch is a ClusterRole that lets the operator watch a custom kind.
func letWatch(name, resource string) *rbacv1.ClusterRole {
	role := &rbacv1.ClusterRole{Rules: []rbacv1.PolicyRule{{
		APIGroups: []string{"shop.example.com"}, Resources: []string{resource}, Verbs: []string{"get", "list", "watch"},
	}}}
	role.Name, role.Labels = name, map[string]string{v1alpha1.GatedKindsLabel: "true"}
	return role
}
