// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// botOf is a bot and the role that lists it.
type botOf struct {
	role v1alpha1.PipelineRole
	bot  v1alpha1.Bot
}

// String names the service account.
func (b botOf) String() string { return b.bot.Namespace + "/" + b.bot.Name }

// longest that a token of the bot may live.
func (b botOf) longest() time.Duration { return time.Duration(b.bot.MaxTokenSeconds) * time.Second }

// bot finds one by ROLE/BOT, or by ROLE/NAMESPACE/BOT.
func (s session) bot(ctx context.Context, name string) (botOf, error) {
	roleName, botName, two := strings.Cut(name, "/")
	if !two {
		return botOf{}, problem{
			fmt.Sprintf("%q names no bot of a role: that takes ROLE/BOT", name),
			"list the roles: kubectl get pipelineroles",
		}
	}
	var role v1alpha1.PipelineRole
	if err := s.client.Get(ctx, client.ObjectKey{Name: roleName}, &role); err != nil {
		return botOf{}, fmt.Errorf("read PipelineRole %s: %w", roleName, err)
	}
	var found []v1alpha1.Bot
	for _, bot := range role.Spec.Bots {
		if botName == bot.Name || botName == bot.Namespace+"/"+bot.Name {
			found = append(found, bot)
		}
	}
	switch {
	case len(role.Spec.Bots) == 0:
		return botOf{}, problem{"PipelineRole " + roleName + " has no bots", "list the roles: kubectl get pipelineroles"}
	case len(found) != 1:
		return botOf{}, notOneBot(role, botName, len(found))
	}
	return botOf{role, found[0]}, nil
}

// notOneBot lists the bots of a role of which none, or more than one, is called by a name.
func notOneBot(role v1alpha1.PipelineRole, name string, found int) error {
	var b strings.Builder
	many := "no bot"
	if found > 0 {
		many = fmt.Sprintf("%d bots", found)
	}
	fmt.Fprintf(&b, "PipelineRole %s has %s named %q. It has:", role.Name, many, name)
	for _, bot := range role.Spec.Bots {
		fmt.Fprintf(&b, "\n  %s  in namespace %s, owned by %s", bot.Name, bot.Namespace, safe(bot.Owner))
	}
	return problem{b.String(), "name one of them: kubectl countersign token " + role.Name + "/NAMESPACE/BOT"}
}

func (b botOf) tooLong(asked time.Duration) error {
	return problem{
		fmt.Sprintf("a token of %s lives no longer than %s, and not %s: maxTokenSeconds in spec.bots of PipelineRole %s "+
			"is %d", b, b.longest(), asked, b.role.Name, b.bot.MaxTokenSeconds),
		"ask for less: --duration " + b.longest().String(),
	}
}

func (b botOf) notForTheAPI(audiences []string) error {
	return problem{
		fmt.Sprintf("a kubeconfig file with a token of %s for %s would let nobody in: that is not the API server", b,
			safe(strings.Join(audiences, ", "))),
		"have an audience of the API server, by default its issuer (kubectl get --raw " +
			"/.well-known/openid-configuration), put into audiences of the bot: kubectl edit pipelinerole " + b.role.Name,
	}
}

func (b botOf) notMade() error {
	return problem{
		fmt.Sprintf("there is no service account %s yet: Countersign makes it for PipelineRole %s", b, b.role.Name),
		"see what it waits for: kubectl describe pipelinerole " + b.role.Name,
	}
}

// completeBots offers the bots of all roles.
func (a *app) completeBots(cmd *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return a.complete(cmd.Context(), func(ctx context.Context, s session) ([]cobra.Completion, error) {
		var roles v1alpha1.PipelineRoleList
		err := s.client.List(ctx, &roles)
		var names []cobra.Completion
		for _, role := range roles.Items {
			for _, bot := range role.Spec.Bots {
				names = append(names, cobra.CompletionWithDesc(role.Name+"/"+bot.Namespace+"/"+bot.Name, safe(bot.Owner)))
			}
		}
		return names, err
	})
}
