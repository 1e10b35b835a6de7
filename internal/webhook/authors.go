// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/index"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/release"
)

// Authors tells who wrote what a sync of an Application brings.
type Authors interface {
	// Of an Application as it is now: of its commits, and of its own spec. An error says why there may be others; those
	// who are returned are authors all the same.
	Of(ctx context.Context, name types.NamespacedName, application map[string]any) ([]v1alpha1.Author, error)
}

// authorsWithin is how long a denial waits for the authors. What is left of a decision's time is for writing it down.
const authorsWithin = 1500 * time.Millisecond

// wrote is who wrote a change that is to be approved: of a sync whoever wrote its commits, changed its Application, or
// wrote what it was denied before; and who is declared.
func (g *Gate) wrote(ctx context.Context, review review) promotion.Authorship {
	named := declared(review)
	if review.delivery.sync == nil {
		return named
	}
	named.Complete = true // they are no more than further ones
	return g.synced(ctx, review.delivery).And(g.pending(ctx, review)).And(named)
}

// declared are the authors that an object names. Where it names more than there is room for, it is on record without
// them; what is to be approved is not asked for then (see whyNotOpen).
func declared(review review) promotion.Authorship {
	authors, err := promotion.Authors(review.annotations)
	if err != nil {
		authors = nil
	}
	return promotion.Authorship{Authors: authors}
}

// synced is who wrote what is being synced. That nobody can say is no reason to let anything in, nor to leave the
// change without a request: it is not complete then.
func (g *Gate) synced(ctx context.Context, delivery delivery) promotion.Authorship {
	name := release.Application(delivery.release)
	asking, cancel := context.WithTimeout(ctx, authorsWithin)
	defer cancel()
	authors, err := g.Authors.Of(asking, name, delivery.application.Object)
	if err != nil {
		logf.FromContext(ctx).Info("Who wrote what is synced is not known", "application", name,
			"revision", delivery.release.Revision, "reason", err.Error())
	}
	return promotion.Known(authors, err)
}

// pending is who wrote what the release was denied of the object before. The requests come from the cache: between two
// syncs is time for it to learn of one.
func (g *Gate) pending(ctx context.Context, review review) promotion.Authorship {
	var requests v1alpha1.PromotionRequestList
	err := g.Evidence.Cache.List(ctx, &requests, client.InNamespace(review.req.Namespace),
		client.MatchingFields{index.RequestByObject: index.ObjectKey(identify(review.change))})
	if err != nil {
		logf.FromContext(ctx).Error(err, "Could not read what was asked for before", "release", review.delivery.release.Name)
		return promotion.Authorship{}
	}
	return promotion.Pending(requests.Items, *review.delivery.release, review.replaces)
}

// authorship as a request has it; empty where no sync is behind the change, or it may be an edit beside one.
func authorship(delivery delivery, wrote promotion.Authorship) v1alpha1.Authorship {
	switch {
	case delivery.sync == nil || delivery.edit:
		return ""
	case wrote.Complete:
		return v1alpha1.AuthorshipCommits
	}
	return v1alpha1.AuthorshipDeclared
}
