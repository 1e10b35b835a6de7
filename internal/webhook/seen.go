// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/identity"
)

// Uses is told who was seen. It does not keep a review waiting.
type Uses interface {
	Saw(ctx context.Context, username string)
}

// Seen tells who makes a call, and has another handler answer it.
type Seen struct {
	admission.Handler

	Uses Uses
}

// Handle answers one review.
func (s Seen) Handle(ctx context.Context, req admission.Request) admission.Response {
	if !dryRun(req) {
		s.Uses.Saw(ctx, req.UserInfo.Username)
	}
	return s.Handler.Handle(ctx, req)
}

// Tokens sees that tokens are requested for bots, and lets everything through: it must never stand in the way of a
// token. What a bot's token may be is judged by ../../config/policy/bot_tokens.yaml, inside the API server. When the
// operator is down, requests are made unseen.
type Tokens struct {
	Uses  Uses
	Audit *audit.Log
	// IsBot tells a bot's user name.
	IsBot func(ctx context.Context, username string) bool
}

var _ admission.Handler = Tokens{}

// Handle answers one review.
func (t Tokens) Handle(ctx context.Context, req admission.Request) admission.Response {
	account := identity.ServiceAccount(req.Namespace, req.Name)
	if dryRun(req) || !t.IsBot(ctx, account) {
		return admission.Allowed("")
	}
	t.Uses.Saw(ctx, account)
	t.Audit.Record(audit.Event{
		Type: audit.TokenRequested, Actor: actor(userReference(req.UserInfo)), Namespace: req.Namespace,
		Object: audit.Object{Resource: "serviceaccounts/token", Name: req.Name}, Operation: string(req.Operation),
		AdmissionUID: string(req.UID),
	})
	return admission.Allowed("")
}
