// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/conditions"
	"github.com/countersign-dev/countersign/internal/promotion"
)

const (
	// authorsTimeout bounds asking for the authors. Nothing waits for the answer but the gate.
	authorsTimeout = 15 * time.Second
	// What a status has room for.
	maxRequests    = 512
	maxNotAskedFor = 64
	maxNotAsked    = 512 // bytes
)

// ask for all that a sync brings, once. It tells whether the gate can be judged by what came of it.
func (r *ReleaseGateReconciler) ask(
	ctx context.Context, gate *v1alpha1.ReleaseGate, set conditions.Setter, held held,
) bool {
	ctx, cancel := context.WithTimeout(ctx, restTimeout)
	defer cancel()
	held.whole.First.Spec = r.common(ctx, gate, held)
	came, err := r.Asker.ask(ctx, held.application, held.whole, "ReleaseGate "+gate.Name+" holds the sync that brings it")
	switch {
	case err != nil:
		set.NotReady(v1alpha1.ReasonNotAsked, fmt.Sprintf(notAskedYet, err, held.application.GetName()))
		return false
	case len(came.refused) > 0:
		set.Stalled(v1alpha1.ReasonNotAskable, refusedAll(held.release, came.refused))
		return false
	case len(came.requests) > maxRequests:
		set.Stalled(v1alpha1.ReasonNotAskable, refusedAll(held.release, []string{
			fmt.Sprintf("it needs %d requests, and a gate waits for %d at most", len(came.requests), maxRequests),
		}))
		return false
	}
	gate.Status.Release, gate.Status.Requests, gate.Status.NotAskedFor = &held.release, came.requests, short(came.left)
	return true
}

// short is as much as a status has room for.
func short(left []string) []string {
	left = left[:min(len(left), maxNotAskedFor)]
	for i := range left {
		left[i] = conditions.Shorten(left[i], maxNotAsked)
	}
	return left
}

// common is what all requests of the sync say: who asks, and who wrote it.
func (r *ReleaseGateReconciler) common(
	ctx context.Context, gate *v1alpha1.ReleaseGate, held held,
) v1alpha1.PromotionRequestSpec {
	requester, evidence := promotion.Requester(promotion.Case{
		Sync: &held.sync, Change: promotion.Change{Deployer: gate.Spec.OpenedBy},
	})
	wrote := r.authorship(ctx, held)
	spec := v1alpha1.PromotionRequestSpec{
		Release: &held.release, Requester: requester, RequesterEvidence: evidence, Authors: wrote.Authors,
		Authorship: v1alpha1.AuthorshipDeclared,
	}
	if wrote.Complete {
		spec.Authorship = v1alpha1.AuthorshipCommits
	}
	return spec
}

// authorship is who wrote the commits that are synced, and the Application, as the gate of admission
// asks for it. That nobody can say is no reason not to ask: it is not complete then, and takes two approvals.
func (r *ReleaseGateReconciler) authorship(ctx context.Context, held held) promotion.Authorship {
	ctx, cancel := context.WithTimeout(ctx, authorsTimeout)
	defer cancel()
	name := client.ObjectKeyFromObject(held.application)
	authors, err := r.Authors.Of(ctx, name, held.application.Object)
	if err != nil {
		logf.FromContext(ctx).Info("Who wrote what is synced is not known", "application", name,
			"revision", held.release.Revision, "reason", err.Error())
	}
	return promotion.Known(authors, err)
}
