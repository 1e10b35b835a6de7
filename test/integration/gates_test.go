// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"slices"
	"strings"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// gatePolicies is the configuration that the operator keeps.
func gatePolicies(
	ctx context.Context, c client.Client,
) (*admissionregistrationv1.ValidatingWebhookConfiguration, error) {
	configuration := &admissionregistrationv1.ValidatingWebhookConfiguration{}
	return configuration, c.Get(ctx, client.ObjectKey{Name: "countersign-gate-policies"}, configuration)
}

// asksAbout tells whether API servers are told to ask about traffic in an environment.
func asksAbout(ctx context.Context, c client.Client, environment v1alpha1.EnvironmentName) (bool, error) {
	configuration, err := gatePolicies(ctx, c)
	if err != nil {
		return false, err
	}
	entries := slices.DeleteFunc(configuration.Webhooks, func(entry admissionregistrationv1.ValidatingWebhook) bool {
		return !strings.HasSuffix(entry.Name, ".routing.countersign.dev")
	})
	for _, entry := range entries {
		if !slices.Contains(entry.NamespaceSelector.MatchExpressions[0].Values, string(environment)) ||
			*entry.FailurePolicy != admissionregistrationv1.Fail {
			return false, nil
		}
	}
	return len(entries) > 0, nil
}

// awaitAsked waits until they are, or no longer are.
func (s shop) awaitAsked(t *testing.T, want bool) {
	t.Helper()
	c := admin(t)
	eventually(t, func(ctx context.Context) string {
		switch asks, err := asksAbout(ctx, c, s.environment); {
		case err != nil:
			return err.Error()
		case asks != want:
			return "what API servers ask about to be as the policy says"
		}
		return ""
	})
}

// TestGateFollowsPolicy: what API servers ask about, and what capability Deploy gives, is what the policy gates.
func TestGateFollowsPolicy(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.awaitAsked(t, false)
	s.awaitRouting(t, false)
	s.policyIs(t, routing)
	s.awaitAsked(t, true)
	s.awaitRouting(t, true)
	s.bringIn(t, making(s.developer(t), func() client.Object { return s.service("checkout") }))
	s.policyIs(t, func(policy *v1alpha1.PromotionPolicy) {
		policy.Spec.Gates = []v1alpha1.Gate{{Type: v1alpha1.GateWorkloads}}
	})
	s.awaitRouting(t, false)
	s.awaitAsked(t, false)
}

// awaitRouting waits until developers are bound to what Deploy gives where traffic is gated, or no longer are.
func (s shop) awaitRouting(t *testing.T, want bool) {
	t.Helper()
	c := admin(t)
	key := client.ObjectKey{Namespace: s.namespace, Name: "countersign:" + s.developers + ":deploy-routing"}
	eventually(t, func(ctx context.Context) string {
		err := c.Get(ctx, key, &rbacv1.RoleBinding{})
		switch {
		case client.IgnoreNotFound(err) != nil:
			return err.Error()
		case apierrors.IsNotFound(err) == want:
			return "the RoleBinding " + key.String() + " to be as the policy says"
		case want && !apierrors.IsForbidden(s.developer(t).Create(ctx, s.service("probe"))):
			return "the API server to know the RoleBinding"
		}
		return ""
	})
}

// TestGateGuarded: nobody but the operator and who breaks the glass changes what API servers ask about, and what they
// change is put back at once. Until then nobody's traffic is gated, so it runs alone.
func TestGateGuarded(t *testing.T) {
	s := newShop(t, routing)
	configuration, err := gatePolicies(t.Context(), admin(t))
	if err != nil {
		t.Fatal(err)
	}
	for reason, attempt := range map[string]try{
		"nobody would be asked": patch(admin(t), configuration, "", `{"webhooks":null}`),
		"it would be gone":      deleting(admin(t), configuration),
		"nobody would watch it": patch(admin(t), configuration, "",
			`{"metadata":{"labels":{"app.kubernetes.io/name":null}}}`),
	} {
		if err := attempt(t.Context()); !apierrors.IsForbidden(err) {
			t.Errorf("%s: %v", reason, err)
		}
	}
	for _, change := range []string{
		`{"webhooks":null}`, `{"metadata":{"labels":{"app.kubernetes.io/name":null}},"webhooks":null}`,
	} {
		goesThrough(t, "somebody must be able to", patch(breakGlass(t), configuration, "", change))
		s.awaitAsked(t, true)
	}
	s.awaitGrants(t)
	if err := manager.Install(t.Context()); err != nil {
		t.Fatalf("install again: %v", err)
	}
	s.turnedAway(t, making(admin(t), func() client.Object { return s.service("checkout") }))
}

// TestTrustedRouting: a controller that a policy trusts with some resources writes these, and no others.
func TestTrustedRouting(t *testing.T) {
	t.Parallel()
	s := newShop(t, routing, func(policy *v1alpha1.PromotionPolicy) {
		trustSolver(policy, string(policy.Spec.Environment)+"-bots", "services", "ingresses")
	})
	create(t, accountIn(s.bots, "solver", false))
	grantIn(t, s.namespace, serviceAccountName(s.bots, "solver"), "cluster-admin")
	solver := bot(t, s.bots, "solver")
	service, ingress := s.service("solver"), s.ingress("solver")
	for _, object := range []client.Object{service, ingress} {
		goesThrough(t, "it is trusted with it", making(solver, func() client.Object { return object }))
	}
	goesThrough(t, "with changes too", changing(solver, ingress, func(o *networkingv1.Ingress) {
		o.Annotations = map[string]string{"a": "b"}
	}))
	goesThrough(t, "and with tidying up", deleting(solver, service))
	s.refusedForGood(t, making(solver, func() client.Object { return s.slice("solver") }),
		"does not trust it with endpointslices")
	untrusted := s.policy()
	untrusted.Name = "untrusted"
	trustSolver(untrusted, s.bots, "services", "pods")
	if err := admin(t).Create(t.Context(), untrusted); err == nil || !apierrors.IsInvalid(err) {
		cleanUp(t, untrusted)
		t.Errorf("a controller may run any image: %v", err)
	}
}

func trustSolver(policy *v1alpha1.PromotionPolicy, namespace string, resources ...string) {
	policy.Spec.TrustedControllers = []v1alpha1.TrustedController{{
		ServiceAccount: v1alpha1.ServiceAccountReference{Namespace: namespace, Name: "solver"}, Resources: resources,
	}}
}

// TestPolicyInForce: a policy says which of its gates are in force.
func TestPolicyInForce(t *testing.T) {
	t.Parallel()
	s := newShop(t, routing)
	want := []string{string(v1alpha1.GateWorkloads), string(v1alpha1.GateRouting)}
	policy := latest(t, &v1alpha1.PromotionPolicy{ObjectMeta: metav1.ObjectMeta{Name: string(s.environment)}})
	if got := policy.Status.GatesInForce; !slices.Equal(got, want) {
		t.Errorf("in force are %v, want %v", got, want)
	}
}
