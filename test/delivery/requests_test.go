// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build delivery

package delivery

import (
	"testing"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// approve lets people approve with the plugin: a request, or what --release names.
func (e environment) approve(t *testing.T, what []string, people ...string) {
	t.Helper()
	for _, name := range people {
		e.person(t, name, e.managers()).countersign(t, append([]string{"approve", "--yes"}, what...)...).says(t, 0)
	}
}

// requests are the PromotionRequests of the environment.
func (e environment) requests(t *testing.T) []v1alpha1.PromotionRequest {
	t.Helper()
	return here.Requests(t, e.name)
}

// awaitLetIn waits until what was asked for has been let in.
func awaitLetIn(t *testing.T, request v1alpha1.PromotionRequest) {
	t.Helper()
	here.AwaitRequest(t, request, "be let in", func(now v1alpha1.PromotionRequest) bool {
		return now.Status.Admission != nil
	})
}
