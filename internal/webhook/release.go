// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/argocd"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/release"
)

// origin is where a change comes from: what it says itself, and what Argo CD knows of that.
type origin struct {
	// release that it is part of; nil where it says nothing.
	release *v1alpha1.Release
	// application that the release is a sync of, as it is now; nil where it is none, or cannot be read.
	application *unstructured.Unstructured
	// wrote is who wrote it.
	wrote promotion.Authorship
}

// origin of a change that is to be approved. It asks Argo CD.
func (g *Gate) origin(ctx context.Context, review review) origin {
	from := g.claimed(ctx, review)
	if release.Application(from.release).Name == "" {
		return from
	}
	declared := promotion.Authorship{Authors: from.wrote.Authors, Complete: true} // they are no more than further ones
	from.wrote = g.committed(ctx, from).And(g.pending(ctx, review, *from.release)).And(declared)
	return from
}

// claimed is what an object says of its origin: of which release it is, with the revision that is being synced, and who
// wrote it. Nothing is decided by it, so that what cannot be read is left out.
func (g *Gate) claimed(ctx context.Context, review review) origin {
	from := origin{release: release.Of(release.Object{
		Kind:        schema.GroupKind{Group: review.req.Kind.Group, Kind: review.req.Kind.Kind},
		Namespace:   review.req.Namespace,
		Name:        review.change.Object.Name,
		Annotations: review.annotations,
	})}
	declared, err := promotion.Authors(review.annotations)
	if err == nil { // else it is of a record: what is to be approved does not come here (see whyNotOpen)
		from.wrote.Authors = declared
	}
	application := release.Application(from.release)
	if application.Name == "" {
		return from
	}
	found := argocd.NewApplication()
	if err := g.Live.Get(ctx, application, found); err == nil {
		from.application, from.release.Revision = found, argocd.Revision(found.Object)
	} else if client.IgnoreNotFound(err) != nil && !meta.IsNoMatchError(err) {
		logf.FromContext(ctx).Error(err, "Could not read which revision is synced", "application", application)
	}
	return from
}
