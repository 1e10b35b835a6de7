// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

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

// TestNewBotsToken: not even in the moment in which a bot's account is made does anybody get a token of it that lasts.
func TestNewBotsToken(t *testing.T) {
	namespace(t, "newborn-cicd", "")
	for i := range 10 {
		name := fmt.Sprintf("newborn-%d", i)
		ctx, stop := context.WithCancel(t.Context())
		var group sync.WaitGroup
		for range 4 {
			c := admin(t)
			group.Go(func() { askForLong(ctx, t, c, "newborn-cicd", name) })
		}
		team := newTeam(t, name, withBot(name, "newborn-cicd"))
		team.awaitConditions(t, granted)
		stop()
		group.Wait()
	}
}

// askForLong asks for a token of 30 days, over and over.
func askForLong(ctx context.Context, t *testing.T, c client.Client, namespace, name string) {
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	for ctx.Err() == nil {
		token := &authenticationv1.TokenRequest{
			Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: new(int64(30 * 24 * 3600))},
		}
		if err := c.SubResource("token").Create(ctx, account, token); err == nil {
			t.Errorf("somebody got a token of bot %s for 30 days", name)
		}
	}
}

func lastUse(role *v1alpha1.PipelineRole) *metav1.Time {
	for _, bot := range role.Status.Bots {
		return bot.LastUseTime
	}
	return nil
}
