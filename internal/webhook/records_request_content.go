// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/workload"
)

// checkConfiguration recomputes what the request says of the ConfigMaps and Secrets that it refers to.
func (r *Records) checkConfiguration(
	ctx context.Context, request *v1alpha1.PromotionRequest, c promotion.Case,
) error {
	now, err := recorded(ctx, r.Configuration, c, request)
	if err != nil || slices.Equal(now, request.Spec.Change.Configuration) {
		return err
	}
	return refuse("spec.change.configuration: must be what the ConfigMaps and Secrets hold that the content refers to; " +
		"leave it out, it is filled in")
}

// checkResolved refuses to ask for what refers to something that is not there.
func checkResolved(request *v1alpha1.PromotionRequest) error {
	content, err := decode(request.Spec.Change.Content.Raw)
	if err != nil {
		return refuse("spec.change.content: must be an object: %v", err)
	}
	for _, reference := range workload.References(content) {
		if missing := (v1alpha1.Configuration{Kind: reference.Kind, Name: reference.Name}); !reference.Optional &&
			slices.Contains(request.Spec.Change.Configuration, missing) {
			return refuse("it refers to %s %s, which does not exist: nobody can approve what it will hold. Create it first; "+
				"as long as nothing uses it, that needs no approval", reference.Kind, reference.Name)
		}
	}
	return nil
}

// checkContent recomputes what the request says of its content.
func checkContent(request *v1alpha1.PromotionRequest) error {
	change := request.Spec.Change
	resource := schema.GroupResource{Group: change.Group, Resource: change.Resource}
	sessions := change.Operation == v1alpha1.OperationConnect
	if !sessions && !workload.Gated(resource) {
		return refuse("spec.change.resource: %s is not gated, and needs no request", resource)
	}
	if !sessions && !workload.Versioned(resource, change.Version) {
		return refuse("spec.change.version: %s is not what the content of %s is written in", change.Version, resource)
	}
	if size := len(change.Content.Raw); size > v1alpha1.MaxContentBytes {
		return refuse("spec.change.content: must not be larger than %d KiB, has %d", v1alpha1.MaxContentBytes>>10, size>>10)
	}
	content, err := decode(change.Content.Raw)
	if err != nil {
		return refuse("spec.change.content: must be an object: %v", err)
	}
	digest, err := workload.Digest(change.Operation, promotion.ChangeOf(*request).Object, content)
	if err != nil {
		return fmt.Errorf("recompute the digest: %w", err)
	}
	if digest != change.Digest {
		return refuse("spec.change.digest: must be %s, the digest of the content and the object's identity", digest)
	}
	if images := workload.ImagesOf(resource, content); !slices.Equal(images, change.Images) {
		return refuse("spec.change.images: must be %v, the images of the content", images)
	}
	if at := workload.Garbled(content); at != "" && change.Operation != v1alpha1.OperationDelete {
		return refuse("spec.change.content: %s holds U+FFFD, which stands for any bytes that are no text", at)
	}
	return nil
}
