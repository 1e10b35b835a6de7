// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const botHelp = `Print a short-lived token of a bot, or write a kubeconfig file with one.

The token is asked for as you: that takes the right to create serviceaccounts/token in the namespace of the bot. It is
all that goes to stdout; for whom it is, and until when it lives, goes to stderr.

Where the role has bots of that name in several namespaces, say ROLE/NAMESPACE/BOT.`

const botExample = `  # A token that lives as long as the role lets it
  TOKEN=$(kubectl countersign token checkout-ci/checkout-ci)

  # A kubeconfig file for a pipeline, for a quarter of an hour
  kubectl countersign token checkout-ci/checkout-ci --duration 15m --write-kubeconfig ci.kubeconfig`

// tokenOptions say what token is wanted, and where it goes.
type tokenOptions struct {
	duration  time.Duration
	audiences []string
	file      string
	force     bool
}

func newToken(a *app) *cobra.Command {
	var options tokenOptions
	cmd := &cobra.Command{
		Use:               "token ROLE/BOT",
		Short:             "Print a short-lived token of a bot, or write a kubeconfig file with one",
		Long:              botHelp,
		Example:           botExample,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: a.completeBots,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.token(cmd.Context(), args[0], options)
		},
	}
	flags := cmd.Flags()
	flags.DurationVar(&options.duration, "duration", 0, "how long it lives (default: maxTokenSeconds of the bot)")
	flags.StringArrayVar(&options.audiences, "audience", nil,
		"what it is for; may be given again (default: audiences of the bot, or the API server)")
	flags.StringVar(&options.file, "write-kubeconfig", "", "write a kubeconfig `file` with it, and print no token")
	flags.BoolVar(&options.force, "force", false, "with --write-kubeconfig: replace the file if there is one")
	return cmd
}

func (a *app) token(ctx context.Context, name string, options tokenOptions) error {
	s, err := a.here()
	if err != nil {
		return err
	}
	bot, err := s.bot(ctx, name)
	if err != nil {
		return err
	}
	spec, err := bot.request(options)
	if err != nil {
		return err
	}
	if options.file != "" {
		return a.writeToken(ctx, s, bot, spec, options)
	}
	issued, err := s.ask(ctx, bot, spec)
	if err != nil {
		return err
	}
	if err := a.print(issued.Status.Token + "\n"); err != nil {
		return err
	}
	return a.note("This is a token of " + a.lifeOf(bot, issued))
}

// request is what is asked for by the options and, where they are silent, by the role.
func (b botOf) request(options tokenOptions) (authenticationv1.TokenRequestSpec, error) {
	longest := b.longest()
	if options.duration > longest {
		return authenticationv1.TokenRequestSpec{}, b.tooLong(options.duration)
	}
	if options.duration != 0 {
		longest = options.duration
	}
	audiences := options.audiences
	if len(audiences) == 0 {
		audiences = b.bot.Audiences
	}
	spec := authenticationv1.TokenRequestSpec{
		Audiences: audiences, ExpirationSeconds: new(int64(longest / time.Second)),
	}
	return spec, nil
}

// ask the API server for a token. What it answers is a secret.
func (s session) ask(
	ctx context.Context, b botOf, spec authenticationv1.TokenRequestSpec,
) (*authenticationv1.TokenRequest, error) {
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: b.bot.Namespace, Name: b.bot.Name}}
	request := &authenticationv1.TokenRequest{Spec: spec}
	err := s.client.SubResource("token").Create(ctx, account, request)
	switch {
	case apierrors.IsNotFound(err):
		return nil, b.notMade()
	case err != nil:
		return nil, fmt.Errorf("ask for a token of %s: %w", b, err)
	}
	return request, nil
}
