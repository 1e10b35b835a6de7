// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"fmt"
	"strings"
)

// may: RBAC gives somebody the right.
func may(as identity, verb, resource, sub, namespace string) step {
	resource, group, _ := strings.Cut(resource, ".")
	return func(ctx context.Context, s *scene) error {
		review, err := s.say(ctx, as, raw("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
			fmt.Sprintf(`{apiVersion: authorization.k8s.io/v1, kind: SelfSubjectAccessReview, spec: {resourceAttributes:
				{verb: %s, group: "%s", resource: "%s", subresource: "%s", namespace: "%s"}}}`, verb, group, resource, sub,
				namespace)))
		if err != nil {
			return err
		}
		if at(review, "status", "allowed") != "true" {
			return fmt.Errorf("%s may not %s %s", as.called, verb, resource)
		}
		return nil
	}
}

// gated waits until the API server takes the namespace for a part of its environment.
func gated(namespace string) step {
	probe := create(merged(calmPod, `{metadata: {namespace: `+namespace+`, name: null, generateName: probe-}}`))
	return func(ctx context.Context, s *scene) error {
		return eventually(ctx, func(ctx context.Context) string {
			if _, err := s.say(ctx, mallory, probe); err == nil || !strings.Contains(err.Error(), "pods.gate") {
				return fmt.Sprintf("the gate to be asked about namespace %s: %v", s.words["ME"], err)
			}
			return ""
		})
	}
}
