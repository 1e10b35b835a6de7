// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"testing"
	"time"

	"github.com/go-logr/logr"
	clocktesting "k8s.io/utils/clock/testing"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
)

// TestPipelineRoleOfBotsWithoutAudiences: a role with a bot that gets no tokens is not Ready.
func TestPipelineRoleOfBotsWithoutAudiences(t *testing.T) {
	cases := map[string]struct {
		reason string
		api    []string
		own    []string
		want   string
	}{
		"NoneKnown": {reason: "nobody says what its tokens are for", want: reasonAudiencesUnknown},
		"Own":       {reason: "its role says", own: []string{"vault"}, want: v1alpha1.ReasonGranted},
		"API":       {reason: "the API server says", api: []string{"api"}, want: v1alpha1.ReasonGranted},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			stored := storedShop(t)
			role := &v1alpha1.PipelineRole{}
			key := client.ObjectKey{Name: "shop"}
			if err := stored.Get(t.Context(), key, role); err != nil {
				t.Fatal(err)
			}
			role.Spec.Bots[0].Audiences = tc.own
			if err := stored.Update(t.Context(), role); err != nil {
				t.Fatal(err)
			}
			clock := clocktesting.NewFakePassiveClock(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
			reconciler := &PipelineRoleReconciler{
				Client: stored, Live: stored, Authority: mayAll{}, Clock: clock, Audit: audit.New(clock, logr.Discard()),
				TokenAudiences: tc.api,
			}
			if _, err := reconciler.Reconcile(t.Context(), ctrl.Request{NamespacedName: key}); err != nil {
				t.Fatal(err)
			}
			if got := readyReason(t, stored); got != tc.want {
				t.Errorf("%s: Ready is for %s, want %s", tc.reason, got, tc.want)
			}
		})
	}
}
