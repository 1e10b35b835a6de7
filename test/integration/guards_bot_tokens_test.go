// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const tokenGuard = "countersign-bot-tokens"

// testBotTokens: a token of a bot lives no longer, and is for nobody else, than its role says. Administrators too get
// no other.
func (g guarded) testBotTokens(t *testing.T) {
	g.tokenRoles(t)
	admin := g.admin(t)
	tryAll(t, map[string]attempt{
		"TooLong": {
			"it would outlive what the role says", tokenOf(admin, "tokens", "ci", seconds(3601)), tokenGuard,
			"bot tokens/ci of PipelineRole pipeline lives no longer than its maxTokenSeconds, 3600, and not 3601 seconds." +
				" Ask for one that does: kubectl countersign token pipeline/ci",
		},
		"TooLongByDefault": {
			"none asked for is the API server's hour", tokenOf(admin, "tokens", "brief", audiences()), tokenGuard, "600",
		},
		"OtherAudience": {
			"it would be good elsewhere", tokenOf(admin, "tokens", "ci", audiences("vault")), tokenGuard,
			"is for no other audience than " + apiAudience,
		},
		"OneOtherAudience": {
			"one wrong of two is wrong", tokenOf(admin, "tokens", "ci", audiences(apiAudience, "vault")), tokenGuard, "",
		},
		"NotForTheAPI": {
			"its role says for what, and not that", tokenOf(admin, "tokens", "vault", audiences()), tokenGuard,
			"than vault.example.com.",
		},
		"NothingKnown": {
			"what is not known is refused", tokenOf(admin, "tokens", "new", audiences()), tokenGuard,
			"kubectl wait --for=condition=Ready pipelinerole/unseen",
		},
		"BothRoles": {
			"every role's limit holds", tokenOf(admin, "tokens", "shared", seconds(601)), tokenGuard, "PipelineRole strict",
		},
		"BreakGlass": {
			"there is another way: the role",
			tokenOf(g.as(t, "admin", administrators, breakGlassGroup), "tokens", "ci", seconds(3601)), tokenGuard, "",
		},

		"JustRight":     {"it may live so long", tokenOf(admin, "tokens", "ci", seconds(3600)), "", ""},
		"Default":       {"none asked for is just right", tokenOf(admin, "tokens", "ci", audiences()), "", ""},
		"Longer":        {"its role says so", tokenOf(admin, "tokens", "long", seconds(7200)), "", ""},
		"RightAudience": {"by name", tokenOf(admin, "tokens", "ci", audiences(apiAudience)), "", ""},
		"ItsAudience":   {"its role says so", tokenOf(admin, "tokens", "vault", audiences("vault.example.com")), "", ""},
		"InBoth":        {"both roles let it", tokenOf(admin, "tokens", "shared", seconds(600)), "", ""},
		"NoBot":         {"others are free", tokenOf(admin, "tokens", "free", seconds(7200)), "", ""},
		"Elsewhere":     {"the name alone is no bot", tokenOf(admin, "tokens-too", "ci", seconds(7200)), "", ""},
		"SystemAccount": {
			"a role cannot stop the cluster's own", tokenOf(admin, "kube-system", "namespace-controller", seconds(7200)), "", "",
		},
	})
	t.Run("Kubelets", g.testKubelets)
}

func (g guarded) tokenRoles(t *testing.T) {
	t.Helper()
	g.namespace(t, "tokens", "")
	g.namespace(t, "tokens-too", "")
	g.create(t, accountIn("tokens", "free", false), accountIn("tokens-too", "ci", false))
	own := []string{apiAudience}
	bot := func(name string, edit func(*v1alpha1.Bot)) v1alpha1.Bot { return g.botIn(t, "tokens", name, edit) }
	g.botRole(t, "pipeline", own,
		bot("ci", nil),
		bot("brief", func(b *v1alpha1.Bot) { b.MaxTokenSeconds = 600 }),
		bot("long", func(b *v1alpha1.Bot) { b.MaxTokenSeconds = 7200 }),
		bot("vault", func(b *v1alpha1.Bot) { b.Audiences = []string{"vault.example.com"} }),
		v1alpha1.Bot{Namespace: "kube-system", Name: "namespace-controller", Owner: "mallory", MaxTokenSeconds: 600})
	g.botRole(t, "unseen", nil, bot("new", nil))
	shared := bot("shared", func(b *v1alpha1.Bot) { b.MaxTokenSeconds = 7200 })
	g.botRole(t, "lenient", own, shared)
	shared.MaxTokenSeconds = 600
	g.botRole(t, "strict", own, shared)
	g.awaitRoles(t, "tokens")
}

// testKubelets: a kubelet gets what a Pod on its node runs with. Who only looks like one does not.
func (g guarded) testKubelets(t *testing.T) {
	pod := podAs("tokens", "runner", "brief")
	pod.Spec.NodeName = "node-1"
	long := podAs("tokens", "long-runner", "long")
	g.create(t, pod, long)
	kubelet := g.as(t, "system:node:node-1", "system:nodes")
	eventually(t, func(ctx context.Context) string {
		if err := tokenOf(kubelet, "tokens", "brief", boundTo(pod, 3607))(ctx); err != nil {
			return "the kubelet to get a token: " + err.Error()
		}
		return ""
	})
	g.grant(t, "token-makers", rbacv1.PolicyRule{
		APIGroups: []string{""}, Resources: []string{"serviceaccounts/token"}, Verbs: []string{"create"},
	})
	poser := g.as(t, "mallory", "token-makers", "system:nodes")
	named := g.as(t, "system:node:mallory", "token-makers")
	admin := g.admin(t)
	tryAll(t, map[string]attempt{
		"OnlyTheGroup": {"no kubelet has such a name", podToken(poser, pod, 3607), tokenGuard, ""},
		"OnlyTheName":  {"a kubelet is in the group", podToken(named, pod, 3607), tokenGuard, ""},
		"ForAYear": {
			"the API server makes a year of it", podToken(admin, long, 3607), tokenGuard, "live for a year",
		},
		"BoundToPod": {"a token may end with a Pod", podToken(admin, long, 3608), "", ""},
	})
}

// podToken asks for a token of what a Pod runs as.
func podToken(c client.Client, pod *corev1.Pod, n int64) func(ctx context.Context) error {
	return tokenOf(c, pod.Namespace, pod.Spec.ServiceAccountName, boundTo(pod, n))
}
