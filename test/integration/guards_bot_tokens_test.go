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
	"github.com/countersign-dev/countersign/internal/grants"
)

const tokenGuard = "countersign-bot-tokens"

// testBotTokens: a token of a bot lives no longer, and is for nobody else, than its role says. Administrators too get
// no other.
func (g guarded) testBotTokens(t *testing.T) {
	g.tokenBots(t)
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
			"which audiences the API server takes. Name one in audiences of the bot in spec.bots",
		},
		"NothingKnownAndNamed": {
			"nor is it by name", tokenOf(admin, "tokens", "new", audiences("")), tokenGuard, "pipelinerole unseen",
		},
		"OlderBot": {
			"nor of what an older operator made", tokenOf(admin, "tokens", "old", audiences(apiAudience)), tokenGuard,
			"kubectl rollout status deployment/countersign-controller-manager -n countersign-system",
		},
		"OlderBotTooLong": {
			"it has the default limit", tokenOf(admin, "tokens", "old", seconds(3601)), tokenGuard, "3600, and not 3601",
		},
		"TwoInOne": {
			"audiences are told apart", tokenOf(admin, "tokens", "two", audiences("a,b\nc")), tokenGuard, "than a,b, c.",
		},
		"RaiseLimit": {
			"limits are the operator's", patch(admin, accountIn("tokens", "ci", false), "",
				`{"metadata":{"annotations":{"countersign.dev/max-token-seconds":"86400"}}}`), generatedGuard, "",
		},
		"TakeMarkOff": {
			"without it, it would be no bot", patch(admin, accountIn("tokens", "ci", false), "",
				`{"metadata":{"labels":{"app.kubernetes.io/managed-by":null}}}`), generatedGuard, "",
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
		"TwoAudiences":  {"its role says so", tokenOf(admin, "tokens", "two", audiences("c", "a,b")), "", ""},
		"NoBot":         {"others are free", tokenOf(admin, "tokens", "free", seconds(7200)), "", ""},
		"Elsewhere":     {"the name alone is no bot", tokenOf(admin, "tokens-too", "ci", seconds(7200)), "", ""},
		"SystemAccount": {
			"no bot lives there", tokenOf(admin, "kube-system", "namespace-controller", seconds(7200)), "", "",
		},
	})
	t.Run("Kubelets", g.testKubelets)
}

func (g guarded) tokenBots(t *testing.T) {
	t.Helper()
	g.namespace(t, "tokens", "")
	g.namespace(t, "tokens-too", "")
	g.create(t, accountIn("tokens", "free", false), accountIn("tokens-too", "ci", false))
	bot := func(name string, edit func(*v1alpha1.Bot)) { g.bot(t, "pipeline", "tokens", name, edit) }
	bot("ci", func(*v1alpha1.Bot) {})
	bot("brief", func(b *v1alpha1.Bot) { b.MaxTokenSeconds = 600 })
	bot("long", func(b *v1alpha1.Bot) { b.MaxTokenSeconds = 7200 })
	bot("vault", func(b *v1alpha1.Bot) { b.Audiences = []string{"vault.example.com"} })
	bot("two", func(b *v1alpha1.Bot) { b.Audiences = []string{"a,b", "c"} })
	unseen := v1alpha1.Bot{Namespace: "tokens", Name: "new", Owner: "a-team"}
	g.asOperator(t, grants.Account(roleNamed("unseen"), unseen, nil))
	g.unlimitedBot(t, "older", "tokens", "old")
	g.awaitBots(t, "tokens")
}

// testKubelets: a kubelet gets what a Pod on its node runs with. Who only looks like one does not.
func (g guarded) testKubelets(t *testing.T) {
	pod := podAs("tokens", "runner", "brief")
	pod.Spec.NodeName = "node-1"
	pod.Spec.AutomountServiceAccountToken = new(true) // or its node has no business with tokens
	long := podAs("tokens", "long-runner", "long")
	g.create(t, pod, long)
	kubelet := g.as(t, "system:node:node-1", "system:nodes")
	eventually(t, func(ctx context.Context) string {
		if err := tokenOf(kubelet, "tokens", "brief", endingWith(pod, 3607))(ctx); err != nil {
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
	return tokenOf(c, pod.Namespace, pod.Spec.ServiceAccountName, endingWith(pod, n))
}
