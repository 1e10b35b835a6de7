// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"fmt"
	"strings"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// apiAudience is what the API server of the tests says that its own tokens are for.
const apiAudience = "https://kubernetes.default.svc.cluster.local"

// botIn is a bot with a service account that exists.
func (g guarded) botIn(t *testing.T, namespace, name string, edit func(*v1alpha1.Bot)) v1alpha1.Bot {
	t.Helper()
	g.create(t, accountIn(namespace, name, false))
	bot := v1alpha1.Bot{Namespace: namespace, Name: name, Owner: "a-team"}
	if edit != nil {
		edit(&bot)
	}
	return bot
}

// botRole makes a role of bots, and writes its status as the operator would.
func (g guarded) botRole(t *testing.T, name string, audiences []string, bots ...v1alpha1.Bot) {
	t.Helper()
	role := &v1alpha1.PipelineRole{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1alpha1.PipelineRoleSpec{
		Environments: []v1alpha1.EnvironmentName{"green"}, Capabilities: []v1alpha1.Capability{v1alpha1.CapabilityView},
		Bots: bots,
	}}
	g.create(t, role)
	role.Status.TokenAudiences = audiences
	if err := g.operator(t).Status().Update(t.Context(), role); err != nil {
		t.Fatal(err)
	}
}

// awaitRoles waits until the API server judges by every role that was written: it sees them in their order, so it does
// when it judges by one that was made after them.
func (g guarded) awaitRoles(t *testing.T, namespace string) {
	t.Helper()
	last := v1alpha1.Bot{Namespace: namespace, Name: "last", Owner: "nobody"}
	g.botRole(t, "last-of-"+namespace, nil, last)
	admin := g.admin(t)
	eventually(t, func(ctx context.Context) string {
		err := admin.Create(ctx, tokenSecret(namespace, "last"), client.DryRunAll)
		if err == nil || !strings.Contains(err.Error(), "PipelineRole last-of-"+namespace) {
			return fmt.Sprintf("the API server to judge by the roles: %v", err)
		}
		return ""
	})
}

// testBotsUnguarded tries again what the guards for bots stop: without them it goes through, so it was they who did. It
// comes after their own tests.
func (g guarded) testBotsUnguarded(t *testing.T) {
	admin := g.admin(t)
	g.goesThroughWithout(t, tokenGuard, tokenOf(admin, "tokens", "ci", seconds(86400)))
	g.goesThroughWithout(t, secretGuard, creating(admin, tokenSecret("bot-secrets", "ci")))
	g.goesThroughWithout(t, podGuard, creating(admin, podAs("bot-pods", "bad", "ci")))
}

// goesThroughWithout removes a guard for good, and tries again what it stops.
func (g guarded) goesThroughWithout(t *testing.T, policy string, call func(ctx context.Context) error) {
	t.Helper()
	binding := &admissionregistrationv1.ValidatingAdmissionPolicyBinding{ObjectMeta: metav1.ObjectMeta{Name: policy}}
	if err := g.admin(t).Delete(t.Context(), binding); err != nil {
		t.Fatal(err)
	}
	eventually(t, func(ctx context.Context) string {
		if err := call(ctx); err != nil {
			return "the attack to get through: " + err.Error()
		}
		return ""
	})
}

// tokenOf is a call that asks for a token of a service account.
func tokenOf(
	c client.Client, namespace, name string, spec authenticationv1.TokenRequestSpec,
) func(context.Context) error {
	return func(ctx context.Context) error {
		request := &authenticationv1.TokenRequest{Spec: spec}
		return c.SubResource("token").Create(ctx, accountIn(namespace, name, false), request)
	}
}

// seconds asks for a token that lives so long, for whatever the API server takes as its own audience.
func seconds(n int64) authenticationv1.TokenRequestSpec {
	return authenticationv1.TokenRequestSpec{ExpirationSeconds: &n}
}

func audiences(names ...string) authenticationv1.TokenRequestSpec {
	return authenticationv1.TokenRequestSpec{Audiences: names}
}

// boundTo asks for a token that ends with a Pod.
func boundTo(pod *corev1.Pod, n int64) authenticationv1.TokenRequestSpec {
	spec := seconds(n)
	spec.BoundObjectRef = &authenticationv1.BoundObjectReference{
		APIVersion: "v1", Kind: "Pod", Name: pod.Name, UID: pod.UID,
	}
	return spec
}

// podAs is a Pod that runs as a service account.
func podAs(namespace, name, account string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: corev1.PodSpec{
			ServiceAccountName: account, Containers: []corev1.Container{{Name: "main", Image: image}},
		},
	}
}

// tokenSecret is one that the cluster would write a token of a service account into.
func tokenSecret(namespace, account string) *corev1.Secret {
	return &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: namespace, Name: "token-of-" + account,
			Annotations: map[string]string{corev1.ServiceAccountNameKey: account},
		},
		Type: corev1.SecretTypeServiceAccountToken,
	}
}
