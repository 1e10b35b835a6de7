// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const podGuard = "countersign-bot-pods"

// testBotPods: in an environment, a Pod runs as a bot only where its role says so.
func (g guarded) testBotPods(t *testing.T) {
	g.namespace(t, "bot-pods", "green")
	g.namespace(t, "bot-pods-free", "")
	g.create(t, accountIn("bot-pods", "free", false))
	allowed := func(b *v1alpha1.Bot) { b.Pods = v1alpha1.BotPodsAllow }
	g.bot(t, "podless", "bot-pods", "ci")
	g.bot(t, "podless", "bot-pods-free", "ci")
	g.bot(t, "podful", "bot-pods", "runner", allowed)
	g.unlimitedBot(t, "older", "bot-pods", "old")
	g.awaitBots(t, "bot-pods")
	admin := g.admin(t)
	tryAll(t, map[string]attempt{
		"AsBot": {
			"it would act with the bot's rights", creating(admin, podAs("bot-pods", "bad", "ci")), podGuard,
			"bot-pods/ci: it is a bot of PipelineRole podless",
		},
		"WayOut": {
			"it says what to change", creating(admin, podAs("bot-pods", "bad", "ci")), podGuard,
			"pods of the bot set to Allow in spec.bots: kubectl edit pipelinerole podless",
		},
		"NothingSaid": {
			"what is not said is refused", creating(admin, podAs("bot-pods", "bad", "old")), podGuard, "PipelineRole older",
		},
		"AllowItself": {
			"the word is the operator's", patch(admin, accountIn("bot-pods", "ci", false), "",
				`{"metadata":{"annotations":{"countersign.dev/pods":"Allow"}}}`), generatedGuard, "",
		},
		"BreakGlass": {
			"there is another way: the role",
			creating(g.as(t, "admin", administrators, breakGlassGroup), podAs("bot-pods", "bad", "ci")), podGuard, "",
		},

		"Allowed":       {"its role says so", creating(admin, podAs("bot-pods", "allowed", "runner")), "", ""},
		"NoBot":         {"others are free", creating(admin, podAs("bot-pods", "free", "free")), "", ""},
		"NoEnvironment": {"only environments are guarded", creating(admin, podAs("bot-pods-free", "free", "ci")), "", ""},
	})
	t.Run("Controller", g.testBotReplicas)
	t.Run("Tokens", g.testBotPodTokens)
}

const podTokenGuard = "countersign-bot-pod-tokens"

// testBotPodTokens: a Pod that may run as a bot gets no other tokens from its kubelet than anybody gets of the bot.
func (g guarded) testBotPodTokens(t *testing.T) {
	admin := g.admin(t)
	with := func(name string, seconds int64, audience string) func(ctx context.Context) error {
		return creating(admin, podWithToken("bot-pods-free", name, "ci", seconds, audience))
	}
	tryAll(t, map[string]attempt{
		"TooLong": {
			"it would outlive the role's limit", with("long", 86400, ""), podTokenGuard,
			"bot bot-pods-free/ci of PipelineRole podless lives no longer than its maxTokenSeconds, 3600",
		},
		"Elsewhere": {
			"it would be a login to something else", with("aws", 3600, "sts.amazonaws.com"), podTokenGuard,
			"is for " + apiAudience + " alone",
		},
		"WithinLimits": {"as the role says", with("fine", 3600, apiAudience), "", ""},
		"NoBot": {
			"others are free",
			creating(admin, podWithToken("bot-pods", "free-token", "free", 86400, "sts.amazonaws.com")), "", "",
		},
	})
}

// podWithToken is a Pod that has its kubelet request a token.
func podWithToken(namespace, name, account string, seconds int64, audience string) *corev1.Pod {
	pod := podAs(namespace, name, account)
	pod.Spec.Volumes = []corev1.Volume{{Name: "token", VolumeSource: corev1.VolumeSource{
		Projected: &corev1.ProjectedVolumeSource{Sources: []corev1.VolumeProjection{{
			ServiceAccountToken: &corev1.ServiceAccountTokenProjection{
				Path: "token", ExpirationSeconds: &seconds, Audience: audience,
			},
		}}},
	}}}
	return pod
}

// testBotReplicas: the ReplicaSet controller is refused too, and says so where people look.
func (g guarded) testBotReplicas(t *testing.T) {
	set := replicasAs("bot-pods", "ci")
	g.create(t, set)
	admin := g.admin(t)
	eventually(t, func(ctx context.Context) string {
		if err := admin.Get(ctx, client.ObjectKeyFromObject(set), set); err != nil {
			return err.Error()
		}
		for _, c := range set.Status.Conditions {
			if c.Type == appsv1.ReplicaSetReplicaFailure && strings.Contains(c.Message, podGuard) {
				return ""
			}
		}
		return "the controller to be refused"
	})
}

func replicasAs(namespace, account string) *appsv1.ReplicaSet {
	labels := map[string]string{"app": "as-" + account}
	return &appsv1.ReplicaSet{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "as-" + account},
		Spec: appsv1.ReplicaSetSpec{
			Replicas: new(int32(1)), Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: podAs(namespace, "", account).Spec,
			},
		},
	}
}
