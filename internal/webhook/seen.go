// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
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
