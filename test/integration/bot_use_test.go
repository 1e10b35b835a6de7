// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"strings"
	"testing"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
)

// TestBotUse: a role says when each of its bots was last seen, and the audit trail who requested its tokens.
func TestBotUse(t *testing.T) {
	namespace(t, "use-cicd", "")
	team := newTeam(t, "use", withBot("ci", "use-cicd"))
	team.awaitConditions(t, granted)
	if used := lastUse(team.role); used != nil {
		t.Errorf("nobody has used the bot, and its last use is %v", used)
	}
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: "use-cicd", Name: "ci"}}
	token := &authenticationv1.TokenRequest{}
	if err := admin(t).SubResource("token").Create(t.Context(), account, token); err != nil {
		t.Fatal(err)
	}
	team.awaitRole(t, func(role *v1alpha1.PipelineRole) string {
		if lastUse(role) == nil {
			return "the last use to be recorded"
		}
		return ""
	})
	found := awaitEvent(t, "who requested the token", func(e audit.Event) bool {
		return e.Type == audit.TokenRequested && e.Namespace == "use-cicd" && e.Object.Name == "ci"
	})
	if !strings.Contains(found.Actor.Username, "admin") {
		t.Errorf("the token was requested by %s", found.Actor.Username)
	}
}

func lastUse(role *v1alpha1.PipelineRole) *metav1.Time {
	for _, bot := range role.Status.Bots {
		return bot.LastUseTime
	}
	return nil
}
