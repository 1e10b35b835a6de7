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
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/grants"
)

// generatedGuard keeps what the operator makes, limits of bots among it.
const generatedGuard = "countersign-generated-rbac"

// apiAudience is what the API server of the tests says that its own tokens are for.
const apiAudience = "https://kubernetes.default.svc.cluster.local"

// bot makes the service account of one, as the operator would for a role.
func (g guarded) bot(t *testing.T, role, namespace, name string, edits ...func(*v1alpha1.Bot)) {
	t.Helper()
	bot := v1alpha1.Bot{Namespace: namespace, Name: name, Owner: "a-team"}
	for _, edit := range edits {
		edit(&bot)
	}
	g.asOperator(t, grants.Account(roleNamed(role), bot, []string{apiAudience}))
}

// unlimitedBot makes the service account of one as an older operator did: it does not say what the limits are.
func (g guarded) unlimitedBot(t *testing.T, role, namespace, name string) {
	t.Helper()
	account := grants.Account(roleNamed(role), v1alpha1.Bot{Namespace: namespace, Name: name, Owner: "a-team"}, nil)
	account.Annotations = map[string]string{grants.OwnerAnnotation: "a-team"}
	g.asOperator(t, account)
}

func (g guarded) asOperator(t *testing.T, account *corev1.ServiceAccount) {
	t.Helper()
	if err := g.operator(t).Create(t.Context(), account); err != nil {
		t.Fatal(err)
	}
}

func roleNamed(name string) *v1alpha1.PipelineRole {
	return &v1alpha1.PipelineRole{ObjectMeta: metav1.ObjectMeta{Name: name, UID: types.UID("uid-of-" + name)}}
}

// awaitBots waits until the API server judges by every service account of a bot: it sees them in their order, so it
// does when it judges by one that was made after them.
func (g guarded) awaitBots(t *testing.T, namespace string) {
	t.Helper()
	g.bot(t, "last", namespace, "last")
	admin := g.admin(t)
	eventually(t, func(ctx context.Context) string {
		err := admin.Create(ctx, tokenSecret(namespace, "last"), client.DryRunAll)
		if err == nil || !strings.Contains(err.Error(), "a bot of PipelineRole last,") {
			return fmt.Sprintf("the API server to judge by the bots: %v", err)
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
	g.goesThroughWithout(t, podTokenGuard,
		creating(admin, podWithToken("bot-pods-free", "unguarded", "ci", 86400, "sts.amazonaws.com")))
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

// endingWith asks for a token that ends with a Pod.
func endingWith(pod *corev1.Pod, n int64) authenticationv1.TokenRequestSpec {
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
