// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
)

const (
	secretGuard = "countersign-bot-secrets"
	secretValue = "hunter2"
)

// testBotSecrets: no Secret holds a token of a bot, since it would never end.
func (g guarded) testBotSecrets(t *testing.T) {
	g.namespace(t, "bot-secrets", "")
	g.namespace(t, "bot-secrets-too", "")
	g.create(t, accountIn("bot-secrets", "free", false), accountIn("bot-secrets-too", "ci", false))
	g.create(t, tokenSecret("bot-secrets", "free"))
	g.grant(t, "secret-writers", rbacv1.PolicyRule{
		APIGroups: []string{""}, Resources: []string{"secrets"}, Verbs: []string{"*"},
	})
	leaving := tokenSecret("bot-secrets", "leaving")
	leaving.Finalizers = []string{"example.com/stay"}
	g.bot(t, "secretive", "bot-secrets", "leaving")
	g.create(t, leaving)
	g.bot(t, "secretive", "bot-secrets", "ci")
	g.unlimitedBot(t, "older", "bot-secrets", "old")
	g.awaitBots(t, "bot-secrets")
	admin, writer := g.admin(t), g.as(t, "writer", "secret-writers")

	named := tokenSecret("bot-secrets", "ci")
	named.StringData = map[string]string{"extra": secretValue}
	plain := tokenSecret("bot-secrets", "ci")
	plain.Name, plain.Type = "plain", corev1.SecretTypeOpaque
	other := tokenSecret("bot-secrets", "free")
	other.Name = "other"
	const turn = `{"metadata":{"annotations":{"kubernetes.io/service-account.name":"ci"}}}`
	tryAll(t, map[string]attempt{
		"Make": {
			"its token would never end", creating(writer, named.DeepCopy()), secretGuard,
			"a bot of PipelineRole secretive, whose tokens are short-lived. Make one when it is needed: " +
				"kubectl countersign token secretive/ci",
		},
		"AdminMakes": {"nor for administrators", creating(admin, named.DeepCopy()), secretGuard, ""},
		"OlderBot":   {"it is one too", creating(admin, tokenSecret("bot-secrets", "old")), secretGuard, ""},
		"Turn": {
			"another's could be turned into it", patch(writer, tokenSecret("bot-secrets", "free"), "", turn), secretGuard, "",
		},
		"KeepInUse": {
			"one from before is not added to", patch(writer, tokenSecret("bot-secrets", "leaving"), "",
				`{"metadata":{"labels":{"a":"b"}}}`), secretGuard, "",
		},

		"NoBot":     {"others are free", creating(writer, other), "", ""},
		"Elsewhere": {"the name alone is no bot", creating(writer, tokenSecret("bot-secrets-too", "ci")), "", ""},
		"OtherType": {"only one type holds tokens", creating(writer, plain), "", ""},
		"System":    {"no bot lives there", creating(admin, tokenSecret("kube-system", "default")), "", ""},
		"BreakGlass": {
			"somebody must be able to", creating(g.as(t, "admin", administrators, breakGlassGroup), renamed(named, "glass")),
			"", "",
		},
	})
	t.Run("LetGo", g.testLeavingSecret)
	t.Run("SaysNoValue", func(t *testing.T) {
		if err := admin.Create(t.Context(), named.DeepCopy()); err == nil || strings.Contains(err.Error(), secretValue) {
			t.Errorf("want a refusal without values, got: %v", err)
		}
	})
}

// testLeavingSecret: a Secret from before a guard can go, also where a finalizer holds it.
func (g guarded) testLeavingSecret(t *testing.T) {
	admin := g.admin(t)
	leaving := func() *corev1.Secret { return tokenSecret("bot-secrets", "leaving") }
	const release = `{"metadata":{"finalizers":null}}`
	if err := admin.Delete(t.Context(), leaving()); err != nil {
		t.Fatal(err)
	}
	if err := patch(admin, leaving(), "", release)(t.Context()); err != nil {
		t.Fatal(err)
	}
	g.awaitGone(t, leaving())
}

func renamed(secret *corev1.Secret, name string) *corev1.Secret {
	secret = secret.DeepCopy()
	secret.Name = name
	return secret
}
