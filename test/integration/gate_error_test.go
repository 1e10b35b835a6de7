// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/countersign-dev/countersign/internal/audit"
)

// TestErrorIsNoVerdict: where the operator cannot do what a decision needs nothing enters, and nobody takes that for a
// decision.
func TestErrorIsNoVerdict(t *testing.T) {
	s := newShop(t)
	s.quota(t, "count/promotionrequests.countersign.dev", "0")
	err := deploying(s.developer(t), s.deployment("checkout"))(t.Context())
	if !apierrors.IsServiceUnavailable(err) && !strings.Contains(err.Error(), "an error and no verdict; try again") {
		t.Errorf("want an error that says so, got: %v", err)
	}
	if !strings.Contains(err.Error(), "quota") {
		t.Errorf("the message does not say what went wrong: %v", err)
	}
	awaitEvent(t, "it could not be decided", func(e audit.Event) bool {
		return e.Namespace == s.namespace && e.Verdict == audit.VerdictError && e.Actor.Username == alice
	})
}
