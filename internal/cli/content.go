// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/json"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

// contentOf reads the content that a request carries.
func contentOf(change v1alpha1.Change) (map[string]any, error) {
	var content map[string]any
	if err := json.Unmarshal(change.Content.Raw, &content); err != nil {
		return nil, fmt.Errorf("read the content of the request: %w", err)
	}
	return content, nil
}

// identityOf is the object that a request is about.
func identityOf(request v1alpha1.PromotionRequest) workload.Identity {
	c := request.Spec.Change
	return workload.Identity{
		Group: c.Group, Resource: c.Resource, Namespace: request.Namespace, Name: c.Name, GenerateName: c.GenerateName,
	}
}

// verifyDigest refuses a request whose content is not what its digest stands for: what is approved is the digest, so
// what is shown has to be that.
func verifyDigest(request v1alpha1.PromotionRequest) error {
	content, err := contentOf(request.Spec.Change)
	if err != nil {
		return err
	}
	digest, err := workload.Digest(request.Spec.Change.Operation, identityOf(request), content)
	if err != nil {
		return fmt.Errorf("compute the digest of request %s: %w", request.Name, err)
	}
	if digest != request.Spec.Change.Digest {
		return problem{
			fmt.Sprintf("what request %s shows is not what it asks for: the content has digest %s, and the request "+
				"names %s", request.Name, digest, safe(string(request.Spec.Change.Digest))),
			"do not approve it; tell who runs Countersign in this cluster",
		}
	}
	return nil
}
