// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"fmt"
	"strings"
)

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
