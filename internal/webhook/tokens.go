// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"fmt"
	"slices"
	"strings"

	authenticationv1 "k8s.io/api/authentication/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/grants"
	"github.com/countersign-dev/countersign/internal/identity"
)

// Tokens sees that tokens are requested for bots. Kubelets do not come here, and when the operator is down tokens are
// requested unseen (failurePolicy: Ignore): it must never stand in the way of one.
//
// What a bot's token may be is judged in ../../config/policy/bot_tokens.yaml, inside the API server, by the bot's
// service account. The API server learns of a new account a moment after it is made. For that moment the same is judged
// here, by the role, which was there before.
type Tokens struct {
	Roles client.Reader
	Uses  Uses
	Audit *audit.Log
	// APIAudiences are the API server's own.
	APIAudiences []string
}

var _ admission.Handler = Tokens{}

// Handle answers one review.
func (t Tokens) Handle(ctx context.Context, req admission.Request) admission.Response {
	bot, err := t.bot(ctx, req.Namespace, req.Name)
	if err != nil {
		logf.FromContext(ctx).Error(err, "Could not look up whose token was requested", "namespace", req.Namespace,
			"name", req.Name)
	}
	if bot == nil {
		return admission.Allowed("")
	}
	request, err := decodeAs[authenticationv1.TokenRequest](req.Object.Raw)
	if err != nil {
		return admission.Allowed("").WithWarnings("countersign: could not read the token request")
	}
	why := t.whyTooMuch(request.Spec, *bot)
	if !dryRun(req) {
		t.record(ctx, req, why)
	}
	if why != "" {
		return admission.Denied(why)
	}
	return admission.Allowed("")
}

// bot of that name; nil where there is none.
func (t Tokens) bot(ctx context.Context, namespace, name string) (*v1alpha1.Bot, error) {
	var roles v1alpha1.PipelineRoleList
	if err := t.Roles.List(ctx, &roles, client.UnsafeDisableDeepCopy); err != nil {
		return nil, err
	}
	for i := range roles.Items {
		for j, bot := range roles.Items[i].Spec.Bots {
			if bot.Namespace == namespace && bot.Name == name {
				return &roles.Items[i].Spec.Bots[j], nil
			}
		}
	}
	return nil, nil
}

// whyTooMuch says what of the request the bot's role does not allow; empty where it allows all.
func (t Tokens) whyTooMuch(wanted authenticationv1.TokenRequestSpec, bot v1alpha1.Bot) string {
	longest := grants.MaxTokenSeconds(bot)
	if seconds := wanted.ExpirationSeconds; seconds != nil && *seconds > int64(longest) {
		return fmt.Sprintf("a token of bot %s/%s may live %d s, and %d s were asked for; ask for less, or have "+
			"spec.bots[].maxTokenSeconds of its PipelineRole raised", bot.Namespace, bot.Name, longest, *seconds)
	}
	allowed := grants.Audiences(bot, t.APIAudiences)
	for _, audience := range wanted.Audiences {
		if !slices.Contains(allowed, audience) {
			return fmt.Sprintf("a token of bot %s/%s may be for %s alone; ask for that, or have spec.bots[].audiences of its "+
				"PipelineRole changed", bot.Namespace, bot.Name, strings.Join(allowed, ", "))
		}
	}
	return ""
}

func (t Tokens) record(ctx context.Context, req admission.Request, why string) {
	event := eventOf(req, audit.VerdictAllowed)
	event.Type = audit.TokenRequested
	if why != "" {
		event.Verdict, event.Reasons = audit.VerdictDenied, []string{why}
	} else {
		t.Uses.Saw(ctx, identity.ServiceAccount(req.Namespace, req.Name))
	}
	t.Audit.Record(event)
}
