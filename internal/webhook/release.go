// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/argocd"
	"github.com/countersign-dev/countersign/internal/release"
)

// release that an object says it is part of, with the revision that is being synced; nil where it says nothing. Nothing
// is decided by it, so that what cannot be read is left out.
func (g *Gate) release(ctx context.Context, review review) *v1alpha1.Release {
	of := release.Of(release.Object{
		Kind:        schema.GroupKind{Group: review.req.Kind.Group, Kind: review.req.Kind.Kind},
		Namespace:   review.req.Namespace,
		Name:        review.change.Object.Name,
		Annotations: review.annotations,
	})
	application := release.Application(of)
	if application.Name == "" {
		return of
	}
	found := argocd.NewApplication()
	err := g.Live.Get(ctx, application, found)
	if err == nil {
		of.Revision = argocd.Revision(found.Object)
	} else if client.IgnoreNotFound(err) != nil && !meta.IsNoMatchError(err) {
		logf.FromContext(ctx).Error(err, "Could not read which revision is synced", "application", application)
	}
	return of
}
